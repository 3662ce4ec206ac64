const beyondAscii = /[\x80-\xff]/
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads header values as the UTF-8 text that OSS sends. A value that is no UTF-8 stays as it came, one character a byte.
 * Repeated headers are joined, as RFC 9110 allows.
 */
export const headerTexts = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name.toLowerCase(),
      headerText(Array.isArray(value) ? value.join(', ') : value),
    ]),
  )

function headerText(value: string): string {
  if (!beyondAscii.test(value)) return value
  try {
    return utf8.decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}
