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
  const { fetch: send = fetch, headers, credentials } = options
  return refreshing(async ({ signal }) => {
    let answer: Response | undefined
    let text: string | undefined
    let problem: unknown
    try {
      answer = await send(url, { headers, credentials, cache: 'no-store', signal } as RequestInit)
      text = await answer.text()
      if (answer.ok) return byLocalClock(credentialsFromSts(JSON.parse(text)), answer)
    } catch (error) {
      problem = error
    }
    const explanation = await import('./sts-refusal.ts').catch(() => undefined)
    const [reason, cause] = explanation?.explainRefusal(answer, text, problem) ?? [`status ${answer?.status}`, problem]
    // The query is left out, it may identify the user. A cause says that asking again may help.
    throw new CredentialsError(`no STS token from ${String(url).split('?')[0]}: ${reason}`, cause ? { cause } : {})
  })
}

function byLocalClock(credentials: Credentials, { headers }: Response): Credentials {
  const aheadMs = Date.now() - Date.parse(headers.get('date') ?? '')
  const { expiration } = credentials
  return expiration && aheadMs ? { ...credentials, expiration: new Date(Number(expiration) + aheadMs) } : credentials
}
