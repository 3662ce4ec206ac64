/** One upload in parts, from the first part to the object. */

import { stoppable } from '../abortable.ts'
import type { Client } from '../client/client.ts'
import { IntegrityError } from '../errors.ts'
import type { Body } from '../http/request-body.ts'
import type { InputOf } from '../operation.ts'
import type { putObject } from '../operations/object-basic.ts'
import { initiateMultipartUpload, uploadPart } from '../operations/object-multipart.ts'
import { type CheckpointStore, forgetEnded, type UploadCheckpoint } from './checkpoint.ts'
import { inParallel } from './in-parallel.ts'
import {
  combinedCrc,
  complete,
  type FinishedPart,
  failureOf,
  listAllParts,
  type MadeObject,
  type OpenUpload,
} from './multipart.ts'
import { partsOf } from './part-size.ts'
import { storedFormOf, unlessSent } from './stored-form.ts'
import type { TaskControl, TaskOptions } from './task.ts'
import type { Turn } from './turn.ts'
import { checkReadable, crcOf, readable, type UploadSource } from './upload-source.ts'
import { withWholeEtag } from './whole-etag.ts'

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
  /**
   * Whose upload it is: one with another scope neither goes on with it nor displaces it. Checkpoints name buckets and keys; a
   * scope is how to tell endpoints, accounts or users apart. For `clearCheckpoints` as well.
   */
  checkpointScope?: string | undefined
  /**
   * Before going on, compares the CRC-64 of each part that was uploaded with that of the source: it may have been changed in
   * its middle, or a part on its way. Without it they are trusted. @default true
   */
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

/** What one upload works with. */
export interface Job {
  readonly client: Client
  readonly request: UploadRequest
  readonly options: UploaderOptions
  readonly control: TaskControl
  readonly turn: Turn
}

/** A part to send. */
export interface PartToSend {
  readonly number: number
  /** Where it begins in the object. */
  readonly start: number
  readonly size: number
  readonly body: Body
  /** Throws if the part cannot be read. */
  check?(): Promise<void>
  /** Called once it is sent. */
  release?(): void
}

/** The parts of a source, without those that are present. */
export function* slices(
  source: UploadSource,
  partSize: number,
  present: ReadonlyMap<number, unknown> = new Map(),
): Generator<PartToSend> {
  for (const { number, start, end } of partsOf(source.size, partSize)) {
    if (present.has(number)) continue
    yield {
      number,
      start,
      size: end - start,
      body: source.slice(start, end),
      check: () => checkReadable(source, start),
    }
  }
}

/** The request's, else the source's own, else what the file's name tells. Without any, the operation guesses by the key. */
export async function typeOf(
  request: UploadRequest,
  { type, name }: Partial<UploadSource> = {},
): Promise<string | undefined> {
  if (request.contentType !== undefined || type || name === undefined) return request.contentType ?? (type || undefined)
  const table = await import('../content-types.ts').catch(() => undefined)
  return table?.findContentType(name)
}

/** An upload that was begun, here or earlier. */
export interface Begun {
  readonly upload: OpenUpload
  /** Parts that are there already. */
  readonly present: ReadonlyMap<number, FinishedPart>
  readonly checkpoint?: UploadCheckpoint | undefined
}

/** Not broken off once it is sent: an upload whose id nobody learns could not be given up. */
export async function begin(
  { client, request, options, control }: Job,
  partSize: number,
  size: number | undefined,
  source?: UploadSource,
): Promise<Begun> {
  const { bucket, key, requestPayer } = request
  const { acl: _, callback: __, callbackVar: ___, forbidOverwrite: ____, trafficLimit: _____, ...described } = request
  const contentType = await typeOf(request, source)
  control.signal.throwIfAborted()
  const { uploadId } = await control.attempt((signal) =>
    initiateMultipartUpload(
      client,
      { ...described, contentLength: undefined, contentType, csePartSize: partSize, cseDataSize: size },
      unlessSent(options.sequential ? { query: { sequential: '' } } : {}, signal),
    ),
  )
  return { upload: { bucket, key, uploadId, requestPayer }, present: new Map() }
}

export async function uploadParts(
  job: Job,
  begun: Begun,
  parts: Iterable<PartToSend> | AsyncIterable<PartToSend>,
  parallel: number,
): Promise<UploadResult> {
  const { client, options, control } = job
  const { upload, checkpoint } = begun
  try {
    control.signal.throwIfAborted()
    const made = await completeParts(job, upload, await sendParts(job, begun, parts, parallel))
    if (checkpoint) await forgetEnded(options.checkpointStore!, checkpoint)
    return { ...made, uploadId: upload.uploadId }
  } catch (cause) {
    const keepsParts = control.keepsParts ?? (options.leavePartsOnError || checkpoint !== undefined)
    if (!keepsParts && checkpoint) await forgetEnded(options.checkpointStore!, checkpoint)
    throw await failureOf(client, upload, control, {
      cause,
      keepsParts,
      checkpoint: keepsParts ? checkpoint : undefined,
    })
  }
}

async function completeParts(
  { client, request, control }: Job,
  upload: OpenUpload,
  sent: SentPart[],
): Promise<MadeObject> {
  control.meter.enter('completing')
  const parts = await control.attempt((signal) => known(client, upload, sent, signal))
  const expected = { size: parts.reduce((sum, { size }) => sum + size, 0), crc64: combinedCrc(parts) }
  const { acl, callback, callbackVar, forbidOverwrite } = request
  const last = { acl, callback, callbackVar, forbidOverwrite }
  return control.attempt(() => complete(client, upload, parts, last, expected, control.signal))
}

/** Uploads parts and resolves to them and those that were present, in order. */
async function sendParts(
  { client, request, control, turn }: Job,
  { upload, present }: Begun,
  parts: Iterable<PartToSend> | AsyncIterable<PartToSend>,
  parallel: number,
): Promise<SentPart[]> {
  const finished: SentPart[] = [...present.values()]
  const { trafficLimit } = request
  const send = async ({ number, start, size, body, check, release }: PartToSend): Promise<void> => {
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
    const crcStored = async () => crcOf(body, control, await storedFormOf(client, upload, control.signal), start)
    const localCrc = answer.hashCrc64 === undefined ? await readable(crcStored, check) : undefined
    finished.push(withWholeEtag({ number, size, etag: answer.etag, crc64: answer.hashCrc64, localCrc }))
    release?.()
  }
  turn.handOver()
  await inParallel(whileRunning(parts, control), parallel, send, control.fail, turn)
  await turn.enter()
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
