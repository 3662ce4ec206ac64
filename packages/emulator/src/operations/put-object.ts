import { accountIdOf } from '../authentication/principal.ts'
import type { Call } from '../call.ts'
import { callbackOf } from '../callback/callback.ts'
import { mimeTypeOf, sendCallback } from '../callback/send-callback.ts'
import { checkOverwrite, requireBucket, versionHeader } from '../lookup.ts'
import { empty, type OssResponse, type ResponseHeaders } from '../message.ts'
import { encryptionHeaders, readAttributes } from '../object-attributes.ts'
import { adopt, checkLength, keepBody } from '../receive.ts'
import { checkReplaceable, defaultRetention } from '../retention.ts'
import type { BucketRecord } from '../storage/records.ts'
import type { NewVersion } from '../storage/versions.ts'
import { addVersion } from '../storage/versions.ts'

/** The version with the retention that its bucket gives it. */
function withRetention(call: Call, bucket: BucketRecord, version: NewVersion): NewVersion {
  if (version.kind !== 'object') return version
  const retention = defaultRetention(bucket, call.now)
  return retention === undefined ? version : { ...version, retention }
}

/** Makes an object the current version of its key, and returns the headers that name the version. */
export async function storeVersion(call: Call, version: NewVersion): Promise<Record<string, string>> {
  const { versionId, freed, bucket } = await call.store.transact((transaction) => {
    const bucketRecord = requireBucket(call.store, call.bucket)
    checkOverwrite(call)
    checkReplaceable(call, bucketRecord, version.key)
    const retained = withRetention(call, bucketRecord, version)
    return { ...addVersion(call, transaction, bucketRecord, retained), bucket: bucketRecord }
  })
  await call.bytes.remove(freed)
  return versionHeader(bucket, versionId)
}

/** An object that was kept, as the answer tells of it. */
export interface KeptObject {
  /** Without quotes. */
  readonly etag: string
  readonly size: number
  readonly crc64: string
  readonly contentMd5: string
  readonly mimeType: string
  readonly headers: ResponseHeaders
}

/** Keeps the body of a request as an object, in place of the one that was. */
export async function storeObject(call: Call): Promise<KeptObject> {
  checkOverwrite(call)
  const bucket = requireBucket(call.store, call.bucket)
  const attributes = readAttributes(call, bucket)
  const received = await keepBody(call)
  const etag = received.md5.toString('hex').toUpperCase()
  const contentMd5 = received.md5.toString('base64')
  const versionHeaders = await adopt(call, [received.piece], () =>
    storeVersion(call, {
      ...attributes,
      kind: 'object',
      key: call.key,
      ownerId: accountIdOf(call.principal) ?? bucket.ownerId,
      type: 'Normal',
      size: received.size,
      etag,
      contentMd5,
      crc64: received.crc64,
      lastModified: call.now.toISOString(),
      pieces: [received.piece],
    }),
  )
  const headers = {
    ETag: `"${etag}"`,
    'x-oss-hash-crc64ecma': received.crc64,
    'Content-MD5': contentMd5,
    ...versionHeaders,
    ...encryptionHeaders(attributes.encryption),
  }
  return { etag, size: received.size, crc64: received.crc64, contentMd5, mimeType: mimeTypeOf(call), headers }
}

/** PutObject: keeps the body as an object, in place of the one that was. */
export async function putObject(call: Call): Promise<OssResponse> {
  const callback = callbackOf(call)
  checkLength(call)
  const kept = await storeObject(call)
  return callback === undefined ? empty(200, kept.headers) : sendCallback(call, callback, kept, kept.headers)
}
