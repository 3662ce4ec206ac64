/**
 * How `fetchTransport` sends. A page loads it when something has to stream; what the page has anyway is handed in, for
 * bundlers would move what is imported from here out of the page's first file, into one more to be loaded at start.
 */
import type { RequestError } from '../errors.ts'
import type { TimeLimit, timeLimit } from '../time-limit.ts'
import type { HttpRequest, HttpResponse, TransportBody } from './transport.ts'

/** Bytes per millisecond below which an upload counts as stalled where fetch cannot tell how far it is. */
const slowest = 8

/** What a page has anyway. */
export interface PageParts {
  timeLimit: typeof timeLimit
  RequestError: typeof RequestError
}

/** Sends one request with `fetch`, as a transport does. What is in `init` wins over what the exchange says itself. */
export type FetchExchange = (send: typeof fetch, request: HttpRequest, init?: RequestInit) => Promise<HttpResponse>

/** Makes what sends with `fetch`. */
export const fetchExchangeOf =
  ({ timeLimit, RequestError }: PageParts): FetchExchange =>
  async (send, request, init) => {
    const { signal, connectTimeoutMs = 10_000, readWriteTimeoutMs = 20_000, waiting = new Set() } = request
    signal?.throwIfAborted()
    const watch = timeLimit(signal)
    const failure = (what: string, error: unknown) => {
      if (watch.signal.aborted) return watch.signal.reason
      if (error instanceof RequestError) return error
      return new RequestError(`${what}: ${(error as Error).message}`, { cause: error })
    }
    const chunks =
      request.body && Symbol.asyncIterator in request.body ? request.body[Symbol.asyncIterator]() : undefined
    const isStream = chunks !== undefined
    // What is left of a body when its request is over is never asked for.
    const finish = () => {
      waiting.delete(expectAnswer)
      watch.stop()
      chunks?.return?.().catch(() => {})
    }
    const blindBytes = isStream ? 0 : (request.bodySize ?? 0)
    const expectAnswer = () => watch.allow(...silence(connectTimeoutMs + readWriteTimeoutMs + blindBytes / slowest))
    waiting.add(expectAnswer)
    expectAnswer()
    try {
      const response = await send(request.url, {
        method: request.method,
        headers: isStream ? request.headers : withoutLength(request.headers),
        body: chunks ? streamOf(chunks, request, watch, readWriteTimeoutMs) : (request.body as Blind | undefined),
        signal: watch.signal,
        redirect: 'manual',
        ...(isStream && { duplex: 'half' }),
        ...init,
      } as RequestInit)
      if (response.type === 'opaqueredirect') throw new RequestError('the answer is a redirect, which is not followed')
      if (!isStream && request.bodySize) request.onUploadProgress?.(request.bodySize)
      waiting.delete(expectAnswer)
      watch.stop()
      if (!response.body) finish()
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: response.body && watchedBody(response.body, watch, readWriteTimeoutMs, waiting, finish, failure),
      }
    } catch (error) {
      finish()
      throw failure(`${request.method} ${new URL(request.url).host}`, error)
    }
  }

/** The length of what is at hand `fetch` declares itself; Node's does so twice where the caller did. */
const withoutLength = ({ 'content-length': _, ...headers }: Record<string, string>): Record<string, string> => headers

type Blind = Exclude<TransportBody, AsyncIterable<Uint8Array>>

function streamOf(
  chunks: AsyncIterator<Uint8Array>,
  { onUploadProgress }: HttpRequest,
  watch: TimeLimit,
  silenceMs: number,
): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        watch.allow(...silence(silenceMs))
        try {
          const { done, value } = await chunks.next()
          if (done) return controller.close()
          controller.enqueue(value)
          sent += value.byteLength
          onUploadProgress?.(sent)
        } catch (error) {
          // What broke is the source, not the network; fetch would hide that.
          watch.abort(error)
          controller.error(error)
        }
      },
      async cancel() {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** The time for the next chunk counts only while somebody is waiting for it. */
function watchedBody(
  body: ReadableStream<Uint8Array>,
  watch: TimeLimit,
  silenceMs: number,
  waiting: Set<() => unknown>,
  finish: () => void,
  failure: (what: string, error: unknown) => unknown,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          watch.allow(...silence(silenceMs))
          const { done, value } = await reader.read()
          watch.stop()
          for (const expectAnswer of waiting) expectAnswer()
          if (!done) return controller.enqueue(value)
          finish()
          controller.close()
        } catch (error) {
          finish()
          controller.error(failure('reading the answer', error))
        }
      },
      cancel(reason) {
        finish()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

const silence = (ms: number): [number, string] => [ms, `no byte moved for ${Math.round(ms)} ms`]
