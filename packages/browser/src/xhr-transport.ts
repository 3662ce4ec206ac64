import {
  type HttpRequest,
  type HttpResponse,
  RequestError,
  type Transport,
  timeLimit,
  ValidationError,
} from '@oss-js/core'

/** What waits for its first byte. A browser has six connections to a host: while others move bytes, it may be in the queue. */
const waiting = new Set<() => unknown>()

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
    const { url, streaming, signal } = request
    const { 'user-agent': _, ...wanted } = request.headers
    // What browsers keep to themselves is not in it; and none of that is signed.
    const { headers } = new Request(url, { headers: wanted })
    let { body } = request
    if (body && Symbol.asyncIterator in body)
      body = await (await import('@oss-js/core/streaming')).collected(body, signal)
    try {
      if (body && !streaming && globalThis.XMLHttpRequest) return await throughXhr(request, headers, body)
      const exchange =
        streaming ?? (await import('@oss-js/core/streaming')).fetchExchangeOf({ timeLimit, RequestError })
      return await exchange(fetch, { ...request, body, waiting }, { headers, cache: 'no-store' })
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      // Offline, the explanation may not load either; then the error stays as it is.
      const explanations = await import('./explanations.ts').catch(() => undefined)
      throw (await explanations?.diagnose(error, request, { RequestError, ValidationError })) ?? error
    }
  }
}

async function throughXhr(request: HttpRequest, headers: Headers, body: XMLHttpRequestBodyInit): Promise<HttpResponse> {
  const { method, url, onUploadProgress, connectTimeoutMs = 10_000, readWriteTimeoutMs = 20_000 } = request
  const { signal, allow, stop } = timeLimit(request.signal)
  signal.throwIfAborted()
  const { href } = new URL(url)
  const expectByte = (ms = readWriteTimeoutMs) => allow(ms, `${method}: no byte moved for ${ms} ms`)
  let sent = 0
  const expectFirst = () => sent || expectByte(connectTimeoutMs + readWriteTimeoutMs)
  const xhr = new XMLHttpRequest()
  xhr.open(method, url)
  xhr.responseType = 'blob'
  for (const header of headers) xhr.setRequestHeader(...header)
  xhr.upload.onprogress = ({ loaded }) => {
    sent = loaded
    for (const restart of waiting) restart()
    expectByte()
    onUploadProgress?.(loaded)
  }
  xhr.onprogress = () => expectByte()
  waiting.add(expectFirst)
  expectFirst()
  await new Promise((resolve) => {
    xhr.onloadend = resolve
    signal.onabort = () => xhr.abort()
    xhr.send(body)
  })
  stop()
  waiting.delete(expectFirst)
  // A signal that follows another one is kept as long as somebody listens to it, with the bytes that were sent.
  signal.onabort = null
  signal.throwIfAborted()
  if (xhr.responseURL !== href) throw new RequestError(`${method}: no answer`, { cause: { status: xhr.status, sent } })
  const lines = xhr.getAllResponseHeaders().match(/.+/g) ?? []
  return {
    status: xhr.status,
    headers: Object.fromEntries(lines.map((line) => line.split(/: (.*)/))),
    body: xhr.response.size ? xhr.response.stream() : null,
  }
}
