/**
 * Writes a header value as its UTF-8 bytes, one character a byte: the only form in which text beyond ASCII passes through
 * every HTTP client, and the one that OSS verifies a signature against. ASCII stays as it is.
 */
export const toHeaderBytes = (value: string): string => String.fromCharCode(...new TextEncoder().encode(value))
