import {
  fetchTransport,
  type HttpRequest,
  type HttpResponse,
  RequestError,
  TimeoutError,
  type Transport,
  ValidationError,
} from '@oss-js/core'

/** The browser sets these itself, and none of them is signed. */
const unsettable = /^(host|content-length|user-agent|date|expect|accept-encoding|connection)$/

/**
 * A transport for pages and workers that tells how many bytes of an upload have left.
 *
 * What has a body goes through XMLHttpRequest, its answer is collected in memory. What has none, downloads above all, goes
 * through `fetch` and streams. A service worker has no XMLHttpRequest: `fetch` then sends everything, and progress comes
 * when the answer does. Browsers cannot stream an upload over HTTP/1.1, so a stream is collected into a Blob first.
 *
 * Redirects fail, and the browser's HTTP cache is not used. A RequestError says what to do: about the network, or which CORS
 * rule the bucket lacks.
 */
export function xhrTransport(): Transport {
  const throughFetch = fetchTransport((input, init) => fetch(input, { ...init, cache: 'no-store' }))
  return async (request) => {
    request.signal?.throwIfAborted()
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !unsettable.test(name)))
    const body = await collected(request)
    const sent = { ...request, headers, body }
    try {
      return await (body && globalThis.XMLHttpRequest ? throughXhr(sent, body) : throughFetch(sent))
    } catch (error) {
      throw error instanceof RequestError && error.cause ? await explained(sent, error) : error
    }
  }
}

/** Offline, the diagnosis may not load either; then the error stays as it is. */
async function explained(request: HttpRequest, error: RequestError): Promise<Error> {
  const diagnosis = await import('./network-diagnosis.ts').catch(() => undefined)
  if (!diagnosis) return error
  const { field, problem } = await diagnosis.diagnose(request)
  return field ? new ValidationError(field, problem) : new RequestError(problem, { cause: error.cause })
}

async function collected({ body, signal }: HttpRequest): Promise<Blob | Uint8Array<ArrayBuffer> | undefined> {
  if (body === undefined || !(Symbol.asyncIterator in body)) return body
  const chunks: Blob[] = []
  for await (const chunk of body) {
    signal?.throwIfAborted()
    chunks.push(new Blob([chunk as Uint8Array<ArrayBuffer>]))
  }
  return new Blob(chunks)
}

function throughXhr(
  {
    method,
    url,
    headers,
    signal,
    onUploadProgress,
    connectTimeoutMs = 10_000,
    readWriteTimeoutMs = 20_000,
  }: HttpRequest,
  body: Blob | Uint8Array<ArrayBuffer>,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    let sent = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = (reason: unknown) => {
      reject(reason)
      xhr.abort()
    }
    const expect = (silenceMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => stop(new TimeoutError(`${method}: no byte moved for ${silenceMs} ms`)), silenceMs)
    }
    const follow = () => stop(signal?.reason)
    xhr.open(method, url)
    xhr.responseType = 'arraybuffer'
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded }) => {
      sent = loaded
      expect(readWriteTimeoutMs)
      onUploadProgress?.(loaded)
    }
    xhr.onprogress = xhr.upload.onload = () => expect(readWriteTimeoutMs)
    xhr.onload = () => {
      if (xhr.responseURL === new URL(url).href) resolve(httpResponse(xhr))
      else reject(new RequestError('the answer is a redirect, which is not followed'))
    }
    xhr.onerror = (event) =>
      reject(
        new RequestError(
          `${method} ${new URL(url).host}: the connection broke after ${sent} bytes: check the network`,
          // Bytes leave only after the preflight was answered: then there is nothing to explain.
          sent ? {} : { cause: event },
        ),
      )
    xhr.onloadend = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', follow)
    }
    signal?.addEventListener('abort', follow)
    expect(connectTimeoutMs + readWriteTimeoutMs)
    xhr.send(body)
  })
}

function httpResponse(xhr: XMLHttpRequest): HttpResponse {
  const lines = xhr.getAllResponseHeaders().matchAll(/^(.+?): (.*)$/gm)
  return {
    status: xhr.status,
    headers: Object.fromEntries(Array.from(lines, ([, name = '', value = '']) => [name.toLowerCase(), value])),
    body: xhr.response.byteLength ? new Response(xhr.response).body : null,
  }
}
