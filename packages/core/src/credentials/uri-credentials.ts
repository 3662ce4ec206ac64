import { CredentialsError, ValidationError } from '../errors.ts'
import { fetchTransport } from '../http/fetch-transport.ts'
import type { Transport } from '../http/transport.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asCredentialsError } from './credentials-error.ts'
import { askShortly, issuedCredentials } from './issued-credentials.ts'
import { type RefreshingOptions, refreshing } from './refreshing.ts'

/** How the credentials are asked for. */
export interface UriCredentialsOptions extends RefreshingOptions {
  /** Sent along. @default none */
  headers?: Record<string, string> | undefined
  /** What sends requests. @default fetchTransport() */
  transport?: Transport | undefined
}

/**
 * Temporary credentials from a URL inside your network, as a side-car or a broker issues them: fetched by GET when they are
 * first needed and again shortly before they expire, once for all who wait. The answer is the JSON of `AssumeRole`, or its
 * `Credentials` with `Code: 'Success'`. Pages ask the application's own server with `stsFromUrl` instead.
 *
 * Throws a ValidationError of the field `uri` or `headers`. Requests reject with a CredentialsError that says what came instead.
 *
 * @example
 * const credentialsProvider = uriCredentials('http://127.0.0.1:6666/credentials')
 */
export function uriCredentials(uri: string | URL, options: UriCredentialsOptions = {}): CredentialsProvider {
  const { headers = {}, transport = fetchTransport(), timeoutMs = 30_000, now = Date.now } = options
  const url = httpUrl(String(uri))
  for (const name of Object.keys(headers)) checkHeader(name, headers[name])
  // The path and the query of such a URL may hold a key.
  const who = `credentials URI at ${new URL(url).host}`
  return refreshing(async ({ signal }) => {
    const answer = await askShortly({ url, headers, transport, timeoutMs, signal }).catch(asCredentialsError)
    if (answer.status !== 200)
      throw new CredentialsError(`${who}: the answer is ${answer.status}`, { cause: answer.status })
    return issuedCredentials(who, answer, now())
  }, options)
}

function httpUrl(uri: string): string {
  const isHttp = /^https?:\/\/[^\s/]/.test(uri) && URL.canParse(uri)
  const { username, password, href } = new URL(isHttp ? uri : 'http://user@host')
  if (!username && !password) return href
  throw new ValidationError('uri', 'expected an http or https URL without a user name')
}

/** `fetch` would quote it in its error. It leaves out the line end of a token from a file. */
function checkHeader(name: string, value = ''): void {
  const isSendable = /^[\t\n\r ]*[\t -~\x80-\xff]*[\n\r]*$/.test(value)
  if (!isSendable) throw new ValidationError('headers', `${name} has characters that no header can have`)
}
