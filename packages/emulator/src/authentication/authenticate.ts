import { timingSafeEqual } from 'node:crypto'
import type { Address } from '../addressing.ts'
import { accessDenied, invalidArgument, notImplemented, ServiceFault } from '../errors.ts'
import type { OssRequest } from '../message.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../storage/store.ts'
import { findKey } from './keys.ts'
import type { Principal } from './principal.ts'
import { type Credential, canonicalRequest, readCredential, signatureOf, stringToSign } from './v4.ts'

/** What authentication looks at. */
export interface AuthenticationInput {
  readonly request: OssRequest
  readonly address: Address
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly settings: Settings
  readonly store: Store
  readonly now: Date
}

interface V4Authorization {
  readonly credential: Credential
  readonly additionalHeaders: readonly string[]
  readonly signature: string
}

const maximumSkewMs = 900_000

/** Finds out who sent a request, or throws the refusal. */
export function authenticate(input: AuthenticationInput): Principal {
  const authorization = input.request.headers.get('authorization')
  const names = new Set(input.query.map(([name]) => name))
  if (authorization === undefined) {
    if (names.has('x-oss-signature-version')) throw notImplemented('Presigned URL (V4)')
    if (names.has('Signature') && names.has('OSSAccessKeyId')) throw notImplemented('Presigned URL (V1)')
    return { kind: 'anonymous' }
  }
  if (authorization.startsWith('OSS4-HMAC-SHA256')) return authenticateV4Header(input, authorization)
  if (authorization.startsWith('OSS ')) throw notImplemented('Signature version 1')
  throw invalidArgument('Authorization', authorization, 'Authorization header is invalid.')
}

function readAuthorization(text: string): V4Authorization {
  const fields = new Map(
    text
      .slice('OSS4-HMAC-SHA256'.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=')
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const
      }),
  )
  const credential = readCredential(fields.get('Credential') ?? '')
  const signature = fields.get('Signature')
  if (credential === undefined || !signature) {
    throw invalidArgument('Authorization', text, 'Authorization header is invalid.')
  }
  const names = (fields.get('AdditionalHeaders') ?? '').split(';').filter((name) => name !== '')
  return { credential, signature, additionalHeaders: names.map((name) => name.toLowerCase()).sort() }
}

function authenticateV4Header(input: AuthenticationInput, text: string): Principal {
  const { headers } = input.request
  const authorization = readAuthorization(text)
  const { credential, additionalHeaders } = authorization
  const date = signingDate(headers)
  checkSkew(date, input.now)
  const token = headers.get('x-oss-security-token')
  const key = findKey(input.settings, input.store, credential.accessKeyId, token, input.now)
  checkScope(credential, date, input.settings.region)
  if (headers.get('x-oss-content-sha256') === undefined) {
    throw invalidArgument('x-oss-content-sha256', '', 'Missing x-oss-content-sha256 header.')
  }
  const missing = additionalHeaders.find((name) => !headers.has(name))
  if (missing !== undefined) {
    throw invalidArgument('AdditionalHeaders', missing, 'A header named in AdditionalHeaders is missing.')
  }
  const { bucket, key: objectKey } = input.address
  const { method } = input.request
  const canonical = canonicalRequest({ method, bucket, key: objectKey, query: input.query, headers, additionalHeaders })
  checkSignature(canonical, date, authorization, key.secret)
  return key.principal
}

/** `x-oss-date`, or `Date` in the same form. */
function signingDate(headers: ReadonlyMap<string, string>): string {
  const text = headers.get('x-oss-date')
  if (text !== undefined && /^\d{8}T\d{6}Z$/.test(text)) return text
  const date = new Date(text ?? headers.get('date') ?? '')
  if (text === undefined && !Number.isNaN(date.getTime())) return toBasicDate(date)
  throw accessDenied('OSS authentication requires a valid Date.', { ec: '0002-00000203' })
}

/** `YYYYMMDDTHHMMSSZ` */
const toBasicDate = (date: Date): string => date.toISOString().replace(/[-:]|\.\d{3}/g, '')

const fromBasicDate = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

function checkSkew(date: string, now: Date): void {
  const requestTime = fromBasicDate(date)
  const skew = Math.abs(requestTime.getTime() - now.getTime())
  if (skew <= maximumSkewMs) return
  if (Number.isNaN(skew)) throw accessDenied('OSS authentication requires a valid Date.', { ec: '0002-00000203' })
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

function checkScope(credential: Credential, date: string, region: string): void {
  const refuse = (what: string, value: string, ec?: string): ServiceFault =>
    invalidArgument('Authorization', value, `Invalid signing ${what} in Authorization header.`, ec)
  if (credential.region !== region) throw refuse('region', credential.region, '0002-00000226')
  if (credential.date !== date.slice(0, 8)) throw refuse('date', credential.date)
  if (credential.product !== 'oss') throw refuse('product', credential.product)
  if (credential.terminator !== 'aliyun_v4_request') throw refuse('terminator', credential.terminator)
}

const spacedHex = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

function checkSignature(canonical: string, date: string, authorization: V4Authorization, secret: string): void {
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
const maskToken = (canonical: string): string =>
  canonical.replace(/(x-oss-security-token[:=])[^\n&]+/g, '$1***').replace(/(security-token=)[^\n&]+/g, '$1***')
