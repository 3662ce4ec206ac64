import { STATUS_CODES } from 'node:http'
import { ServiceFault } from './errors.ts'
import { decodeHeader, encodeHeaders } from './header-text.ts'
import type { Handle, OssRequest, OssResponse } from './message.ts'

/** What work comes to; rejects with the reason of a signal that is aborted before it is done. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Nobody may be left to hear how it ends.
  work.catch(() => {})
  signal.throwIfAborted()
  const listening = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: listening.signal })
  })
  return Promise.race([work, aborted]).finally(() => listening.abort())
}

async function* bodyOf({ body, signal }: Request): AsyncIterable<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await unlessAborted(signal, reader.read())
      if (done) return
      yield value
    }
  } catch (error) {
    throw new ServiceFault(400, 'IncompleteBody', 'The request body ended before its announced length.', {
      reason: `the body broke off: ${error instanceof Error ? error.message : String(error)}`,
    })
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** What the sender of a request would say of the length of its body. */
function framing(request: Request): [name: string, value: string][] {
  if (request.headers.has('content-length') || ['GET', 'HEAD'].includes(request.method)) return []
  return request.body === null ? [['content-length', '0']] : [['transfer-encoding', 'chunked']]
}

function toRequest(request: Request): OssRequest {
  const url = new URL(request.url)
  const sent = [...request.headers].map(([name, value]) => [name, decodeHeader(value)] as const)
  const headers = new Map([['host', url.host], ...sent, ...framing(request)])
  return {
    method: request.method,
    target: url.pathname + url.search,
    host: headers.get('host') ?? '',
    headers,
    body: bodyOf(request),
    remoteAddress: '127.0.0.1',
    isSecure: url.protocol === 'https:',
  }
}

/** A stream that reads on demand, and releases what a body holds when it ends, fails, is cancelled or aborted. */
function streamOf(
  body: AsyncIterable<Uint8Array>,
  release: () => void,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = body[Symbol.asyncIterator]()
  const listening = new AbortController()
  function end(): void {
    listening.abort()
    release()
  }
  return new ReadableStream({
    start(controller) {
      const abort = (): void => {
        controller.error(signal.reason)
        chunks.return?.().catch(() => {})
        end()
      }
      signal.addEventListener('abort', abort, { once: true, signal: listening.signal })
    },
    async pull(controller) {
      try {
        const { done, value } = await unlessAborted(signal, chunks.next())
        if (done !== true) return controller.enqueue(Uint8Array.from(value))
        controller.close()
      } catch (error) {
        controller.error(new TypeError('terminated', { cause: error }))
      }
      end()
    },
    async cancel() {
      end()
      await chunks.return?.()
    },
  })
}

const bodilessStatuses = [204, 304]

function toResponse(request: Request, response: OssResponse): Response {
  const { Connection: _, ...headers } = response.headers
  const { status, body } = response
  const release = response.release ?? (() => {})
  const init = { status, statusText: STATUS_CODES[status] ?? '', headers: encodeHeaders(headers) }
  if (request.method === 'HEAD' || bodilessStatuses.includes(status) || body === undefined) {
    release()
    return new Response(null, init)
  }
  return new Response(typeof body === 'string' ? body : streamOf(body, release, request.signal), init)
}

/** Makes a `fetch` that a handler answers without a socket. Unlike a browser's it leaves encoded content encoded. */
export const fetchOver =
  (handle: Handle) =>
  async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted()
    const answering = handle(toRequest(request))
    const response = await unlessAborted(request.signal, answering).catch((error: unknown) => {
      // Who aborts does not take the answer, which may hold bytes.
      answering.then(
        ({ release }) => release?.(),
        () => {},
      )
      throw error
    })
    if (response.isDropped !== true) return toResponse(request, response)
    response.release?.()
    throw new TypeError('fetch failed', { cause: new Error('the connection was cut') })
  }
