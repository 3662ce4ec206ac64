/** Why an exchange failed, in words. Browsers tell scripts only that it did. */
import { type HttpRequest, RequestError, type Transport, ValidationError } from '@oss-js/core'

/** How long the server may take to show that it is there. */
const probeTimeoutMs = 5_000

/**
 * Explains the failures of a transport: no connection, no CORS rule, a file that cannot be read any more. An http endpoint
 * on an https page is refused before anything is sent.
 */
export function explaining(transport: Transport): Transport {
  return async (request) => {
    refuseMixedContent(new URL(request.url))
    try {
      return await transport(request)
    } catch (error) {
      if (error instanceof RequestError && error.cause) throw await explain(request, error.cause)
      throw error
    }
  }
}

function refuseMixedContent({ protocol, hostname, origin }: URL): void {
  if (protocol !== 'http:' || globalThis.location?.protocol !== 'https:') return
  if (/^(127\.|\[::1]$|(.+\.)?localhost$)/.test(hostname)) return
  throw new ValidationError('endpoint', `${origin} cannot be reached from an https page: use https`)
}

async function explain({ method, url, body, signal }: HttpRequest, cause: unknown): Promise<Error> {
  const { host, origin } = new URL(url)
  if (body instanceof Blob && !(await answers(body.slice(0, 1).arrayBuffer()))) {
    return new ValidationError('body', 'the file changed or cannot be read any more: pick it again')
  }
  const isReachable = navigator.onLine !== false && (await answers(probe(origin)))
  signal?.throwIfAborted()
  return new RequestError(
    isReachable
      ? `${method} ${host}: the server is there, but the browser shows no answer: most likely no CORS rule of the bucket ` +
          `allows this page. Add this rule to the bucket: AllowedOrigin ${globalThis.origin}; AllowedMethod PUT, POST, GET, ` +
          'HEAD, DELETE; AllowedHeader *; ExposeHeader ETag, Date, x-oss-request-id, x-oss-hash-crc64ecma, ' +
          'x-oss-version-id, x-oss-next-append-position, x-oss-ec'
      : `no connection to ${host}: check the network, the endpoint's name, and that the server is running`,
    { cause },
  )
}

/** Any answer at all resolves it, unseen. */
const probe = (origin: string): Promise<unknown> =>
  fetch(origin, {
    mode: 'no-cors',
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(probeTimeoutMs),
  })

const answers = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  )
