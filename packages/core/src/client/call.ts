import type { CheckedCredentialsProvider } from '../credentials/resolve-credentials.ts'
import { type Endpoint, resolveUrl } from '../endpoint/endpoint.ts'
import { IntegrityError, ServiceError } from '../errors.ts'
import { progressReporter } from '../http/progress.ts'
import { iterate, type RequestBody, requestBody } from '../http/request-body.ts'
import type { Transport, TransportBody } from '../http/transport.ts'
import { unreadBody } from '../http/unread-body.ts'
import type { Crc64Engine } from '../integrity/crc64.ts'
import type { Definition } from '../operation.ts'
import { retrying } from '../retry/call-attempts.ts'
import type { Clock } from '../retry/clock.ts'
import type { Retryer } from '../retry/retryer.ts'
import type { Values } from '../schema/types.ts'
import type { Signer } from '../signing/signer.ts'
import type { CallOptions } from './client.ts'
import type { ClientConfig } from './config.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { parse } from './parse.ts'
import { type SerialisedRequest, serialise } from './serialise.ts'
import { serviceError } from './service-error.ts'

/** What the calls of one client share. */
export interface CallContext {
  readonly config: ClientConfig
  readonly endpoint: Endpoint
  readonly credentials: CheckedCredentialsProvider
  readonly transport: Transport
  readonly retryer: Retryer
  readonly clock: Clock
  /** Which may have to be loaded first. */
  readonly signer: () => Promise<Signer>
}

/** What the attempts of one call share. */
interface Call {
  readonly definition: Definition
  readonly input: Values
  readonly options: CallOptions
  readonly request: SerialisedRequest
  readonly url: string
  readonly body: RequestBody | undefined
  readonly reportUpload: ((sent: number) => void) | undefined
  readonly deadline: Deadline
}

/** One call from input to output: serialise, then per attempt sign, send, check, parse. */
export async function call(
  context: CallContext,
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<Values> {
  const { config, retryer, credentials, endpoint } = context
  const { name } = definition
  const request = serialise(definition, input, options)
  const url = resolveUrl(endpoint, request.bucket, request.key, request.query)
  const body = request.body === undefined ? undefined : requestBody(request.body, sizeOf(request.headers))
  const reportUpload = progressReporter(request.isUpload ? options.onProgress : undefined, body?.size)
  const deadline = startDeadline(name, options)
  const attempts = {
    maxAttempts: options.retryMaxAttempts ?? config.retryMaxAttempts ?? retryer.maxAttempts,
    retryer: refreshingOnce(retryer, credentials),
    canReplay: body?.isReplayable ?? true,
    signal: deadline.signal,
    onRetry: (error: unknown, attempt: number) =>
      config.logger?.warn?.(`${name}: attempt ${attempt} failed and is repeated`, { error: String(error) }),
  }
  try {
    return await retrying(attempts, () =>
      attempt(context, { definition, input, options, request, url, body, reportUpload, deadline }),
    )
  } catch (error) {
    deadline.release()
    throw error
  } finally {
    deadline.stop()
    if (!request.handsOutBody) deadline.release()
  }
}

async function attempt(context: CallContext, call: Call): Promise<Values> {
  const { definition, input, options, deadline } = call
  const response = await send(context, call)
  return parse(definition, {
    ...response,
    body: unreadBody(response.body),
    input,
    operation: definition.name,
    checksDownload: !context.config.disableDownloadCrc64Check,
    onProgress: options.onProgress,
    onClose: deadline.release,
  })
}

/** Resolves to a success; what OSS refuses, or stored otherwise than it was sent, is an error. */
async function send(context: CallContext, { definition, request, url, body, reportUpload, deadline }: Call) {
  const { config, endpoint, credentials, transport, clock, signer } = context
  const identity = await credentials.getCredentials()
  const now = clock.now()
  const { additionalHeaders } = config
  const scope = { ...endpoint, credentials: identity, additionalHeaders, now }
  const headers = await (await signer()).signRequest(request, scope)
  if (config.userAgent) headers['user-agent'] = config.userAgent
  const opened = await body?.open()
  const checked = opened && request.crc64 && !config.disableUploadCrc64Check ? summed(opened, request.crc64) : undefined
  const response = await transport({
    method: request.method,
    url,
    headers,
    body: checked?.body ?? opened,
    streaming: request.streaming,
    bodySize: body?.size,
    signal: deadline.signal,
    onUploadProgress: reportUpload,
    connectTimeoutMs: config.connectTimeoutMs,
    readWriteTimeoutMs: config.readWriteTimeoutMs,
  })
  if (response.status < 200 || response.status > 299) {
    const error = await serviceError(definition.name, response, identity?.securityToken)
    if (clock.learn(error, now)) config.logger?.warn?.(clockNotice(clock, now))
    throw error
  }
  await checked?.compare(definition.name, response.headers['x-oss-hash-crc64ecma'])
  return response
}

const sizeOf = ({ 'content-length': size }: Record<string, string>) => (size === undefined ? undefined : Number(size))

function clockNotice(clock: Clock, before: Date): string {
  const minutes = Math.round((clock.now().getTime() - before.getTime()) / 60_000)
  return `the clock of this device is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'behind' : 'ahead'}; OSS's time is used instead`
}

const tokenErrors = [
  'SecurityTokenExpired',
  'InvalidSecurityToken',
  'InvalidAccessKeyId',
  'AccessKeyIdAndSecurityTokenNotMatch',
]

/** Credentials that OSS calls expired or unknown are fetched afresh, and the call tried once more at once. */
function refreshingOnce(retryer: Retryer, { invalidate }: CheckedCredentialsProvider): Retryer {
  let canRefresh = invalidate !== undefined
  const asksForRefresh = (error: unknown) => error instanceof ServiceError && tokenErrors.includes(error.code)
  return {
    maxAttempts: retryer.maxAttempts,
    isRetryable(error) {
      if (!asksForRefresh(error)) return retryer.isRetryable(error)
      const isFirst = canRefresh
      canRefresh = false
      if (isFirst) invalidate?.()
      return isFirst
    },
    delayMs: (attempt, error) => (asksForRefresh(error) ? 0 : retryer.delayMs(attempt, error)),
  }
}

/**
 * Bytes at hand and Blobs are summed up after they were sent, and only if OSS told its sum; a stream has to be while it
 * passes.
 */
function summed(body: TransportBody, engine: Crc64Engine) {
  const isStream = Symbol.asyncIterator in body
  const crc = engine()
  async function compare(operation: string, serverCrc: string | undefined): Promise<void> {
    if (serverCrc === undefined) return
    if (!isStream) for await (const chunk of chunksOf(body)) crc.update(chunk)
    const clientCrc = crc.digest()
    if (clientCrc !== serverCrc) throw new IntegrityError(operation, clientCrc, serverCrc)
  }
  return { body: isStream ? passing(body, (chunk) => crc.update(chunk)) : body, compare }
}

const chunksOf = (
  body: Exclude<TransportBody, AsyncIterable<Uint8Array>>,
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> => (body instanceof Blob ? iterate(body.stream()) : [body])

async function* passing(body: AsyncIterable<Uint8Array>, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    see(chunk)
    yield chunk
  }
}
