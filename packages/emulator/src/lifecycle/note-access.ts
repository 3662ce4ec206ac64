import type { Call } from '../call.ts'
import { bucketKey } from '../storage/keys.ts'
import type { BucketRecord, ObjectRecord } from '../storage/records.ts'
import { findVersion, replaceVersion } from '../storage/versions.ts'

const isMonitored = (bucket: BucketRecord | undefined): boolean =>
  bucket?.configurations?.BucketAccessMonitor?.includes('<Status>Enabled</Status>') === true

const dayOf = (instant: string): string => instant.slice(0, 10)

const accessed = (object: ObjectRecord, now: Date): ObjectRecord => ({
  ...object,
  accessedAt: now.toISOString(),
  ...(object.returnsWhenVisited === true && { storageClass: 'Standard', returnsWhenVisited: false }),
})

/** Notes the day on which an object is read, where the access monitor of its bucket is on. */
export async function noteAccess(
  { store, bucket, now }: Call,
  { key, versionId, ...object }: ObjectRecord,
): Promise<void> {
  const isNoted = dayOf(object.accessedAt ?? '') === dayOf(now.toISOString())
  if ((isNoted && object.returnsWhenVisited !== true) || !isMonitored(store.get(bucketKey(bucket)))) return
  await store.transact((transaction) => {
    const current = findVersion(store, bucket, key, versionId)
    if (current?.kind === 'object') replaceVersion(store, transaction, bucket, accessed(current, now))
  })
}
