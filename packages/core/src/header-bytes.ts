import { utf8 } from './bytes.ts'
import { percentHex } from './percent-encode.ts'

/**
 * Writes a header value as its UTF-8 bytes, one character a byte: the only form in which text beyond ASCII passes through
 * every HTTP client, and the one that OSS verifies a signature against. ASCII stays as it is.
 */
export const toHeaderBytes = (value: string): string => String.fromCharCode(...utf8(value))

/** The text that was sent as its UTF-8 bytes, one character a byte. What is no UTF-8, or text already, stays as it came. */
export const fromHeaderBytes = (value: string): string => {
  try {
    return decodeURIComponent(value.replace(/[%\x80-\xff]/g, percentHex))
  } catch {
    return value
  }
}
