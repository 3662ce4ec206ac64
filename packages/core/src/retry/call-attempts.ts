import type { Retryer } from './retryer.ts'
import { sleep as defaultSleep } from './sleep.ts'

export interface RetryingOptions {
  /** Attempts in all, the first included. Below 1 counts as 1. */
  maxAttempts: number
  retryer: Retryer
  /** Whether the body can be sent again from its beginning. */
  canReplay: boolean
  signal?: AbortSignal | undefined
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined
  /** Mends what an error complained about, and returns whether it could: then the next attempt is made at once. */
  mend?: ((error: unknown) => boolean) | undefined
  /** Called before the wait, with the error and the number of attempts made. */
  onRetry?: ((error: unknown, attempt: number) => void | Promise<void>) | undefined
}

/**
 * Calls `attempt`, with 1, 2, 3 and so on, until it succeeds or there is no reason to try again. Throws the last error
 * as it is, or `signal.reason` if the call was aborted.
 */
export async function retrying<T>(
  { maxAttempts, retryer, canReplay, signal, sleep = defaultSleep, mend, onRetry }: RetryingOptions,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    signal?.throwIfAborted()
    try {
      return await attempt(number)
    } catch (error) {
      signal?.throwIfAborted()
      if (!canReplay || !(number < maxAttempts)) throw error
      const isMended = mend?.(error)
      if (!isMended && !retryer.isRetryable(error)) throw error
      await onRetry?.(error, number)
      if (!isMended) await sleep(retryer.delayMs(number, error), signal)
    }
  }
}
