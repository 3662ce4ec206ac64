import { utf8 } from '../bytes.ts'
import { SerializationError } from '../errors.ts'
import { fetchTransport } from '../http/fetch-transport.ts'
import { defaultHasher, type Hasher } from '../signing/hasher.ts'
import type { StsOptions } from './call-sts.ts'
import type { Credentials } from './credentials.ts'
import { jsonObject } from './json-object.ts'
import { canonicalParameters, signRpc } from './rpc-signature.ts'
import { stsError } from './sts-error.ts'

/** What is asked of STS. */
export interface StsRequest {
  /** The operation's name in the API reference, as in `AssumeRole`. */
  readonly action: string
  /** Those of the operation, in the words of STS. */
  readonly parameters: Readonly<Record<string, string>>
}

/** One attempt. */
export interface StsAttempt extends StsRequest {
  readonly url: string
  readonly credentials: Credentials | undefined
  readonly now: Date
  readonly signal: AbortSignal
}

/** What STS answered. */
export interface StsAnswer {
  readonly document: Readonly<Record<string, unknown>>
  readonly response: StsResponse
}

/** How STS answered. */
export interface StsResponse {
  /** HTTP status. */
  readonly status: number
  /** Every header that the runtime shows, lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The id to give to support. */
  readonly requestId: string
}

/** Sends one attempt by POST, so that no token is in a URL. */
export async function sendToSts(attempt: StsAttempt, options: StsOptions): Promise<StsAnswer> {
  const { transport = fetchTransport(), connectTimeoutMs = 5000, readWriteTimeoutMs = 5000 } = options
  const { action, url, signal, credentials } = attempt
  const parameters = await signedParameters(attempt, options.hasher)
  const body = utf8(canonicalParameters(parameters))
  const answer = await transport({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body,
    bodySize: body.byteLength,
    signal,
    connectTimeoutMs,
    readWriteTimeoutMs,
  })
  const { status, headers } = answer
  const document = jsonObject(await new Response(answer.body).text())
  if (status < 200 || status > 299) {
    const { SecurityToken, OIDCToken, Signature } = parameters
    throw stsError(action, answer, document, [credentials?.accessKeySecret, SecurityToken, OIDCToken, Signature])
  }
  if (document) return { document, response: { status, headers, requestId: String(document.RequestId ?? '') } }
  const kind = headers['content-type'] ?? 'something'
  throw new SerializationError(`${action}: ${new URL(url).host} answered with ${kind} that is no JSON object`)
}

async function signedParameters(
  { action, parameters, credentials, now }: StsAttempt,
  hasher: Hasher | undefined,
): Promise<Record<string, string>> {
  const plain = {
    ...parameters,
    Action: action,
    Format: 'JSON',
    Version: '2015-04-01',
    Timestamp: now.toISOString().replace(/\.\d+/, ''),
    SignatureNonce: crypto.getRandomValues(new Uint8Array(16)).join('.'),
  }
  if (!credentials) return plain
  const { accessKeyId, accessKeySecret, securityToken } = credentials
  const signed = {
    ...plain,
    AccessKeyId: accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    ...(securityToken && { SecurityToken: securityToken }),
  }
  return { ...signed, Signature: await signRpc('POST', signed, accessKeySecret, hasher ?? (await defaultHasher())) }
}
