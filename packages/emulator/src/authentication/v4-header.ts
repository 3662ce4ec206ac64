import { compareBytes } from '../byte-string.ts'
import { invalidArgument } from '../errors.ts'
import type { AuthenticationInput } from './authenticate.ts'
import { findKey } from './keys.ts'
import type { Principal } from './principal.ts'
import { type Credential, readCredential } from './v4.ts'
import {
  checkAdditionalHeaders,
  checkScope,
  checkSignature,
  checkSkew,
  noValidDate,
  readBasicDate,
} from './v4-checks.ts'

interface V4Authorization {
  readonly credential: Credential
  readonly additionalHeaders: readonly string[]
  readonly signature: string
}

/** Reads the names of additional headers, joined by semicolons. */
export const readAdditionalHeaders = (text: string | undefined): string[] =>
  (text ?? '')
    .toLowerCase()
    .split(';')
    .filter((name) => name !== '')
    .sort(compareBytes)

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
  return { credential, signature, additionalHeaders: readAdditionalHeaders(fields.get('AdditionalHeaders')) }
}

/** `x-oss-date`, or `Date` in the same form. */
function signingDate(headers: ReadonlyMap<string, string>): string {
  const text = headers.get('x-oss-date')
  if (text !== undefined && /^\d{8}T\d{6}Z$/.test(text)) return text
  const date = new Date(headers.get('date') ?? '')
  if (text !== undefined || Number.isNaN(date.getTime())) throw noValidDate()
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** Verifies a V4 signature in the Authorization header. */
export function authenticateV4Header(input: AuthenticationInput, text: string): Principal {
  const { request, address, query, settings, store, now } = input
  const { method, headers } = request
  const authorization = readAuthorization(text)
  const { credential, additionalHeaders } = authorization
  const date = signingDate(headers)
  checkSkew(readBasicDate(date), now)
  const key = findKey(settings, store, credential.accessKeyId, headers.get('x-oss-security-token'), now)
  checkScope(credential, date, settings.region, 'Authorization header')
  if (!headers.has('x-oss-content-sha256')) {
    throw invalidArgument('x-oss-content-sha256', '', 'Missing x-oss-content-sha256 header.')
  }
  checkAdditionalHeaders(additionalHeaders, headers)
  const { bucket, key: objectKey } = address
  const signed = { method, bucket, key: objectKey, query, headers, additionalHeaders }
  checkSignature(signed, date, authorization, key.secret)
  return key.principal
}
