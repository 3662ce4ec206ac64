import { abortable } from '../abortable.ts'
import type { Client } from '../client/client.ts'
import { defined } from '../defined.ts'
import type { Body } from '../http/request-body.ts'
import type { Answered } from '../operation.ts'
import { putObject } from '../operations/object-basic.ts'
import { memoryCheckpoints } from './checkpoint.ts'
import type { FileResult, FileToUpload, LazySource, UploadFilesOptions } from './file-to-upload.ts'
import { confirmed } from './multipart.ts'
import { parallelFor, partSizeFor, requestedPartSize } from './part-size.ts'
import { insteadOfParts, resumable, unlessUnreadable } from './resumable-upload.ts'
import { storedFormOf } from './stored-form.ts'
import { uploadStream } from './stream-upload.ts'
import { TransferTask } from './task.ts'
import { ownTurn } from './turn.ts'
import { uploadMany } from './upload-many.ts'
import {
  begin,
  type Job,
  slices,
  typeOf,
  type UploaderOptions,
  type UploadOptions,
  type UploadRequest,
  type UploadResult,
  uploadParts,
} from './upload-parts.ts'
import { checkReadable, crcOfRange, openSource, readable, type UploadSource, unnamed } from './upload-source.ts'
import { withWholeEtag } from './whole-etag.ts'

const defaultPartSize = 6_291_456

/**
 * Uploads objects of any size: in one request below the part size, in parts from there on. The CRC-64 of each part and of the
 * object are compared before it is a success.
 *
 * Where the answer to the request that opens an upload is lost, an upload without parts may stay open: nobody learns
 * its id, and in a list it looks like one that somebody else has just opened. A lifecycle rule with `abortMultipartUpload`
 * ends those.
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
    this.#options = { checkpointStore: memoryCheckpoints(), ...defined(options) }
  }

  /**
   * Uploads a source, replacing any object with the same key. A stream is read part by part as there is room for them.
   *
   * Rejects with a ValidationError before anything is sent, with what `putObject` and `initiateMultipartUpload` throw, and
   * with a TransferError once an upload in parts has begun. It is then given up, unless `leavePartsOnError`; where that fails
   * as well, the message says so. `openUploads` of the task tells what is left.
   */
  uploadFrom(
    request: UploadRequest,
    source: Body | UploadSource | PromiseLike<UploadSource>,
    options: UploadOptions = {},
  ): TransferTask<UploadResult> {
    const merged = { ...this.#options, ...defined(options) }
    return new TransferTask('uploading', options, async (control) => {
      const job = { client: this.#client, request, options: merged, control, turn: ownTurn }
      // Who opens it may be asking the user, which does not hold up an abort.
      return upload(job, isPromise(source) ? await abortable(source, control.signal) : source)
    })
  }

  /**
   * Uploads many files in one queue, in their order: no more parts of all files together are under way than of one file. When
   * one fails, the others go on. Resolves to what became of each, in the order of the files; pausing and aborting are of the
   * whole.
   *
   * Rejects with a ValidationError before anything is sent, as when two files would become one object, and with the reason of
   * an abort; `onFileEnd` was told of the files that were done until then.
   *
   * @example
   * const uploads = files.map((file) => ({ request: { bucket: 'photos', key: file.name }, source: file }))
   * const results = await uploader.uploadFiles(uploads, { onProgress })
   * const again = await uploader.uploadFiles(unfinishedFiles(results))
   */
  uploadFiles(
    files: Iterable<FileToUpload> | PromiseLike<Iterable<FileToUpload>>,
    options: UploadFilesOptions = {},
  ): TransferTask<FileResult[]> {
    const merged = { ...this.#options, ...defined(options) }
    const listing = Promise.resolve(files)
    listing.catch(() => {})
    return new TransferTask('uploading', options, async (control) => {
      return uploadMany([...(await listing)], merged, control, async ({ request, source }, single, turn) => {
        const opened =
          'load' in Object(source)
            ? await abortable((source as LazySource).load(), single.signal)
            : (source as Body | UploadSource)
        return upload({ client: this.#client, request, options: merged, control: single, turn }, opened)
      })
    })
  }
}

const isPromise = <T extends object>(source: T | Body | PromiseLike<T>): source is PromiseLike<T> =>
  'then' in Object(source)

async function upload(job: Job, given: Body | UploadSource): Promise<UploadResult> {
  const { request, options, control } = job
  const unit = requestedPartSize(options.partSize, defaultPartSize)
  const parallel = options.sequential ? 1 : parallelFor(options.parallelNum)
  const source = await openSource(given, request.contentLength, control.signal)
  await control.attempt(async () => {})
  if (source.size !== undefined) control.meter.expect(source.size)
  const partSize = partSizeFor(source.size, unit, defaultPartSize)
  if ('chunks' in source) {
    if (options.enableCheckpoint) throw unnamed()
    const putBytes = (bytes: Uint8Array<ArrayBuffer>) => putWhole(job, { size: bytes.byteLength, slice: () => bytes })
    return uploadStream(job, source, partSize, parallel, putBytes)
  }
  const isWhole = source.size < unit
  if (isWhole && options.enableCheckpoint) return insteadOfParts(job, source, () => putWhole(job, source))
  if (isWhole) return putWhole(job, source)
  if (!options.enableCheckpoint)
    return uploadParts(job, await begin(job, partSize, source.size, source), slices(source, partSize), parallel)
  return resumable(job, source, partSize, parallel)
}

async function putWhole({ client, request, control }: Job, source: UploadSource): Promise<UploadResult> {
  const { size } = source
  const body = source.slice(0, size)
  const contentType = await typeOf(request, source)
  const answer = await readable(
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
  // Not every transport tells how far it is.
  control.meter.move(1, size)
  const made = withWholeEtag(answer)
  if (made.hashCrc64 !== undefined) return made
  const crc64 = async (head: Answered) => {
    const form = await storedFormOf(client, { ...request, head }, control.signal)
      .then((stored) => ({ stored }))
      .catch(unlessUnreadable)
    return form && crcOfRange(source, { start: 0, end: size }, control, form.stored)
  }
  return confirmed(client, request, made, { size, crc64 }, control.signal)
}
