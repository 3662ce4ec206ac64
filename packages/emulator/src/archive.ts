import type { ResponseHeaders } from './message.ts'
import type { ObjectRecord, StorageClass } from './storage/records.ts'

/** Whether objects of a class must be restored before they can be read. */
export const isArchiveClass = (storageClass: StorageClass): boolean => storageClass.endsWith('Archive')

/** Where the restoring of an archived object stands. */
export function restoreState(object: ObjectRecord, now: Date): 'none' | 'ongoing' | 'restored' {
  if (object.restore === undefined || now.getTime() >= Date.parse(object.restore.expiresAt)) return 'none'
  return now.getTime() < Date.parse(object.restore.readyAt) ? 'ongoing' : 'restored'
}

/** Whether the bytes of an object can be read. */
export const isReadable = (object: ObjectRecord, now: Date): boolean =>
  !isArchiveClass(object.storageClass) || restoreState(object, now) === 'restored'

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
