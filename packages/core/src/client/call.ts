import { abortable } from '../abortable.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { CheckedCredentialsProvider } from '../credentials/resolve-credentials.ts'
import type { Addressing } from '../endpoint/addressing.ts'
import { IntegrityError } from '../errors.ts'
import { progressReporter } from '../http/progress.ts'
import { requestBody } from '../http/request-body.ts'
import type { Transport } from '../http/transport.ts'
import type { Definition } from '../operation.ts'
import type { Clock } from '../retry/clock.ts'
import type { Retryer } from '../retry/retryer.ts'
import { sleep } from '../retry/sleep.ts'
import type { Values } from '../schema/types.ts'
import type { Signer } from '../signing/signer.ts'
import { tellListener } from '../tell-listener.ts'
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

/** What a call knows when OSS refuses an attempt. */
export interface Attempt extends Partial<CallContext> {
  /** Who signed it. */
  credentials?: Partial<Credentials> | undefined
  /** The id of the access key that OSS refused before. */
  refused?: string | undefined
}

/** One call from input to output: serialise, then per attempt sign, send, check, parse. */
export async function call(
  context: CallContext,
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<Values> {
  const { config, retryer } = context
  const { name } = definition
  const { timeoutMs } = options
  const request = await serialise(definition, input, options)
  const { url, ...scope } = context.locate(request)
  const body =
    request.body === undefined ? undefined : await requestBody(request.body, request.headers['content-length'])
  const onUploadProgress = progressReporter(request.isUpload && options.onProgress, body?.size)
  const { signal, allow, stop } = timeLimit(options.signal)
  if (timeoutMs !== undefined) allow(timeoutMs, `${name}: took longer than the ${timeoutMs} ms of timeoutMs`)
  const maxAttempts = options.retryMaxAttempts ?? config.retryMaxAttempts ?? retryer.maxAttempts
  // With what a refusal leaves in it for the next attempt.
  const shared = { ...context, ...scope, additionalHeaders: config.additionalHeaders }

  /** What OSS refuses, or stored otherwise than it was sent, is an error. */
  const attempt = async (): Promise<Values> => {
    signal.throwIfAborted()
    const credentials = await abortable(context.provider.getCredentials(), signal)
    const known = Object.assign(shared, { credentials, now: context.clock.now() })
    const crc = config.disableUploadCrc64Check ? undefined : request.crc64?.()
    const headers = await (await context.signer()).signRequest(request, known)
    if (config.userAgent) headers['user-agent'] = config.userAgent
    const answer = await context.transport({
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
    // With 203, OSS says that it stored the object and its callback failed.
    if (answer.status < 200 || answer.status > (headers['x-oss-callback'] ? 202 : 299))
      throw await serviceError(name, answer, known)
    const serverCrc = answer.headers['x-oss-hash-crc64ecma']
    if (crc && serverCrc) {
      await body?.sum?.(crc)
      const clientCrc = crc.digest()
      if (clientCrc !== serverCrc) throw new IntegrityError(name, clientCrc, serverCrc)
    }
    return parse({ ...answer, input, definition, options, config })
  }

  /** Makes an attempt, and further ones as long as they are worth it. */
  const persist = (number: number): Promise<Values> =>
    attempt().catch(async (error) => {
      signal.throwIfAborted()
      const isMended = error?.isMended
      const isWorthIt = number < maxAttempts && !body?.isOneShot && (isMended || retryer.isRetryable(error))
      if (!isWorthIt) throw error
      tellListener(
        (news: string) => config.logger?.warn?.(news, { error: String(error) }),
        `${name}: attempt ${number} failed and is repeated`,
      )
      if (!isMended) await sleep(retryer.delayMs(number, error), signal)
      return persist(number + 1)
    })
  return persist(1).finally(stop)
}
