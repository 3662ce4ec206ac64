import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  type CallOptions,
  type Client,
  crc64,
  getObject,
  type InputOf,
  IntegrityError,
  maxAttemptsOf,
  type OutputOf,
  RequestError,
  SerializationError,
  type StoredForm,
  storedFormOf,
  TimeoutError,
  tellListener,
  timeLimit,
  ValidationError,
  waitToRetry,
} from '@oss-js/core'
import { requireReplaceable } from './replaceable.ts'

/** What `getObject` takes. */
export type GetObjectToFileInput = InputOf<typeof getObject>
/** How a call is made whose end is told by a signal. */
type LimitedOptions = CallOptions & { readonly signal: AbortSignal }

/** What `getObject` returns, without the body. */
export type GetObjectToFileOutput = Omit<OutputOf<typeof getObject>, 'body'>

/**
 * Downloads an object, or a range of it, into a file. The file appears, or is replaced, when all bytes are there and their
 * CRC-64 is that of OSS; until then they are in a file beside it that is removed if anything fails. What `onProgress` throws
 * is reported as an error that nobody caught, and does not change the download.
 *
 * A connection that breaks is resumed where it broke, as long as the object stays the same, after as long as the client waits
 * before it tries a call again; `retryMaxAttempts` counts the attempts in a row that bring no byte. `timeoutMs` is for all of
 * it.
 *
 * Throws a ValidationError if nothing can be written there, before anything is sent, and what `getObject` and the reading
 * of its body throw.
 *
 * @example
 * await getObjectToFile(client, { bucket: 'photos', key: 'cat.jpg' }, './cat.jpg', { onProgress })
 */
export async function getObjectToFile(
  client: Client,
  input: GetObjectToFileInput,
  path: string,
  options: CallOptions = {},
): Promise<GetObjectToFileOutput> {
  const absolute = resolve(path)
  // A name of its own: behind that of the file it might become too long.
  const temporary = join(dirname(absolute), `${randomUUID()}.part`)
  const file = await create(path, temporary)
  try {
    const output = await within(options, (limited) => download(client, input, file, temporary, limited)).finally(() =>
      file.close(),
    )
    await rename(temporary, absolute)
    return output
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

async function create(path: string, temporary: string): Promise<FileHandle> {
  await requireReplaceable(path)
  try {
    return await open(temporary, 'wx')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ValidationError(
      'path',
      `cannot write ${path}: ${code === 'ENOENT' ? 'there is no such folder' : message}`,
    )
  }
}

/** What ends a call in time does not end the reading of its answer. */
async function within<T>(
  { timeoutMs, signal: outer, ...options }: CallOptions,
  run: (options: LimitedOptions) => Promise<T>,
): Promise<T> {
  const { signal, allow, stop } = timeLimit(outer)
  if (timeoutMs !== undefined) allow(timeoutMs, `GetObject: took longer than the ${timeoutMs} ms of timeoutMs`)
  return run({ ...options, signal }).finally(stop)
}

async function download(
  client: Client,
  input: GetObjectToFileInput,
  file: FileHandle,
  temporary: string,
  { onProgress, ...options }: LimitedOptions,
): Promise<GetObjectToFileOutput> {
  const { body, ...output } = await getObject(client, input, options)
  const span = input.process ? undefined : spanOf(output)
  const total = span && span.end - span.start + 1
  let written = 0
  let isResumed = false
  let fruitless = 0
  for (let rest: AsyncIterable<Uint8Array> = body; ; ) {
    try {
      for await (const chunk of rest) {
        await file.writeFile(chunk)
        written += chunk.byteLength
        fruitless = 0
        tellListener(onProgress, { transferred: written, total, increment: chunk.byteLength })
      }
      break
    } catch (error) {
      fruitless += 1
      const isBroken = error instanceof RequestError || error instanceof TimeoutError
      const isOver = options.signal.aborted || !isBroken || fruitless >= maxAttemptsOf(client, options)
      if (!span || isOver) throw error
      isResumed = true
      if (written === total) break
      await waitToRetry(client, fruitless, error, options.signal)
      rest = await continued(client, input, { ...span, start: span.start + written }, options)
    }
  }
  // What is read in one go is compared by `getObject` itself.
  if (isResumed && output.response.status === 200) {
    const { bucket, key, versionId, requestPayer } = input
    const object = { bucket, key, versionId, requestPayer, head: output }
    await compareCrc(temporary, output.hashCrc64, await storedFormOf(client, object, options.signal))
  }
  return output
}

/** The bytes of the span, and of no other. */
async function continued(
  client: Client,
  input: GetObjectToFileInput,
  { etag, start, end }: Span,
  options: CallOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const span = { range: { start, end }, rangeBehavior: 'standard', ifMatch: etag } as const
  const { body, contentRange = 'all' } = await getObject(client, { ...input, ...span }, options)
  if (contentRange.startsWith(`bytes ${start}-${end}/`)) return body
  await body.cancel()
  throw new SerializationError(`GetObject: asked for bytes ${start}-${end}, got ${contentRange}`)
}

/** Bytes of one version of an object, both ends included. */
interface Span {
  readonly etag: string
  readonly start: number
  readonly end: number
}

/** Which bytes of which version of the object these are. An answer that does not tell cannot be resumed. */
function spanOf({ etag, contentLength, contentRange, response }: GetObjectToFileOutput): Span | undefined {
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(contentRange ?? '') ?? []
  if (etag === undefined) return undefined
  if (response.status === 206) return start && end ? { etag, start: Number(start), end: Number(end) } : undefined
  return contentLength === undefined ? undefined : { etag, start: 0, end: contentLength - 1 }
}

async function compareCrc(path: string, serverCrc: string | undefined, stored: StoredForm | undefined): Promise<void> {
  if (serverCrc === undefined) return
  const crc = crc64()
  const chunks = createReadStream(path)
  for await (const chunk of stored?.(chunks, 0) ?? chunks) crc.update(chunk)
  const clientCrc = crc.digest()
  if (clientCrc !== serverCrc) throw new IntegrityError('GetObject', clientCrc, serverCrc)
}
