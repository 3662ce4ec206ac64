import { check } from '../check.ts'
import { toCredentialsProvider } from '../credentials/resolve-credentials.ts'
import type { Addressing } from '../endpoint/addressing.ts'
import { objectAddressing } from '../endpoint/endpoint.ts'
import { fetchTransport } from '../http/fetch-transport.ts'
import type { Progress } from '../http/progress.ts'
import type { Transport } from '../http/transport.ts'
import type { Definition } from '../operation.ts'
import { createClock } from '../retry/clock.ts'
import { defaultRetryer } from '../retry/default-retryer.ts'
import type { Values } from '../schema/types.ts'
import { defaultHasher } from '../signing/hasher.ts'
import { createV4Signer } from '../signing/v4.ts'
import { call } from './call.ts'
import type { ClientConfig } from './config.ts'
import { keepContext } from './context.ts'

/** How one call is made. */
export interface CallOptions {
  /** Ends the call at once; it then rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
  /** Milliseconds for the whole call, all attempts and waits together. @default unlimited */
  timeoutMs?: number | undefined
  /** Milliseconds without a byte moving before an attempt is given up. Wins over the client's. */
  readWriteTimeoutMs?: number | undefined
  /** Told how many bytes of the body have moved. What it throws is an error that nobody caught, and changes nothing here. */
  onProgress?: ((progress: Progress) => void) | undefined
  /** Further headers. The operation's own fields win over them. */
  headers?: Record<string, string> | undefined
  /** Further query parameters. The operation's own fields win over them. */
  query?: Record<string, string> | undefined
  /** Attempts in all, the first included. Wins over the client's. */
  retryMaxAttempts?: number | undefined
}

/** Holds what calls have in common: endpoint, credentials, clock, transport. Hand it to operations. */
export interface Client {
  /** Sends one operation. What operations themselves use; applications call `putObject(client, …)`. */
  send(definition: Definition, input: Values, options?: CallOptions): Promise<Values>
}

/**
 * Makes a client without any operation attached; bundlers then keep only what is called.
 *
 * Throws a ValidationError if region or endpoint is unusable, a CredentialsError if credentials are incomplete.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider })
 * await putObject(client, { bucket: 'photos', key: 'cat.jpg', body: file })
 */
export function createClient(config: ClientConfig): Client {
  return createClientOver(fetchTransport(), config)
}

/** Makes a client whose default transport is another than `fetch`. For adapters, and for what the bundler may then leave out. */
export function createClientOver(
  transport: Transport,
  config: ClientConfig,
  locate: Addressing = objectAddressing(config),
): Client {
  const { region, cloudBoxId, credentialsProvider } = config
  check('region', !!(region || cloudBoxId) || credentialsProvider === 'anonymous', 'an id as in cn-hangzhou', region)
  const v4Signer = createV4Signer(config.hasher)
  const signer = async () =>
    config.signatureVersion === 'v1'
      ? (await import('../signing/v1.ts')).createV1Signer(config.hasher ?? (await defaultHasher()))
      : v4Signer
  const context = {
    config,
    locate,
    provider: toCredentialsProvider(credentialsProvider),
    transport: config.transport ?? transport,
    retryer: config.retryer ?? defaultRetryer,
    clock: createClock(config.now),
    signer,
  }
  const send: Client['send'] = (definition, input, options = {}) => call(context, definition, input, options)
  keepContext(send, context)
  return { send }
}
