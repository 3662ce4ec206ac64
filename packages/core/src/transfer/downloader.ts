import { abortable } from '../abortable.ts'
import type { Client } from '../client/client.ts'
import { defined } from '../defined.ts'
import { IntegrityError, SerializationError, TransferError, ValidationError } from '../errors.ts'
import { combineCrc64 } from '../integrity/combine-crc64.ts'
import { crc64 } from '../integrity/crc64.ts'
import type { InputOf, OutputOf } from '../operation.ts'
import { type getObject, headObject } from '../operations/object-basic.ts'
import { blobTarget } from './blob-target.ts'
import { type ByteSpan, rangeText, spanOf } from './byte-span.ts'
import {
  type CheckpointId,
  type CheckpointStore,
  type DownloadCheckpoint,
  forgetEnded,
  isSameTransfer,
  memoryCheckpoints,
  objectName,
} from './checkpoint.ts'
import { type DownloadTarget, streamTarget } from './download-target.ts'
import { inParallel } from './in-parallel.ts'
import { ObjectChangedError } from './object-changed-error.ts'
import { type PartRange, parallelFor, partSizeFor, partsOf, requestedPartSize } from './part-size.ts'
import { encryptedBy, type StoredForm, storedFormOf } from './stored-form.ts'
import { type TaskControl, type TaskOptions, TransferTask } from './task.ts'
import { unbrokenRange } from './unbroken-range.ts'
import { withWholeEtag } from './whole-etag.ts'

const defaultPartSize = 6_291_456

/** How a Downloader works. */
export interface DownloaderOptions {
  /** Bytes per part: 102400 (100 KiB) to 5368709120 (5 GiB). @default 6291456 */
  partSize?: number | undefined
  /** Parts under way at once; one where the target takes bytes in order only. @default 3 */
  parallelNum?: number | undefined
  /** Goes on where an earlier download of the same object to the same target stopped. For targets with an id. @default false */
  enableCheckpoint?: boolean | undefined
  /** Where checkpoints are kept. @default in memory, as long as the Downloader is */
  checkpointStore?: CheckpointStore | undefined
  /**
   * Whose download it is: one with another scope does not go on with it. Checkpoints name buckets and keys; a scope is how to
   * tell endpoints, accounts or users apart. For `clearCheckpoints` as well.
   */
  checkpointScope?: string | undefined
  /** Before going on, compares what is there already by its CRC-64. @default false */
  verifyData?: boolean | undefined
  /** Does not compare the CRC-64 of the whole object. @default false */
  disableDownloadCrc64Check?: boolean | undefined
}

/** How one download works; what is not given here is as the Downloader has it. */
export interface DownloadOptions extends DownloaderOptions, TaskOptions {}

/** What `getObject` takes, without what would make the parts not those of the stored object. */
export interface DownloadRequest
  extends Omit<InputOf<typeof getObject>, 'rangeBehavior' | 'process' | 'acceptEncoding'> {}

/** What a download returns: what `headObject` tells. */
export interface DownloadResult extends OutputOf<typeof headObject> {
  /** Bytes that were asked for, those of an earlier download included. */
  size: number
}

/**
 * Downloads objects of any size in parts. All parts are checked to be of one version of the object, a part that is cut goes
 * on where it was cut, and the CRC-64 of the whole is compared before it is a success.
 *
 * @example
 * const downloader = new Downloader(client, { parallelNum: 5 })
 * await downloader.downloadTo({ bucket: 'photos', key: 'holiday.mp4' }, writable, { onProgress })
 */
export class Downloader {
  readonly #client: Client
  readonly #options: DownloaderOptions

  constructor(client: Client, options: DownloaderOptions = {}) {
    this.#client = client
    this.#options = { checkpointStore: memoryCheckpoints(), ...defined(options) }
  }

  /**
   * Downloads an object, or a range of it. A WritableStream gets one part after the other and is closed at the end; it is
   * aborted when the download fails.
   *
   * Rejects with a ValidationError before anything is sent, or if the range begins behind the object; with what `headObject`
   * throws; and with a TransferError once the download has begun, with an ObjectChangedError as its cause if the object is
   * replaced meanwhile, an IntegrityError if bytes changed on the way.
   */
  downloadTo(
    request: DownloadRequest,
    target: WritableStream<Uint8Array> | DownloadTarget | PromiseLike<DownloadTarget>,
    options: DownloadOptions = {},
  ): TransferTask<DownloadResult> {
    const merged = { ...this.#options, ...defined(options) }
    return new TransferTask('downloading', options, async (control) => {
      const { signal } = control
      const opened = 'getWriter' in target ? streamTarget(target, signal) : await openedTarget(target, signal)
      return download({ client: this.#client, request, options: merged, control, target: opened })
    })
  }

  /**
   * Downloads an object, or a range of it, into a Blob of its Content-Type, as for `URL.createObjectURL`. There are no
   * checkpoints of it.
   *
   * Rejects as `downloadTo` does.
   */
  downloadBlob(request: DownloadRequest, options: DownloadOptions = {}): TransferTask<Blob> {
    const merged = { ...this.#options, ...defined(options), enableCheckpoint: false }
    return new TransferTask('downloading', options, async (control) => {
      const target = blobTarget()
      const { contentType } = await download({ client: this.#client, request, options: merged, control, target })
      return target.blob(contentType)
    })
  }
}

/** Who opens it may be asking the user, which does not hold up an abort. What is opened in spite of that is let go of. */
async function openedTarget(
  target: DownloadTarget | PromiseLike<DownloadTarget>,
  signal: AbortSignal,
): Promise<DownloadTarget> {
  if (!('then' in target)) return target
  try {
    return await abortable(target, signal)
  } catch (error) {
    target.then(
      (late) => late.suspend(),
      () => {},
    )
    throw error
  }
}

/** What one download works with. */
interface Job {
  readonly client: Client
  readonly request: DownloadRequest
  readonly options: DownloaderOptions
  readonly control: TaskControl
  readonly target: DownloadTarget
}

/** The object as it was when the download began, and what of it is wanted. */
interface Wanted {
  readonly head: OutputOf<typeof headObject>
  readonly span: ByteSpan
  readonly partSize: number
  /** What the CRC-64 of bytes is counted of, where it is not the bytes themselves. */
  readonly stored: StoredForm | undefined
}

async function download(job: Job): Promise<DownloadResult> {
  const { request, options, control, target } = job
  let id: CheckpointId | undefined
  let hasBegun = false
  try {
    id = options.enableCheckpoint ? checkpointId(job) : undefined
    const unit = requestedPartSize(options.partSize, defaultPartSize)
    const parallel = target.isSequential ? 1 : parallelFor(options.parallelNum)
    const answer = await control.attempt((signal) => headObject(job.client, headInput(request), { signal }))
    const head = withWholeEtag(answer)
    if (head.contentLength === undefined) throw new SerializationError('HeadObject: the answer does not tell the size')
    const span = spanOf(rangeText(request.range), head.contentLength)
    const { bucket, key, versionId, requestPayer } = request
    const object = { bucket, key, versionId, requestPayer, head }
    const stored = await storedFormOf(job.client, object, control.signal)
    const size = span.end - span.start
    control.meter.expect(size)
    const wanted = { head, span, stored, partSize: partSizeFor(size, unit, defaultPartSize) }
    const run = () => {
      hasBegun = true
      return fetchAll(job, wanted, parallel, id)
    }
    const store = options.checkpointStore!
    await (id && store.exclusively ? store.exclusively(id, control.signal, run) : run())
    return { ...head, size }
  } catch (error) {
    // What an earlier download left is still good for the next.
    if (!hasBegun) await letGo(target, id !== undefined, error)
    throw error
  }
}

/** As far as that is possible: what the download failed with is worth more than why this fails. */
const letGo = (target: DownloadTarget, isKept: boolean, reason: unknown): Promise<void> =>
  (isKept ? target.suspend() : target.discard(reason)).catch(() => {})

function headInput({ bucket, key, versionId, requestPayer, ...request }: DownloadRequest): InputOf<typeof headObject> {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = request
  return { bucket, key, versionId, requestPayer, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }
}

function checkpointId({ request, options: { checkpointScope: scope }, target: { id } }: Job): CheckpointId {
  const { bucket, key, versionId = '', range } = request
  if (id === undefined) throw new ValidationError('enableCheckpoint', 'the target has no id to find it by again')
  const source = `${objectName(bucket, key)}\n${versionId}\n${rangeText(range)}`
  return { kind: 'download', source, destination: id, scope }
}

/** All bytes from the start of the span up to `offset` are there, and this is their CRC-64. */
interface Position {
  readonly offset: number
  readonly crc64: string
}

/** Downloads what is missing and compares the whole. */
async function fetchAll(job: Job, wanted: Wanted, parallel: number, id: CheckpointId | undefined): Promise<void> {
  const { request, options, control, target } = job
  const { head, span, partSize } = wanted
  const startedAt = new Date().toISOString()
  const position = new ReachedPosition({ offset: span.start, crc64: '0' }, (reached) => keep(reached))
  try {
    if (id) position.goOnAt(await earlier(job, wanted, id))
    const present = position.reached.offset - span.start
    await target.truncate(present)
    control.meter.skip(0, present)
    control.meter.enter('downloading')
    await inParallel(
      partsOf(span.end, partSize, position.reached.offset),
      parallel,
      async (part) => position.add(part, await fetchPart(job, wanted, part)),
      control.fail,
    )
    control.signal.throwIfAborted()
    if (!options.disableDownloadCrc64Check && rangeText(request.range) === '') compareCrc(head, position.reached.crc64)
    await target.commit()
    if (id) await forgetEnded(options.checkpointStore!, id)
  } catch (cause) {
    const isSpoiled = cause instanceof IntegrityError || cause instanceof ObjectChangedError
    const isKept = id !== undefined && !isSpoiled && control.keepsParts !== false
    await letGo(target, isKept, cause)
    if (id && !isKept) await forgetEnded(options.checkpointStore!, id)
    if (control.isAborted) throw control.signal.reason
    const checkpoint = isKept ? checkpointAt(position.reached) : undefined
    throw new TransferError(`${objectName(request.bucket, request.key)}: download`, { cause, checkpoint })
  }

  async function keep(reached: Position): Promise<void> {
    const checkpoint = checkpointAt(reached)
    if (!checkpoint) return
    await target.flush?.()
    await options.checkpointStore!.put(checkpoint)
  }

  function checkpointAt(reached: Position): DownloadCheckpoint | undefined {
    return id && { ...id, ...identityOf(job, wanted), kind: 'download', startedAt, ...reached }
  }
}

/** How far the unbroken sequence of parts has come, as parts are added in any order. */
class ReachedPosition {
  #reached: Position
  #kept: Promise<void> = Promise.resolve()
  readonly #waiting = new Map<number, { end: number; crc64: string }>()
  readonly #onReached: (position: Position) => Promise<void>

  constructor(start: Position, onReached: (position: Position) => Promise<void>) {
    this.#reached = start
    this.#onReached = onReached
  }

  get reached(): Position {
    return this.#reached
  }

  goOnAt(position: Position | undefined): void {
    this.#reached = position ?? this.#reached
  }

  /** Resolves when what was reached by it is kept, one position after the other. */
  async add({ start, end }: PartRange, crc: string): Promise<void> {
    this.#waiting.set(start, { end, crc64: crc })
    const before = this.#reached
    for (let next = this.#take(); next; next = this.#take()) {
      const size = next.end - this.#reached.offset
      this.#reached = { offset: next.end, crc64: combineCrc64(this.#reached.crc64, next.crc64, size) }
    }
    const reached = this.#reached
    if (reached === before) return
    this.#kept = this.#kept.then(() => this.#onReached(reached))
    await this.#kept
  }

  #take(): { end: number; crc64: string } | undefined {
    const { offset } = this.#reached
    const next = this.#waiting.get(offset)
    this.#waiting.delete(offset)
    return next
  }
}

/** What a checkpoint must say to be that of this download. */
type Identity = Omit<DownloadCheckpoint, 'kind' | 'source' | 'destination' | keyof Position | 'startedAt'>

function identityOf({ client, request, options }: Job, { head, partSize }: Wanted): Identity {
  const { bucket, key, versionId } = request
  return {
    version: 1,
    scope: options.checkpointScope,
    bucket,
    key,
    versionId,
    range: rangeText(request.range),
    size: head.contentLength ?? 0,
    lastModified: head.lastModified?.toUTCString() ?? '',
    etag: head.etag ?? '',
    partSize,
    encrypted: encryptedBy(client),
  }
}

/** How far an earlier download came; a checkpoint that does not belong to this one is deleted. */
async function earlier(job: Job, wanted: Wanted, id: CheckpointId): Promise<Position | undefined> {
  const { options, control } = job
  const found = await options.checkpointStore!.get(id)
  if (found === undefined) return undefined
  control.meter.enter('hashing')
  if (isSameTransfer(found, { ...identityOf(job, wanted) }) && (await isTrue(job, wanted, found as Position)))
    return found as Position
  await options.checkpointStore!.delete(id)
  return undefined
}

/** Whether a checkpoint can be right, and the bytes that it speaks of are there. */
async function isTrue(
  { target, options, control }: Job,
  { span, partSize, stored }: Wanted,
  { offset, crc64: crc }: Position,
) {
  if (!Number.isSafeInteger(offset) || offset < span.start || offset > span.end) return false
  if (typeof crc !== 'string' || !/^\d{1,20}$/.test(crc)) return false
  const present = offset - span.start
  if (present === 0) return crc === '0'
  if (present % partSize !== 0 && offset !== span.end) return false
  if (((await target.size?.()) ?? 0) < present) return false
  // What came to its end may have been completed, and its target changed since.
  const isTrusted = !options.verifyData && offset < span.end
  return isTrusted || crc === (await crcOfPresent(target, { start: span.start, size: present, stored }, control.signal))
}

async function crcOfPresent(
  { read }: DownloadTarget,
  { start, size, stored }: { start: number; size: number; stored: StoredForm | undefined },
  signal: AbortSignal,
): Promise<string> {
  const crc = crc64()
  const chunks = read?.(0, size) ?? noBytes()
  for await (const chunk of stored?.(chunks, start) ?? chunks) {
    signal.throwIfAborted()
    crc.update(chunk)
  }
  return crc.digest()
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

/** Writes the bytes of a part and resolves to their CRC-64. A part that is cut, or paused, goes on where it was. */
async function fetchPart(job: Job, { head, span, stored }: Wanted, { number, start, end }: PartRange): Promise<string> {
  const { client, request, control, target } = job
  const { ifNoneMatch: _, ifModifiedSince: __, ifUnmodifiedSince: ___, ...input } = request
  const name = objectName(request.bucket, request.key)
  const changed = `${name} was replaced while it was being downloaded: download it again`
  const crc = crc64()
  let at = start
  await control.attempt(async (signal) => {
    for await (const chunk of unbrokenRange({ client, request: input, head, changed }, { start: at, end }, signal)) {
      await target.write(at - span.start, chunk)
      if (stored) for await (const piece of stored([chunk], at)) crc.update(piece)
      else crc.update(chunk)
      at += chunk.byteLength
      control.meter.move(number, at - start)
    }
  })
  return crc.digest()
}

function compareCrc({ hashCrc64 }: OutputOf<typeof headObject>, clientCrc: string): void {
  if (hashCrc64 !== undefined && hashCrc64 !== clientCrc) throw new IntegrityError('GetObject', clientCrc, hashCrc64)
}
