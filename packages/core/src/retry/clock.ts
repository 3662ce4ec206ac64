import type { ServiceError } from '../errors.ts'

/** The time as OSS sees it. One clock for each client. */
export interface Clock {
  /** Local time, corrected by what was learned. */
  now(): Date
  /** Takes the service's time from a `RequestTimeTooSkewed` that has just arrived; returns whether that changed the clock. */
  learn(error: ServiceError): boolean
}

const year2015Ms = 1_420_070_400_000
const year2100Ms = 4_102_444_800_000

/**
 * Makes a clock that trusts `now` (milliseconds since 1970) until OSS refuses a request for its time. A server time
 * outside the years 2015 to 2099 is ignored: some proxies write dates such as 1970.
 */
export function createClock(now: () => number = Date.now): Clock {
  let offsetMs = 0
  return {
    now: () => new Date(now() + offsetMs),
    learn({ code, serverTime }) {
      const serverMs = Number(serverTime)
      if (code !== 'RequestTimeTooSkewed' || !(serverMs >= year2015Ms && serverMs < year2100Ms)) return false
      const previousMs = offsetMs
      offsetMs = serverMs - now()
      return offsetMs !== previousMs
    },
  }
}
