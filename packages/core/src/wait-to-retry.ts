import type { Client } from './client/client.ts'
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
  sleep(retryerOf(client).delayMs(attempt, error), signal).then(() => signal.throwIfAborted())

/** The client's. One that oss-js did not make tells nothing of its own. */
function retryerOf(client: Client): Retryer {
  try {
    return contextOf(client).retryer
  } catch {
    return standardRetryer()
  }
}
