/**
 * What went wrong, in words, where browsers and servers say little. Loaded when it did, so it imports nothing that runs: what
 * the page has anyway is handed in.
 */
import type { HttpRequest, OSSError, RequestError, ValidationError } from '@oss-js/core'

/** How long the server may take to show that it is there. */
const probeTimeoutMs = 5_000

/** The errors that a transport makes. */
export interface TransportErrors {
  RequestError: typeof RequestError
  ValidationError: typeof ValidationError
}

/** What XMLHttpRequest shows of an exchange that failed. `fetch` shows nothing. */
export interface Evidence {
  /** 0 without an answer. */
  status?: number
  /** Bytes of the body that have left. */
  sent?: number
}

/**
 * Tells apart what the browser hides: mixed content, a file that cannot be read any more, no connection, no CORS rule. An
 * error without a cause needs no explanation. The cause of one that XMLHttpRequest met is {@link Evidence}.
 */
export async function diagnose(
  error: RequestError,
  { method, url, body, signal }: HttpRequest,
  { RequestError, ValidationError }: TransportErrors,
): Promise<OSSError> {
  const { cause } = error
  if (!cause) return error
  const { status, sent } = cause as Evidence
  const { host, origin, protocol, hostname } = new URL(url)
  // A page that upgrades such requests is answered, from another address than it asked.
  if (isMixedContent(protocol, hostname)) {
    return new ValidationError('endpoint', `${origin} cannot be reached from an https page: use https`)
  }
  if (status) return new RequestError('the answer is a redirect, which is not followed')
  // Bytes leave only after the preflight was answered: then there is nothing to find out.
  if (sent) return new RequestError(`${method} ${host}: the connection broke after ${sent} bytes: check the network`)
  if (body instanceof Blob && !(await answers(body.slice(0, 1).arrayBuffer()))) {
    return new ValidationError('body', 'the file changed or cannot be read any more: pick it again')
  }
  // What the browser believes of the network says nothing about a server on this machine.
  const { isReachable, isForbidden } = await probed(origin, signal)
  signal?.throwIfAborted()
  if (isForbidden) return new ValidationError('endpoint', forbidden(origin))
  return new RequestError(isReachable ? `${method} ${host}: ${missingRule()}` : noConnection(host), { cause })
}

function isMixedContent(protocol: string, hostname: string): boolean {
  const isLocal = /^(127\.|\[::1]$|(.+\.)?localhost$)/.test(hostname)
  return protocol === 'http:' && globalThis.location?.protocol === 'https:' && !isLocal
}

const missingRule = (): string =>
  'the server is there, but the browser shows no answer: most likely no CORS rule of the bucket allows this page. Add this ' +
  `rule to the bucket: AllowedOrigin ${pageOrigin()}; AllowedMethod PUT, POST, GET, HEAD, DELETE; AllowedHeader *; ` +
  'ExposeHeader ETag, Date, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-next-append-position, x-oss-ec'

/** A sandboxed frame and a page of a file have none, which no rule can name. */
const pageOrigin = (): string => (globalThis.origin === 'null' ? '*' : globalThis.origin)

const forbidden = (origin: string): string =>
  `the Content-Security-Policy of this page forbids ${origin}: add it to connect-src`

const noConnection = (host: string): string =>
  `no connection to ${host}: check the network, the endpoint's name, and that the server is running`

/** What becomes of a request to an address, and whether the page may send it at all. */
async function probed(
  url: string | URL,
  signal?: AbortSignal,
): Promise<{ isReachable: boolean; isForbidden: boolean }> {
  const limit = AbortSignal.timeout(probeTimeoutMs)
  let isForbidden = false
  // Where a page has a document, the event is told there, and comes by here.
  const note = ({ disposition }: Partial<SecurityPolicyViolationEvent>) => {
    isForbidden ||= disposition === 'enforce'
  }
  globalThis.addEventListener?.('securitypolicyviolation', note)
  const isReachable = await answers(
    fetch(url, {
      mode: 'no-cors',
      cache: 'no-store',
      credentials: 'omit',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }),
  )
  // It is told just after the request has failed.
  if (!isReachable) await new Promise((resolve) => setTimeout(resolve))
  globalThis.removeEventListener?.('securitypolicyviolation', note)
  return { isReachable, isForbidden }
}

const answers = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  )

/**
 * Says what a server said instead of handing out a token, and never more of the answer than the server's own words: that may
 * hold secrets.
 *
 * @param answer undefined if none came
 * @param text undefined if the answer broke off
 * @param problem why there is none, or what is wrong with the token, where the answer was to hold one
 * @returns what a CredentialsError is made of, with a cause where asking again may help
 */
export async function explainRefusal(
  answer: Response | undefined,
  text: string | undefined,
  problem: unknown,
  url: string | URL,
): Promise<[message: string, options: ErrorOptions]> {
  const [reason, cause] = answer ? reasonOf(answer, text, problem) : await silenceOf(url, problem)
  // The query is left out, it may identify the user.
  return [`no STS token from ${String(url).split('?')[0]}: ${reason}`, cause ? { cause } : {}]
}

type Reason = [reason: string, cause?: unknown]

/** Why a page sees no answer, where it did not run out of time. */
async function silenceOf(url: string | URL, problem: unknown): Promise<Reason> {
  const { name, message } = problem as Error
  const reason = `no answer: ${message}`
  if (name !== 'TypeError' || !globalThis.location) return [reason, problem]
  const { href, origin } = new URL(url, location.href)
  if (origin === globalThis.origin) {
    const isElsewhere = await fetch(href, { redirect: 'manual', cache: 'no-store' }).then(isRedirect, () => false)
    return [
      isElsewhere ? 'it redirects to where this page may not read: check that the user is signed in' : reason,
      problem,
    ]
  }
  const { isReachable, isForbidden } = await probed(href)
  if (isForbidden) return [forbidden(origin)]
  return [isReachable ? `${reason}: most likely it lacks Access-Control-Allow-Origin for this page` : reason, problem]
}

const isRedirect = ({ type }: Response): boolean => type === 'opaqueredirect'

function reasonOf(answer: Response, text: string | undefined, problem: unknown): Reason {
  if (text === undefined) return [`no answer: ${(problem as Error).message}`, problem]
  const { ok, status, headers } = answer
  const members = parsed(text)
  const said = members?.message ?? members?.Message ?? members?.error
  const reason = typeof said === 'string' ? `: ${said.slice(0, 200)}` : ''
  if (!ok) return [`it answered ${status}${reason}`, status >= 500 || status === 429 ? status : undefined]
  if (members) return [(problem as Error).message + reason]
  const type = headers.get('content-type') ?? 'nothing'
  return [`it answered ${type} instead of JSON: check the URL, and that the user is signed in`]
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}
