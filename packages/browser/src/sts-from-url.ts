import { CredentialsError, type CredentialsProvider, credentialsFromSts, refreshing } from '@oss-js/core'

/** How the application's server is asked for a token. */
export interface StsFromUrlOptions {
  /** What asks the server. @default the platform's */
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
export function stsFromUrl(
  url: string | URL,
  { fetch: send = fetch, ...init }: StsFromUrlOptions = {},
): CredentialsProvider {
  return refreshing(async ({ signal }) => {
    let answer: Response | undefined
    let text: string | undefined
    try {
      answer = await send(url, { ...init, cache: 'no-store', signal } as RequestInit)
      text = await answer.text()
      const credentials = credentialsFromSts(answer.ok && JSON.parse(text))
      const aheadMs = Date.now() - Date.parse(answer.headers.get('date') ?? '')
      if (aheadMs) credentials.expiration?.setTime(Number(credentials.expiration) + aheadMs)
      return credentials
    } catch (problem) {
      const explanations = await import('./explanations.ts').catch(() => undefined)
      // What could not be parsed is no cause: its message may quote a secret.
      const briefly: [string, ErrorOptions] = ['no STS token', { cause: answer?.status ?? problem }]
      throw new CredentialsError(...((await explanations?.explainRefusal(answer, text, problem, url)) ?? briefly))
    }
  })
}
