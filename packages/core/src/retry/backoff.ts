/**
 * What a delay before a retry is drawn from, in milliseconds: it doubles with every attempt made, from twice the base delay
 * to the maximum. The delay itself is random, so that clients that failed together do not come back together.
 *
 * @see {@link https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ Backoff with jitter}
 */
export function ceilingMs(attempt: number, baseDelayMs = 200, maxBackoffMs = 20_000): number {
  // Bounded, as 0 * 2 ** 1024 is NaN.
  return Math.min(baseDelayMs * 2 ** Math.min(attempt, 64), maxBackoffMs)
}
