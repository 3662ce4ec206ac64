/**
 * The body of a request. Whether it can be sent again is decided here, once: everything can but a bare stream, because a
 * half-read stream would store its tail as the whole object.
 */
import { utf8 } from '../bytes.ts'
import { ValidationError } from '../errors.ts'
import type { Crc64 } from '../integrity/crc64.ts'
import type { StreamedBody } from './streamed-body.ts'
import type { TransportBody } from './transport.ts'

/** Bytes that can be opened again for every attempt: a file, a slice of something, a generator of data. */
export interface BodySource {
  /** Bytes in all, if known. */
  readonly size?: number | undefined
  /** Called before every attempt; gives the same bytes each time. */
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
  /** Whether it cannot be sent again. */
  readonly isOneShot?: boolean
  /** The bytes from the beginning, for one attempt. What can be read only once is summed up while it passes. */
  open(crc?: Crc64): TransportBody | Promise<TransportBody>
  /** Sums up what was sent, where it is still at hand. */
  sum?(crc: Crc64): void | Promise<void>
}

/**
 * What has to be streamed is the business of a file that is loaded with the first such body.
 *
 * @param declaredSize bytes that the caller promised, as with `contentLength`
 * @throws ValidationError if it is nothing that can be sent
 */
export async function requestBody(body: Body, declaredSize?: number | string): Promise<RequestBody> {
  if (body instanceof Blob) {
    return {
      size: body.size,
      // A slice has no type of its own, which fetch would send as Content-Type unsigned.
      open: () => body.slice(),
      sum: (crc) => body.stream().pipeTo(new WritableStream({ write: crc.update })),
    }
  }
  const bytes = bytesOf(body)
  if (bytes) return { size: bytes.byteLength, open: () => bytes, sum: (crc) => crc.update(bytes) }
  return (await import('../streaming.ts')).streamedBody(
    body as StreamedBody,
    declaredSize,
    requestBody,
    ValidationError,
  )
}

/** The bytes of a body that is in memory, text as UTF-8. Undefined for every other. */
export function bytesOf(body: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof body === 'string') return utf8(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength)
}
