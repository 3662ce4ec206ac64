import { CredentialsError } from '../errors.ts'
import type { HttpResponse, Transport } from '../http/transport.ts'
import { timeLimit } from '../time-limit.ts'
import { byLocalClock } from './by-local-clock.ts'
import type { Credentials } from './credentials.ts'
import { jsonObject } from './json-object.ts'
import { credentialsFromSts } from './sts-answer.ts'

/** A short answer, read whole. */
export interface ShortAnswer extends Pick<HttpResponse, 'status' | 'headers'> {
  readonly text: string
}

/** What is asked, and for how long. */
export interface ShortRequest {
  readonly method?: 'GET' | 'PUT'
  readonly url: string
  readonly headers?: Record<string, string>
  readonly transport: Transport
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Asks once, and reads the answer whole within the time. Rejects as a transport does. */
export async function askShortly(request: ShortRequest): Promise<ShortAnswer> {
  const { method = 'GET', url, headers = {}, transport, timeoutMs } = request
  const { signal, allow, stop } = timeLimit(request.signal)
  allow(timeoutMs, `${new URL(url).host} did not answer within ${timeoutMs} ms`)
  try {
    const answer = await transport({ method, url, headers, signal })
    return { status: answer.status, headers: answer.headers, text: await new Response(answer.body).text() }
  } finally {
    stop()
  }
}

/** Reads the credentials that a service of Alibaba Cloud issues inside: those of STS, and `Code`, which is `Success`. */
export function issuedCredentials(who: string, { headers, text }: ShortAnswer, nowMs: number): Credentials {
  const document = jsonObject(text)
  if (!document) throw new CredentialsError(`${who}: the answer is no JSON object`)
  const { Code = 'Success' } = document
  if (Code !== 'Success') {
    // More than a word may quote the request.
    const code = /^[\w.]{1,64}$/.test(String(Code)) ? JSON.stringify(Code) : 'not Success'
    throw new CredentialsError(`${who}: the answer's Code is ${code}`)
  }
  return byLocalClock(credentialsFromSts(document), headers.date, nowMs)
}
