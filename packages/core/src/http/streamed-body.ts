/** Bodies that come piece by piece. What the page has anyway is handed in, as to `fetchExchangeOf`. */
import type { ValidationError } from '../errors.ts'
import type { Crc64 } from '../integrity/crc64.ts'
import { iterate } from './iterate.ts'
import type { Body, BodySource, RequestBody } from './request-body.ts'

type Stream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

type Source = BodySource | (() => Body | Promise<Body>)

/** What is not at hand. */
export type StreamedBody = Stream | Source

/** How a body is read that a source opens. */
export type ReadBody = (body: Body, size?: number) => Promise<RequestBody>

/**
 * The body of a request that comes piece by piece, or from a source.
 *
 * @throws a ValidationError if it is nothing that can be sent
 */
export function streamedBody(
  body: StreamedBody,
  declaredSize: number | string | undefined,
  read: ReadBody,
  Invalid: typeof ValidationError,
): RequestBody {
  const size = declaredSize === undefined ? undefined : Number(declaredSize)
  if (typeof body === 'function') return sourceBody({ open: body, size }, read, Invalid)
  if (typeof body !== 'object' || body === null) throw new Invalid('body', unsendable(body))
  if (isSource(body)) return sourceBody(body, read, Invalid)
  if (!isStream(body)) throw new Invalid('body', unsendable(body))
  // It would be stored as an empty object.
  if ('readableEnded' in body && body.readableEnded) throw new Invalid('body', 'the stream was read to its end before')
  return { size, isOneShot: isOneShot(body), open: (crc) => counted(iterate(body), size, Invalid, crc) }
}

/** A stream of a file may have an `open` of its own. */
const isSource = (body: Stream | BodySource): body is BodySource => 'open' in body && !(Symbol.asyncIterator in body)

function sourceBody(source: BodySource, read: ReadBody, Invalid: typeof ValidationError): RequestBody {
  let opened: RequestBody
  let last: Body | undefined
  return {
    size: source.size,
    async open(crc) {
      const body = await source.open()
      opened = await read(body, source.size)
      // Nothing is left of it: that would be stored as an empty object.
      if (opened.isOneShot && body === last)
        throw new Invalid('body', 'opened again, it is the stream that was read before')
      last = body
      return opened.open(crc)
    },
    sum: (crc) => opened.sum?.(crc),
  }
}

const isStream = (body: Stream): boolean => 'getReader' in body || Symbol.asyncIterator in body

/** An iterator is its own iterable and runs once; so does every stream, and what hands out the same iterator each time. */
function isOneShot(body: Stream): boolean {
  if ('getReader' in body || 'pipe' in body) return true
  const chunks = body[Symbol.asyncIterator]() as unknown
  return chunks === body || chunks === body[Symbol.asyncIterator]()
}

const unsendable = (body: unknown): string =>
  `cannot send ${body === null ? 'null' : typeof body}; give text, bytes, a Blob, a stream, an async iterable, or a function that returns one`

/** A declared length is a promise to OSS: fewer bytes would hang, more would be cut off. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  size: number | undefined,
  Invalid: typeof ValidationError,
  crc: Crc64 | undefined,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  for await (const chunk of chunks) {
    if (!ArrayBuffer.isView(chunk)) throw new Invalid('body', `a chunk is ${typeof chunk}, not a Uint8Array`)
    sent += chunk.byteLength
    if (size !== undefined && sent > size) throw new Invalid('body', `holds more than the ${size} bytes declared`)
    crc?.update(chunk)
    yield chunk
  }
  if (size !== undefined && sent < size) throw new Invalid('body', `ended after ${sent} of the ${size} bytes declared`)
}

/** Browsers cannot stream an upload over HTTP/1.1: what comes in chunks is collected first. */
export async function collected(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Promise<Blob> {
  const blobs: Blob[] = []
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    blobs.push(new Blob([chunk as Uint8Array<ArrayBuffer>]))
  }
  return new Blob(blobs)
}
