import { ServiceFault } from '../errors.ts'
import type { OssRequest } from '../message.ts'
import { type ByteReader, byteReader } from './byte-reader.ts'

/** The file of a form. */
export interface FormFile {
  /** As the client names it. */
  readonly filename: string
  readonly contentType?: string
  /** The bytes as they arrive; throws 400 when the form ends within them. */
  readonly body: AsyncIterable<Uint8Array>
}

/** A form that was read up to the bytes of its file. What comes after the file is ignored. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>
  readonly file: FormFile
}

interface Part {
  readonly name: string
  readonly filename?: string
  readonly contentType?: string
}

const lineEnd = Buffer.from('\r\n')
const maximumPartHeaders = 16 * 1024
const maximumFields = 1000
/** Bytes that all fields beside the file may have. */
const maximumFieldBytes = 2 * 1024 * 1024

const malformed = (reason: string): ServiceFault =>
  new ServiceFault(
    400,
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data',
    { reason },
  )

function boundaryOf(request: OssRequest): string {
  const type = request.headers.get('content-type') ?? ''
  const [, quoted, plain] = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed(`Content-Type ${type || '(none)'} is not multipart/form-data`)
  return boundary
}

/** Browsers escape quotes and line ends as percent-escapes, other clients quotes with a backslash. */
const unescapeName = (text: string): string =>
  text
    .replaceAll('\\"', '"')
    .replaceAll('%22', '"')
    .replace(/%0D%0A/gi, '\r\n')

function readPart(text: string): Part {
  const lines = text.split('\r\n').map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const headers = new Map(lines)
  const disposition = headers.get('content-disposition') ?? ''
  const parameter = (name: string): string | undefined => {
    const [, quoted, plain] =
      new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, 'i').exec(disposition) ?? []
    return quoted === undefined ? plain?.trim() : unescapeName(quoted)
  }
  const name = parameter('name')
  const filename = parameter('filename')
  const contentType = headers.get('content-type')
  if (!/^form-data\s*;/i.test(disposition) || name === undefined) throw malformed('a part has no name')
  return {
    name,
    ...(filename !== undefined && { filename }),
    ...(contentType !== undefined && { contentType }),
  }
}

/** The next part, whose content follows; undefined after the last one. */
async function nextPart(reader: ByteReader): Promise<Part | undefined> {
  const rest = await reader.take(lineEnd, maximumPartHeaders)
  if (rest === undefined || rest.toString('latin1').startsWith('--')) return undefined
  if (rest.toString('latin1').trim() !== '') throw malformed('a boundary is followed by text')
  const headers = await reader.take(Buffer.from('\r\n\r\n'), maximumPartHeaders)
  if (headers === undefined) throw malformed('the headers of a part do not end')
  return readPart(headers.toString('utf8'))
}

/** Reads a form up to the bytes of its file and hands it to `use`, which may leave the file unread. */
export async function withForm<T>(request: OssRequest, use: (form: Form) => Promise<T>): Promise<T> {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(request)}`, 'latin1')
  const reader = byteReader(request.body, lineEnd)
  try {
    return await use(await readForm(reader, delimiter))
  } finally {
    await reader.close()
  }
}

async function readForm(reader: ByteReader, delimiter: Buffer): Promise<Form> {
  const fields = new Map<string, string>()
  let room = maximumFieldBytes
  if ((await reader.take(delimiter, maximumPartHeaders)) === undefined) throw malformed('the boundary does not come')
  for (let count = 0; count < maximumFields; count++) {
    const part = await nextPart(reader)
    if (part === undefined) throw incorrectNumberOfFiles()
    if (part.name === 'file') return { fields, file: fileOf(reader, delimiter, part) }
    const value = await reader.take(delimiter, room)
    if (value === undefined) throw malformed(`the field ${part.name} does not end, or is too long`)
    room -= value.length
    fields.set(part.name, value.toString('utf8'))
  }
  throw malformed('there are too many fields')
}

const incorrectNumberOfFiles = (): ServiceFault =>
  new ServiceFault(400, 'IncorrectNumberOfFilesInPOSTRequest', 'POST requires exactly one file upload per request.', {
    reason: 'the form has no field named file',
  })

async function* fileBytes(reader: ByteReader, delimiter: Buffer): AsyncIterable<Uint8Array> {
  yield* reader.pass(delimiter, () => {
    throw malformed('the form ends within its file')
  })
  await reader.drain()
}

const fileOf = (reader: ByteReader, delimiter: Buffer, part: Part): FormFile => ({
  filename: part.filename ?? '',
  ...(part.contentType !== undefined && { contentType: part.contentType }),
  body: fileBytes(reader, delimiter),
})
