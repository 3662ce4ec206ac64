/** For how long something signed is valid. */

import type { Credentials } from '../credentials/credentials.ts'
import { ValidationError } from '../errors.ts'

/** When something signed expires. */
export interface Lifetime {
  /** Whole seconds. @default 900 (15 minutes) */
  expiresInSeconds?: number | undefined
  /** The instant instead, cut to the second. Wins over `expiresInSeconds`. */
  expiresAt?: Date | undefined
}

/**
 * Counts the whole seconds of a lifetime, from the second in which `now` lies.
 *
 * @throws a {@link ValidationError} of the field `expiresInSeconds` or `expiresAt`.
 */
export const lifetimeSeconds = (now: Date, lifetime: Lifetime, maxSeconds = Infinity): number => {
  const { expiresInSeconds = 900, expiresAt } = lifetime
  const field = expiresAt ? 'expiresAt' : 'expiresInSeconds'
  const seconds = expiresAt ? secondOf(expiresAt) - secondOf(now) : expiresInSeconds
  // No Date is later than that: without this, nobody could say when it expires.
  if (!Number.isSafeInteger(seconds) || secondOf(now) + seconds > 8.64e12) {
    throw new ValidationError(field, expiresAt ? 'expected a valid Date' : `expected whole seconds, got ${seconds}`)
  }
  if (seconds < 1) throw new ValidationError(field, `at least 1 second ahead, got ${seconds}`)
  if (seconds > maxSeconds) {
    throw new ValidationError(
      field,
      `at most ${maxSeconds} seconds ahead (${maxSeconds / 86_400} days), got ${seconds}`,
    )
  }
  return seconds
}

/** When that many seconds are over. */
export const endOf = (now: Date, seconds: number): Date => new Date((secondOf(now) + seconds) * 1000)

/** When that is, or the token expires, whichever is earlier. */
export const endWithToken = (endsAt: Date, { expiration }: Credentials): Date =>
  expiration && expiration < endsAt ? expiration : endsAt

const secondOf = (at: Date) => Math.floor(Number(at) / 1000)
