/**
 * The body of a request. Whether it can be sent again is decided here, once: everything can but a bare stream, because a
 * half-read stream would store its tail as the whole object.
 */
import { ValidationError } from '../errors.ts'
import type { TransportBody } from './transport.ts'

/** Bytes that can be opened again for every attempt: a file, a slice of something, a generator of data. */
export interface BodySource {
  /** Bytes in all, if known. */
  readonly size?: number | undefined
  open(): Body | Promise<Body>
}

/**
 * What can be uploaded. Text is sent as UTF-8. Everything but a bare `ReadableStream` or a one-shot iterator is sent again
 * when an attempt fails; a factory `() => body` makes those replayable as well.
 */
export type Body =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | BodySource
  | (() => Body | Promise<Body>)

/** A body as the request pipeline sees it. */
export interface RequestBody {
  readonly size: number | undefined
  readonly isReplayable: boolean
  /** The bytes from the beginning, for one attempt. */
  open(): TransportBody | Promise<TransportBody>
}

/**
 * @param declaredSize bytes that the caller promised, as with `contentLength`
 * @throws ValidationError if it is nothing that can be sent
 */
export function requestBody(body: Body, declaredSize?: number): RequestBody {
  if (isAtHand(body)) return bytesBody(bytesOf(body))
  // A slice has no type of its own, which fetch would send as Content-Type unsigned.
  if (body instanceof Blob) return { size: body.size, isReplayable: true, open: () => body.slice() }
  if (typeof body === 'function') return sourceBody({ open: body, size: declaredSize })
  if (typeof body !== 'object' || body === null) throw invalid(body)
  if ('open' in body) return sourceBody(body)
  const isReplayable = isReiterable(body)
  return { size: declaredSize, isReplayable, open: () => counted(iterate(body), declaredSize) }
}

type BodyAtHand = string | ArrayBuffer | ArrayBufferView

/** Whether all of a body is in memory. */
export const isAtHand = (body: unknown): body is BodyAtHand =>
  typeof body === 'string' || body instanceof ArrayBuffer || ArrayBuffer.isView(body)

export function bytesOf(body: BodyAtHand): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength)
}

const bytesBody = (bytes: Uint8Array<ArrayBuffer>): RequestBody => ({
  size: bytes.byteLength,
  isReplayable: true,
  open: () => bytes,
})

const sourceBody = (source: BodySource): RequestBody => ({
  size: source.size,
  isReplayable: true,
  async open() {
    const opened = requestBody(await source.open(), source.size)
    return opened.open()
  },
})

/** An iterator is its own iterable and runs once; so does every stream. */
function isReiterable(body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): boolean {
  if ('getReader' in body || 'pipe' in body) return false
  if (!(Symbol.asyncIterator in body)) throw invalid(body)
  return (body[Symbol.asyncIterator]() as unknown) !== body
}

const invalid = (body: unknown): ValidationError =>
  new ValidationError(
    'body',
    `cannot send ${body === null ? 'null' : typeof body}; give text, bytes, a Blob, a stream, an async iterable, or a function that returns one`,
  )

/** Reads a stream chunk by chunk, also where streams are not iterable; leaving the loop early cancels it. */
export async function* iterate(
  body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (!('getReader' in body)) return yield* body
  const reader = body.getReader()
  let isDone = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      isDone = done
      if (done) return
      yield value
    }
  } finally {
    if (isDone) reader.releaseLock()
    else await reader.cancel().catch(() => {})
  }
}

/** A declared length is a promise to OSS: fewer bytes would hang, more would be cut off. */
async function* counted(chunks: AsyncIterable<Uint8Array>, size: number | undefined): AsyncGenerator<Uint8Array> {
  let sent = 0
  for await (const chunk of chunks) {
    if (!ArrayBuffer.isView(chunk)) throw new ValidationError('body', `a chunk is ${typeof chunk}, not a Uint8Array`)
    sent += chunk.byteLength
    if (size !== undefined && sent > size)
      throw new ValidationError('body', `holds more than the ${size} bytes declared`)
    yield chunk
  }
  if (size !== undefined && sent < size)
    throw new ValidationError('body', `ended after ${sent} of the ${size} bytes declared`)
}
