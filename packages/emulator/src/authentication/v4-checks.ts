import { accessDenied, invalidArgument, ServiceFault } from '../errors.ts'
import { signatureMismatch, spacedHex, stringToSignDetails } from './mismatch.ts'
import { isSameText } from './same-text.ts'
import { type Credential, canonicalRequest, type SignedRequest, signatureOf, stringToSign } from './v4.ts'

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

/** Throws 400 when the request lacks a header that the signature names. */
export function checkAdditionalHeaders(names: readonly string[], headers: ReadonlyMap<string, string>): void {
  const missing = names.find((name) => !headers.has(name))
  if (missing === undefined) return
  throw invalidArgument('AdditionalHeaders', missing, 'A header named in AdditionalHeaders is missing.')
}

/** Throws 403 `SignatureDoesNotMatch`, with all that the server computed, unless the signature is right. */
export function checkSignature(
  request: SignedRequest,
  date: string,
  { credential, signature }: { credential: Credential; signature: string },
  secret: string,
): void {
  const sign = (canonical: string): string => signatureOf(stringToSign(canonical, date, credential), secret, credential)
  const canonical = canonicalRequest(request)
  const isRight = (text: string): boolean => isSameText(signature, sign(text))
  if (isRight(canonical) || isRight(canonicalRequest(request, '='))) return
  throw signatureMismatch({
    request,
    accessKeyId: credential.accessKeyId,
    signature,
    details: {
      ...stringToSignDetails(stringToSign(canonical, date, credential)),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: spacedHex(canonical),
    },
    write: (other) => canonicalRequest(other),
    isSigned: (other) => sign(other) === signature,
  })
}
