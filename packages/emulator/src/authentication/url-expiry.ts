import { accessDenied } from '../errors.ts'

/** Throws 403 when the second at which a V1 or V2 URL expires has passed, or is no number. */
export function checkUrlExpiry(expires: string, now: Date): void {
  if (!/^\d+$/.test(expires)) {
    throw accessDenied('Invalid date (should be seconds since epoch).', { ec: '0002-00000070' })
  }
  const expiresAt = new Date(Number(expires) * 1000)
  if (Number.isNaN(expiresAt.getTime()) || now <= expiresAt) return
  throw accessDenied('Request has expired.', {
    ec: '0002-00000069',
    details: { Expires: expiresAt.toISOString(), ServerTime: now.toISOString() },
    reason: `the URL expired at ${expiresAt.toISOString()}, it is ${now.toISOString()}`,
  })
}
