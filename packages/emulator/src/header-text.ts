/** Header text is UTF-8 where it can be read as that, and Latin-1 otherwise. */
export function decodeHeader(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}

/** What no header may hold: control characters but the tab. */
const unsendable = /[\0-\x08\x0a-\x1f\x7f]/g

const encodeHeader = (value: string): string => Buffer.from(value.replace(unsendable, ' '), 'utf8').toString('latin1')

/** Header values as they are sent: one character a byte of their UTF-8. */
export const encodeHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, encodeHeader(value)]))
