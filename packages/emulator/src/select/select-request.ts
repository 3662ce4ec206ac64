import { invalidArgument, malformedXml } from '../errors.ts'
import { elementAt, readXml, textOf, type XmlElement } from '../xml.ts'
import type { CsvFormat } from './csv.ts'
import { parseQuery } from './parse-query.ts'
import type { Query } from './query.ts'
import { type RowRange, readRowRange } from './row-range.ts'
import { selectFault } from './select-fault.ts'

/** How an object is written. */
export interface InputFormat {
  readonly isPacked: boolean
  readonly range?: RowRange
  readonly csv?: CsvFormat & { readonly header: 'none' | 'ignore' | 'use' }
  readonly json?: { readonly isLines: boolean; readonly keepsNumbersAsText: boolean }
}

/** How what is selected is written. */
export interface OutputFormat {
  readonly csv: CsvFormat
  readonly jsonDelimiter: string
  readonly keepsAllColumns: boolean
  readonly hasHeader: boolean
  readonly isRaw: boolean
  readonly hasCrc: boolean
}

/** What to select, from what, and how. */
export interface SelectRequest {
  readonly query: Query
  readonly input: InputFormat
  readonly output: OutputFormat
  readonly skipsPartialRecords: boolean
  readonly maximumSkipped: number
}

const isTrue = (element: XmlElement | undefined, name: string): boolean =>
  element !== undefined && textOf(element, name)?.trim().toLowerCase() === 'true'

/** A text in base64 of at most so many bytes, as a byte string. */
function readBase64(
  element: XmlElement | undefined,
  name: string,
  byDefault: string,
  maximum: number,
  code: string,
): string {
  const text = element && textOf(element, name)?.trim()
  if (!text) return byDefault
  const bytes = /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('latin1') : ''
  if (bytes !== '' && bytes.length <= maximum) return bytes
  throw selectFault(code, `The ${name} must be in Base64, and have at most ${maximum} bytes.`)
}

function readExpression(document: XmlElement): Query {
  const text = textOf(document, 'Expression')?.replace(/\s/g, '') ?? ''
  if (text === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw selectFault(
      'InvalidSqlParameter',
      'The SQL statement is empty or not in Base64.',
      text === '' ? '0016-00000823' : undefined,
    )
  }
  return parseQuery(Buffer.from(text, 'base64').toString('utf8'))
}

function readHeader(csv: XmlElement): 'none' | 'ignore' | 'use' {
  const text = textOf(csv, 'FileHeaderInfo')?.trim() || 'None'
  const header = text.toLowerCase()
  if (header === 'none' || header === 'ignore' || header === 'use') return header
  throw invalidArgument('FileHeaderInfo', text, 'The FileHeaderInfo is invalid.')
}

const readCsvFormat = (csv: XmlElement | undefined, direction: 'Input' | 'Output'): CsvFormat => ({
  recordDelimiter: readBase64(csv, 'RecordDelimiter', '\n', 2, `Invalid${direction}RecordDelimiter`),
  fieldDelimiter: readBase64(csv, 'FieldDelimiter', ',', 1, `Invalid${direction}FieldDelimiter`),
  quote: readBase64(csv, 'QuoteCharacter', '"', 1, `Invalid${direction}Quote`),
  comment: readBase64(csv, 'CommentCharacter', '', 1, 'InvalidCommentCharacter'),
  allowsQuotedRecordDelimiter:
    csv === undefined || textOf(csv, 'AllowQuotedRecordDelimiter')?.trim().toLowerCase() !== 'false',
})

function readJsonType(json: XmlElement): boolean {
  const type = textOf(json, 'Type')?.trim() ?? ''
  if (/^(LINES|DOCUMENT)$/i.test(type)) return type.toUpperCase() === 'LINES'
  throw invalidArgument('Type', type, 'The type of a JSON object is LINES or DOCUMENT.')
}

function readPacking(serialization: XmlElement): boolean {
  const text = textOf(serialization, 'CompressionType')?.trim() || 'None'
  if (/^(none|gzip)$/i.test(text)) return text.toLowerCase() === 'gzip'
  throw selectFault('UnsupportedCompressionFormat', 'The CompressionType must be None or GZIP.')
}

function readInput(document: XmlElement, isJson: boolean): InputFormat {
  const serialization = elementAt(document, 'InputSerialization')
  const format = serialization && elementAt(serialization, isJson ? 'JSON' : 'CSV')
  if (serialization === undefined || (isJson && format === undefined)) throw malformedXml()
  const range = readRowRange((format && textOf(format, 'Range')?.trim()) ?? '')
  const common = { isPacked: readPacking(serialization), ...(range && { range }) }
  if (isJson) {
    const json = { isLines: readJsonType(format!), keepsNumbersAsText: isTrue(format, 'ParseJsonNumberAsString') }
    return { ...common, json }
  }
  const header = format === undefined ? 'none' : readHeader(format)
  return { ...common, csv: { ...readCsvFormat(format, 'Input'), header } }
}

function readOutput(document: XmlElement): OutputFormat {
  const serialization = elementAt(document, 'OutputSerialization')
  const [csv, json] = ['CSV', 'JSON'].map((name) => serialization && elementAt(serialization, name))
  const isRaw = isTrue(serialization, 'OutputRawData')
  const hasCrc = isTrue(serialization, 'EnablePayloadCrc')
  if (isRaw && hasCrc) {
    throw selectFault('InvalidOSSSelectParameters', 'Raw output has no frames that a checksum could be in.')
  }
  return {
    csv: readCsvFormat(csv, 'Output'),
    jsonDelimiter: readBase64(json, 'RecordDelimiter', '\n', 2, 'InvalidOutputRecordDelimiter'),
    keepsAllColumns: isTrue(serialization, 'KeepAllColumns'),
    hasHeader: isTrue(serialization, 'OutputHeader'),
    isRaw,
    hasCrc,
  }
}

function readMaximumSkipped(options: XmlElement | undefined): number {
  const text = (options && textOf(options, 'MaxSkippedRecordsAllowed')?.trim()) || '0'
  if (/^\d+$/.test(text)) return Number(text)
  throw selectFault(
    'InvalidMaxSkippedRecordsAllowed',
    'The MaxSkippedRecordsAllowed must be an integer of at least 0.',
    '0016-00000834',
  )
}

/** Reads the body of a SelectObject request. */
export function readSelectRequest(body: string, isJson: boolean): SelectRequest {
  const document = readXml(body, 'SelectRequest')
  if (document === undefined) throw malformedXml()
  const options = elementAt(document, 'Options')
  return {
    query: readExpression(document),
    input: readInput(document, isJson),
    output: readOutput(document),
    skipsPartialRecords: isTrue(options, 'SkipPartialDataRecord'),
    maximumSkipped: readMaximumSkipped(options),
  }
}

/** Reads the body of a CreateSelectObjectMeta request. */
export function readMetaRequest(body: string, isJson: boolean): InputFormat {
  const document = readXml(body, isJson ? 'JsonMetaRequest' : 'CsvMetaRequest')
  if (document === undefined) throw malformedXml()
  return readInput(document, isJson)
}
