import { createHmac, timingSafeEqual } from 'node:crypto'
import { compareBytes } from '../byte-string.ts'
import { accessDenied, invalidArgument } from '../errors.ts'
import { percentEncode } from '../percent-encode.ts'
import type { AuthenticationInput } from './authenticate.ts'
import { findKey } from './keys.ts'
import { signatureMismatch, stringToSignDetails } from './mismatch.ts'
import type { Principal } from './principal.ts'
import { checkUrlExpiry } from './url-expiry.ts'
import { resourceOf } from './v4.ts'
import { checkAdditionalHeaders, checkSkew, noValidDate } from './v4-checks.ts'
import { readAdditionalHeaders } from './v4-header.ts'

/** What a V2 signature covers. */
export interface V2Request {
  readonly method: string
  readonly headers: ReadonlyMap<string, string>
  readonly bucket: string | undefined
  readonly key: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** The date, or the second at which a URL expires. */
  readonly date: string
  readonly additionalHeaders: readonly string[]
}

/** Path and all parameters, with everything but unreserved characters encoded, slashes too. */
function canonicalResource({ bucket, key, query }: V2Request): string {
  const parameters = query
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => compareBytes(a, b) || compareBytes(x, y))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  const path = percentEncode(resourceOf(bucket, key))
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path
}

/** The text that is signed. */
function v2StringToSign(request: V2Request): string {
  const { method, headers, date, additionalHeaders } = request
  const signed = [...headers]
    .filter(([name]) => name.startsWith('x-oss-') || additionalHeaders.includes(name))
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
  const head = [method, headers.get('content-md5') ?? '', headers.get('content-type') ?? '', date]
  return `${head.join('\n')}\n${signed.join('')}${additionalHeaders.join(';')}\n${canonicalResource(request)}`
}

function checkV2Signature(request: V2Request, accessKeyId: string, signature: string, secret: string): void {
  const sign = (text: string): Buffer => createHmac('sha256', secret).update(text, 'utf8').digest()
  const given = Buffer.from(signature, 'base64')
  const text = v2StringToSign(request)
  const expected = sign(text)
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw signatureMismatch({
    request,
    accessKeyId,
    signature,
    details: stringToSignDetails(text),
    write: v2StringToSign,
    isSigned: (other) => sign(other).equals(given),
  })
}

/** Reads `OSS2 AccessKeyId:<id>,AdditionalHeaders:<a;b>,Signature:<base64>`. */
function readAuthorization(text: string) {
  const fields = text
    .slice('OSS2 '.length)
    .split(',')
    .map((field) => /^([^:]+):(.*)$/.exec(field.trim())?.slice(1) as [name: string, value: string] | undefined)
  const values = new Map(fields.filter((field) => field !== undefined))
  const accessKeyId = values.get('AccessKeyId')
  const signature = values.get('Signature')
  if (!accessKeyId || !signature) throw invalidArgument('Authorization', text, 'Authorization header is invalid.')
  return { accessKeyId, signature, additionalHeaders: readAdditionalHeaders(values.get('AdditionalHeaders')) }
}

/** Verifies a V2 signature in the Authorization header. */
export function authenticateV2Header(input: AuthenticationInput, authorization: string): Principal {
  const { request, address, query, settings, store, now } = input
  const { method, headers } = request
  const { accessKeyId, signature, additionalHeaders } = readAuthorization(authorization)
  const date = headers.get('date') ?? ''
  const time = new Date(date)
  if (Number.isNaN(time.getTime())) throw noValidDate()
  checkSkew(time, now)
  const key = findKey(settings, store, accessKeyId, headers.get('x-oss-security-token'), now)
  checkAdditionalHeaders(additionalHeaders, headers)
  const { bucket, key: objectKey } = address
  const signed: V2Request = { method, headers, bucket, key: objectKey, query, date, additionalHeaders }
  checkV2Signature(signed, accessKeyId, signature, key.secret)
  return key.principal
}

/** Verifies a V2 signature in the query of a presigned URL. */
export function authenticateV2Query(input: AuthenticationInput, query: ReadonlyMap<string, string>): Principal {
  const { request, address, settings, store, now } = input
  const { method, headers } = request
  const accessKeyId = query.get('x-oss-access-key-id')
  if (!accessKeyId) throw accessDenied('The parameter x-oss-access-key-id is missing.')
  const expires = query.get('x-oss-expires') ?? ''
  checkUrlExpiry(expires, now)
  const key = findKey(settings, store, accessKeyId, query.get('security-token'), now)
  const additionalHeaders = readAdditionalHeaders(query.get('x-oss-additional-headers'))
  checkAdditionalHeaders(additionalHeaders, headers)
  const signed: V2Request = {
    method,
    headers,
    bucket: address.bucket,
    key: address.key,
    query: input.query.filter(([name]) => name !== 'x-oss-signature'),
    date: expires,
    additionalHeaders,
  }
  checkV2Signature(signed, accessKeyId, query.get('x-oss-signature') ?? '', key.secret)
  return key.principal
}
