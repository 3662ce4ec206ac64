import { encodeBase64 } from '../base64.ts'
import { utf8 } from '../bytes.ts'
import { ValidationError } from '../errors.ts'
import { operation } from '../operation.ts'
import {
  boolean,
  element,
  lastFrame,
  number,
  oneOf,
  type Placed,
  query,
  required,
  type Scalar,
  selection,
  string,
  struct,
  type TypeOf,
  xmlBody,
} from '../words.ts'

/** Text that travels in base64. */
const base64: Scalar<string> = {
  ...string,
  format: (text) => encodeBase64(utf8(string.format(text))),
}

const selectProcess = oneOf('csv/select', 'json/select')
/** What the object is that a query runs on. */
export type SelectProcess = TypeOf<typeof selectProcess>

const selectMetaProcess = oneOf('csv/meta', 'json/meta')
/** What the object is whose rows are counted. */
export type SelectMetaProcess = TypeOf<typeof selectMetaProcess>

const compressionType = oneOf('None', 'GZIP')
/** How an object is packed. */
export type SelectCompressionType = TypeOf<typeof compressionType>

const fileHeaderInfo = oneOf('None', 'Ignore', 'Use')
/** What the first line of a CSV object is: a record, names to pass over, or names to use in the query. */
export type CsvFileHeaderInfo = TypeOf<typeof fileHeaderInfo>

const jsonType = oneOf('DOCUMENT', 'LINES')
/** Whether a JSON object is one value, or one on each line. */
export type JsonInputType = TypeOf<typeof jsonType>

const csvInput = struct({
  /** What ends a record: at most two characters. @default '\n' */
  recordDelimiter: element('RecordDelimiter', base64),
  /** What separates columns: one character. @default ',' */
  fieldDelimiter: element('FieldDelimiter', base64),
  /** What surrounds values that hold delimiters: one character. @default '"' */
  quoteCharacter: element('QuoteCharacter', base64),
  /** What lines begin with that are passed over: one character. @default none */
  commentCharacter: element('CommentCharacter', base64),
  /**
   * Which part of the object to read, both ends included, as in `line-range=10-20` or `split-range=10-20`. Needs
   * `createSelectObjectMeta` first. @default all
   */
  range: string,
  /** Whether values may hold `recordDelimiter` in quotes. `false` makes a `range` quicker. @default true */
  allowQuotedRecordDelimiter: boolean,
  /** What the first line is. @default 'None' */
  fileHeaderInfo,
})

/** How a CSV object is written. */
export interface CsvInput extends TypeOf<typeof csvInput> {}

const jsonInput = struct({
  /** Whether numbers are read as text, so that they keep all digits; `cast` in the query makes them numbers. @default false */
  parseJsonNumberAsString: boolean,
  /** Whether the object is one value, or one on each line. */
  type: jsonType,
  /**
   * Which part of the object to read, both ends included, as in `line-range=10-20` or `split-range=10-20`. Goes with the type
   * `LINES`, and needs `createSelectObjectMeta` first. @default all
   */
  range: string,
})

/** How a JSON object is written. */
export interface JsonInput extends TypeOf<typeof jsonInput> {}

const inputSerialization = struct({
  /** How the object is packed. A packed object has no `range`. @default 'None' */
  compressionType,
  /** How it is written, if it is CSV. */
  csv: element<CsvInput>('CSV', csvInput),
  /** How it is written, if it is JSON. */
  json: element<JsonInput>('JSON', jsonInput),
})

/** How an object is written. */
export interface InputSerialization extends TypeOf<typeof inputSerialization> {}

const csvOutput = struct({
  /** What ends a record: at most two characters. @default '\n' */
  recordDelimiter: element('RecordDelimiter', base64),
  /** What separates columns: one character. @default ',' */
  fieldDelimiter: element('FieldDelimiter', base64),
  /** What surrounds values that hold delimiters: one character. @default '"' */
  quoteCharacter: element('QuoteCharacter', base64),
})

/** How selected records are written as CSV. */
export interface CsvOutput extends TypeOf<typeof csvOutput> {}

const jsonOutput = struct({
  /** What ends a record: at most two characters. @default '\n' */
  recordDelimiter: element('RecordDelimiter', base64),
})

/** How selected records are written as JSON. */
export interface JsonOutput extends TypeOf<typeof jsonOutput> {}

const outputSerialization = struct({
  /** Whether columns that are not selected stay, empty. CSV only. @default false */
  keepAllColumns: boolean,
  /** Whether the names of the columns come first. CSV only. @default false */
  outputHeader: boolean,
  /**
   * Whether OSS sends what it selects without frames. With frames, the connection stays open while nothing is found, and what
   * goes wrong late is told. A page can read it without frames only if the bucket's CORS rules expose the header
   * `x-oss-select-output-raw`. @default what OSS decides
   */
  outputRawData: boolean,
  /** Whether what is read is compared with the CRC-32 of each frame. @default false */
  enablePayloadCrc: boolean,
  /** How records are written, if the object is CSV. */
  csv: element<CsvOutput>('CSV', csvOutput),
  /** How records are written, if the object is JSON. */
  json: element<JsonOutput>('JSON', jsonOutput),
})

/** How selected records are written. */
export interface OutputSerialization extends TypeOf<typeof outputSerialization> {}

const selectRequestOptions = struct({
  /** Whether records that lack a column are skipped; if not, the column is null. @default false */
  skipPartialDataRecord: boolean,
  /** How many records may be skipped, because they lack a column or do not fit the query, before it fails. @default 0 */
  maxSkippedRecordsAllowed: number,
})

/** What happens to records that do not fit. */
export interface SelectRequestOptions extends TypeOf<typeof selectRequestOptions> {}

const selectRequest = struct({
  /** What happens to records that do not fit. */
  options: element<SelectRequestOptions>('Options', selectRequestOptions),
  /** The query, in SQL, as in `select _1, _3 from ossobject where _2 > 10 limit 100`. */
  expression: element('Expression', base64),
  /** How the object is written. */
  inputSerialization: element<InputSerialization>('InputSerialization', inputSerialization),
  /** How what is selected is written. @default as the object is */
  outputSerialization: element<OutputSerialization>('OutputSerialization', outputSerialization),
})

/** What to select, and how it is written. */
export interface SelectRequest extends TypeOf<typeof selectRequest> {}

const selectMetaRequest = struct({
  /** How the object is written; with `recordDelimiter`, `fieldDelimiter` and `quoteCharacter` as queries will have them. */
  inputSerialization: element<InputSerialization>('InputSerialization', inputSerialization),
  /** Whether to count again what was counted before. @default false */
  overwriteIfExists: boolean,
})

/** Of which object rows are counted. */
export interface SelectMetaRequest extends TypeOf<typeof selectMetaRequest> {}

/** What is done with an object that its description tells to be CSV or JSON. */
// @__NO_SIDE_EFFECTS__
function inferred<T extends string>(action: string, type: Scalar<T>, request: string): Placed<T> {
  return {
    ...query('x-oss-process', type),
    fallback(input) {
      const { inputSerialization } = (input[request] ?? {}) as SelectRequest
      const [format, ...others] = (['csv', 'json'] as const).filter((name) => saysSomething(inputSerialization?.[name]))
      if (format && others.length === 0) return Promise.resolve(`${format}/${action}`)
      throw new ValidationError('process', `expected csv/${action} or json/${action}: inputSerialization does not tell`)
    },
  }
}

const saysSomething = (description: object = {}): boolean =>
  Object.values(description).some((member) => member !== undefined)

/** A document whose root says what the object is. */
const metaRequestBody: Placed<SelectMetaRequest> = {
  name: 'CsvMetaRequest|JsonMetaRequest',
  type: selectMetaRequest,
  at: {
    write(draft, _field, value, key) {
      const root = draft.query['x-oss-process']?.startsWith('json') ? 'JsonMetaRequest' : 'CsvMetaRequest'
      const body = xmlBody(root, selectMetaRequest)
      body.at.write!(draft, body, value, key)
    },
  },
}

/**
 * Runs a query on a CSV or JSON object, and returns what it selects as it is found. The output's `body` is to be read, or
 * cancelled with `body.cancel()`.
 *
 * Throws a ServiceError if the query is wrong. Reading the body throws one if it fails later, an IntegrityError if bytes changed
 * on the way and `enablePayloadCrc` is on, a RequestError if the answer was cut off.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/selectobject SelectObject}
 *
 * @example
 * const { body } = await selectObject(client, {
 *   bucket: 'reports',
 *   key: 'sales.csv',
 *   selectRequest: {
 *     expression: "select name, total from ossobject where city = 'Hangzhou'",
 *     inputSerialization: { csv: { fileHeaderInfo: 'Use' } },
 *   },
 * })
 * console.log(await body.text())
 */
export const selectObject = operation({
  name: 'SelectObject',
  route: 'POST /{bucket}/{key}',
  contentType: 'application/xml',
  input: {
    /**
     * What the object is. An empty description, as in `csv: {}`, does not tell. @default what `inputSerialization` describes,
     * `csv` or `json`
     */
    process: inferred('select', selectProcess, 'selectRequest'),
    /** What to select. */
    selectRequest: required(xmlBody<SelectRequest>('SelectRequest', selectRequest)),
  },
  output: {
    /** What was selected, without frames. */
    body: required(selection),
  },
})

/**
 * Counts the rows of a CSV or JSON object, and divides it into splits that `selectObject` can read by their `range`. OSS keeps
 * the numbers until the object changes.
 *
 * Throws a ServiceError if the object is not written as the request says.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createselectobjectmeta CreateSelectObjectMeta}
 */
export const createSelectObjectMeta = operation({
  name: 'CreateSelectObjectMeta',
  route: 'POST /{bucket}/{key}',
  contentType: 'application/xml',
  input: {
    /**
     * What the object is. An empty description, as in `csv: {}`, does not tell. @default what `inputSerialization` describes,
     * `csv` or `json`
     */
    process: inferred('meta', selectMetaProcess, 'selectMetaRequest'),
    /** How the object is written. */
    selectMetaRequest: required(metaRequestBody),
  },
  output: lastFrame({
    /** Where in the object the counting ended, in bytes. */
    offset: required(number),
    /** Bytes that were read for it. */
    totalScannedBytes: required(number),
    /** How many splits the object has. */
    splitsCount: required(number),
    /** How many rows the object has. */
    rowsCount: required(number),
    /** How many columns the object has; 0 for JSON. */
    colsCount: required(number),
  }),
})
