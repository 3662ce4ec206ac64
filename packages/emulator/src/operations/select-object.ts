import { isUtf8 } from 'node:buffer'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { Call } from '../call.ts'
import { invalidArgument } from '../errors.ts'
import { type OssResponse, only, readBody } from '../message.ts'
import { csvRows } from '../select/csv.ts'
import { csvTable } from '../select/csv-table.ts'
import { metaFrame } from '../select/frames.ts'
import { jsonRows } from '../select/json.ts'
import { jsonTable } from '../select/json-table.ts'
import { countRows } from '../select/row-range.ts'
import { runQuery } from '../select/run-query.ts'
import { begin, framedBody, rawBody } from '../select/select-body.ts'
import { selectFault } from '../select/select-fault.ts'
import { type InputFormat, readMetaRequest, readSelectRequest } from '../select/select-request.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { readableOf } from './get-object.ts'
import { changeObject } from './object-acl.ts'

const maximumUnpacked = 1024 * 1024 * 1024

const isJsonCall = (call: Call): boolean => call.query.get('x-oss-process')?.startsWith('json') === true

function unpacked(bytes: Buffer, isPacked: boolean): Buffer {
  if (!isPacked) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: maximumUnpacked })
  } catch {
    throw selectFault('DecompressFailure', 'The object cannot be decompressed.')
  }
}

/** The object of a call as a byte string. */
async function readText(call: Call, { pieces }: ObjectRecord, { isPacked }: InputFormat): Promise<string> {
  const { body, release } = call.bytes.hold(pieces)
  try {
    const bytes = unpacked(await buffer(body), isPacked)
    if (!isUtf8(bytes)) throw selectFault('InvalidTextEncoding', 'The object is not encoded in UTF-8.')
    return bytes.toString('latin1')
  } finally {
    release()
  }
}

function checkRange(call: Call, { selectMeta = [] }: ObjectRecord, { range }: InputFormat): void {
  if (range === undefined || selectMeta.includes(isJsonCall(call) ? 'json' : 'csv')) return
  throw selectFault('SelectCsvMetaUnavailable', 'CreateSelectObjectMeta must come before a query of a Range.')
}

/** SelectObject: runs a query on a CSV or JSON object. What goes wrong before anything is selected is an error answer. */
export async function selectObject(call: Call): Promise<OssResponse> {
  const { face, content } = readableOf(call)
  const request = readSelectRequest(await readBody(call.request), isJsonCall(call))
  const { query, input, output } = request
  checkRange(call, face, input)
  if (!isJsonCall(call) && query.root.length > 0) {
    throw selectFault(
      'TableRootNodeOnlySupportInJson',
      'Only a JSON object has a path after OSSOBJECT.',
      '0016-00000803',
    )
  }
  const text = await readText(call, content, input)
  const table = isJsonCall(call) ? jsonTable(text, query, input, output) : csvTable(text, query, input, output)
  const selection = await begin(runQuery(request, table))
  return {
    status: 206,
    headers: { 'Content-Type': 'application/octet-stream', 'x-oss-select-output-raw': String(output.isRaw) },
    body: output.isRaw ? rawBody(selection) : framedBody(selection, content.size, output.hasCrc),
  }
}

/** CreateSelectObjectMeta: counts the rows of an object, of which ranges can be queried from then on. */
export async function createSelectObjectMeta(call: Call): Promise<OssResponse> {
  const { content } = readableOf(call)
  const isJson = isJsonCall(call)
  const input = readMetaRequest(await readBody(call.request), isJson)
  if (input.isPacked) throw selectFault('UnsupportedCompressionFormat', 'A compressed object cannot be divided.')
  if (input.json?.isLines === false) throw invalidArgument('Type', 'DOCUMENT', 'Only JSON of the type LINES has rows.')
  const text = await readText(call, content, input)
  const counts = countRows(input.csv === undefined ? jsonRows(text) : csvRows(text, input.csv))
  const [first] = input.csv === undefined ? [] : csvRows(text, input.csv)
  const kind = isJson ? 'json' : 'csv'
  await changeObject(call, (object) => ({
    ...object,
    selectMeta: [...new Set([...(object.selectMeta ?? []), kind] as const)],
  }))
  const meta = { scanned: content.size, ...counts, ...(!isJson && { columns: first?.fields.length ?? 0 }) }
  return {
    status: 200,
    headers: { 'Content-Type': 'application/octet-stream' },
    body: only(metaFrame(meta)),
  }
}
