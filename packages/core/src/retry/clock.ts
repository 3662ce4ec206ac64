import type { ServiceError } from '../errors.ts'

/** The time as OSS sees it. One clock for each client. */
export interface Clock {
  /** Local time, corrected by what was learned. */
  now(): Date
  /** Takes the service's time from a `RequestTimeTooSkewed` that has just arrived; returns whether that changed the clock. */
  learn(error: ServiceError): boolean
}

/**
 * Makes a clock that trusts `now` (milliseconds since 1970) until OSS refuses a request for its time. A server time
 * outside the years 2015 to 2099 is ignored: some proxies write dates such as 1970.
 */
export function createClock(now: () => number = Date.now): Clock {
  let offsetMs = 0
  return {
    now: () => new Date(now() + offsetMs),
    learn({ code, serverTime }) {
      const year = serverTime?.getUTCFullYear() ?? 0
      if (code !== 'RequestTimeTooSkewed' || !(year >= 2015 && year < 2100)) return false
      const previousMs = offsetMs
      offsetMs = Number(serverTime) - now()
      return offsetMs !== previousMs
    },
  }
}
