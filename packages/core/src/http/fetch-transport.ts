import { RequestError, TimeoutError } from '../errors.ts'
import { iterate } from './request-body.ts'
import type { HttpRequest, HttpResponse, Transport, TransportBody } from './transport.ts'

/** Bytes per millisecond below which an upload counts as stalled where fetch cannot tell how far it is. */
const slowest = 8

/**
 * A transport over the platform's `fetch`: for edge functions, service workers, and everywhere no adapter brings a better
 * one. It follows no redirect.
 *
 * `fetch` does not tell how much of bytes or a Blob it has sent: their progress is reported when the answer is there, and
 * the silence allowed grows with their size.
 */
export function fetchTransport(send: typeof fetch = (input, init) => fetch(input, init)): Transport {
  return async (request) => {
    const { signal, connectTimeoutMs = 10_000, readWriteTimeoutMs = 20_000 } = request
    signal?.throwIfAborted()
    const watch = watchSilence(signal)
    const isStream = request.body !== undefined && Symbol.asyncIterator in request.body
    const blindBytes = isStream ? 0 : (request.bodySize ?? 0)
    watch.expect(connectTimeoutMs + readWriteTimeoutMs + blindBytes / slowest)
    try {
      const response = await send(request.url, {
        method: request.method,
        headers: request.headers,
        body: bodyInit(request, watch, readWriteTimeoutMs),
        signal: watch.signal,
        redirect: 'manual',
        ...(isStream && { duplex: 'half' }),
      } as RequestInit)
      if (response.type === 'opaqueredirect') throw new RequestError('the answer is a redirect, which is not followed')
      if (!isStream && request.bodySize) request.onUploadProgress?.(request.bodySize)
      return httpResponse(response, watch, readWriteTimeoutMs)
    } catch (error) {
      watch.end()
      throw failure(request, watch, error)
    }
  }

  function httpResponse(response: Response, watch: SilenceWatch, silenceMs: number): HttpResponse {
    const headers = Object.fromEntries(response.headers)
    if (!response.body) watch.end()
    return { status: response.status, headers, body: response.body && watchedBody(response.body, watch, silenceMs) }
  }
}

type Blind = Exclude<TransportBody, AsyncIterable<Uint8Array>>

function bodyInit(
  { body, onUploadProgress }: HttpRequest,
  watch: SilenceWatch,
  silenceMs: number,
): BodyInit | undefined {
  if (body === undefined || !(Symbol.asyncIterator in body)) return body as Blind | undefined
  const chunks = body[Symbol.asyncIterator]()
  let sent = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        watch.expect(silenceMs)
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
  watch: SilenceWatch,
  silenceMs: number,
): ReadableStream<Uint8Array> {
  const chunks = iterate(body)
  watch.pause()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          watch.expect(silenceMs)
          const { done, value } = await chunks.next()
          watch.pause()
          if (!done) return controller.enqueue(value)
          watch.end()
          controller.close()
        } catch (error) {
          watch.end()
          controller.error(failure(undefined, watch, error))
        }
      },
      async cancel() {
        watch.end()
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

interface SilenceWatch {
  readonly signal: AbortSignal
  /** Allows this much silence from now on. */
  expect(silenceMs: number): void
  pause(): void
  abort(reason: unknown): void
  end(): void
}

function watchSilence(outer: AbortSignal | undefined): SilenceWatch {
  const controller = new AbortController()
  const follow = () => controller.abort(outer!.reason)
  outer?.addEventListener('abort', follow)
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    signal: controller.signal,
    expect(silenceMs) {
      clearTimeout(timer)
      timer = setTimeout(
        () => controller.abort(new TimeoutError(`no byte moved for ${Math.round(silenceMs)} ms`)),
        silenceMs,
      )
    },
    pause: () => clearTimeout(timer),
    abort: (reason) => controller.abort(reason),
    end() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', follow)
    },
  }
}

function failure(request: HttpRequest | undefined, watch: SilenceWatch, error: unknown): unknown {
  if (watch.signal.aborted) return watch.signal.reason
  if (error instanceof RequestError) return error
  const what = request ? `${request.method} ${new URL(request.url).host}` : 'reading the answer'
  return new RequestError(`${what}: ${(error as Error).message}`, { cause: error })
}
