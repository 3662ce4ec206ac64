import {
  type Credentials,
  CredentialsError,
  type CredentialsProvider,
  credentialsFromSts,
  refreshing,
} from '@oss-js/core'

/** How the application's server is asked for a token. */
export interface StsFromUrlOptions {
  /** @default the platform's */
  fetch?: typeof fetch | undefined
  /** Sent along, as the session of your application may need. */
  headers?: Record<string, string> | undefined
  /** Whether cookies go along: `include` also to another origin. @default 'same-origin' */
  credentials?: RequestCredentials | undefined
}

/**
 * Temporary credentials from a URL of your own server, fetched by GET when first needed and again shortly before they
 * expire.
 *
 * The answer is JSON: `{ accessKeyId, accessKeySecret, securityToken, expiration }`, or what `AssumeRole` answered. How long
 * a token lives is counted from the answer's `Date` header, so a wrong clock on the device does no harm; a server on
 * another origin has to expose that header for this.
 *
 * Requests that need credentials reject with a CredentialsError that says what came instead of a token.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: stsFromUrl('/sts') })
 */
export function stsFromUrl(url: string | URL, options: StsFromUrlOptions = {}): CredentialsProvider {
  const { fetch: send = fetch, headers = {}, credentials = 'same-origin' } = options
  return refreshing(async ({ signal }) => {
    const response = await send(url, { headers, credentials, cache: 'no-store', signal: signal ?? null }).catch(
      (cause) => {
        throw failure(url, `no answer: ${cause.message}`, { cause })
      },
    )
    const { status } = response
    const text = await response.text()
    const answer = parsed(text)
    // A cause says that asking again may help.
    const temporary = status >= 500 || status === 429 ? { cause: status } : undefined
    if (!response.ok) throw failure(url, `it answered ${status}${reason(answer)}`, temporary)
    if (!answer) {
      const type = response.headers.get('content-type') ?? 'nothing'
      throw failure(url, `it answered ${type} instead of JSON: check the URL, and that the user is signed in`)
    }
    try {
      return byLocalClock(credentialsFromSts(answer), response)
    } catch (error) {
      throw failure(url, (error as Error).message + reason(answer))
    }
  })
}

function byLocalClock(credentials: Credentials, response: Response): Credentials {
  const answeredAt = Date.parse(response.headers.get('date') ?? '')
  if (!credentials.expiration || Number.isNaN(answeredAt)) return credentials
  return { ...credentials, expiration: new Date(credentials.expiration.getTime() - answeredAt + Date.now()) }
}

/** What a server says about itself, never the rest of its answer: that may hold secrets. */
function reason(answer: Record<string, unknown> | undefined): string {
  const message = answer?.message ?? answer?.Message ?? answer?.error
  return typeof message === 'string' ? `: ${message.slice(0, 200)}` : ''
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}

/** The query is left out of the message, it may identify the user. */
const failure = (url: string | URL, problem: string, options?: ErrorOptions): CredentialsError =>
  new CredentialsError(`no STS token from ${String(url).split('?')[0]}: ${problem}`, options)
