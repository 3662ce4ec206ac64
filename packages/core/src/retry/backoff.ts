/** How the delay before a retry is drawn. */
export interface BackoffOptions {
  baseDelayMs: number
  maxBackoffMs: number
  /** `full`: between nothing and the ceiling. `equal`: from half the ceiling to one second above it. */
  backoff: 'full' | 'equal'
  /** A number from 0 up to, but not including, 1. */
  random: () => number
}

/**
 * Milliseconds to wait after so many attempts. The ceiling doubles with each one, from twice the base delay to the
 * maximum, and the delay is random, so that clients that failed together do not come back together.
 *
 * @see {@link https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ Backoff with jitter}
 */
export function backoffMs(attempt: number, { baseDelayMs, maxBackoffMs, backoff, random }: BackoffOptions): number {
  // Bounded, as 0 * 2 ** 1024 is NaN.
  const ceiling = Math.min(baseDelayMs * 2 ** Math.min(attempt, 64), maxBackoffMs)
  return backoff === 'equal' ? ceiling / 2 + random() * (ceiling / 2 + 1000) : random() * ceiling
}
