import type { ServiceErrorDetails } from '../errors.ts'
import type { Clock } from './clock.ts'

/**
 * Takes the service's time from a `RequestTimeTooSkewed` that has just arrived; returns whether that changed the clock. A
 * server time outside the years 2015 to 2099 is ignored: some proxies write dates such as 1970.
 */
export function learnTime(clock: Clock, { code, serverTime }: Partial<ServiceErrorDetails>): boolean {
  const year = serverTime?.getUTCFullYear() ?? 0
  if (code !== 'RequestTimeTooSkewed' || !(year >= 2015 && year < 2100)) return false
  const previousMs = clock.offsetMs
  clock.offsetMs += Number(serverTime) - Number(clock.now())
  return clock.offsetMs !== previousMs
}
