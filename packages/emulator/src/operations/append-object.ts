import { createHash } from 'node:crypto'
import { accountIdOf } from '../authentication/principal.ts'
import type { Call } from '../call.ts'
import { concatenateCrc64 } from '../crc64.ts'
import { invalidArgument, ServiceFault } from '../errors.ts'
import { checkOverwrite, requireBucket, versionHeader } from '../lookup.ts'
import { empty, type OssResponse } from '../message.ts'
import { encryptionHeaders, readAttributes } from '../object-attributes.ts'
import { adopt, maximumBodySize, type Received, receive } from '../receive.ts'
import { checkRemovable } from '../retention.ts'
import type { BucketRecord, ObjectRecord } from '../storage/records.ts'
import type { Store, Transaction } from '../storage/store.ts'
import { addVersion, currentVersion, replaceVersion } from '../storage/versions.ts'

/** The length that the client takes the object to have. */
export function readPosition(call: Call): number {
  const text = call.query.get('position') ?? ''
  if (/^\d+$/.test(text)) return Number(text)
  throw invalidArgument('position', text, 'Argument position must be an integer.')
}

/** 409 for an object that takes no more bytes. */
export const notAppendable = (key: string): ServiceFault =>
  new ServiceFault(409, 'ObjectNotAppendable', 'The object is not appendable', { details: { Key: key } })

/** 409 for a position at which the object does not end. */
export const wrongPosition = (key: string, length: number): ServiceFault =>
  new ServiceFault(409, 'PositionNotEqualToLength', 'Position is not equal to file length', {
    details: { Key: key },
    headers: { 'x-oss-next-append-position': String(length) },
  })

/** The object to which bytes are appended at `position`; undefined when the first bytes make it. */
function appendableAt(store: Store, bucket: string, key: string, position: number): ObjectRecord | undefined {
  const existing = currentVersion(store, bucket, key)
  if (existing?.kind === 'deleteMarker') throw notAppendable(key)
  if (existing !== undefined && (existing.type !== 'Appendable' || existing.sealedAt !== undefined)) {
    throw notAppendable(key)
  }
  const length = existing?.size ?? 0
  if (position !== length) throw wrongPosition(key, length)
  return existing
}

const appendedEtag = (etag: string, { md5 }: Received): string =>
  createHash('md5').update(etag).update(md5).digest('hex').toUpperCase()

const extended = (object: ObjectRecord, received: Received, now: Date): ObjectRecord => ({
  ...object,
  size: object.size + received.size,
  etag: appendedEtag(object.etag, received),
  crc64: concatenateCrc64([object, received]).toString(),
  lastModified: now.toISOString(),
  pieces: [...object.pieces, received.piece],
})

function created(call: Call, bucket: BucketRecord, received: Received): Omit<ObjectRecord, 'versionId'> {
  return {
    ...readAttributes(call, bucket),
    kind: 'object',
    key: call.key,
    ownerId: accountIdOf(call.principal) ?? bucket.ownerId,
    type: 'Appendable',
    size: received.size,
    etag: appendedEtag('', received),
    crc64: received.crc64,
    lastModified: call.now.toISOString(),
    pieces: [received.piece],
  }
}

function store(call: Call, transaction: Transaction, position: number, received: Received): ObjectRecord {
  const bucket = requireBucket(call.store, call.bucket)
  const existing = appendableAt(call.store, call.bucket, call.key, position)
  if (existing === undefined) {
    const version = created(call, bucket, received)
    // An append makes a version only where there is none, so that no bytes are freed.
    const { versionId } = addVersion(call, transaction, bucket, version)
    return { ...version, versionId }
  }
  checkRemovable(call, bucket, call.key, existing.versionId)
  const version = extended(existing, received, call.now)
  replaceVersion(call.store, transaction, call.bucket, version)
  return version
}

/** AppendObject: adds the body to the end of an appendable object, which is made when there is none. */
export async function appendObject(call: Call): Promise<OssResponse> {
  const position = readPosition(call)
  const bucket = requireBucket(call.store, call.bucket)
  const existing = appendableAt(call.store, call.bucket, call.key, position)
  if (existing === undefined) checkOverwrite(call)
  const { storageClass } = existing ?? readAttributes(call, bucket)
  if (storageClass.endsWith('Archive')) {
    throw invalidArgument('x-oss-storage-class', storageClass, 'Appendable objects can not have this storage class.')
  }
  const received = await receive(call)
  const object = await adopt(call, [received.piece], async () => {
    if (position + received.size > maximumBodySize) {
      throw new ServiceFault(400, 'EntityTooLarge', 'Your proposed append exceeds the maximum allowed object size.')
    }
    return call.store.transact((transaction) => store(call, transaction, position, received))
  })
  return empty(200, {
    ETag: `"${object.etag}"`,
    'x-oss-hash-crc64ecma': object.crc64,
    'x-oss-next-append-position': String(object.size),
    ...encryptionHeaders(object.encryption),
    ...versionHeader(bucket, object.versionId),
  })
}
