import { accountIdOf } from '../authentication/principal.ts'
import { type Call, header } from '../call.ts'
import { type CopySource, copySourceOf, sourceVersionHeader } from '../copy-source.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { checkOverwrite, requireBucket } from '../lookup.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { encryptionHeaders, type Placement, readDescription, readPlacement, readTags } from '../object-attributes.ts'
import { adopt } from '../receive.ts'
import type { Encryption, ObjectRecord } from '../storage/records.ts'
import type { NewVersion } from '../storage/versions.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'
import { storeVersion } from './put-object.ts'

function readDirective(call: Call, name: string): 'COPY' | 'REPLACE' {
  const text = header(call, name) ?? 'COPY'
  const directive = text.toUpperCase()
  if (directive === 'COPY' || directive === 'REPLACE') return directive
  throw invalidArgument(name, text, `The ${name} you specified is invalid.`)
}

function describeCopy(call: Call, source: ObjectRecord): Pick<ObjectRecord, 'headers' | 'metadata' | 'tags'> {
  const replacesMetadata = readDirective(call, 'x-oss-metadata-directive') === 'REPLACE'
  const replacesTags = readDirective(call, 'x-oss-tagging-directive') === 'REPLACE'
  const { headers, metadata } = replacesMetadata ? readDescription(call) : source
  return { headers, metadata, tags: replacesTags ? readTags(call) : source.tags }
}

const gibibyte = 1024 ** 3

const isEncryptedAlike = (one: Encryption | undefined, other: Encryption | undefined): boolean =>
  one?.algorithm === other?.algorithm && one?.keyId === other?.keyId && one?.dataEncryption === other?.dataEncryption

/** Bytes that can be copied at once; within a bucket all are, where nothing is changed about them. */
function maximumCopySize(call: Call, { bucket, object }: CopySource, placement: Placement): number {
  const isAlike =
    object.storageClass === placement.storageClass && isEncryptedAlike(object.encryption, placement.encryption)
  if (!isAlike) return gibibyte
  return bucket.name === call.bucket ? Number.POSITIVE_INFINITY : 5 * gibibyte
}

function checkSize(call: Call, source: CopySource, placement: Placement): void {
  const { size } = source.object
  const most = maximumCopySize(call, source, placement)
  if (size <= most) return
  throw new ServiceFault(400, 'EntityTooLarge', 'Your proposed copy exceeds the maximum allowed object size.', {
    reason: `${size} bytes are copied in parts, for ${most} are the most that can be copied so at once`,
  })
}

/** CopyObject: makes an object of the bytes of another, or changes the metadata of one. */
export async function copyObject(call: Call): Promise<OssResponse> {
  checkOverwrite(call)
  const source = await copySourceOf(call)
  const { object } = source
  const bucket = requireBucket(call.store, call.bucket)
  const placement = readPlacement(call, bucket)
  checkSize(call, source, placement)
  const attributes = { ...describeCopy(call, object), ...placement }
  const pieces = await call.bytes.duplicate(object.pieces)
  const { type, size, etag, crc64, contentMd5, symlinkTarget } = object
  const copy = {
    kind: 'object',
    type,
    size,
    etag,
    crc64,
    ...(contentMd5 !== undefined && { contentMd5 }),
    ...(symlinkTarget !== undefined && { symlinkTarget }),
    ...attributes,
    key: call.key,
    ownerId: accountIdOf(call.principal) ?? bucket.ownerId,
    lastModified: call.now.toISOString(),
    pieces,
  } satisfies NewVersion
  const headers = await adopt(call, pieces, () => storeVersion(call, copy))
  const result = branch('CopyObjectResult', leaf('ETag', `"${object.etag}"`), leaf('LastModified', copy.lastModified))
  return xmlAnswer(xmlDocument(result), {
    'x-oss-hash-crc64ecma': object.crc64,
    ...headers,
    ...sourceVersionHeader(source),
    ...encryptionHeaders(attributes.encryption),
  })
}
