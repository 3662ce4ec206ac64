import { STATUS_CODES } from 'node:http'
import { ServiceFault } from './errors.ts'
import { decodeHeader, encodeHeaders } from './header-text.ts'
import type { Handle, OssRequest, OssResponse } from './message.ts'

async function* bodyOf(request: Request): AsyncIterable<Uint8Array> {
  if (request.body === null) return
  try {
    yield* request.body
  } catch (error) {
    throw new ServiceFault(400, 'IncompleteBody', 'The request body ended before its announced length.', {
      reason: `the body broke off: ${error instanceof Error ? error.message : String(error)}`,
    })
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

/** A stream that reads on demand, and releases what a body holds when it ends, fails or is cancelled. */
function streamOf(body: AsyncIterable<Uint8Array>, release: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = body[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next()
        if (done !== true) return controller.enqueue(Uint8Array.from(value))
        controller.close()
      } catch (error) {
        controller.error(new TypeError('terminated', { cause: error }))
      }
      release()
    },
    async cancel() {
      await chunks.return?.()
      release()
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
  return new Response(typeof body === 'string' ? body : streamOf(body, release), init)
}

/** Makes a `fetch` that a handler answers without a socket. Unlike a browser's it leaves encoded content encoded. */
export const fetchOver =
  (handle: Handle) =>
  async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted()
    const response = await handle(toRequest(request))
    if (response.isDropped !== true) return toResponse(request, response)
    response.release?.()
    throw new TypeError('fetch failed', { cause: new Error('the connection was cut') })
  }
