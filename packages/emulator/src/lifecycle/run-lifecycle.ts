import { createHash } from 'node:crypto'
import type { RandomSource } from '../random-source.ts'
import { isImmutable } from '../retention.ts'
import { bucketKey, partKey, partsOfUpload, uploadKey, uploadsOfBucket, versionsOfBucket } from '../storage/keys.ts'
import type {
  BucketRecord,
  ObjectRecord,
  PartRecord,
  Piece,
  StorageClass,
  UploadRecord,
  VersionRecord,
} from '../storage/records.ts'
import type { Storage } from '../storage/storage.ts'
import type { Store, StoreEntry, Transaction } from '../storage/store.ts'
import { addVersion, piecesOf } from '../storage/versions.ts'
import { type ClassChange, isAbout, isDue, type LifecycleRule, readLifecycleRules } from './lifecycle-rule.ts'

type VersionEntry = StoreEntry<VersionRecord>

/** What carrying out rules needs, and the pieces that it frees. */
interface Run {
  readonly store: Store
  readonly random: RandomSource
  readonly transaction: Transaction
  readonly bucket: BucketRecord
  readonly rules: readonly LifecycleRule[]
  readonly now: Date
  readonly freed: Piece[]
}

const coldness: readonly StorageClass[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']

const isColder = (change: ClassChange, storageClass: StorageClass): boolean =>
  coldness.indexOf(change.storageClass) > coldness.indexOf(storageClass)

/** What may still be appended to does not get colder than Archive. */
const isTooCold = ({ type, sealedAt }: ObjectRecord, { storageClass }: ClassChange): boolean =>
  type === 'Appendable' && sealedAt === undefined && storageClass.endsWith('ColdArchive')

/** The coldest of the changes that are due. */
function dueChange(changes: readonly ClassChange[], object: ObjectRecord, since: string, now: Date) {
  const due = changes.filter(
    (change) =>
      isColder(change, object.storageClass) &&
      !isTooCold(object, change) &&
      isDue(change, change.byAccess ? (object.accessedAt ?? since) : since, now),
  )
  return due.sort((a, b) => coldness.indexOf(b.storageClass) - coldness.indexOf(a.storageClass))[0]
}

function changeClass(run: Run, key: string, object: ObjectRecord, change: ClassChange): void {
  run.transaction.put(key, {
    ...object,
    storageClass: change.storageClass,
    transitionedAt: run.now.toISOString(),
    returnsWhenVisited: change.byAccess && change.returnsWhenVisited,
  })
}

function remove(run: Run, { key, value }: VersionEntry): void {
  run.transaction.remove(key)
  run.freed.push(...piecesOf(value))
}

/** Removes the current version of an object, or hides it behind a delete marker where versions are kept. */
function expire(run: Run, entry: VersionEntry): void {
  const { bucket, now } = run
  if (bucket.versioning === undefined) return void remove(run, entry)
  const marker = {
    kind: 'deleteMarker',
    key: entry.value.key,
    ownerId: bucket.ownerId,
    lastModified: now.toISOString(),
  } as const
  run.freed.push(...addVersion(run, run.transaction, bucket, marker).freed)
}

function visitCurrent(run: Run, entry: VersionEntry): void {
  const { rules, bucket, now } = run
  const object = entry.value
  if (object.kind !== 'object') return
  const about = rules.filter((rule) => isAbout(rule, object))
  const hasExpired = about.some(({ expiration }) => expiration && isDue(expiration, object.lastModified, now))
  const isKept = bucket.versioning !== 'Enabled' && isImmutable(bucket, object, now)
  if (hasExpired && !isKept) return void expire(run, entry)
  const changes = about.flatMap(({ transitions }) => transitions)
  const change = dueChange(changes, object, object.lastModified, now)
  if (change !== undefined) changeClass(run, entry.key, object, change)
}

/** Visits a version that a newer one has replaced at `replacedAt`. */
function visitPrevious(run: Run, entry: VersionEntry, replacedAt: string): void {
  const { rules, bucket, now } = run
  const version = entry.value
  const about = rules.filter((rule) =>
    version.kind === 'object' ? isAbout(rule, version) : version.key.startsWith(rule.prefix),
  )
  const hasExpired = about.some(
    ({ previousExpiration }) => previousExpiration && isDue(previousExpiration, replacedAt, now),
  )
  if (hasExpired && !(version.kind === 'object' && isImmutable(bucket, version, now))) return void remove(run, entry)
  if (version.kind !== 'object') return
  const changes = about.flatMap(({ previousTransitions }) => previousTransitions)
  const change = dueChange(changes, version, replacedAt, now)
  if (change !== undefined) changeClass(run, entry.key, version, change)
}

/** The versions of each key, the newest first. */
function versionsByKey(store: Store, bucket: string): VersionEntry[][] {
  const groups = new Map<string, VersionEntry[]>()
  for (const entry of store.range<VersionRecord>(...versionsOfBucket(bucket))) {
    const group = groups.get(entry.value.key)
    if (group === undefined) groups.set(entry.value.key, [entry])
    else group.push(entry)
  }
  return [...groups.values()]
}

function visitVersions(run: Run, versions: readonly VersionEntry[]): void {
  const [current, ...previous] = versions
  if (current === undefined) return
  const isLone = previous.length === 0 && current.value.kind === 'deleteMarker'
  const isUnwanted = run.rules.some((rule) => rule.removesLoneMarkers && current.value.key.startsWith(rule.prefix))
  if (isLone && isUnwanted) return void remove(run, current)
  for (const [index, entry] of previous.entries()) visitPrevious(run, entry, versions[index]!.value.lastModified)
  visitCurrent(run, current)
}

function visitUpload(run: Run, { key, uploadId, initiatedAt }: UploadRecord): void {
  const isOver = run.rules.some(
    ({ prefix, uploadExpiration }) =>
      uploadExpiration && key.startsWith(prefix) && isDue(uploadExpiration, initiatedAt, run.now),
  )
  if (!isOver) return
  run.transaction.remove(uploadKey(run.bucket.name, key, uploadId))
  for (const { value } of [...run.store.range<PartRecord>(...partsOfUpload(uploadId))]) {
    run.transaction.remove(partKey(uploadId, value.number))
    run.freed.push(value.piece)
  }
}

/** What tells one run from another: the day, and the rules. */
const markOf = (document: string, now: Date): string =>
  `${now.toISOString().slice(0, 10)} ${createHash('md5').update(document).digest('hex')}`

/** Carries out the lifecycle rules of a bucket, once a day and whenever they were changed. */
export async function runLifecycle(
  { store, bytes, random }: Pick<Storage, 'store' | 'bytes'> & { readonly random: RandomSource },
  name: string,
  now: Date,
): Promise<void> {
  const read = (): BucketRecord | undefined => store.get<BucketRecord>(bucketKey(name))
  const documentOf = (record: BucketRecord | undefined): string | undefined => record?.configurations?.BucketLifecycle
  const wanted = documentOf(read())
  if (wanted === undefined || read()?.lifecycleRun === markOf(wanted, now)) return
  const freed: Piece[] = []
  await store.transact((transaction) => {
    const bucket = read()
    const document = documentOf(bucket)
    if (bucket === undefined || document === undefined) return
    const run: Run = { store, random, transaction, bucket, rules: readLifecycleRules(document), now, freed }
    for (const versions of versionsByKey(store, name)) visitVersions(run, versions)
    const uploads = [...store.range<UploadRecord>(...uploadsOfBucket(name))]
    for (const { value } of uploads) visitUpload(run, value)
    transaction.put(bucketKey(name), { ...bucket, lifecycleRun: markOf(document, now) })
  })
  await bytes.remove(freed)
}
