import type { RandomSource } from '../random-source.ts'
import { invertedSequence, sequenceOf, versionKey, versionsOfKey } from './keys.ts'
import type { BucketRecord, DeleteMarkerRecord, ObjectRecord, Piece, VersionRecord } from './records.ts'
import type { Store, StoreEntry, Transaction } from './store.ts'

/** Whether a text can be a version id. */
export const isVersionId = (text: string): boolean => text === 'null' || /^CAEQ[0-9A-F]{28}$/.test(text)

/** The number of the version that an id names; undefined for `null`. */
export const sequenceInVersionId = (versionId: string): string | undefined =>
  versionId === 'null' ? undefined : versionId.slice(4, 12).toLowerCase()

const newVersionId = (sequence: number, random: RandomSource): string =>
  `CAEQ${invertedSequence(sequence)}${random.bytes(10).toString('hex')}`.toUpperCase()

const versionEntries = (store: Store, bucket: string, key: string): StoreEntry<VersionRecord>[] => [
  ...store.range<VersionRecord>(...versionsOfKey(bucket, key)),
]

/** The newest version of a key. */
export function currentVersion(store: Store, bucket: string, key: string): VersionRecord | undefined {
  for (const { value } of store.range<VersionRecord>(...versionsOfKey(bucket, key))) return value
  return undefined
}

/** The version with the given id, or the newest one. */
export function findVersion(store: Store, bucket: string, key: string, versionId?: string): VersionRecord | undefined {
  if (versionId === undefined) return currentVersion(store, bucket, key)
  return versionEntries(store, bucket, key).find(({ value }) => value.versionId === versionId)?.value
}

/** A version before it has its id. */
export type NewVersion = Omit<ObjectRecord, 'versionId'> | Omit<DeleteMarkerRecord, 'versionId'>

/** The pieces of a version that are free once it is gone. */
export const piecesOf = (version: VersionRecord): readonly Piece[] => (version.kind === 'object' ? version.pieces : [])

/**
 * Makes a version the newest one. Where versioning is not enabled it is the version `null` and takes the place of
 * the one that was. Returns its id and the pieces that nobody needs any more.
 */
export function addVersion<T extends NewVersion>(
  { store, random }: { readonly store: Store; readonly random: RandomSource },
  transaction: Transaction,
  bucket: BucketRecord,
  version: T,
): { versionId: string; freed: Piece[] } {
  const entries = versionEntries(store, bucket.name, version.key)
  const sequence = entries[0] === undefined ? 1 : sequenceOf(entries[0].key) + 1
  const versionId = bucket.versioning === 'Enabled' ? newVersionId(sequence, random) : 'null'
  const replaced = entries.filter(({ value }) => value.versionId === versionId)
  for (const { key } of replaced) transaction.remove(key)
  transaction.put(versionKey(bucket.name, version.key, sequence), { ...version, versionId })
  return { versionId, freed: replaced.flatMap(({ value }) => piecesOf(value)) }
}

/** Puts a changed record in the place of the version with the same id. */
export function replaceVersion(store: Store, transaction: Transaction, bucket: string, version: VersionRecord): void {
  const entry = versionEntries(store, bucket, version.key).find(({ value }) => value.versionId === version.versionId)
  if (entry !== undefined) transaction.put(entry.key, version)
}

/** Removes the version with the given id for good, and returns it. */
export function removeVersion(
  store: Store,
  transaction: Transaction,
  bucket: string,
  key: string,
  versionId: string,
): VersionRecord | undefined {
  const entry = versionEntries(store, bucket, key).find(({ value }) => value.versionId === versionId)
  if (entry !== undefined) transaction.remove(entry.key)
  return entry?.value
}
