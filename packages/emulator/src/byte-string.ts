/**
 * The UTF-8 bytes of a text, one character a byte. JavaScript compares strings by UTF-16 units; byte strings
 * therefore compare as OSS compares keys.
 */
export const toByteString = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** The text of which a byte string holds the UTF-8 bytes. */
export const fromByteString = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** The first byte string behind all that start with `prefix`, whose last byte is below 0xff as in all UTF-8. */
export const afterPrefix = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

/** Compares ASCII texts and byte strings by their bytes. */
export const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
