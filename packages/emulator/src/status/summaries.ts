import {
  allBuckets,
  bucketKey,
  objectKeyIn,
  partsOfUpload,
  uploadsOfBucket,
  versionsOfBucket,
} from '../storage/keys.ts'
import type { BucketRecord, ObjectRecord, PartRecord, UploadRecord, VersionRecord } from '../storage/records.ts'
import type { Store } from '../storage/store.ts'

/** A bucket in a few words. */
export interface BucketSummary {
  readonly name: string
  readonly createdAt: string
  readonly acl: string
  readonly versioning: string
  /** Keys whose current version is no delete marker. */
  readonly objects: number
  /** Bytes of all versions. */
  readonly size: number
}

/** An object in a few words. */
export interface ObjectSummary {
  readonly key: string
  readonly size: number
  readonly type: string
  readonly contentType: string
  readonly etag: string
  readonly versions: number
  readonly lastModified: string
}

/** A multipart upload under way in a few words. */
export interface UploadSummary {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
  readonly parts: number
  readonly size: number
  readonly initiatedAt: string
}

interface KeyVersions {
  readonly current: VersionRecord
  readonly versions: number
  readonly size: number
}

const sizeOf = (version: VersionRecord): number => (version.kind === 'object' ? version.size : 0)

/** The keys of a bucket in order, each with its newest version. */
function* keysOf(store: Store, bucket: string): Iterable<KeyVersions> {
  let name: string | undefined
  let found: KeyVersions | undefined
  for (const { key, value } of store.range<VersionRecord>(...versionsOfBucket(bucket))) {
    const size = sizeOf(value)
    if (found !== undefined && objectKeyIn(key) === name) {
      found = { ...found, versions: found.versions + 1, size: found.size + size }
      continue
    }
    if (found !== undefined) yield found
    name = objectKeyIn(key)
    found = { current: value, versions: 1, size }
  }
  if (found !== undefined) yield found
}

function summaryOf(store: Store, { name, createdAt, acl, versioning }: BucketRecord): BucketSummary {
  let [objects, size] = [0, 0]
  for (const entry of keysOf(store, name)) {
    if (entry.current.kind === 'object') objects += 1
    size += entry.size
  }
  return { name, createdAt, acl, versioning: versioning ?? 'off', objects, size }
}

/** All buckets in order. */
export const bucketSummaries = (store: Store): BucketSummary[] =>
  [...store.range<BucketRecord>(...allBuckets())].map(({ value }) => summaryOf(store, value))

/** A bucket by name. */
export function bucketSummary(store: Store, name: string): BucketSummary | undefined {
  const bucket = store.get<BucketRecord>(bucketKey(name))
  return bucket === undefined ? undefined : summaryOf(store, bucket)
}

const objectSummary = ({ current, versions }: KeyVersions & { current: ObjectRecord }): ObjectSummary => ({
  key: current.key,
  size: current.size,
  type: current.type,
  contentType: current.headers['content-type'] ?? '',
  etag: current.etag,
  versions,
  lastModified: current.lastModified,
})

const isObject = (entry: KeyVersions): entry is KeyVersions & { current: ObjectRecord } =>
  entry.current.kind === 'object'

/** The first objects of a bucket in order. */
export function objectSummaries(store: Store, bucket: string, limit: number): ObjectSummary[] {
  const objects: ObjectSummary[] = []
  for (const entry of keysOf(store, bucket)) {
    if (objects.length === limit) break
    if (isObject(entry)) objects.push(objectSummary(entry))
  }
  return objects
}

/** The uploads under way in a bucket. */
export const uploadSummaries = (store: Store, bucket: string): UploadSummary[] =>
  [...store.range<UploadRecord>(...uploadsOfBucket(bucket))].map(({ value }) => {
    const parts = [...store.range<PartRecord>(...partsOfUpload(value.uploadId))]
    const size = parts.reduce((sum, part) => sum + part.value.size, 0)
    const { key, uploadId, initiatedAt } = value
    return { bucket, key, uploadId, initiatedAt, parts: parts.length, size }
  })
