import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { checkReadable, restoreHeader } from '../archive.ts'
import { authorize } from '../authorization/authorize.ts'
import { compareBytes } from '../byte-string.ts'
import { type Call, header } from '../call.ts'
import { checkConditions, readConditions } from '../conditions.ts'
import { ServiceFault } from '../errors.ts'
import { noteAccess } from '../lifecycle/note-access.ts'
import { objectOf, requireBucket, versionHeader } from '../lookup.ts'
import { empty, type OssResponse, only, type ResponseHeaders } from '../message.ts'
import { encryptionHeaders, sealedHeader } from '../object-attributes.ts'
import { readInstruction } from '../process/instruction.ts'
import { processed } from '../process/process.ts'
import { type ByteRange, readRange } from '../range.ts'
import { slicePieces } from '../storage/bytes.ts'
import type { ObjectRecord } from '../storage/records.ts'
import { currentVersion } from '../storage/versions.ts'

/** An object as it is read: through a symlink, with the bytes of the target. */
export interface Readout {
  /** What says type, content headers, user metadata and version. */
  readonly face: ObjectRecord
  /** What says size, ETag and bytes. */
  readonly content: ObjectRecord
}

const sentNames: Readonly<Record<string, string>> = {
  'content-type': 'Content-Type',
  'content-language': 'Content-Language',
  'content-encoding': 'Content-Encoding',
  'content-disposition': 'Content-Disposition',
  'cache-control': 'Cache-Control',
  expires: 'Expires',
}

const compressible =
  /^(text\/|application\/(json|javascript|x-javascript|xml|xhtml\+xml|rss\+xml|atom\+xml)|image\/svg\+xml)/i

function follow(call: Call, face: ObjectRecord): Readout {
  if (face.type !== 'Symlink') return { face, content: face }
  const key = face.symlinkTarget ?? ''
  // Who makes a link need not have a right to its target; who follows it must.
  const { bucket, circumstances } = call
  authorize(call.store, call.principal, { operation: 'GetObject', bucket, key, circumstances })
  const target = currentVersion(call.store, bucket, key)
  if (target?.kind !== 'object') {
    throw new ServiceFault(404, 'SymlinkTargetNotExist', 'The symlink target object does not exist.', {
      details: { SymlinkTarget: key },
    })
  }
  if (target.type === 'Symlink') {
    throw new ServiceFault(400, 'InvalidTargetType', "The symbolic's target type is invalid.")
  }
  const lastModified =
    compareBytes(target.lastModified, face.lastModified) > 0 ? target.lastModified : face.lastModified
  return { face, content: { ...target, lastModified } }
}

function identityHeaders({ content }: Readout): ResponseHeaders {
  return {
    ETag: `"${content.etag}"`,
    'Last-Modified': new Date(content.lastModified).toUTCString(),
    'x-oss-hash-crc64ecma': content.crc64,
  }
}

function objectHeaders(call: Call, readout: Readout): ResponseHeaders {
  const { face, content } = readout
  const described = Object.entries(face.headers).map(([name, value]) => [sentNames[name] ?? name, value])
  const metadata = Object.entries(face.metadata).map(([name, value]) => [`x-oss-meta-${name}`, value])
  return {
    ...identityHeaders(readout),
    'Accept-Ranges': 'bytes',
    ...Object.fromEntries(described),
    ...Object.fromEntries(metadata),
    ...(content.contentMd5 !== undefined && { 'Content-MD5': content.contentMd5 }),
    'x-oss-object-type': face.type,
    'x-oss-storage-class': face.storageClass,
    ...(content.type === 'Appendable' && { 'x-oss-next-append-position': String(content.size) }),
    ...sealedHeader(content),
    ...(face.tags.length > 0 && { 'x-oss-tagging-count': String(face.tags.length) }),
    ...restoreHeader(face, call.now),
    ...(face.transitionedAt !== undefined && { 'x-oss-transition-time': new Date(face.transitionedAt).toUTCString() }),
    ...encryptionHeaders(face.encryption),
    ...versionHeader(requireBucket(call.store, call.bucket), face.versionId),
  }
}

const overridden = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
]

function responseOverrides(call: Call): ResponseHeaders {
  const given = overridden.flatMap((name) => {
    const value = call.query.get(`response-${name}`)
    return value ? [[sentNames[name]!, value] as const] : []
  })
  if (given.length > 0 && call.principal.kind === 'anonymous') {
    throw new ServiceFault(
      400,
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    )
  }
  return Object.fromEntries(given)
}

function prepare(call: Call): Readout {
  const readout = follow(call, objectOf(call))
  checkConditions(readout.content, readConditions(call.request.headers, ''))
  return readout
}

/** The object of a call, whose bytes can be read. */
export function readableOf(call: Call): Readout {
  const readout = prepare(call)
  checkReadable(requireBucket(call.store, call.bucket), readout.content, call.now)
  return readout
}

/** Whether the answer goes out compressed. */
function isCompressed(
  call: Call,
  { size }: ObjectRecord,
  headers: Readonly<Record<string, string | undefined>>,
): boolean {
  const accepts = /\bgzip\b/.test(header(call, 'accept-encoding') ?? '')
  const isSuitable = compressible.test(headers['Content-Type'] ?? '') && size >= 1024
  return accepts && isSuitable && headers['Content-Encoding'] === undefined && header(call, 'range') === undefined
}

/** GetObject: the bytes of an object, or a range of them. */
export async function getObject(call: Call): Promise<OssResponse> {
  const readout = readableOf(call)
  const instruction = call.query.get('x-oss-process')
  // The bytes are held before anything is waited for, or they could be deleted meanwhile.
  const response = instruction === undefined ? getBytes(call, readout) : getProcessed(call, readout, instruction)
  const [answer] = await Promise.all([response, noteAccess(call, readout.content)])
  return answer
}

/** The bytes of an object as they are. */
function getBytes(call: Call, readout: Readout): OssResponse {
  const { content } = readout
  const isStandard = header(call, 'x-oss-range-behavior')?.toLowerCase() === 'standard'
  const range = readRange(header(call, 'range'), content.size, isStandard)
  const headers = { ...objectHeaders(call, readout), ...responseOverrides(call) }
  const { offset, size } = range ?? { offset: 0, size: content.size }
  const { body, release } = call.bytes.hold(slicePieces(content.pieces, offset, size))
  if (isCompressed(call, content, headers)) {
    const { ETag: _, ...rest } = headers
    return {
      status: 200,
      headers: { ...rest, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' },
      body: gzip(body),
      release,
    }
  }
  return {
    status: range === undefined ? 200 : 206,
    headers: { ...headers, 'Content-Length': String(size), ...contentRange(range, content.size) },
    body,
    release,
  }
}

/** What processing an object comes to. */
async function getProcessed(call: Call, readout: Readout, text: string): Promise<OssResponse> {
  const { bytes, contentType } = await processed(call, readout.content, readInstruction(call, text))
  const {
    'Content-MD5': _,
    'x-oss-hash-crc64ecma': __,
    'Content-Encoding': ___,
    ...rest
  } = objectHeaders(call, readout)
  const headers = { ...rest, 'Content-Type': contentType, 'Content-Length': String(bytes.length) }
  return { status: 200, headers: { ...headers, ...responseOverrides(call) }, body: only(bytes) }
}

const contentRange = (range: ByteRange | undefined, size: number): ResponseHeaders =>
  range === undefined ? {} : { 'Content-Range': `bytes ${range.offset}-${range.offset + range.size - 1}/${size}` }

// A failure of the source destroys the compressor, whose reader hears of it.
const gzip = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  pipeline(Readable.from(body), createGzip(), () => {})

/** HeadObject: the headers of GetObject alone. */
export async function headObject(call: Call): Promise<OssResponse> {
  const instruction = call.query.get('x-oss-process')
  if (instruction !== undefined) {
    const { headers } = await getProcessed(call, readableOf(call), instruction)
    return empty(200, headers)
  }
  const readout = prepare(call)
  const headers = objectHeaders(call, readout)
  return empty(200, { ...headers, 'Content-Length': String(readout.content.size) })
}

/** GetObjectMeta: size, ETag and time alone. */
export function getObjectMeta(call: Call): OssResponse {
  const readout = prepare(call)
  const bucket = requireBucket(call.store, call.bucket)
  return empty(200, {
    ...identityHeaders(readout),
    'Content-Length': String(readout.content.size),
    ...versionHeader(bucket, readout.face.versionId),
  })
}
