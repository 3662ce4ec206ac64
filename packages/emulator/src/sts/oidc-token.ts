import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { OidcProvider } from '../identities.ts'
import { StsFault } from './answer.ts'

/** What a verified token says. */
export interface OidcClaims {
  readonly subject: string
  readonly issuer: string
  readonly clientIds: readonly string[]
  readonly issuedAt: Date | undefined
  readonly expiresAt: Date
}

const fault = (name: string, message: string, reason = message): StsFault =>
  new StsFault(400, `AuthenticationFail.OIDCToken.${name}`, message, reason)

const invalid = (reason: string): StsFault => fault('Invalid', 'This JsonWebToken is invalid.', reason)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function decode(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    if (isObject(value)) return value
  } catch {
    throw invalid('the token is not made of JSON')
  }
  throw invalid('the token is not made of JSON objects')
}

/** Digest and form of the signature, by the name in the head of a token. */
const algorithms: Readonly<Record<string, { digest: string; type: string; dsaEncoding?: 'ieee-p1363' }>> = {
  RS256: { digest: 'sha256', type: 'RSA' },
  RS384: { digest: 'sha384', type: 'RSA' },
  RS512: { digest: 'sha512', type: 'RSA' },
  ES256: { digest: 'sha256', type: 'EC', dsaEncoding: 'ieee-p1363' },
}

function isSignedBy(key: JsonWebKey, name: string, signed: string, signature: Buffer): boolean {
  const algorithm = algorithms[name]!
  if (key.kty !== algorithm.type) return false
  const { digest, dsaEncoding } = algorithm
  const publicKey = createPublicKey({ key, format: 'jwk' })
  return verify(digest, Buffer.from(signed), { key: publicKey, ...(dsaEncoding && { dsaEncoding }) }, signature)
}

const secondsOf = (value: unknown): Date | undefined => (typeof value === 'number' ? new Date(value * 1000) : undefined)

/** Verifies a token of a provider, or throws what is wrong with it. */
export function verifyOidcToken(token: string, provider: OidcProvider, now: Date): OidcClaims {
  const [head, body, signature, ...more] = token.split('.')
  if (signature === undefined || more.length > 0) throw invalid('the token has not three parts')
  const { alg, kid } = decode(head)
  const claims = decode(body)
  if (typeof alg !== 'string' || !Object.hasOwn(algorithms, alg))
    throw invalid(`the algorithm ${String(alg)} is not taken`)
  const keys = provider.jwks.keys.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid)
  const bytes = Buffer.from(signature, 'base64url')
  if (!keys.some((key) => isSignedBy(key, alg, `${head}.${body}`, bytes)))
    throw invalid('no key of the provider signed it')
  return checkClaims(claims, provider, now)
}

function checkClaims(claims: Record<string, unknown>, provider: OidcProvider, now: Date): OidcClaims {
  const { iss, sub, aud } = claims
  if (iss !== provider.issuer) {
    throw fault(
      'IssuerNotMatch',
      "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
      `the token is of ${String(iss)}, the provider of ${provider.issuer}`,
    )
  }
  const clientIds = [aud].flat().filter((one) => typeof one === 'string')
  if (!clientIds.some((id) => provider.clientIds.includes(id))) {
    throw fault('AudienceNotMatch', 'Invalid audience.', `the token is for ${clientIds.join(', ')}`)
  }
  const expiresAt = secondsOf(claims.exp)
  if (expiresAt === undefined || typeof sub !== 'string') throw invalid('the token has no exp or no sub')
  if (expiresAt <= now) {
    throw fault('Expired', 'This JsonWebToken is expired.', `the token expired at ${expiresAt.toISOString()}`)
  }
  const notBefore = secondsOf(claims.nbf)
  if (notBefore !== undefined && notBefore > now) throw invalid(`the token begins at ${notBefore.toISOString()}`)
  return { subject: sub, issuer: provider.issuer, clientIds, issuedAt: secondsOf(claims.iat), expiresAt }
}
