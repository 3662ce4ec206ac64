import { OSSError, ServiceError } from '../errors.ts'
import { headObject } from '../operations/object-basic.ts'
import type { Part } from '../operations/object-multipart.ts'
import { type CheckpointId, forgetEnded, isSameTransfer, objectName, type UploadCheckpoint } from './checkpoint.ts'
import { abandon, type FinishedPart, failureOf, listAllParts, type MadeObject } from './multipart.ts'
import { partsOf } from './part-size.ts'
import { encryptedBy, type StoredForm, storedFormOf } from './stored-form.ts'
import type { TaskControl } from './task.ts'
import { type Begun, begin, type Job, slices, type UploadResult, uploadParts } from './upload-parts.ts'
import { crcOfRange, type UploadSource, unnamed } from './upload-source.ts'

/** Goes on with an earlier upload of the same source to the same object, if there is one. */
export async function resumable(
  job: Job,
  source: UploadSource,
  partSize: number,
  parallel: number,
): Promise<UploadResult> {
  const { options, control } = job
  const store = options.checkpointStore!
  const id = idOf(job, source)
  const askedAt = new Date().toISOString()
  const run = async (hasWaited: boolean) => {
    control.meter.enter('hashing')
    const identity = await identityOf(job, source, partSize)
    const found = await store.get(id)
    const checkpoint = isUsable(found, identity) ? found : undefined
    const begun = checkpoint && (await earlier(job, source, checkpoint))
    if (begun) return goOn(begun)
    // Without a checkpoint, what was waited for has most likely uploaded this very file.
    const since = found === undefined && hasWaited ? askedAt : checkpoint?.startedAt
    const made = since === undefined ? undefined : await madeSince(job, source, since)
    if (!made) return goOn(await anew(job, source, id, identity, found))
    if (checkpoint) await forgetEnded(store, checkpoint)
    return { ...made, uploadId: checkpoint?.uploadId }
  }
  const goOn = (begun: Begun) => {
    for (const { number, size } of begun.present.values()) control.meter.skip(number, size)
    control.meter.enter('uploading')
    return uploadParts(job, begun, slices(source, partSize, begun.present), parallel)
  }
  return store.exclusively ? store.exclusively(id, control.signal, run) : run(false)
}

/** Uploads by `putWhole`. An earlier upload of the same source in parts, as when that was larger, is given up then. */
export async function insteadOfParts(
  job: Job,
  source: UploadSource,
  putWhole: () => Promise<UploadResult>,
): Promise<UploadResult> {
  if ((source.id ?? source.name) === undefined) return putWhole()
  const store = job.options.checkpointStore!
  const id = idOf(job, source)
  const run = async () => {
    const made = await putWhole()
    const found = await store.get(id).catch(() => undefined)
    if (found !== undefined) await giveUp(job, id, found)
    return made
  }
  return store.exclusively ? store.exclusively(id, job.control.signal, run) : run()
}

const idOf = ({ request, options }: Job, source: UploadSource): CheckpointId => ({
  kind: 'upload',
  source: nameOf(source),
  destination: objectName(request.bucket, request.key),
  scope: options.checkpointScope,
})

/** What a checkpoint must say to be that of this upload. */
type Identity = Omit<UploadCheckpoint, 'kind' | 'source' | 'destination' | 'uploadId' | 'startedAt'>

async function identityOf(
  { client, request: { bucket, key }, options: { checkpointScope: scope }, control }: Job,
  source: UploadSource,
  partSize: number,
): Promise<Identity> {
  const { size, lastModified } = source
  const sample = await sampleOf(source, control)
  return { version: 1, scope, bucket, key, size, partSize, lastModified, sample, encrypted: encryptedBy(client) }
}

function nameOf({ id, name, size, lastModified }: UploadSource): string {
  if (id !== undefined) return id
  if (name === undefined) throw unnamed()
  return `${name} ${size} ${lastModified}`
}

/** Bytes at either end that tell files of one name, size and time apart. */
const sampleBytes = 65_536

/** The CRC-64 of the beginning and that of the end. */
async function sampleOf(source: UploadSource, control: TaskControl): Promise<string> {
  const { size } = source
  const head = await crcOfRange(source, { start: 0, end: Math.min(size, sampleBytes) }, control)
  return `${head} ${await crcOfRange(source, { start: Math.max(0, size - sampleBytes), end: size }, control)}`
}

function isUsable(found: unknown, identity: Identity): found is UploadCheckpoint {
  if (!isSameTransfer(found, { ...identity })) return false
  const { uploadId, startedAt } = found as Partial<UploadCheckpoint>
  return typeof uploadId === 'string' && uploadId !== '' && typeof startedAt === 'string'
}

/** OSS refuses clocks that differ by more. */
const clockToleranceMs = 900_000

/** The object, if it was made since then of the same bytes, and only the checkpoint was not deleted any more. */
async function madeSince(
  { client, request, control }: Job,
  source: UploadSource,
  since: string,
): Promise<MadeObject | undefined> {
  const { bucket, key, requestPayer } = request
  const head = await control.attempt((signal) =>
    headObject(client, { bucket, key, requestPayer }, { signal }).catch(unlessRefused),
  )
  const isOlder = !head?.lastModified || head.lastModified.getTime() < Date.parse(since) - clockToleranceMs
  if (isOlder || head.contentLength !== source.size) return undefined
  const crc64 = await storedFormOf(client, { bucket, key, head }, control.signal)
    .then((stored) => crcOfRange(source, { start: 0, end: source.size }, control, stored))
    .catch(unlessUnreadable)
  if (crc64 === undefined || head.hashCrc64 !== crc64) return undefined
  control.meter.skip(1, source.size)
  return head
}

async function earlier(
  { client, request, options, control }: Job,
  source: UploadSource,
  checkpoint: UploadCheckpoint,
): Promise<Begun | undefined> {
  const { bucket, key, uploadId, partSize } = checkpoint
  const upload = { bucket, key, uploadId, requestPayer: request.requestPayer }
  const listed = await control.attempt((signal) => listAllParts(client, upload, signal).catch(unlessRefused))
  if (!listed) return undefined
  const form = await storedFormOf(client, upload, control.signal)
    .then((stored) => ({ stored }))
    .catch(unlessUnreadable)
  if (!form) return undefined
  const verifies = options.verifyData ?? true
  const present = await usable(listed, source, partSize, verifies ? { control, ...form } : undefined)
  return present && { upload, present, checkpoint }
}

/** Who may encrypt need not be able to decrypt, and what is encrypted otherwise is not gone on with. */
export function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof OSSError && error.isRetryable === false)) throw error
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ServiceError && error.status < 500)) throw error
}

/** The parts that need not be sent again. Undefined if none may be: other bytes would be encrypted as those before were. */
async function usable(
  listed: readonly Part[],
  source: UploadSource,
  partSize: number,
  verifying: { control: TaskControl; stored: StoredForm | undefined } | undefined,
): Promise<Map<number, FinishedPart> | undefined> {
  const byNumber = new Map(listed.map((part) => [part.partNumber, part]))
  const parts = new Map<number, FinishedPart>()
  for (const { number, start, end } of partsOf(source.size, partSize)) {
    const { size, etag, hashCrc64 } = byNumber.get(number) ?? {}
    if (size !== end - start) continue
    const crc =
      verifying && hashCrc64 !== undefined
        ? await crcOfRange(source, { start, end }, verifying.control, verifying.stored)
        : hashCrc64
    if (hashCrc64 !== crc && verifying?.stored) return undefined
    if (hashCrc64 !== crc) continue
    parts.set(number, { number, size, etag, crc64: hashCrc64 })
  }
  return parts
}

/** Forgets an earlier upload of the same source to the same object, and gives it up. */
async function giveUp({ client, request, options, control }: Job, id: CheckpointId, found: unknown): Promise<void> {
  const { bucket, key, requestPayer } = request
  await forgetEnded(options.checkpointStore!, id)
  if (!isSameTransfer(found, { version: 1, bucket, key, scope: options.checkpointScope })) return
  const { uploadId } = found as Partial<UploadCheckpoint>
  if (!uploadId || (await abandon(client, { bucket, key, requestPayer, uploadId }))) return
  control.leaveOpen({ bucket, key, uploadId })
}

/** Begins an upload and keeps its id. An earlier one that cannot be used is given up. */
async function anew(
  job: Job,
  source: UploadSource,
  id: CheckpointId,
  identity: Identity,
  found: unknown,
): Promise<Begun> {
  const { client, options, control } = job
  const store = options.checkpointStore!
  if (found !== undefined) await giveUp(job, id, found)
  const begun = await begin(job, identity.partSize, source.size, source)
  const { uploadId } = begun.upload
  const checkpoint: UploadCheckpoint = {
    ...id,
    ...identity,
    kind: 'upload',
    uploadId,
    startedAt: new Date().toISOString(),
  }
  try {
    await store.put(checkpoint)
  } catch (error) {
    throw await failureOf(client, begun.upload, control, { cause: error, keepsParts: false })
  }
  return { ...begun, checkpoint }
}
