import type { CheckedCredentialsProvider } from '../credentials/resolve-credentials.ts'
import type { Addressing } from '../endpoint/addressing.ts'
import { IntegrityError, ServiceError } from '../errors.ts'
import { progressReporter } from '../http/progress.ts'
import { requestBody } from '../http/request-body.ts'
import type { Transport } from '../http/transport.ts'
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
  const { logger } = config
  const { name } = definition
  const { timeoutMs } = options
  const request = await serialise(definition, input, options)
  const { url, ...scope } = locate(request)
  const body =
    request.body === undefined ? undefined : await requestBody(request.body, request.headers['content-length'])
  const onUploadProgress = progressReporter(request.isUpload ? options.onProgress : undefined, body?.size)
  const { signal, allow, stop } = timeLimit(options.signal)
  if (timeoutMs !== undefined) allow(timeoutMs, `${name}: took longer than the ${timeoutMs} ms of timeoutMs`)

  let accessKeyId: string | undefined
  let refused: string | undefined

  /** What OSS refuses, or stored otherwise than it was sent, is an error. */
  const attempt = async (): Promise<Values> => {
    const credentials = await provider.getCredentials()
    accessKeyId = credentials?.accessKeyId
    const crc = config.disableUploadCrc64Check ? undefined : request.crc64?.()
    const context = { ...scope, credentials, additionalHeaders: config.additionalHeaders, now: clock.now() }
    const headers = await (await signer()).signRequest(request, context)
    if (config.userAgent) headers['user-agent'] = config.userAgent
    const answer = await transport({
      method: request.method,
      url,
      headers,
      body: await body?.open(crc),
      bodySize: body?.size,
      streaming: request.streaming,
      signal,
      onUploadProgress,
      connectTimeoutMs: config.connectTimeoutMs,
      readWriteTimeoutMs: options.readWriteTimeoutMs ?? config.readWriteTimeoutMs,
    })
    if (answer.status < 200 || answer.status > 299) {
      const error = await serviceError(name, answer, credentials?.securityToken)
      clock.learn(error)
      throw error
    }
    const serverCrc = answer.headers['x-oss-hash-crc64ecma']
    if (crc && serverCrc) {
      await body?.sum?.(crc)
      const clientCrc = crc.digest()
      if (clientCrc !== serverCrc) throw new IntegrityError(name, clientCrc, serverCrc)
    }
    return parse({ ...answer, input, definition, options, config })
  }

  /** Has credentials that OSS calls expired or unknown fetched afresh; the same ones are not refused twice. */
  const mend = (error: unknown): boolean => {
    if (!(error instanceof ServiceError && tokenErrors.test(error.code) && accessKeyId !== refused)) return false
    refused = accessKeyId
    provider.invalidate?.()
    return !!provider.invalidate
  }

  const attempts = {
    maxAttempts: options.retryMaxAttempts ?? config.retryMaxAttempts ?? retryer.maxAttempts,
    retryer,
    mend,
    canReplay: !body?.isOneShot,
    signal,
    onRetry: (error: unknown, number: number) =>
      logger?.warn?.(`${name}: attempt ${number} failed and is repeated`, { error: String(error) }),
  }
  return retrying(attempts, attempt).finally(stop)
}

const tokenErrors = /SecurityToken|InvalidAccessKeyId/
