import type { CallOptions } from './client/client.ts'
import { serviceError } from './client/service-error.ts'
import { ServiceError } from './errors.ts'
import { fetchTransport } from './http/fetch-transport.ts'
import { progressReporter } from './http/progress.ts'
import { type Body, requestBody } from './http/request-body.ts'
import { ResponseBody } from './http/response-body.ts'
import type { Transport } from './http/transport.ts'
import { mapValues } from './map-values.ts'
import { explainMismatch } from './signing/explain-mismatch.ts'
import { timeLimit } from './time-limit.ts'

/** How a request that is signed already is sent. */
export interface SendOptions extends Pick<CallOptions, 'signal' | 'timeoutMs' | 'onProgress'> {
  /** What sends the request, as `xhrTransport()` where bytes shall be counted. @default fetchTransport() */
  transport?: Transport | undefined
  /** Milliseconds to wait for a connection. @default 10000 */
  connectTimeoutMs?: number | undefined
  /** Milliseconds without a byte moving before the request is given up. @default 20000 */
  readWriteTimeoutMs?: number | undefined
}

/** What OSS answered. */
export interface SentAnswer {
  /** HTTP status, 200 to 299. */
  status: number
  /** Every header that the runtime shows, lower-case names. */
  headers: Record<string, string>
  /** To be read, or given up with `cancel()`. */
  body: ResponseBody
}

/** A request as it is, with whatever signature it has. */
export interface PlainRequest {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
}

/**
 * Sends a request as it is, in one attempt.
 *
 * @param name what errors call it
 * @param securityToken is kept out of errors: OSS quotes the request that it refused
 */
export async function sendOnce(
  name: string,
  { method, url, headers }: PlainRequest,
  source: Body | undefined,
  securityToken: string | undefined,
  options: SendOptions,
): Promise<SentAnswer> {
  const { transport = fetchTransport(), timeoutMs, connectTimeoutMs, readWriteTimeoutMs } = options
  const body = source === undefined ? undefined : await requestBody(source)
  const { signal, allow, stop } = timeLimit(options.signal)
  if (timeoutMs !== undefined) allow(timeoutMs, `${name}: took longer than the ${timeoutMs} ms of timeoutMs`)
  try {
    const answer = await transport({
      method,
      url,
      headers,
      body: await body?.open(),
      bodySize: body?.size,
      signal,
      onUploadProgress: progressReporter(options.onProgress, body?.size),
      connectTimeoutMs,
      readWriteTimeoutMs,
    })
    // With 203, OSS says that it stored the object and its callback failed.
    if (answer.status < 200 || answer.status > 299 || (answer.status === 203 && method !== 'GET')) {
      throw explained(await serviceError(name, answer, { credentials: { securityToken } }), headers, securityToken)
    }
    return { ...answer, body: new ResponseBody(answer.body) }
  } finally {
    stop()
  }
}

/** Says which header was not as signed, and leaves out what would give the signature or the token away. */
function explained(error: ServiceError, sent: Record<string, string>, securityToken = ''): ServiceError {
  const hide = (text: string) => withoutPolicy(text, securityToken)
  const shown = Object.entries(error.fields).filter(([name]) => !/^Signature|Bytes$/.test(name))
  const fields = mapValues(Object.fromEntries(shown), hide)
  const hint = (error.code === 'SignatureDoesNotMatch' && explainMismatch(fields, sent)) || error.hint
  return new ServiceError({
    ...error,
    reason: hide(error.reason),
    fields,
    headers: mapValues(error.headers, hide),
    hint,
  })
}

/** The policy of a form, which OSS quotes in base64, holds the token. */
const withoutPolicy = (text: string, token: string): string =>
  text.replace(/[A-Za-z\d+/]{40,}=*/g, (run) => (token && atobOrNot(run).includes(token) ? '***' : run))

function atobOrNot(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}
