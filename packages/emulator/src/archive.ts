import { ServiceFault } from './errors.ts'
import type { ResponseHeaders } from './message.ts'
import type { BucketRecord, ObjectRecord, StorageClass } from './storage/records.ts'

/** Whether objects of a class must be restored before they can be read. */
export const isArchiveClass = (storageClass: StorageClass): boolean => storageClass.endsWith('Archive')

/** Where the restoring of an archived object stands. */
export function restoreState(object: ObjectRecord, now: Date): 'none' | 'ongoing' | 'restored' {
  if (object.restore === undefined || now.getTime() >= Date.parse(object.restore.expiresAt)) return 'none'
  return now.getTime() < Date.parse(object.restore.readyAt) ? 'ongoing' : 'restored'
}

/** Whether the objects of the class Archive in a bucket are read without being restored. */
const isReadDirectly = ({ configurations }: BucketRecord): boolean =>
  configurations?.BucketArchiveDirectRead?.includes('<Enabled>true</Enabled>') === true

const isReadable = (bucket: BucketRecord, object: ObjectRecord, now: Date): boolean =>
  !isArchiveClass(object.storageClass) ||
  (object.storageClass === 'Archive' && isReadDirectly(bucket)) ||
  restoreState(object, now) === 'restored'

/** Throws 403 for an object that must be restored before its bytes can be read. */
export function checkReadable(bucket: BucketRecord, object: ObjectRecord, now: Date): void {
  if (isReadable(bucket, object, now)) return
  throw new ServiceFault(403, 'InvalidObjectState', "The operation is not valid for the object's state", {
    details: { ObjectName: object.key },
  })
}

const hour = 3600

/** Seconds that restoring takes at most, by class and tier. */
const durations: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Archive: { Standard: 60 },
  ColdArchive: { Expedited: hour, Standard: 5 * hour, Bulk: 12 * hour },
  DeepColdArchive: { Expedited: 12 * hour, Standard: 48 * hour, Bulk: 48 * hour },
}

/** Seconds until an object of a class that is restored in a tier can be read. */
export const restoreDuration = (storageClass: StorageClass, tier: string): number =>
  durations[storageClass]?.[tier] ?? 60

/** What headers and listings say of the restoring of an object. */
export function restoreInfo(object: ObjectRecord, now: Date): string | undefined {
  const state = restoreState(object, now)
  if (state === 'none') return undefined
  if (state === 'ongoing') return 'ongoing-request="true"'
  return `ongoing-request="false", expiry-date="${new Date(object.restore!.expiresAt).toUTCString()}"`
}

/** `x-oss-restore`, of an object that is being restored or was. */
export function restoreHeader(object: ObjectRecord, now: Date): ResponseHeaders {
  const info = restoreInfo(object, now)
  return info === undefined ? {} : { 'x-oss-restore': info }
}
