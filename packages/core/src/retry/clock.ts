import type { ServiceError } from '../errors.ts'

/** The time as OSS sees it. One clock for each client. */
export interface Clock {
  /** Local time, corrected by what was learned. */
  now(): Date
  /**
   * Takes the service's time from a `RequestTimeTooSkewed` and returns whether that changed the clock. `signedAt` is
   * what `now()` gave to sign the failed attempt; any other `Date` counts as local time.
   */
  learn(error: ServiceError, signedAt: Date): boolean
}

/**
 * Makes a clock that trusts `now` (milliseconds since 1970) until OSS refuses a request for its time. A server time
 * outside the years 2015 to 2099 is ignored: some proxies write dates such as 1970.
 */
export function createClock(now: () => number = Date.now): Clock {
  let offsetMs = 0
  // Requests sent together fail with the same skew: measured from the offset each was signed with, it is corrected once.
  const offsets = new WeakMap<Date, number>()
  return {
    now() {
      const date = new Date(now() + offsetMs)
      offsets.set(date, offsetMs)
      return date
    },
    learn({ code, serverTime }, signedAt) {
      const year = serverTime?.getUTCFullYear() ?? 0
      if (code !== 'RequestTimeTooSkewed' || !serverTime || !(year >= 2015 && year < 2100)) return false
      const previousMs = offsetMs
      offsetMs = serverTime.getTime() - signedAt.getTime() + (offsets.get(signedAt) ?? 0)
      return offsetMs !== previousMs
    },
  }
}
