/** What an upload from here and one from another object have in common once their parts are there. */
import type { Client } from '../client/client.ts'
import {
  IntegrityError,
  OSSError,
  RequestError,
  SerializationError,
  ServiceError,
  TimeoutError,
  TransferError,
} from '../errors.ts'
import { combineCrc64 } from '../integrity/combine-crc64.ts'
import type { Answered, InputOf, OutputOf } from '../operation.ts'
import { headObject } from '../operations/object-basic.ts'
import { abortMultipartUpload, completeMultipartUpload, listParts, type Part } from '../operations/object-multipart.ts'
import { paginate } from '../paginate.ts'
import { objectName, type UploadCheckpoint } from './checkpoint.ts'
import type { TaskControl } from './task.ts'

/** Which upload in parts: what `abortMultipartUpload` and `listParts` take. */
export interface UploadName {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}

/** Which upload, and who pays for what is asked about it. */
export interface OpenUpload extends UploadName {
  readonly requestPayer?: 'requester' | undefined
}

/** A part that is there. Its ETag and CRC-64 are unknown where a bucket's CORS rules hide them. */
export interface FinishedPart {
  readonly number: number
  readonly size: number
  readonly etag: string | undefined
  /** CRC-64 that OSS computed. */
  readonly crc64: string | undefined
}

/** What a transfer that made an object returns. */
export type MadeObject = Pick<
  OutputOf<typeof completeMultipartUpload>,
  'etag' | 'hashCrc64' | 'versionId' | 'callbackResult' | 'response'
>

/** The parts that OSS has. */
export async function listAllParts(client: Client, upload: OpenUpload, signal: AbortSignal): Promise<Part[]> {
  const parts: Part[] = []
  for await (const page of paginate(client, listParts, { ...upload }, { signal })) parts.push(...page.parts)
  return parts
}

/**
 * Gives an upload up as far as that is possible: what led to it is worth more than why this fails. Resolves to whether the
 * upload is gone; one whose abort was not answered may be.
 */
export async function abandon(client: Client, upload: OpenUpload): Promise<boolean> {
  return abortMultipartUpload(client, { ...upload }).then(
    () => true,
    (error) => error instanceof ServiceError && error.code === 'NoSuchUpload',
  )
}

/** What a transfer rejects with once its upload is open. The upload is given up, unless its parts are kept. */
export async function failureOf(
  client: Client,
  upload: OpenUpload,
  control: TaskControl,
  { cause, keepsParts, checkpoint }: { cause: unknown; keepsParts: boolean; checkpoint?: UploadCheckpoint | undefined },
): Promise<unknown> {
  const { bucket, key, uploadId } = upload
  const isGivenUp = !keepsParts && (await abandon(client, upload))
  if (!isGivenUp) control.leaveOpen({ bucket, key, uploadId })
  if (control.isAborted) return control.signal.reason
  const state = isGivenUp || keepsParts ? '' : ', which may still be open as giving it up failed too'
  return new TransferError(`${objectName(bucket, key)}: upload ${uploadId}${state}`, { cause, uploadId, checkpoint })
}

/** The CRC-64 of all parts together; undefined if that of one is unknown. */
export function combinedCrc(parts: readonly FinishedPart[]): string | undefined {
  return parts.reduce<string | undefined>(
    (sum, { crc64, size }) => (sum === undefined || crc64 === undefined ? undefined : combineCrc64(sum, crc64, size)),
    '0',
  )
}

/** What the object must be like. */
export interface Expected {
  readonly size: number
  /** Undefined if it is unknown. */
  readonly crc64: string | undefined
}

/** Which CRC-64 an object must have, by what was told of it. Undefined if it is unknown. */
type CrcByHead = (told: Answered) => Promise<string | undefined>

/** Makes the parts an object and compares it with what is expected. */
export async function complete(
  client: Client,
  upload: OpenUpload,
  parts: readonly FinishedPart[],
  input: Partial<InputOf<typeof completeMultipartUpload>>,
  expected: Expected,
  signal: AbortSignal,
): Promise<MadeObject> {
  const listed = await withEtags(client, upload, parts, signal)
  try {
    const made = await completeMultipartUpload(
      client,
      {
        ...input,
        ...upload,
        completeMultipartUpload: { parts: listed },
      },
      { signal },
    )
    return await confirmed(client, upload, made, expected, signal)
  } catch (error) {
    if (!isAmbiguous(error)) throw error
    const made = await madeAfterAll(client, upload, expected, signal)
    if (made) return made
    throw error
  }
}

/** The parts in order. OSS is asked for ETags that are unknown. */
async function withEtags(client: Client, upload: OpenUpload, parts: readonly FinishedPart[], signal: AbortSignal) {
  const isKnown = parts.every(({ etag }) => etag !== undefined)
  const listed = isKnown ? [] : await listAllParts(client, upload, signal)
  const etags = new Map(listed.map(({ partNumber, etag }) => [partNumber, etag]))
  return parts
    .map(({ number, etag = etags.get(number) ?? '' }) => ({ partNumber: number, etag }))
    .sort((a, b) => a.partNumber - b.partNumber)
}

/** Whether the object may have been made all the same: the answer was lost, or answers a repetition of the request. */
const isAmbiguous = (error: unknown): boolean =>
  error instanceof RequestError ||
  error instanceof TimeoutError ||
  error instanceof SerializationError ||
  (error instanceof ServiceError &&
    (error.status >= 500 || ['NoSuchUpload', 'InvalidPart', 'FileAlreadyExists'].includes(error.code)))

/**
 * The object, if it is there with the size and CRC-64 expected and the upload is not there any more. Were the upload still
 * open, the object would be an earlier one that is merely alike.
 */
async function madeAfterAll(
  client: Client,
  upload: OpenUpload,
  { size, crc64 }: Expected,
  signal: AbortSignal,
): Promise<MadeObject | undefined> {
  const head = await headObject(client, objectOf(upload), { signal }).catch(() => undefined)
  if (head?.contentLength !== size || crc64 === undefined || head.hashCrc64 !== crc64) return undefined
  return (await isGone(client, upload, signal)) ? head : undefined
}

const isGone = (client: Client, upload: OpenUpload, signal: AbortSignal): Promise<boolean> =>
  listParts(client, { ...upload, maxParts: 1 }, { signal }).then(
    () => false,
    (error) => error instanceof ServiceError && error.code === 'NoSuchUpload',
  )

/** Compares an object that was made with what it must be like. If its CRC-64 was not told, one more request asks for it. */
export async function confirmed<T extends Answered & { hashCrc64?: string | undefined }>(
  client: Client,
  object: { bucket: string; key: string; requestPayer?: 'requester' | undefined },
  made: T,
  { size, crc64 }: Omit<Expected, 'crc64'> & { readonly crc64: Expected['crc64'] | CrcByHead },
  signal: AbortSignal,
): Promise<T> {
  const expected = async (told: Answered) => (typeof crc64 === 'function' ? crc64(told) : crc64)
  if (made.hashCrc64 !== undefined) {
    compare(await expected(made), made.hashCrc64)
    return made
  }
  const head = await headObject(client, objectOf(object), { signal }).catch(unlessForbidden)
  if (!head) return made
  if (head.hashCrc64 !== undefined) compare(await expected(head), head.hashCrc64)
  if ((head.contentLength ?? size) === size) return made
  throw new OSSError(`HeadObject: the object has ${head.contentLength} bytes, ${size} were sent`)
}

function compare(expected: string | undefined, actual: string | undefined): void {
  if (expected !== undefined && actual !== undefined && expected !== actual) {
    throw new IntegrityError('CompleteMultipartUpload', expected, actual)
  }
}

/** Who may write need not be allowed to read. */
function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof ServiceError && error.status === 403)) throw error
}

const objectOf = ({
  bucket,
  key,
  requestPayer,
}: {
  bucket: string
  key: string
  requestPayer?: 'requester' | undefined
}) => ({
  bucket,
  key,
  requestPayer,
})
