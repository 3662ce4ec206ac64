import { type Call, versionIdOf } from './call.ts'
import { invalidArgument, noSuchBucket, noSuchKey, ServiceFault } from './errors.ts'
import type { ResponseHeaders } from './message.ts'
import { forbidsOverwrite } from './object-attributes.ts'
import { isOverwriteForbidden } from './overwrite-rules.ts'
import { bucketKey } from './storage/keys.ts'
import type { BucketRecord, ObjectRecord } from './storage/records.ts'
import type { Store } from './storage/store.ts'
import { currentVersion, findVersion, isVersionId } from './storage/versions.ts'

/** The bucket of a call. */
export function requireBucket(store: Store, name: string): BucketRecord {
  const bucket = store.get<BucketRecord>(bucketKey(name))
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** The header that names a version, in buckets that have had versioning. */
export const versionHeader = (bucket: BucketRecord, versionId: string): ResponseHeaders =>
  bucket.versioning === undefined ? {} : { 'x-oss-version-id': versionId }

/** Throws 400 for a text that no version id can be. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId === undefined || isVersionId(versionId)) return
  throw invalidArgument('versionId', versionId, 'Invalid version id specified')
}

/** The version of an object that a request names, which is no delete marker. */
export function requireObject(store: Store, bucket: string, key: string, versionId?: string): ObjectRecord {
  checkVersionId(versionId)
  const version = findVersion(store, bucket, key, versionId)
  if (version === undefined && versionId !== undefined) {
    throw new ServiceFault(404, 'NoSuchVersion', 'The specified version does not exist.', {
      details: { Key: key, VersionId: versionId },
    })
  }
  if (version === undefined) throw noSuchKey(key)
  if (version.kind === 'object') return version
  const headers = { 'x-oss-delete-marker': 'true', 'x-oss-version-id': version.versionId }
  if (versionId === undefined) throw noSuchKey(key, headers)
  throw new ServiceFault(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    details: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers,
  })
}

/** The object of a call. */
export const objectOf = (call: Call): ObjectRecord =>
  requireObject(call.store, call.bucket, call.key, versionIdOf(call))

/** Throws 409 when the request, or the bucket, forbids to overwrite an object that there is. */
export function checkOverwrite(call: Call): void {
  if (currentVersion(call.store, call.bucket, call.key)?.kind !== 'object') return
  if (!forbidsOverwrite(call) && !isOverwriteForbidden(requireBucket(call.store, call.bucket), call)) return
  throw new ServiceFault(
    409,
    'FileAlreadyExists',
    'The object you specified already exists and can not be overwritten.',
    {
      details: { Key: call.key },
    },
  )
}
