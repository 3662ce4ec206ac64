import { abortable } from '../abortable.ts'
import { OSSError, ServiceError, ValidationError } from '../errors.ts'
import { iterate } from '../http/iterate.ts'
import { type Body, type BodySource, type RequestBody, requestBody } from '../http/request-body.ts'
import { crc64 } from '../integrity/crc64.ts'
import type { ByteSpan } from './byte-span.ts'
import type { StoredForm } from './stored-form.ts'
import type { TaskControl } from './task.ts'

/** Bytes of which any range can be read, and read again: a Blob, a File, or a file on disk. */
export interface UploadSource {
  /** Bytes in all. */
  readonly size: number
  /** The file's name: its extension gives the Content-Type if there is no type. */
  readonly name?: string | undefined
  /** MIME type. */
  readonly type?: string | undefined
  /** When it last changed, in milliseconds since 1970. */
  readonly lastModified?: number | undefined
  /** What a checkpoint calls it, such as an absolute path. @default made of name, size and time, where there is a name */
  readonly id?: string | undefined
  /** The bytes from `start` up to, but not including, `end`. */
  slice(start: number, end: number): Body
}

/** Bytes that come once, in order. */
export interface UploadStream {
  readonly size: number | undefined
  readonly chunks: AsyncIterable<Uint8Array>
}

/** What was to be uploaded cannot be read any more: the file was changed, moved or deleted. Pick it again. */
export class SourceError extends OSSError {
  override name = 'SourceError'
}

/** A checkpoint is found by the name of its source. */
export const unnamed = () =>
  new ValidationError('enableCheckpoint', 'the source has no name to find it by again; upload a file, or give it an id')

export const isSource = (source: Body | UploadSource): source is UploadSource =>
  typeof source === 'object' && source !== null && 'size' in source && 'slice' in source

/** Opens whatever can be uploaded. What is in memory can be cut into parts; everything else comes once. */
export async function openSource(
  source: Body | UploadSource,
  declaredSize: number | undefined,
  signal: AbortSignal,
): Promise<UploadSource | UploadStream> {
  if (isSource(source)) return source
  const body = await requestBody(cancelledBy(source, signal), declaredSize)
  const opened = await abortable(Promise.resolve(body.open()), signal)
  if (opened instanceof Blob) return opened
  if (Symbol.asyncIterator in opened) return { size: body.size, chunks: opened }
  return { size: opened.byteLength, slice: (start, end) => opened.subarray(start, end) }
}

/** A stream is cancelled as soon as the signal is aborted, even while it stands still. So is one that a source opens. */
export function cancelledBy(source: Body, signal: AbortSignal): Body {
  if (typeof source === 'function') return async () => cancelledBy(await source(), signal)
  if (isOpened(source)) return { size: source.size, open: async () => cancelledBy(await source.open(), signal) }
  if (!('getReader' in Object(source))) return source
  const reader = (source as ReadableStream<Uint8Array>).getReader()
  const cancel = () => void reader.cancel(signal.reason).catch(() => {})
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel)
  return readBy(reader, signal)
}

const isOpened = (source: Exclude<Body, () => unknown>): source is BodySource =>
  'open' in Object(source) && !(Symbol.asyncIterator in Object(source))

async function* readBy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      // One that was cancelled ends as if it were complete.
      signal.throwIfAborted()
      if (done) return
      yield value
    }
  } finally {
    // One that is not read to its end is let go of; one that has ended already does not mind.
    reader.cancel(signal.reason).catch(() => {})
  }
}

/**
 * The CRC-64 of a body as it is stored, as an unsigned decimal. It is read no further while the transfer is paused, or once it
 * is over.
 *
 * @param start where the body begins in the object
 */
export async function crcOf(body: Body, control: TaskControl, stored?: StoredForm, start = 0): Promise<string> {
  const crc = crc64()
  const chunks = chunksOf(await requestBody(body))
  for await (const chunk of stored?.(chunks, start) ?? chunks) {
    await control.attempt(async () => {})
    crc.update(chunk)
  }
  return crc.digest()
}

/** The CRC-64 of a range of a source as it is stored, which is told by a SourceError if it cannot be read any more. */
export const crcOfRange = (
  source: UploadSource,
  { start, end }: ByteSpan,
  control: TaskControl,
  stored?: StoredForm,
): Promise<string> =>
  readable(
    () => crcOf(source.slice(start, end), control, stored, start),
    () => checkReadable(source, start),
  )

/** What a body holds, as it comes. */
export async function* chunksOf(body: RequestBody): AsyncGenerator<Uint8Array> {
  const opened = await body.open()
  if (opened instanceof Blob) yield* iterate(opened.stream())
  else if (Symbol.asyncIterator in opened) yield* opened
  else yield opened
}

/** Tells a source that cannot be read from a network that does not work. */
export async function readable<T>(read: () => Promise<T>, check: (() => Promise<void>) | undefined): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ServiceError)) await check?.()
    throw error
  }
}

/**
 * Throws a SourceError if a Blob cannot be read any more. A browser tells no more than that the network failed when the
 * file behind one was changed.
 */
export async function checkReadable(source: UploadSource, start: number): Promise<void> {
  const { name = 'the file' } = source
  if (!(source instanceof Blob) || start >= source.size) return
  try {
    await source.slice(start, start + 1).arrayBuffer()
  } catch (cause) {
    throw new SourceError(`${name} cannot be read any more: it was changed, moved or deleted; pick it again`, { cause })
  }
}
