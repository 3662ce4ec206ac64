import { timingSafeEqual } from 'node:crypto'
import { accessDenied, invalidArgument, ServiceFault } from '../errors.ts'
import { type Credential, signatureOf, stringToSign } from './v4.ts'

/** Milliseconds by which the date of a request may differ from the clock. */
export const maximumSkewMs = 900_000

/** 403 for a request whose date cannot be read. */
export const noValidDate = () => accessDenied('OSS authentication requires a valid Date.', { ec: '0002-00000203' })

/** Reads `YYYYMMDDTHHMMSSZ`. */
export function readBasicDate(text: string): Date {
  const date = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(date.getTime())) throw noValidDate()
  return date
}

/** Throws 403 unless a request is dated near enough to the clock. */
export function checkSkew(requestTime: Date, now: Date): void {
  const skew = Math.abs(requestTime.getTime() - now.getTime())
  if (skew <= maximumSkewMs) return
  throw new ServiceFault(
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      ec: '0002-00000504',
      details: {
        MaxAllowedSkewMilliseconds: String(maximumSkewMs),
        RequestTime: requestTime.toISOString(),
        ServerTime: now.toISOString(),
      },
      reason: `the request is dated ${requestTime.toISOString()}, it is ${now.toISOString()}`,
    },
  )
}

/** Throws 400 unless the credential is for this day, region and service; `place` is where it was given. */
export function checkScope(credential: Credential, date: string, region: string, place: string): void {
  const refuse = (what: string, value: string, ec?: string): ServiceFault =>
    invalidArgument(place.replace(' header', ''), value, `Invalid signing ${what} in ${place}.`, ec)
  if (credential.region !== region) throw refuse('region', credential.region, '0002-00000226')
  if (credential.date !== date.slice(0, 8)) throw refuse('date', credential.date)
  if (credential.product !== 'oss') throw refuse('product', credential.product)
  if (credential.terminator !== 'aliyun_v4_request') throw refuse('terminator', credential.terminator)
}

/** The UTF-8 bytes of a text, as errors show them. */
export const spacedHex = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

/** Throws 400 when the request lacks a header that the signature names. */
export function checkAdditionalHeaders(names: readonly string[], headers: ReadonlyMap<string, string>): void {
  const missing = names.find((name) => !headers.has(name))
  if (missing === undefined) return
  throw invalidArgument('AdditionalHeaders', missing, 'A header named in AdditionalHeaders is missing.')
}

/** Throws 403 `SignatureDoesNotMatch`, with all that the server computed, unless the signature is right. */
export function checkSignature(
  canonical: string,
  date: string,
  authorization: { credential: Credential; signature: string },
  secret: string,
): void {
  const { credential, signature } = authorization
  const text = stringToSign(canonical, date, credential)
  const expected = signatureOf(text, secret, credential)
  if (signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return
  throw new ServiceFault(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      ec: '0002-00000040',
      details: {
        OSSAccessKeyId: credential.accessKeyId,
        SignatureProvided: signature,
        StringToSign: text,
        StringToSignBytes: spacedHex(text),
        CanonicalRequest: canonical,
        CanonicalRequestBytes: spacedHex(canonical),
      },
      reason: `the signature is wrong; the server computed this canonical request:\n${maskToken(canonical)}`,
    },
  )
}

/** Hides the security token, which gives whoever reads it part of the credentials. */
export const maskToken = (canonical: string): string =>
  canonical.replace(/(x-oss-security-token[:=])[^\n&]+/g, '$1***').replace(/(security-token=)[^\n&]+/g, '$1***')
