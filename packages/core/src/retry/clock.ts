/** The time as OSS sees it. One clock for each client. */
export interface Clock {
  /** How far OSS is ahead of the local time, as far as it is known. */
  offsetMs: number
  /** Local time, corrected by what was learned. */
  now(): Date
}

/** Makes a clock that trusts `now` (milliseconds since 1970) until OSS refuses a request for its time. */
export function createClock(now: () => number = Date.now): Clock {
  const clock = { offsetMs: 0, now: () => new Date(now() + clock.offsetMs) }
  return clock
}
