import type { Client } from '../client/client.ts'
import { IntegrityError, RequestError, ServiceError, ValidationError } from '../errors.ts'
import type { Body } from '../http/request-body.ts'
import type { InputOf } from '../operation.ts'
import { headObject, putObject } from '../operations/object-basic.ts'
import { initiateMultipartUpload, type Part, uploadPart } from '../operations/object-multipart.ts'
import { abortable, stoppable } from './abortable.ts'
import {
  type CheckpointId,
  type CheckpointStore,
  isSameTransfer,
  memoryCheckpoints,
  objectName,
  type UploadCheckpoint,
} from './checkpoint.ts'
import { defined } from './defined.ts'
import { inParallel } from './in-parallel.ts'
import {
  abandon,
  combinedCrc,
  complete,
  confirmed,
  type FinishedPart,
  failureOf,
  listAllParts,
  type MadeObject,
  type OpenUpload,
} from './multipart.ts'
import { maxParts, parallelFor, partSizeFor, partsOf, requestedPartSize } from './part-size.ts'
import { type TaskControl, type TaskOptions, TransferTask } from './task.ts'
import {
  checkReadable,
  crcOf,
  cut,
  openSource,
  sampleOf,
  type UploadSource,
  type UploadStream,
} from './upload-source.ts'

const defaultPartSize = 6_291_456

/** How an Uploader works. */
export interface UploaderOptions {
  /**
   * Bytes per part: 102400 (100 KiB) to 5368709120 (5 GiB). It is taken as often as it needs to stay below 10 000 parts; what
   * is smaller than one part goes in one request. @default 6291456
   */
  partSize?: number | undefined
  /** Parts under way at once. @default 3 */
  parallelNum?: number | undefined
  /** Leaves the parts that were uploaded where they are when the upload fails, as a checkpoint does. @default false */
  leavePartsOnError?: boolean | undefined
  /** Goes on where an earlier upload of the same source to the same object stopped. For sources with a name. @default false */
  enableCheckpoint?: boolean | undefined
  /** Where checkpoints are kept. @default in memory, as long as the Uploader is */
  checkpointStore?: CheckpointStore | undefined
  /** Whose upload it is: one with another scope does not go on with it. For `clearCheckpoints`. */
  checkpointScope?: string | undefined
  /** Before going on, compares what was uploaded with the source, byte for byte by its CRC-64. @default false */
  verifyData?: boolean | undefined
  /** Sends one part after the other and has OSS compute the MD5 of the whole. @default false */
  sequential?: boolean | undefined
}

/** How one upload works; what is not given here is as the Uploader has it. */
export interface UploadOptions extends UploaderOptions, TaskOptions {}

/** What `putObject` takes, without the body. `contentLength` is needed only for a stream whose size is known. */
export interface UploadRequest extends Omit<InputOf<typeof putObject>, 'body' | 'contentMd5'> {}

/** What an upload returns. */
export interface UploadResult extends MadeObject {
  /** The upload, if it was one in parts. */
  uploadId?: string | undefined
}

/**
 * Uploads objects of any size: in one request below the part size, in parts from there on. The CRC-64 of each part and of the
 * object are compared before it is a success.
 *
 * @example
 * const uploader = new Uploader(client, { parallelNum: 5 })
 * const task = uploader.uploadFrom({ bucket: 'photos', key: 'holiday.mp4' }, file, { onProgress })
 * const { etag } = await task
 */
export class Uploader {
  readonly #client: Client
  readonly #options: UploaderOptions

  constructor(client: Client, options: UploaderOptions = {}) {
    this.#client = client
    this.#options = { checkpointStore: memoryCheckpoints(), ...options }
  }

  /**
   * Uploads a source, replacing any object with the same key. A stream is read part by part as there is room for them.
   *
   * Rejects with a ValidationError before anything is sent, with what `putObject` and `initiateMultipartUpload` throw, and
   * with a TransferError once an upload in parts has begun. It is then given up, unless `leavePartsOnError`.
   */
  uploadFrom(
    request: UploadRequest,
    source: Body | UploadSource | PromiseLike<UploadSource>,
    options: UploadOptions = {},
  ): TransferTask<UploadResult> {
    const merged = { ...this.#options, ...defined(options) }
    const opening = Promise.resolve(source)
    // Whoever awaits the task is told, also where it ends before it comes to this.
    opening.catch(() => {})
    return new TransferTask('uploading', options, async (control) =>
      upload({ client: this.#client, request, options: merged, control }, await opening),
    )
  }
}

/** What one upload works with. */
interface Job {
  readonly client: Client
  readonly request: UploadRequest
  readonly options: UploaderOptions
  readonly control: TaskControl
}

async function upload(job: Job, given: Body | UploadSource): Promise<UploadResult> {
  const { request, options, control } = job
  const unit = requestedPartSize(options.partSize, defaultPartSize)
  const parallel = options.sequential ? 1 : parallelFor(options.parallelNum)
  const source = await openSource(given, request.contentLength)
  if (source.size !== undefined) control.meter.expect(source.size)
  if ('chunks' in source) return uploadStream(job, source, unit, parallel)
  if (source.size < unit) return putWhole(job, source)
  const partSize = partSizeFor(source.size, unit, defaultPartSize)
  if (!options.enableCheckpoint) return uploadParts(job, await begin(job, source), slices(source, partSize), parallel)
  return resumable(job, source, partSize, parallel)
}

/** Goes on with an earlier upload of the same source to the same object, if there is one. */
async function resumable(job: Job, source: UploadSource, partSize: number, parallel: number): Promise<UploadResult> {
  const { request, options, control } = job
  const store = options.checkpointStore!
  const destination = objectName(request.bucket, request.key)
  const id: CheckpointId = { kind: 'upload', source: nameOf(source), destination }
  const run = async () => {
    control.meter.enter('hashing')
    const identity = await identityOf(job, source, partSize)
    const found = await store.get(id)
    const checkpoint = isUsable(found, identity) ? found : undefined
    const begun = checkpoint && (await earlier(job, source, checkpoint))
    const made = checkpoint && !begun && (await madeEarlier(job, source, checkpoint))
    if (made) return made
    return goOn(begun ?? (await anew(job, source, id, identity, found)))
  }
  const goOn = (begun: Begun) => {
    for (const { number, size } of begun.present.values()) control.meter.skip(number, size)
    control.meter.enter('uploading')
    return uploadParts(job, begun, slices(source, partSize, begun.present), parallel)
  }
  return store.exclusively ? store.exclusively(id, control.signal, run) : run()
}

/** What a checkpoint must say to be that of this upload. */
type Identity = Omit<UploadCheckpoint, keyof CheckpointId | 'uploadId' | 'startedAt'>

async function identityOf(
  { request: { bucket, key }, options: { checkpointScope: scope } }: Job,
  source: UploadSource,
  partSize: number,
): Promise<Identity> {
  const { size, lastModified } = source
  return { version: 1, scope, bucket, key, size, partSize, lastModified, sample: await sampleOf(source) }
}

function nameOf({ id, name, size, lastModified }: UploadSource): string {
  if (id !== undefined) return id
  if (name === undefined) throw unnamed()
  return `${name} ${size} ${lastModified}`
}

const unnamed = () =>
  new ValidationError('enableCheckpoint', 'the source has no name to find it by again; upload a file, or give it an id')

function isUsable(found: unknown, identity: Identity): found is UploadCheckpoint {
  if (!isSameTransfer(found, { ...identity })) return false
  const { uploadId, startedAt } = found as Partial<UploadCheckpoint>
  return typeof uploadId === 'string' && uploadId !== '' && typeof startedAt === 'string'
}

/** OSS refuses clocks that differ by more. */
const clockToleranceMs = 900_000

/** The object, if the upload was completed and only its checkpoint was not deleted any more. */
async function madeEarlier(
  { client, request, options, control }: Job,
  source: UploadSource,
  checkpoint: UploadCheckpoint,
): Promise<UploadResult | undefined> {
  const { bucket, key, uploadId, startedAt } = checkpoint
  const { requestPayer } = request
  const { signal } = control
  const head = await headObject(client, { bucket, key, requestPayer }, { signal }).catch(unlessRefused)
  const isOlder = !head?.lastModified || head.lastModified.getTime() < Date.parse(startedAt) - clockToleranceMs
  if (isOlder || head.contentLength !== source.size) return undefined
  if (head.hashCrc64 !== (await crcOf(source.slice(0, source.size)))) return undefined
  await options.checkpointStore!.delete(checkpoint)
  control.meter.skip(1, source.size)
  return { ...head, uploadId }
}

async function earlier(
  { client, request, options, control }: Job,
  source: UploadSource,
  checkpoint: UploadCheckpoint,
): Promise<Begun | undefined> {
  const { bucket, key, uploadId, partSize } = checkpoint
  const upload = { bucket, key, uploadId, requestPayer: request.requestPayer }
  const listed = await listAllParts(client, upload, control.signal).catch(unlessRefused)
  if (!listed) return undefined
  const present = await usable(listed, source, partSize, options.verifyData, control.signal)
  return { upload, present, checkpoint }
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ServiceError && error.status < 500)) throw error
}

/** The parts that need not be sent again. */
async function usable(
  listed: readonly Part[],
  source: UploadSource,
  partSize: number,
  verifies: boolean | undefined,
  signal: AbortSignal,
): Promise<Map<number, FinishedPart>> {
  const byNumber = new Map(listed.map((part) => [part.partNumber, part]))
  const parts = new Map<number, FinishedPart>()
  for (const { number, start, end } of partsOf(source.size, partSize)) {
    signal.throwIfAborted()
    const { size, etag, hashCrc64 } = byNumber.get(number) ?? {}
    if (size !== end - start) continue
    if (verifies && hashCrc64 !== (await crcOf(source.slice(start, end)))) continue
    parts.set(number, { number, size, etag, crc64: hashCrc64 })
  }
  return parts
}

/** Begins an upload and keeps its id. An earlier one that cannot be used is given up. */
async function anew(
  job: Job,
  source: UploadSource,
  id: CheckpointId,
  identity: Identity,
  found: unknown,
): Promise<Begun> {
  const { client, request, options } = job
  const store = options.checkpointStore!
  const { bucket, key, requestPayer } = request
  if (found !== undefined) await store.delete(id)
  if (isSameTransfer(found, { version: 1, bucket, key, scope: identity.scope })) {
    await abandon(client, { bucket, key, requestPayer, uploadId: String((found as UploadCheckpoint).uploadId) })
  }
  const begun = await begin(job, source)
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
    await abandon(client, begun.upload)
    throw error
  }
  return { ...begun, checkpoint }
}

/** A part to send. */
interface PartToSend {
  readonly number: number
  readonly size: number
  readonly body: Body
  /** Throws if the part cannot be read. */
  check?(): Promise<void>
}

function* slices(
  source: UploadSource,
  partSize: number,
  present: ReadonlyMap<number, unknown> = new Map(),
): Generator<PartToSend> {
  for (const { number, start, end } of partsOf(source.size, partSize)) {
    if (present.has(number)) continue
    yield { number, size: end - start, body: source.slice(start, end), check: () => checkReadable(source, start) }
  }
}

async function uploadStream(job: Job, stream: UploadStream, unit: number, parallel: number): Promise<UploadResult> {
  if (job.options.enableCheckpoint) throw unnamed()
  const pieces = cut(stream.chunks, partSizeFor(stream.size, unit, defaultPartSize))
  const first = await abortable(pieces.next(), job.control.signal)
  const isWhole = first.done || (stream.size !== undefined && stream.size < unit)
  if (isWhole) {
    const bytes = first.value ?? new Uint8Array(0)
    // A stream that holds more than was declared only tells so when it is read on.
    await pieces.next()
    return putWhole(job, { size: bytes.byteLength, slice: () => bytes })
  }
  return uploadParts(job, await begin(job), numbered(first.value, pieces), parallel)
}

async function* numbered(first: Uint8Array, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<PartToSend> {
  let number = 1
  yield { number, size: first.byteLength, body: first }
  for await (const body of pieces) {
    number += 1
    if (number > maxParts) throw new ValidationError('partSize', `the stream makes more than ${maxParts} parts`)
    yield { number, size: body.byteLength, body }
  }
}

async function putWhole({ client, request, control }: Job, source: UploadSource): Promise<UploadResult> {
  const { size } = source
  const body = source.slice(0, size)
  const contentType = await typeOf(request, source)
  const made = await readable(
    () =>
      control.attempt((signal) =>
        putObject(
          client,
          { ...request, contentType, contentLength: size, body },
          { signal, onProgress: ({ transferred }) => control.meter.move(1, transferred) },
        ),
      ),
    () => checkReadable(source, 0),
  )
  if (made.hashCrc64 !== undefined) return made
  return confirmed(client, request, made, { size, crc64: await crcOf(source.slice(0, size)) }, control.signal)
}

/** The request's, else the source's own, else what the file's name tells. Without any, the operation guesses by the key. */
async function typeOf(request: UploadRequest, { type, name }: Partial<UploadSource> = {}): Promise<string | undefined> {
  if (request.contentType !== undefined || type || name === undefined) return request.contentType ?? (type || undefined)
  const table = await import('../content-types.ts').catch(() => undefined)
  return table?.findContentType(name)
}

/** An upload that was begun, here or earlier. */
interface Begun {
  readonly upload: OpenUpload
  /** Parts that are there already. */
  readonly present: ReadonlyMap<number, FinishedPart>
  readonly checkpoint?: UploadCheckpoint | undefined
}

/** Not broken off once it is sent: an upload whose id nobody learns could not be given up. */
async function begin({ client, request, options, control }: Job, source?: UploadSource): Promise<Begun> {
  const { bucket, key, requestPayer } = request
  const { acl: _, callback: __, callbackVar: ___, forbidOverwrite: ____, trafficLimit: _____, ...described } = request
  const contentType = await typeOf(request, source)
  control.signal.throwIfAborted()
  const { uploadId } = await initiateMultipartUpload(
    client,
    { ...described, contentLength: undefined, contentType },
    options.sequential ? { query: { sequential: '' } } : {},
  )
  return { upload: { bucket, key, uploadId, requestPayer }, present: new Map() }
}

async function uploadParts(
  job: Job,
  begun: Begun,
  parts: Iterable<PartToSend> | AsyncIterable<PartToSend>,
  parallel: number,
): Promise<UploadResult> {
  const { client, request, options, control } = job
  const { upload, checkpoint } = begun
  try {
    control.signal.throwIfAborted()
    const made = await sendAndComplete(job, begun, parts, parallel)
    if (checkpoint) await options.checkpointStore!.delete(checkpoint)
    return { ...made, uploadId: upload.uploadId }
  } catch (cause) {
    const keepsParts = control.keepsParts ?? (options.leavePartsOnError || checkpoint !== undefined)
    if (!keepsParts && checkpoint) await options.checkpointStore!.delete(checkpoint)
    throw await failureOf(client, upload, control, {
      cause,
      keepsParts,
      checkpoint: keepsParts ? checkpoint : undefined,
    })
  }

  async function sendAndComplete(...args: Parameters<typeof sendParts>): Promise<MadeObject> {
    const sent = await sendParts(...args)
    control.meter.enter('completing')
    const finished = await known(client, upload, sent, control.signal)
    const size = finished.reduce((sum, part) => sum + part.size, 0)
    const { acl, callback, callbackVar, forbidOverwrite } = request
    const input = { acl, callback, callbackVar, forbidOverwrite }
    return complete(client, upload, finished, input, { size, crc64: combinedCrc(finished) }, control.signal)
  }
}

/** Uploads parts and resolves to them and those that were present, in order. */
async function sendParts(
  { client, request, control }: Job,
  { upload, present }: Begun,
  parts: Iterable<PartToSend> | AsyncIterable<PartToSend>,
  parallel: number,
): Promise<SentPart[]> {
  const finished: SentPart[] = [...present.values()]
  const { trafficLimit } = request
  const send = async ({ number, size, body, check }: PartToSend): Promise<void> => {
    const answer = await readable(
      () =>
        control.attempt((signal) =>
          uploadPart(
            client,
            { ...upload, partNumber: number, body, trafficLimit },
            { signal, onProgress: ({ transferred }) => control.meter.move(number, transferred) },
          ),
        ),
      check,
    )
    control.meter.move(number, size)
    const localCrc = answer.hashCrc64 === undefined ? await crcOf(body) : undefined
    finished.push({ number, size, etag: answer.etag, crc64: answer.hashCrc64, localCrc })
  }
  await inParallel(whileRunning(parts, control), parallel, send, control.fail)
  return finished.sort((a, b) => a.number - b.number)
}

/** A part whose CRC-64 is compared later if its answer did not tell it. */
interface SentPart extends FinishedPart {
  readonly localCrc?: string | undefined
}

/** A source is not read while the transfer is paused, and one that does not move does not hold up an abort. */
async function* whileRunning<T>(items: Iterable<T> | AsyncIterable<T>, control: TaskControl): AsyncGenerator<T> {
  await control.attempt(async () => {})
  for await (const item of stoppable(items, control.signal)) {
    yield item
    await control.attempt(async () => {})
  }
}

/** Fills in what CORS rules hide from the answers to parts: OSS lists it. */
async function known(
  client: Client,
  upload: OpenUpload,
  sent: SentPart[],
  signal: AbortSignal,
): Promise<FinishedPart[]> {
  if (sent.every(({ etag, crc64 }) => etag !== undefined && crc64 !== undefined)) return sent
  const listed = new Map((await listAllParts(client, upload, signal)).map((part) => [part.partNumber, part]))
  return sent.map((part) => {
    const { etag, hashCrc64 } = listed.get(part.number) ?? {}
    const { localCrc = hashCrc64 } = part
    if (hashCrc64 !== undefined && localCrc !== hashCrc64) throw new IntegrityError('UploadPart', localCrc!, hashCrc64)
    return { ...part, etag: part.etag ?? etag, crc64: part.crc64 ?? hashCrc64 ?? localCrc }
  })
}

/** Tells a source that cannot be read from a network that does not work. */
async function readable<T>(send: () => Promise<T>, check: (() => Promise<void>) | undefined): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof RequestError) await check?.()
    throw error
  }
}
