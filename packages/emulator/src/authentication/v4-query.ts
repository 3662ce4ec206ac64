import { accessDenied, invalidArgument } from '../errors.ts'
import type { AuthenticationInput } from './authenticate.ts'
import { findKey } from './keys.ts'
import type { Principal } from './principal.ts'
import { readCredential } from './v4.ts'
import {
  checkAdditionalHeaders,
  checkScope,
  checkSignature,
  checkSkew,
  noValidDate,
  readBasicDate,
} from './v4-checks.ts'
import { readAdditionalHeaders } from './v4-header.ts'

const maximumExpirySeconds = 604_800

function readExpiry(text: string | undefined): number {
  if (text === undefined) {
    throw accessDenied('Invalid x-oss-expires: the parameter is missing.', { ec: '0002-00000215' })
  }
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= maximumExpirySeconds) return seconds
  throw invalidArgument('x-oss-expires', text, `x-oss-expires must be between 1 and ${maximumExpirySeconds}.`)
}

/** Throws 403 when a URL has expired, or is dated too far ahead. */
function checkExpiry(signedAt: Date, seconds: number, now: Date): void {
  const expiresAt = new Date(signedAt.getTime() + seconds * 1000)
  if (signedAt > now) checkSkew(signedAt, now)
  if (now <= expiresAt) return
  throw accessDenied('Request has expired.', {
    ec: '0002-00000069',
    details: { Expires: expiresAt.toISOString(), ServerTime: now.toISOString() },
    reason: `the URL expired at ${expiresAt.toISOString()}, it is ${now.toISOString()}`,
  })
}

/** Verifies a V4 signature in the query of a presigned URL. */
export function authenticateV4Query(input: AuthenticationInput, query: ReadonlyMap<string, string>): Principal {
  const { request, address, settings, store, now } = input
  const { method, headers } = request
  const credential = readCredential(query.get('x-oss-credential') ?? '')
  const signature = query.get('x-oss-signature')
  const date = query.get('x-oss-date') ?? ''
  if (credential === undefined || !signature) {
    throw invalidArgument('x-oss-credential', query.get('x-oss-credential') ?? '', 'The credential is invalid.')
  }
  if (!/^\d{8}T\d{6}Z$/.test(date)) throw noValidDate()
  checkExpiry(readBasicDate(date), readExpiry(query.get('x-oss-expires')), now)
  const key = findKey(settings, store, credential.accessKeyId, query.get('x-oss-security-token'), now)
  checkScope(credential, date, settings.region, 'x-oss-credential')
  const additionalHeaders = readAdditionalHeaders(query.get('x-oss-additional-headers'))
  checkAdditionalHeaders(additionalHeaders, headers)
  const signed = input.query.filter(([name]) => name !== 'x-oss-signature')
  const { bucket, key: objectKey } = address
  const covered = { method, bucket, key: objectKey, query: signed, headers, additionalHeaders }
  checkSignature(covered, date, { credential, signature }, key.secret)
  return key.principal
}
