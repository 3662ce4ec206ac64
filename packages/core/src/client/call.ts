import type { CheckedCredentialsProvider } from '../credentials/resolve-credentials.ts'
import type { Addressing } from '../endpoint/addressing.ts'
import { IntegrityError, ServiceError } from '../errors.ts'
import { progressReporter } from '../http/progress.ts'
import { requestBody } from '../http/request-body.ts'
import type { Transport } from '../http/transport.ts'
import { unreadBody } from '../http/unread-body.ts'
import type { Definition } from '../operation.ts'
import { retrying } from '../retry/call-attempts.ts'
import type { Clock } from '../retry/clock.ts'
import type { Retryer } from '../retry/retryer.ts'
import type { Values } from '../schema/types.ts'
import type { Signer } from '../signing/signer.ts'
import { timeLimit } from '../time-limit.ts'
import type { CallOptions } from './client.ts'
import type { ClientConfig } from './config.ts'
import { parse } from './parse.ts'
import { serialise } from './serialise.ts'
import { serviceError } from './service-error.ts'

/** What the calls of one client share. */
export interface CallContext {
  readonly config: ClientConfig
  readonly locate: Addressing
  readonly provider: CheckedCredentialsProvider
  readonly transport: Transport
  readonly retryer: Retryer
  readonly clock: Clock
  /** The Content-Type of documents whose operation names none. @default XML's */
  readonly contentType?: string
  /** Which may have to be loaded first. */
  readonly signer: () => Promise<Signer>
}

/** One call from input to output: serialise, then per attempt sign, send, check, parse. */
export async function call(
  { config, locate, provider, transport, retryer, clock, signer }: CallContext,
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<Values> {
  const { additionalHeaders, connectTimeoutMs, userAgent, logger } = config
  const { name } = definition
  const { readWriteTimeoutMs = config.readWriteTimeoutMs, timeoutMs } = options
  const request = await serialise(definition, input, options)
  const { method, streaming } = request
  const { url, ...scope } = locate(request)
  const body = request.body === undefined ? undefined : await requestBody(request.body, sizeOf(request.headers))
  const onUploadProgress = progressReporter(request.isUpload ? options.onProgress : undefined, body?.size)
  const { signal, allow, stop } = timeLimit(options.signal)
  if (timeoutMs !== undefined) allow(timeoutMs, `${name}: took longer than the ${timeoutMs} ms of timeoutMs`)

  let identity: string | undefined
  let refused: string | undefined

  /** Has credentials that OSS calls expired or unknown fetched afresh; the same ones are not refused twice. */
  const mend = (error: unknown): boolean => {
    const isRefused = error instanceof ServiceError && tokenErrors.test(error.code) && identity !== refused
    if (!isRefused || !provider.invalidate) return false
    refused = identity
    provider.invalidate()
    return true
  }

  /** What OSS refuses, or stored otherwise than it was sent, is an error. */
  const attempt = async (): Promise<Values> => {
    const credentials = await provider.getCredentials()
    identity = credentials?.accessKeyId
    const now = clock.now()
    const headers = await (await signer()).signRequest(request, { ...scope, credentials, additionalHeaders, now })
    if (userAgent) headers['user-agent'] = userAgent
    const crc = config.disableUploadCrc64Check ? undefined : request.crc64?.()
    const response = await transport({
      method,
      url,
      headers,
      body: await body?.open(crc),
      bodySize: body?.size,
      streaming,
      signal,
      onUploadProgress,
      connectTimeoutMs,
      readWriteTimeoutMs,
    })
    if (response.status < 200 || response.status > 299) {
      const error = await serviceError(name, response, credentials?.securityToken)
      if (clock.learn(error)) logger?.warn?.(clockNotice(clock.now().getTime() - now.getTime()))
      throw error
    }
    const serverCrc = response.headers['x-oss-hash-crc64ecma']
    if (body && crc && serverCrc) {
      await body.sum?.(crc)
      const clientCrc = crc.digest()
      if (clientCrc !== serverCrc) throw new IntegrityError(name, clientCrc, serverCrc)
    }
    return parse({ ...response, body: unreadBody(response.body), input, definition, options, config })
  }

  const onRetry = (error: unknown, attempt: number) =>
    logger?.warn?.(`${name}: attempt ${attempt} failed and is repeated`, { error: String(error) })
  const attempts = {
    maxAttempts: options.retryMaxAttempts ?? config.retryMaxAttempts ?? retryer.maxAttempts,
    retryer,
    mend,
    canReplay: body?.isReplayable ?? true,
    signal,
    onRetry,
  }
  return retrying(attempts, attempt).finally(stop)
}

const sizeOf = ({ 'content-length': size }: Record<string, string>) => (size === undefined ? undefined : Number(size))

function clockNotice(differenceMs: number): string {
  const minutes = Math.round(differenceMs / 60_000)
  return `the clock of this device is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'behind' : 'ahead'}: the time of OSS is used`
}

const tokenErrors =
  /^(SecurityTokenExpired|InvalidSecurityToken|InvalidAccessKeyId|AccessKeyIdAndSecurityTokenNotMatch)$/
