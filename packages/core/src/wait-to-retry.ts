import type { CallContext } from './client/call.ts'
import type { CallOptions, Client } from './client/client.ts'
import { contextOf } from './client/context.ts'
import { type Retryer, standardRetryer } from './retry/retryer.ts'
import { sleep } from './retry/sleep.ts'

/**
 * Waits as long as a client does before it tries a call again, for what goes on where a call ended. Rejects with
 * `signal.reason` as soon as the signal is aborted.
 *
 * @param attempt how many attempts were made: 1 before the first retry
 */
export const waitToRetry = (client: Client, attempt: number, error: unknown, signal: AbortSignal): Promise<void> =>
  sleep(retryerOf(client).delayMs(attempt, error), signal)

/** Attempts in all that a client makes of a call with these options, the first included. */
export const maxAttemptsOf = (client: Client, { retryMaxAttempts }: CallOptions): number =>
  retryMaxAttempts ?? contextIfAny(client)?.config.retryMaxAttempts ?? retryerOf(client).maxAttempts

/** The client's. One that oss-js did not make tells nothing of its own. */
const retryerOf = (client: Client): Retryer => contextIfAny(client)?.retryer ?? standardRetryer()

function contextIfAny(client: Client): CallContext | undefined {
  try {
    return contextOf(client)
  } catch {
    return undefined
  }
}
