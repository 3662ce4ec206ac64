import type { Client } from '../client/client.ts'
import { defined } from '../defined.ts'
import { ServiceError, TimeoutError, ValidationError } from '../errors.ts'
import type { InputOf, OutputOf } from '../operation.ts'
import { headObject } from '../operations/object-basic.ts'
import { copyObject } from '../operations/object-copy.ts'
import { initiateMultipartUpload, uploadPartCopy } from '../operations/object-multipart.ts'
import { getObjectTagging } from '../operations/object-tagging.ts'
import { objectName } from './checkpoint.ts'
import { inParallel } from './in-parallel.ts'
import { complete, type FinishedPart, failureOf, type OpenUpload } from './multipart.ts'
import { ObjectChangedError } from './object-changed-error.ts'
import { type PartRange, parallelFor, partSizeFor, partsOf, requestedPartSize } from './part-size.ts'
import { type TaskControl, type TaskOptions, TransferTask } from './task.ts'
import { withWholeEtag } from './whole-etag.ts'

const defaultPartSize = 67_108_864

/** How a Copier works. */
export interface CopierOptions {
  /** Bytes per part: 102400 (100 KiB) to 5368709120 (5 GiB). @default 67108864 */
  partSize?: number | undefined
  /** Parts under way at once. @default 3 */
  parallelNum?: number | undefined
  /** Bytes up to which an object is copied in one request. @default 209715200 */
  multipartCopyThreshold?: number | undefined
  /** Leaves the parts that were copied where they are when the copy fails. @default false */
  leavePartsOnError?: boolean | undefined
  /**
   * Copies what is larger in parts at once, without trying one request first. OSS copies an object of any size at once if
   * the bucket, the storage class and the encryption stay what they are. @default false
   */
  disableShallowCopy?: boolean | undefined
  /** Milliseconds after which one request for a larger object is given up and its parts are copied. @default 30000 */
  shallowCopyTimeoutMs?: number | undefined
}

/** How one copy works; what is not given here is as the Copier has it. */
export interface CopyOptions extends CopierOptions, TaskOptions {
  /**
   * What `headObject` told of the source, if that is known, so that it need not be asked for. By it is decided how to copy;
   * a copy in parts has its metadata, and is made only of the version with its ETag. A request with conditions asks all the
   * same, as only OSS can tell whether they hold. @default asked for
   */
  sourceProperties?: OutputOf<typeof headObject> | undefined
}

/** What `copyObject` takes. */
export interface CopyRequest extends Omit<InputOf<typeof copyObject>, 'contentLength' | 'contentMd5'> {}

/** What a copy returns. */
export interface CopyResult extends Pick<OutputOf<typeof copyObject>, 'etag' | 'hashCrc64' | 'versionId' | 'response'> {
  /** The upload, if the object was copied in parts. */
  uploadId?: string | undefined
}

/**
 * Copies objects of any size within a region, large ones in parts. Metadata and tags go along unless their directives say
 * `REPLACE`; an ACL does not.
 *
 * Where the answer to the request that opens a copy in parts is lost, an upload without parts may stay open: nobody learns
 * its id, and in a list it looks like one that somebody else has just opened. A lifecycle rule with `abortMultipartUpload`
 * ends those.
 *
 * @example
 * await new Copier(client).copy({ bucket: 'archive', key: 'holiday.mp4', sourceBucket: 'photos', sourceKey: 'holiday.mp4' })
 */
export class Copier {
  readonly #client: Client
  readonly #options: CopierOptions

  constructor(client: Client, options: CopierOptions = {}) {
    this.#client = client
    this.#options = options
  }

  /**
   * Copies an object, replacing any with the same key.
   *
   * Rejects with a ValidationError before anything is sent, with what `headObject` and `copyObject` throw, and with a
   * TransferError once a copy in parts has begun: with an ObjectChangedError as its cause if the source is replaced
   * meanwhile, an IntegrityError if the copy has another CRC-64. The upload is then given up, unless `leavePartsOnError`.
   */
  copy(request: CopyRequest, options: CopyOptions = {}): TransferTask<CopyResult> {
    const merged = { ...this.#options, ...defined(options) }
    return new TransferTask('copying', options, async (control) =>
      copy({ client: this.#client, request, options: merged, control }),
    )
  }
}

/** What one copy works with. */
interface Job {
  readonly client: Client
  readonly request: CopyRequest
  readonly options: CopyOptions
  readonly control: TaskControl
}

type Properties = OutputOf<typeof headObject>

async function copy(job: Job): Promise<CopyResult> {
  const { request, options, control } = job
  const replacesMetadata = replaces('metadataDirective', request.metadataDirective)
  const replacesTags = replaces('taggingDirective', request.taggingDirective)
  const unit = requestedPartSize(options.partSize, defaultPartSize)
  const parallel = parallelFor(options.parallelNum)
  const source = await control.attempt((signal) => propertiesOf(job, signal))
  const size = source.contentLength ?? 0
  control.meter.expect(size)
  const { multipartCopyThreshold: threshold = 0, shallowCopyTimeoutMs = 30_000 } = options
  if (size <= (threshold > 0 ? threshold : 209_715_200)) return copyWhole(job, size)
  const made = canBeShallow(job, source) ? await copyWithin(job, size, shallowCopyTimeoutMs) : undefined
  if (made) return made
  const described = replacesMetadata ? describedBy(request) : describedBy(source)
  const tagging = replacesTags ? request.tagging : await tagsOf(job, source)
  const partSize = partSizeFor(size, unit, defaultPartSize)
  return copyParts(job, source, await begin(job, described, tagging, source, replacesMetadata), partSize, parallel)
}

function replaces(field: 'metadataDirective' | 'taggingDirective', directive = 'COPY'): boolean {
  const word = directive.toUpperCase()
  if (word === 'COPY' || word === 'REPLACE') return word === 'REPLACE'
  throw new ValidationError(field, `COPY or REPLACE, got ${directive}`)
}

/** The object that is copied. */
const sourceOf = ({ bucket, sourceBucket = bucket, sourceKey, sourceVersionId, requestPayer }: CopyRequest) => ({
  bucket: sourceBucket,
  key: sourceKey,
  versionId: sourceVersionId,
  requestPayer,
})

/** The source as it is known, or as OSS tells it, if the conditions hold. */
async function propertiesOf({ client, request, options }: Job, signal: AbortSignal): Promise<Properties> {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = request
  const conditions = { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }
  const isConditional = Object.values(conditions).some((condition) => condition !== undefined)
  if (options.sourceProperties && !isConditional) return options.sourceProperties
  return withWholeEtag(await headObject(client, { ...sourceOf(request), ...conditions }, { signal }))
}

/** What every part is copied of: the version that was seen, told by its time where CORS rules hide its ETag. */
const versionSeen = ({ etag, lastModified }: Properties) =>
  etag === undefined ? { ifUnmodifiedSince: lastModified } : { ifMatch: etag }

async function copyWhole({ client, request, control }: Job, size: number, timeoutMs?: number): Promise<CopyResult> {
  const made = await control.attempt((signal) =>
    copyObject(client, { ...request }, { signal, timeoutMs, readWriteTimeoutMs: timeoutMs }),
  )
  control.meter.move(1, size)
  return made
}

/** OSS only notes that there is one object more, if nothing about its bytes has to change. */
const canBeShallow = ({ request, options }: Job, { serverSideEncryption }: Properties): boolean =>
  !options.disableShallowCopy &&
  request.storageClass === undefined &&
  sourceOf(request).bucket === request.bucket &&
  serverSideEncryption === undefined

/** The copy; undefined if it takes too long. */
function copyWithin(job: Job, size: number, timeoutMs: number): Promise<CopyResult | undefined> {
  return copyWhole(job, size, timeoutMs).catch((error) => {
    if (!(error instanceof TimeoutError)) throw error
    return undefined
  })
}

/** What describes an object, whether it is asked for or told. */
type Description = Partial<
  Pick<CopyRequest, 'metadata' | 'contentType' | 'cacheControl' | 'contentDisposition' | 'contentEncoding' | 'expires'>
>

function describedBy({
  metadata,
  contentType,
  cacheControl,
  contentDisposition,
  contentEncoding,
  expires,
}: Description): Description {
  return { metadata, contentType, cacheControl, contentDisposition, contentEncoding, expires }
}

async function tagsOf({ client, request, control }: Job, source: Properties) {
  if (!source.taggingCount) return undefined
  const { tagSet } = await control.attempt((signal) => getObjectTagging(client, sourceOf(request), { signal }))
  return Object.fromEntries((tagSet?.tags ?? []).map(({ key, value }) => [key, value]))
}

/** Not broken off once it is sent: an upload whose id nobody learns could not be given up. */
async function begin(
  { client, request, control }: Job,
  described: Description,
  tagging: CopyRequest['tagging'],
  source: Properties,
  replacesMetadata: boolean,
): Promise<OpenUpload> {
  const { bucket, key, requestPayer, storageClass } = request
  const { serverSideEncryption, serverSideDataEncryption, serverSideEncryptionKeyId } = request
  const { objectWormRetainUntilDate, objectWormMode, objectWormLegalHold } = request
  const { 'content-language': language } = replacesMetadata ? {} : source.response.headers
  control.signal.throwIfAborted()
  const { uploadId } = await control.attempt(() =>
    initiateMultipartUpload(
      client,
      {
        bucket,
        key,
        requestPayer,
        storageClass,
        tagging,
        serverSideEncryption,
        serverSideDataEncryption,
        serverSideEncryptionKeyId,
        objectWormRetainUntilDate,
        objectWormMode,
        objectWormLegalHold,
        ...described,
        disableAutoDetectMimeType: true,
      },
      language ? { headers: { 'content-language': language } } : {},
    ),
  )
  return { bucket, key, uploadId, requestPayer }
}

/**
 * OSS says nothing until a part is copied: 20 seconds, and 10 more for each 200 MiB but the first, 50 at most. As the client has
 * it for parts below.
 */
function silenceFor(partSize: number): number | undefined {
  const further = Math.floor((partSize - 1) / 209_715_200)
  return further > 0 ? Math.min(50_000, 20_000 + further * 10_000) : undefined
}

async function copyParts(
  job: Job,
  source: Properties,
  upload: OpenUpload,
  partSize: number,
  parallel: number,
): Promise<CopyResult> {
  const { client, request, options, control } = job
  const { acl, forbidOverwrite } = request
  const finished: FinishedPart[] = []
  const ranges = partsOf(source.contentLength ?? 0, partSize)
  const readWriteTimeoutMs = silenceFor(partSize)
  try {
    control.signal.throwIfAborted()
    await inParallel(ranges, parallel, copyPart, control.fail)
    control.meter.enter('completing')
    const expected = { size: source.contentLength ?? 0, crc64: source.hashCrc64 }
    const made = await control.attempt(() =>
      complete(client, upload, finished, { acl, forbidOverwrite }, expected, control.signal),
    )
    return { ...made, uploadId: upload.uploadId }
  } catch (cause) {
    const keepsParts = control.keepsParts ?? options.leavePartsOnError ?? false
    throw await failureOf(client, upload, control, { cause, keepsParts })
  }

  async function copyPart({ number, start, end }: PartRange): Promise<void> {
    const { sourceBucket, sourceKey, sourceVersionId, trafficLimit } = request
    const { etag } = await control.attempt((signal) =>
      uploadPartCopy(
        client,
        {
          ...upload,
          partNumber: number,
          sourceBucket,
          sourceKey,
          sourceVersionId,
          trafficLimit,
          sourceRange: { start, end: end - 1 },
          ...versionSeen(source),
        },
        { signal, readWriteTimeoutMs },
      ).catch((error) => {
        throw isPreconditionFailed(error) ? changed(request) : error
      }),
    )
    control.meter.move(number, end - start)
    finished.push(withWholeEtag({ number, size: end - start, etag, crc64: undefined }))
  }
}

const isPreconditionFailed = (error: unknown): boolean => error instanceof ServiceError && error.status === 412

function changed(request: CopyRequest): ObjectChangedError {
  const { bucket, key } = sourceOf(request)
  return new ObjectChangedError(`${objectName(bucket, key)} was replaced while it was being copied: copy it again`)
}
