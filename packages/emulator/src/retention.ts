import { type Call, header } from './call.ts'
import { ServiceFault } from './errors.ts'
import type { BucketRecord, ObjectRecord, Retention, VersionRecord } from './storage/records.ts'
import { findVersion } from './storage/versions.ts'
import { elementAt, readXml, textOf } from './xml.ts'

const dayMs = 86_400_000
/** How long a retention of a bucket stays without being locked. */
const undecidedMs = dayMs

/** The retention of a bucket, which is gone a day after it was begun without being locked. */
export function bucketWormOf({ worm }: BucketRecord, now: Date): BucketRecord['worm'] {
  if (worm === undefined || worm.state === 'Locked') return worm
  return now.getTime() < Date.parse(worm.createdAt) + undecidedMs ? worm : undefined
}

/** Whether the bucket keeps its objects from change for a while. */
function isKeptByBucket(bucket: BucketRecord, object: ObjectRecord, now: Date): boolean {
  const worm = bucketWormOf(bucket, now)
  return worm !== undefined && now.getTime() < Date.parse(object.lastModified) + worm.days * dayMs
}

/** Whether the object's own retention holds; who may bypass `GOVERNANCE` is not held. */
function isRetained(call: Call, { retention }: ObjectRecord): boolean {
  if (retention === undefined || call.now.getTime() >= Date.parse(retention.retainUntil)) return false
  return retention.mode === 'COMPLIANCE' || !bypassesGovernance(call)
}

/** Whether the request says that retention by governance is not for it. */
export const bypassesGovernance = (call: Call): boolean =>
  header(call, 'x-oss-bypass-governance-retention')?.toLowerCase() === 'true'

/** 409 for what may not be changed. */
export const fileImmutable = (key: string, reason: string): ServiceFault =>
  new ServiceFault(409, 'FileImmutable', 'The object you specified is immutable.', { details: { Key: key }, reason })

/** Whether a version may be neither replaced nor removed, by whomever. */
export function isImmutable(bucket: BucketRecord, object: ObjectRecord, now: Date): boolean {
  const { legalHold, retention } = object
  const isHeld = retention !== undefined && now.getTime() < Date.parse(retention.retainUntil)
  return legalHold === 'ON' || isHeld || isKeptByBucket(bucket, object, now)
}

/** Throws 409 while a version may be neither replaced nor removed. */
function checkVersion(call: Call, bucket: BucketRecord, version: VersionRecord | undefined): void {
  if (version?.kind !== 'object') return
  if (version.legalHold === 'ON') throw fileImmutable(version.key, 'a legal hold is on the object')
  if (isKeptByBucket(bucket, version, call.now)) throw fileImmutable(version.key, 'the bucket retains its objects')
  if (isRetained(call, version)) {
    throw fileImmutable(version.key, `the object is retained until ${version.retention?.retainUntil}`)
  }
}

/** Throws 409 when writing a key would replace a version that is kept from change. */
export function checkReplaceable(call: Call, bucket: BucketRecord, key: string): void {
  if (bucket.versioning !== 'Enabled') checkVersion(call, bucket, findVersion(call.store, bucket.name, key, 'null'))
}

/** Throws 409 when a version is kept from being removed. */
export function checkRemovable(call: Call, bucket: BucketRecord, key: string, versionId: string): void {
  checkVersion(call, bucket, findVersion(call.store, bucket.name, key, versionId))
}

/** The retention that a bucket gives new objects. */
export function defaultRetention(bucket: BucketRecord, now: Date): Retention | undefined {
  const document = readXml(bucket.configurations?.BucketObjectWormConfiguration ?? '', 'ObjectWormConfiguration')
  const rule = document && elementAt(document, 'Rule/DefaultRetention')
  if (rule === undefined) return undefined
  const until = new Date(now)
  until.setUTCDate(until.getUTCDate() + Number(textOf(rule, 'Days') ?? 0))
  until.setUTCFullYear(until.getUTCFullYear() + Number(textOf(rule, 'Years') ?? 0))
  return {
    mode: textOf(rule, 'Mode')?.trim() === 'COMPLIANCE' ? 'COMPLIANCE' : 'GOVERNANCE',
    retainUntil: until.toISOString(),
  }
}
