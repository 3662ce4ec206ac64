/** Why an exchange failed, in words. Browsers tell scripts only that it did. Loaded when it is needed. */
import type { HttpRequest } from '@oss-js/core'

/** How long the server may take to show that it is there. */
const probeTimeoutMs = 5_000

/** What is wrong, and in which field or setting if it is wrong use that no second attempt helps. */
export interface Diagnosis {
  field?: string
  problem: string
}

/** Tells apart what the browser hides: mixed content, a file that cannot be read any more, no connection, no CORS rule. */
export async function diagnose({ method, url, body, signal }: HttpRequest): Promise<Diagnosis> {
  const { host, origin } = new URL(url)
  if (isMixedContent(new URL(url))) {
    return { field: 'endpoint', problem: `${origin} cannot be reached from an https page: use https` }
  }
  if (body instanceof Blob && !(await answers(body.slice(0, 1).arrayBuffer()))) {
    return { field: 'body', problem: 'the file changed or cannot be read any more: pick it again' }
  }
  // What the browser believes of the network says nothing about a server on this machine.
  const isReachable = await answers(probe(origin))
  signal?.throwIfAborted()
  return { problem: isReachable ? `${method} ${host}: ${missingRule()}` : noConnection(host) }
}

function isMixedContent({ protocol, hostname }: URL): boolean {
  const isLocal = /^(127\.|\[::1]$|(.+\.)?localhost$)/.test(hostname)
  return protocol === 'http:' && globalThis.location?.protocol === 'https:' && !isLocal
}

const missingRule = (): string =>
  'the server is there, but the browser shows no answer: most likely no CORS rule of the bucket allows this page. Add this ' +
  `rule to the bucket: AllowedOrigin ${globalThis.origin}; AllowedMethod PUT, POST, GET, HEAD, DELETE; AllowedHeader *; ` +
  'ExposeHeader ETag, Date, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-next-append-position, x-oss-ec'

const noConnection = (host: string): string =>
  `no connection to ${host}: check the network, the endpoint's name, and that the server is running`

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
