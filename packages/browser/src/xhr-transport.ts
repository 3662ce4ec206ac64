import {
  type HttpRequest,
  type HttpResponse,
  RequestError,
  type Transport,
  timeLimit,
  ValidationError,
} from '@oss-js/core'

/** The browser sets these itself, and none of them is signed. */
const unsettable = /^(host|content-length|user-agent|date|expect|accept-encoding|connection)$/

/**
 * A transport for pages and workers that tells how many bytes of an upload have left.
 *
 * What has a body goes through XMLHttpRequest, its answer is collected in memory. What has none, and what answers with more
 * than headers, downloads above all, goes through `fetch` and streams. A service worker has no XMLHttpRequest: `fetch` then
 * sends everything, and progress comes when the answer does; as a service worker cannot load code later, it has to be
 * bundled into one file. Browsers cannot stream an upload over HTTP/1.1, so a stream is collected into a Blob first.
 *
 * Redirects fail, and the browser's HTTP cache is not used. A RequestError says what to do: about the network, or which CORS
 * rule the bucket lacks.
 */
export function xhrTransport(): Transport {
  return async (request) => {
    request.signal?.throwIfAborted()
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !unsettable.test(name)))
    const sent = { ...request, headers, body: await atHand(request) }
    try {
      return await (sent.body && !sent.streaming && globalThis.XMLHttpRequest ? throughXhr(sent) : throughFetch(sent))
    } catch (error) {
      if (!(error instanceof RequestError && error.cause)) throw error
      // Offline, the diagnosis may not load either; then the error stays as it is.
      const diagnosis = await import('./network-diagnosis.ts').catch(() => undefined)
      if (!diagnosis) throw error
      const { field, problem } = await diagnosis.diagnose(sent)
      throw field ? new ValidationError(field, problem) : new RequestError(problem, { cause: error.cause })
    }
  }
}

interface CollectedRequest extends HttpRequest {
  body: Blob | Uint8Array<ArrayBuffer> | undefined
}

async function atHand({ body, signal }: HttpRequest): Promise<CollectedRequest['body']> {
  if (!body || !(Symbol.asyncIterator in body)) return body
  return (await import('@oss-js/core/streaming')).collected(body, signal)
}

async function throughFetch(request: CollectedRequest): Promise<HttpResponse> {
  const exchange =
    request.streaming ?? (await import('@oss-js/core/streaming')).fetchExchangeOf({ timeLimit, RequestError })
  return exchange((input, init) => fetch(input, { ...init, cache: 'no-store' }), request)
}

async function throughXhr(request: CollectedRequest): Promise<HttpResponse> {
  const { method, url, onUploadProgress, connectTimeoutMs = 10_000, readWriteTimeoutMs = 20_000 } = request
  const { host, href } = new URL(url)
  const { signal, allow, stop } = timeLimit(request.signal)
  const expectByte = (silenceMs = readWriteTimeoutMs) =>
    allow(silenceMs, `${method}: no byte moved for ${silenceMs} ms`)
  let sent = 0
  const xhr = new XMLHttpRequest()
  xhr.open(method, url)
  xhr.responseType = 'blob'
  for (const header of Object.entries(request.headers)) xhr.setRequestHeader(...header)
  xhr.upload.onprogress = ({ loaded }) => {
    sent = loaded
    expectByte()
    onUploadProgress?.(loaded)
  }
  xhr.onprogress = xhr.upload.onload = () => expectByte()
  expectByte(connectTimeoutMs + readWriteTimeoutMs)
  const cause = await new Promise((resolve) => {
    xhr.onloadend = resolve
    signal.onabort = () => xhr.abort()
    xhr.send(request.body)
  })
  stop()
  signal.throwIfAborted()
  const { status, responseURL, response } = xhr
  if (responseURL === href) return { status, headers: headersOf(xhr), body: response.size ? response.stream() : null }
  if (status) throw new RequestError('the answer is a redirect, which is not followed')
  const problem = `${method} ${host}: the connection broke after ${sent} bytes: check the network`
  // Bytes leave only after the preflight was answered: then there is nothing to explain.
  throw new RequestError(problem, sent ? {} : { cause })
}

function headersOf(xhr: XMLHttpRequest): Record<string, string> {
  const lines = xhr.getAllResponseHeaders().matchAll(/(.+?): (.*)/g)
  return Object.fromEntries(Array.from(lines, ([, name, value]) => [name, value]))
}
