import { accountIdOf } from '../authentication/principal.ts'
import { type Call, header } from '../call.ts'
import { copySourceOf, sourceVersionHeader } from '../copy-source.ts'
import { invalidArgument } from '../errors.ts'
import { listingWriter } from '../listing.ts'
import { checkOverwrite, requireBucket } from '../lookup.ts'
import { empty, type OssResponse, xmlAnswer } from '../message.ts'
import { encryptionHeaders, readAttributes } from '../object-attributes.ts'
import { readRange } from '../range.ts'
import { adopt, digesting, maximumBodySize, type Received, receive } from '../receive.ts'
import { slicePieces } from '../storage/bytes.ts'
import { partKey, uploadKey } from '../storage/keys.ts'
import type { ObjectRecord, PartRecord, Piece, UploadRecord } from '../storage/records.ts'
import { forgetUpload, partsOf, uploadOf } from '../uploads.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** InitiateMultipartUpload: begins an upload in parts. */
export async function initiateMultipartUpload(call: Call): Promise<OssResponse> {
  checkOverwrite(call)
  const write = listingWriter(call.query)
  const bucket = requireBucket(call.store, call.bucket)
  const upload: UploadRecord = {
    ...readAttributes(call, bucket),
    key: call.key,
    uploadId: call.random.bytes(16).toString('hex').toUpperCase(),
    ownerId: accountIdOf(call.principal) ?? bucket.ownerId,
    initiatedAt: call.now.toISOString(),
  }
  await call.store.transact((transaction) => {
    requireBucket(call.store, call.bucket)
    transaction.put(uploadKey(call.bucket, call.key, upload.uploadId), upload)
  })
  const document = branch(
    'InitiateMultipartUploadResult',
    write.encodingType,
    leaf('Bucket', call.bucket),
    write.text('Key', call.key),
    leaf('UploadId', upload.uploadId),
  )
  return xmlAnswer(xmlDocument(document), encryptionHeaders(upload.encryption))
}

function readPartNumber(call: Call): number {
  const text = call.query.get('partNumber') ?? ''
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 10_000) return Number(text)
  throw invalidArgument('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive')
}

function refuseEncryption(call: Call): void {
  const name = 'x-oss-server-side-encryption'
  const value = header(call, name)
  if (value !== undefined) throw invalidArgument(name, value, `${name} is not allowed for this operation.`)
}

/** Keeps a part, in place of one with the same number. */
async function keepPart(call: Call, number: number, received: Received, ec: string): Promise<PartRecord> {
  const part: PartRecord = {
    number,
    size: received.size,
    etag: received.md5.toString('hex').toUpperCase(),
    crc64: received.crc64,
    lastModified: call.now.toISOString(),
    piece: received.piece,
  }
  const replaced = await adopt(call, [received.piece], () =>
    call.store.transact((transaction) => {
      const key = partKey(uploadOf(call, ec).uploadId, number)
      const previous = call.store.get<PartRecord>(key)
      transaction.put(key, part)
      return previous
    }),
  )
  if (replaced !== undefined) await call.bytes.remove([replaced.piece])
  return part
}

/** UploadPart: keeps the body as a part of an upload. */
export async function uploadPart(call: Call): Promise<OssResponse> {
  const ec = '0042-00000104'
  const number = readPartNumber(call)
  refuseEncryption(call)
  const upload = uploadOf(call, ec)
  const received = await receive(call)
  const part = await keepPart(call, number, received, ec)
  return empty(200, {
    ETag: `"${part.etag}"`,
    'Content-MD5': received.md5.toString('base64'),
    'x-oss-hash-crc64ecma': part.crc64,
    ...encryptionHeaders(upload.encryption),
  })
}

function sourcePieces(call: Call, object: ObjectRecord): Piece[] {
  const text = header(call, 'x-oss-copy-source-range')
  const range = readRange(text, object.size, true) ?? { offset: 0, size: object.size }
  if (range.size > maximumBodySize) {
    throw invalidArgument('x-oss-copy-source-range', text ?? '', 'The source range is larger than a part can be.')
  }
  return slicePieces(object.pieces, range.offset, range.size)
}

/** UploadPartCopy: makes a part of bytes of another object. */
export async function uploadPartCopy(call: Call): Promise<OssResponse> {
  const ec = '0042-00000311'
  const number = readPartNumber(call)
  uploadOf(call, ec)
  const source = await copySourceOf(call)
  const { body, release } = call.bytes.hold(sourcePieces(call, source.object))
  const { bytes, digest } = digesting(body)
  const blob = await call.bytes.blobs.write(bytes).finally(release)
  const received = { ...digest, piece: { blob, offset: 0, size: digest.size } }
  const part = await keepPart(call, number, received, ec)
  const etag = `"${part.etag}"`
  const result = branch('CopyPartResult', leaf('LastModified', part.lastModified), leaf('ETag', etag))
  return xmlAnswer(xmlDocument(result), {
    ETag: etag,
    'x-oss-hash-crc64ecma': part.crc64,
    ...sourceVersionHeader(source),
  })
}

/** AbortMultipartUpload: forgets an upload and its parts. */
export async function abortMultipartUpload(call: Call): Promise<OssResponse> {
  const parts = await call.store.transact((transaction) => {
    const { uploadId } = uploadOf(call)
    const found = partsOf(call, uploadId)
    forgetUpload(call, transaction, uploadId, found)
    return found
  })
  await call.bytes.remove(parts.map((part) => part.piece))
  return empty(204)
}
