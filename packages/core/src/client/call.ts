import type { Credentials } from '../credentials/credentials.ts'
import type { CheckedCredentialsProvider } from '../credentials/resolve-credentials.ts'
import { type Endpoint, resolveUrl } from '../endpoint/endpoint.ts'
import { IntegrityError, ServiceError } from '../errors.ts'
import { progressReporter } from '../http/progress.ts'
import { iterate, type RequestBody, requestBody } from '../http/request-body.ts'
import { type BodyWatcher, ResponseBody } from '../http/response-body.ts'
import type { HttpResponse, Transport, TransportBody } from '../http/transport.ts'
import type { Crc64Engine } from '../integrity/crc64.ts'
import type { Definition } from '../operation.ts'
import { retrying } from '../retry/call-attempts.ts'
import type { Clock } from '../retry/clock.ts'
import type { Retryer } from '../retry/retryer.ts'
import type { Values } from '../schema/types.ts'
import type { Signer } from '../signing/signer.ts'
import type { CallOptions } from './client.ts'
import type { ClientConfig } from './config.ts'
import { startDeadline } from './deadline.ts'
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
  readonly signer: Signer
}

/** One call from input to output: serialise, sign, send, try again, check, parse. */
export async function call(
  context: CallContext,
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<Values> {
  const { config, retryer, credentials } = context
  const request = serialise(definition, input, options)
  const url = resolveUrl(context.endpoint, request.bucket, request.key, request.query)
  const declaredSize = request.headers['content-length']
  const body =
    request.body === undefined ? undefined : requestBody(request.body, declaredSize ? Number(declaredSize) : undefined)
  const report = progressReporter(request.crc64 && options.onProgress, body?.size)
  const deadline = startDeadline(definition.name, options)
  const refreshOnce = oneTokenRefresh(credentials)
  try {
    const answer = await retrying(
      {
        maxAttempts: options.retryMaxAttempts ?? config.retryMaxAttempts ?? retryer.maxAttempts,
        retryer: { ...retryer, ...refreshOnce(retryer) },
        canReplay: body?.isReplayable ?? true,
        signal: deadline.signal,
        onRetry: (error, attempt) =>
          config.logger?.warn?.(`${definition.name}: attempt ${attempt} failed and is repeated`, {
            error: String(error),
          }),
      },
      () => attempt(context, definition, request, url, body, report, deadline.signal),
    )
    deadline.stop()
    const watcher = request.crc64 ? {} : downloadProgress(options, answer)
    return await parse(definition, {
      ...answer,
      body: new ResponseBody(answer.body, { ...watcher, onClose: deadline.release }),
      input,
      operation: definition.name,
      checksDownload: !config.disableDownloadCrc64Check,
    })
  } catch (error) {
    deadline.stop()
    deadline.release()
    throw error
  }
}

async function attempt(
  { config, endpoint, credentials, transport, clock, signer }: CallContext,
  { name }: Definition,
  request: SerialisedRequest,
  url: string,
  body: RequestBody | undefined,
  report: ((sent: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const identity = await credentials.getCredentials()
  const signedAt = clock.now()
  const headers = await signer.signRequest(request, {
    ...endpoint,
    credentials: identity,
    additionalHeaders: config.additionalHeaders,
    now: signedAt,
  })
  if (config.userAgent) headers['user-agent'] = config.userAgent
  const opened = await body?.open()
  const checked =
    opened !== undefined && request.crc64 && !config.disableUploadCrc64Check ? summed(opened, request.crc64) : undefined
  const response = await transport({
    method: request.method,
    url,
    headers,
    body: checked?.body ?? opened,
    bodySize: body?.size,
    signal,
    onUploadProgress: report,
    connectTimeoutMs: config.connectTimeoutMs,
    readWriteTimeoutMs: config.readWriteTimeoutMs,
  })
  if (response.status < 200 || response.status > 299) throw await refusal(name, response, identity, clock, signedAt)
  await checked?.compare(name, response.headers['x-oss-hash-crc64ecma'])
  return response
}

async function refusal(
  operation: string,
  response: HttpResponse,
  identity: Credentials | undefined,
  clock: Clock,
  signedAt: Date,
): Promise<ServiceError> {
  const error = await serviceError(operation, { ...response, body: new ResponseBody(response.body) }, [
    identity?.securityToken,
    identity?.accessKeySecret,
  ])
  clock.learn(error, signedAt)
  return error
}

const tokenErrors = [
  'SecurityTokenExpired',
  'InvalidSecurityToken',
  'InvalidAccessKeyId',
  'AccessKeyIdAndSecurityTokenNotMatch',
]

/** Credentials that OSS calls expired or unknown are fetched afresh and tried once more, at once. */
function oneTokenRefresh({ invalidate }: CheckedCredentialsProvider) {
  let canRefresh = invalidate !== undefined
  const asksForRefresh = (error: unknown) => error instanceof ServiceError && tokenErrors.includes(error.code)
  return (retryer: Retryer): Pick<Retryer, 'isRetryable' | 'delayMs'> => ({
    isRetryable(error) {
      if (!asksForRefresh(error)) return retryer.isRetryable(error)
      const wasFirst = canRefresh
      canRefresh = false
      if (wasFirst) invalidate?.()
      return wasFirst
    },
    delayMs: (attempt, error) => (asksForRefresh(error) ? 0 : retryer.delayMs(attempt, error)),
  })
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

function downloadProgress({ onProgress }: CallOptions, { headers }: HttpResponse): BodyWatcher {
  if (!onProgress) return {}
  const size = headers['content-length']
  const report = progressReporter(onProgress, size && !headers['content-encoding'] ? Number(size) : undefined)
  let received = 0
  return {
    onChunk(chunk) {
      received += chunk.byteLength
      report?.(received)
    },
  }
}
