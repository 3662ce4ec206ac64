/**
 * Writes a header value as its UTF-8 bytes, one character a byte: the only form in which text beyond ASCII passes through
 * every HTTP client, and the one that OSS verifies a signature against. ASCII stays as it is.
 */
export const toHeaderBytes = (value: string): string => String.fromCharCode(...new TextEncoder().encode(value))

/** The text that was sent as its UTF-8 bytes, one character a byte. What is no UTF-8, or text already, stays as it came. */
export function fromHeaderBytes(value: string): string {
  if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return value
  const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return value
  }
}
