import type { Credentials } from './credentials.ts'

/**
 * Moves `expiration` to the clock of this device, so that credentials are renewed in time also where that is wrong.
 *
 * @param date the header `Date` of the answer that brought them, if there is one
 */
export function byLocalClock(credentials: Credentials, date: string | undefined, nowMs: number): Credentials {
  const theirs = new Date(date ?? '')
  const year = theirs.getUTCFullYear()
  const { expiration } = credentials
  // Some proxies write dates such as 1970.
  if (!expiration || !(year >= 2015 && year < 2100)) return credentials
  return { ...credentials, expiration: new Date(expiration.getTime() + nowMs - theirs.getTime()) }
}
