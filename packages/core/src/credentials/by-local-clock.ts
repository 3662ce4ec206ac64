import type { Credentials } from './credentials.ts'

/**
 * Moves `expiration` to the clock of this device, so that credentials are renewed in time also where that is wrong.
 *
 * @param date the header `Date` of the answer that brought them, if there is one
 */
export function byLocalClock(credentials: Credentials, date: string | undefined, nowMs: number): Credentials {
  const aheadMs = nowMs - Date.parse(date ?? '')
  const { expiration } = credentials
  if (!expiration || Number.isNaN(aheadMs)) return credentials
  return { ...credentials, expiration: new Date(expiration.getTime() + aheadMs) }
}
