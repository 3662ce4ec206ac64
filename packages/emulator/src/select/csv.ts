import { selectFault } from './select-fault.ts'

/** How CSV is written; all texts are byte strings. */
export interface CsvFormat {
  readonly recordDelimiter: string
  readonly fieldDelimiter: string
  readonly quote: string
  /** What lines begin with that are passed over; empty for none. */
  readonly comment: string
  readonly allowsQuotedRecordDelimiter: boolean
}

/** A record, and where it lies, with its end. */
export interface CsvRow {
  readonly fields: readonly string[]
  /** The record as it is written, without its end. */
  readonly raw: string
  readonly start: number
  readonly end: number
}

const invalidLine = (at: number): Error =>
  selectFault('InvalidCsvLine', `The CSV record with the offset ${at} is not well-formed.`)

interface Field {
  readonly text: string
  readonly end: number
}

/** The field in quotes at `start`, up to `limit`. */
function quotedField(text: string, start: number, limit: number, quote: string): Field {
  let at = start + 1
  for (;;) {
    const close = text.indexOf(quote, at)
    if (close < 0 || close >= limit) throw invalidLine(start)
    if (text[close + 1] !== quote) {
      return { text: text.slice(start + 1, close).replaceAll(quote + quote, quote), end: close + 1 }
    }
    at = close + 2
  }
}

function plainField(text: string, start: number, limit: number, format: CsvFormat): Field {
  const { fieldDelimiter, recordDelimiter } = format
  const [field, record] = [fieldDelimiter.charCodeAt(0), recordDelimiter.charCodeAt(0)]
  let end = start
  for (; end < limit; end++) {
    const code = text.charCodeAt(end)
    if (code === field || (code === record && text.startsWith(recordDelimiter, end))) break
  }
  return { text: text.slice(start, end), end }
}

/** The record at `start` and the place after it. */
function readRow(text: string, start: number, format: CsvFormat): { row: CsvRow; next: number } {
  const { recordDelimiter, fieldDelimiter, quote } = format
  const firstEnd = text.indexOf(recordDelimiter, start)
  const limit = format.allowsQuotedRecordDelimiter || firstEnd < 0 ? text.length : firstEnd
  const fields: string[] = []
  let at = start
  for (;;) {
    const isQuoted = quote !== '' && text.startsWith(quote, at)
    const field = isQuoted ? quotedField(text, at, limit, quote) : plainField(text, at, limit, format)
    fields.push(field.text)
    const { end } = field
    const isLast = end >= text.length || text.startsWith(recordDelimiter, end)
    const next = Math.min(end + recordDelimiter.length, text.length)
    if (isLast) return { row: { fields, raw: text.slice(start, end), start, end: next }, next }
    if (!text.startsWith(fieldDelimiter, end)) throw invalidLine(start)
    at = end + fieldDelimiter.length
  }
}

/** The records of a byte string. */
export function* csvRows(text: string, format: CsvFormat): Iterable<CsvRow> {
  let at = 0
  while (at < text.length) {
    if (format.comment !== '' && text.startsWith(format.comment, at)) {
      const end = text.indexOf(format.recordDelimiter, at)
      at = end < 0 ? text.length : end + format.recordDelimiter.length
      continue
    }
    const { row, next } = readRow(text, at, format)
    yield row
    at = next
  }
}

/** Writes a field, in quotes where it would be misread without. */
export function writeField(text: string, { recordDelimiter, fieldDelimiter, quote }: CsvFormat): string {
  const isPlain = ![recordDelimiter, fieldDelimiter, quote].some((mark) => mark !== '' && text.includes(mark))
  return isPlain || quote === '' ? text : quote + text.replaceAll(quote, quote + quote) + quote
}
