import { OSSError, ServiceError } from '../errors.ts'
import { ceilingMs } from './backoff.ts'
import { isTransient } from './transient.ts'

/** Decides whether a failed attempt is followed by another, and when. Any object with these members will do. */
export interface Retryer {
  /** Attempts in all, the first included, where neither the call nor the client says otherwise. */
  readonly maxAttempts: number
  /** Whether the attempt that failed with this error may be repeated. */
  isRetryable(error: unknown): boolean
  /** Milliseconds to wait. `attempt` is the number of attempts made: 1 before the first retry. */
  delayMs(attempt: number, error: unknown): number
}

export interface StandardRetryerOptions {
  /** Attempts in all, the first included. @default 3 */
  maxAttempts?: number | undefined
  /** Half of what the first delay may be. @default 200 */
  baseDelayMs?: number | undefined
  /** What no ceiling of a delay goes beyond. @default 20000 */
  maxBackoffMs?: number | undefined
  /** `full`: between nothing and the ceiling. `equal`: from half the ceiling to one second above it. @default 'full' */
  backoff?: 'full' | 'equal' | undefined
  /** A number from 0 up to, but not including, 1. @default Math.random */
  random?: (() => number) | undefined
}

/** Retries errors whose `isRetryable` is true, after random delays whose ceiling doubles with every attempt. */
export function standardRetryer({
  maxAttempts = 3,
  baseDelayMs,
  maxBackoffMs,
  backoff,
  random = Math.random,
}: StandardRetryerOptions = {}): Retryer {
  return {
    maxAttempts,
    isRetryable,
    delayMs(attempt) {
      const ceiling = ceilingMs(attempt, baseDelayMs, maxBackoffMs)
      return backoff === 'equal' ? ceiling / 2 + random() * (ceiling / 2 + 1000) : random() * ceiling
    },
  }
}

export interface FixedRetryerOptions {
  /** Milliseconds to wait before every retry. */
  delayMs: number
  /** Attempts in all, the first included. @default 3 */
  maxAttempts?: number | undefined
}

/** Retries errors whose `isRetryable` is true, always after the same delay. */
export function fixedRetryer({ delayMs, maxAttempts = 3 }: FixedRetryerOptions): Retryer {
  return { maxAttempts, isRetryable, delayMs: () => delayMs }
}

/** Never retries. */
export const noRetry: Retryer = { maxAttempts: 1, isRetryable: () => false, delayMs: () => 0 }

/**
 * Whether the same request may succeed if it is sent again: the service is busy or failed, the clock was wrong, the
 * network failed, bytes changed on the way up, or the credentials provider failed. What an application did wrong is
 * not retried.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof ServiceError) return isTransient(error.status, error.code)
  return error instanceof OSSError && error.isRetryable === true
}
