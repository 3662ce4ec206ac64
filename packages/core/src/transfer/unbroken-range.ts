/** Bytes of one version of an object, however often the connection breaks. */

import { stoppable } from '../abortable.ts'
import type { Client } from '../client/client.ts'
import { RequestError, SerializationError, ServiceError, TimeoutError } from '../errors.ts'
import type { InputOf, OutputOf } from '../operation.ts'
import { getObject, type headObject } from '../operations/object-basic.ts'
import { waitToRetry } from '../wait-to-retry.ts'
import type { ByteSpan } from './byte-span.ts'
import { ObjectChangedError } from './object-changed-error.ts'
import { withWholeEtag } from './whole-etag.ts'

/** Connections in a row that may break before they bring a byte. */
const maxFruitless = 3

/** An object as it was when `headObject` told of it. */
export interface SeenObject {
  readonly client: Client
  /** What every request for its bytes says, besides which of them. */
  readonly request: Omit<InputOf<typeof getObject>, 'range' | 'rangeBehavior' | 'ifMatch'>
  readonly head: OutputOf<typeof headObject>
  /** The message of the ObjectChangedError with which reading rejects when the object is another. */
  readonly changed: string
  /** Whether a span up to the object's end is asked for without naming it. */
  readonly isEndOpen?: boolean
}

/**
 * The bytes of a span as they come. When a connection breaks, another one goes on from the last byte, as long after as the
 * client waits before it tries a call again.
 */
export async function* unbrokenRange(
  object: SeenObject,
  { start, end }: ByteSpan,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  let at = start
  for (let fruitless = 0; at < end; ) {
    const before = at
    // What cannot even be opened was tried as often as the client tries a call.
    const answer = await openRange(object, { start: at, end }, signal)
    try {
      for await (const chunk of received(answer, end - at, signal)) {
        at += chunk.byteLength
        yield chunk
      }
    } catch (error) {
      fruitless = at > before ? 0 : fruitless + 1
      const isBroken = error instanceof RequestError || error instanceof TimeoutError
      if (signal.aborted || !isBroken || fruitless >= maxFruitless) throw error
      await waitToRetry(object.client, Math.max(fruitless, 1), error, signal)
    }
  }
}

/** What an answer brings: all bytes that were asked for, or an error. */
async function* received(
  { body, contentLength }: OutputOf<typeof getObject>,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  let missing = size
  for await (const chunk of stoppable(body, signal)) {
    if (chunk.byteLength > missing) throw unpacked('longer')
    missing -= chunk.byteLength
    if (chunk.byteLength > 0) yield chunk as Uint8Array<ArrayBuffer>
  }
  if (missing > 0 && contentLength === size) throw unpacked('shorter')
  if (missing > 0) throw new RequestError(`GetObject: the answer ended ${missing} bytes too early`)
}

/** A connection that was cut is an error; an answer that ends well has the bytes that it announced, unless they were unpacked. */
const unpacked = (how: string): SerializationError =>
  new SerializationError(
    `GetObject: the answer is ${how} than its range: what is stored with a Content-Encoding is unpacked on its way here, which only a signed request can prevent`,
  )

/**
 * `fetch` unpacks what is marked as packed, and a part of it does not even unpack. So OSS is asked to mark it otherwise where
 * it may be, which is also where CORS rules hide headers; OSS refuses that to requests that are not signed.
 */
function mayBeUnpacked({ contentEncoding, response }: SeenObject['head']): boolean {
  if (contentEncoding !== undefined) return contentEncoding !== 'identity'
  return response.headers['accept-ranges'] === undefined
}

/** Asks for bytes of the object as it was seen, and for nothing else. */
async function openRange(
  { client, request, head, changed, isEndOpen = false }: SeenObject,
  { start, end }: ByteSpan,
  signal: AbortSignal,
): Promise<OutputOf<typeof getObject>> {
  const range = isEndOpen && end === head.contentLength ? { start } : { start, end: end - 1 }
  const asked = { ...request, range, rangeBehavior: 'standard', ...(head.etag && { ifMatch: head.etag }) } as const
  const isMarked = request.responseContentEncoding === undefined && mayBeUnpacked(head)
  const output = await getObject(client, isMarked ? { ...asked, responseContentEncoding: 'identity' } : asked, {
    signal,
  })
    .catch((error) => {
      if (!isMarked || !isUnsigned(error)) throw error
      return getObject(client, asked, { signal })
    })
    .catch((error) => {
      throw isPreconditionFailed(error) ? new ObjectChangedError(changed) : error
    })
  const { contentRange = '', lastModified } = output
  const [, from, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(contentRange) ?? []
  const isOther =
    isDifferent(withWholeEtag(output).etag, head.etag) ||
    isDifferent(lastModified?.getTime(), head.lastModified?.getTime()) ||
    (size !== undefined && isDifferent(Number(size), head.contentLength))
  const isElsewhere = from === undefined ? output.response.status !== 206 && start > 0 : Number(from) !== start
  if (!isOther && !isElsewhere) return output
  await output.body.cancel()
  if (isOther) throw new ObjectChangedError(changed)
  throw new SerializationError(`GetObject: asked for bytes from ${start} on, got ${output.contentRange ?? 'all'}`)
}

const isUnsigned = (error: unknown): boolean => error instanceof ServiceError && error.code === 'InvalidRequest'

const isPreconditionFailed = (error: unknown): boolean => error instanceof ServiceError && error.status === 412

/** What CORS rules hide is not different. */
const isDifferent = <T>(one: T | undefined, other: T | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other
