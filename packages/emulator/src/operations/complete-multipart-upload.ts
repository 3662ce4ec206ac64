import { createHash } from 'node:crypto'
import { refusePublicAcl } from '../authorization/public-access.ts'
import { type Call, header } from '../call.ts'
import { callbackOf } from '../callback/callback.ts'
import { sendCallback } from '../callback/send-callback.ts'
import { concatenateCrc64 } from '../crc64.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { listingWriter } from '../listing.ts'
import { locationOf } from '../location.ts'
import { checkOverwrite, requireBucket, versionHeader } from '../lookup.ts'
import { type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { encryptionHeaders, readObjectAcl } from '../object-attributes.ts'
import { checkReplaceable, defaultRetention } from '../retention.ts'
import type { ObjectRecord, PartRecord, UploadRecord } from '../storage/records.ts'
import { addVersion } from '../storage/versions.ts'
import { forgetUpload, partsOf, uploadOf } from '../uploads.ts'
import { branch, childrenOf, leaf, readXml, textOf, xmlDocument } from '../xml.ts'

/** A part as the completing request names it. */
interface NamedPart {
  readonly number: number
  readonly etag: string
}

/** Bytes that every part but the last must have. */
const minimumPartSize = 102_400

/** The parts that the body lists; undefined for all parts that were uploaded. */
async function readNamedParts(call: Call): Promise<NamedPart[] | undefined> {
  const body = (await readBody(call.request)).trim()
  const takesAll = header(call, 'x-oss-complete-all')?.toLowerCase() === 'yes'
  if (takesAll && body !== '') {
    throw new ServiceFault(400, 'InvalidArgument', 'Should not speficy both complete all header and http body.', {
      ec: '0042-00000216',
    })
  }
  if (takesAll) return undefined
  const document = readXml(body, 'CompleteMultipartUpload')
  const elements = document === undefined ? [] : childrenOf(document, 'Part')
  if (elements.length === 0) throw malformedXml()
  return elements.map((element) => {
    const number = textOf(element, 'PartNumber')?.trim() ?? ''
    const etag = textOf(element, 'ETag')?.trim().replaceAll('"', '').toUpperCase()
    if (!/^\d+$/.test(number) || etag === undefined) throw malformedXml()
    return { number: Number(number), etag }
  })
}

function checkOrder(named: readonly NamedPart[]): void {
  if (named.every(({ number }, index) => index === 0 || number > named[index - 1]!.number)) return
  throw new ServiceFault(
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts list must specified in order by part number.',
    {
      ec: '0042-00000209',
    },
  )
}

function selectParts(uploaded: readonly PartRecord[], named: readonly NamedPart[] | undefined): readonly PartRecord[] {
  if (named === undefined) return uploaded
  checkOrder(named)
  const byNumber = new Map(uploaded.map((part) => [part.number, part]))
  return named.map(({ number, etag }) => {
    const part = byNumber.get(number)
    if (part !== undefined && part.etag === etag) return part
    throw new ServiceFault(
      400,
      'InvalidPart',
      "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
      { details: { PartNumber: String(number), ETag: etag } },
    )
  })
}

function checkSizes(parts: readonly PartRecord[]): void {
  if (parts.length === 0) throw invalidArgument('Part', '', 'The upload has no parts.')
  const small = parts.slice(0, -1).find(({ size }) => size < minimumPartSize)
  if (small === undefined) return
  throw new ServiceFault(400, 'EntityTooSmall', 'Your proposed upload smaller than the minimum allowed size.', {
    ec: '0042-00000213',
    details: {
      MinSizeAllowed: String(minimumPartSize),
      ProposedSize: String(small.size),
      PartNumber: String(small.number),
    },
  })
}

function multipartEtag(parts: readonly PartRecord[]): string {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part.etag, 'hex')
  return `${hash.digest('hex').toUpperCase()}-${parts.length}`
}

function assembled(call: Call, upload: UploadRecord, parts: readonly PartRecord[]): Omit<ObjectRecord, 'versionId'> {
  const { uploadId: _, initiatedAt: __, ...attributes } = upload
  const acl = header(call, 'x-oss-object-acl')
  return {
    ...attributes,
    ...(acl !== undefined && { acl: readObjectAcl(acl) }),
    kind: 'object',
    type: 'Multipart',
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: multipartEtag(parts),
    crc64: concatenateCrc64(parts).toString(),
    lastModified: call.now.toISOString(),
    pieces: parts.map((part) => part.piece),
  }
}

/** CompleteMultipartUpload: makes the object of the parts. Whatever it refuses leaves the upload as it was. */
export async function completeMultipartUpload(call: Call): Promise<OssResponse> {
  const callback = callbackOf(call)
  const write = listingWriter(call.query)
  const encryption = header(call, 'x-oss-server-side-encryption')
  if (encryption !== undefined) {
    throw invalidArgument(
      'x-oss-server-side-encryption',
      encryption,
      'x-oss-server-side-encryption is not allowed for this operation.',
    )
  }
  const named = await readNamedParts(call)
  const { object, versionId, bucket, freed } = await call.store.transact((transaction) => {
    const bucketRecord = requireBucket(call.store, call.bucket)
    const upload = uploadOf(call)
    const uploaded = partsOf(call, upload.uploadId)
    const parts = selectParts(uploaded, named)
    checkSizes(parts)
    checkOverwrite(call)
    refusePublicAcl(call.store, bucketRecord, header(call, 'x-oss-object-acl') ?? '', 'object')
    checkReplaceable(call, bucketRecord, call.key)
    const retention = defaultRetention(bucketRecord, call.now)
    const version = { ...assembled(call, upload, parts), ...(retention && { retention }) }
    const added = addVersion(call, transaction, bucketRecord, version)
    forgetUpload(call, transaction, upload.uploadId, uploaded)
    const unused = uploaded.filter((part) => !parts.includes(part)).map((part) => part.piece)
    return { object: version, versionId: added.versionId, bucket: bucketRecord, freed: [...added.freed, ...unused] }
  })
  await call.bytes.remove(freed)
  const document = branch(
    'CompleteMultipartUploadResult',
    write.encodingType,
    leaf('Location', locationOf(call)),
    leaf('Bucket', call.bucket),
    write.text('Key', call.key),
    leaf('ETag', `"${object.etag}"`),
  )
  const headers = {
    ETag: `"${object.etag}"`,
    'x-oss-hash-crc64ecma': object.crc64,
    ...versionHeader(bucket, versionId),
    ...encryptionHeaders(object.encryption),
  }
  if (callback === undefined) return xmlAnswer(xmlDocument(document), headers)
  const told = { ...object, mimeType: object.headers['content-type'] ?? '' }
  return sendCallback(call, callback, told, headers)
}
