/**
 * Signature version 4, OSS4-HMAC-SHA256.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4 V4 signatures}
 */

import { toHeaderBytes } from '../header-bytes.ts'
import { encodeQuery } from '../percent-encode.ts'
import { objectUri } from './canonical-uri.ts'
import { defaultHasher, type Hasher, type Hmac } from './hasher.ts'
import type { SignableRequest, Signer, SigningContext, SigningScope } from './signer.ts'

type Headers = Readonly<Record<string, string>>

/** The name of the algorithm, as a string to sign, an `authorization` header and a presigned URL begin with it. */
export const v4Algorithm = 'OSS4-HMAC-SHA256'

const unsignedPayload = 'UNSIGNED-PAYLOAD'

/** Derived keys that one signer remembers. A client needs two around midnight, a server acting for many users more. */
const maxKeys = 16

const utf8 = (text: string) => new TextEncoder().encode(text)

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const isAlwaysSigned = (name: string) => /^(x-oss-|content-(type|md5)$)/.test(name)

/** The same headers with other values. */
export const mapValues = (headers: Headers, change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]))

/** Drops exactly the white space that HTTP drops on the way; other Unicode spaces arrive and are part of the value. */
export const trim = (value: string): string => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')

/** Writes an instant as `x-oss-date` has it, `20240315T083045Z`, cutting fractions of a second. */
export const v4Date = (at: Date): string => at.toISOString().replace(/[:-]|\.\d+/g, '')

/** Names what a signature is valid for: `20240315/cn-hangzhou/oss/aliyun_v4_request`. */
export const v4Scope = ({ now, region, product }: SigningScope): string =>
  `${v4Date(now).slice(0, 8)}/${region}/${product}/aliyun_v4_request`

/** Picks those of the wanted headers that the request has, with a value, and that are not signed anyway; sorted. */
export const additionalHeaderNames = (headers: Headers, wanted: readonly string[] = []): string[] =>
  Object.keys(headers)
    .filter((name) => wanted.some((each) => each.toLowerCase() === name) && headers[name] && !isAlwaysSigned(name))
    .sort()

/** Writes a request in the one form that both sides hash. Header values are text, without white space around them. */
export const canonicalRequest = (
  { method, bucket, key, query, headers }: SignableRequest,
  additionalNames: readonly string[] = [],
  uri: string = objectUri(bucket, key),
): string => {
  const names = Object.keys(headers).filter((name) => isAlwaysSigned(name) || additionalNames.includes(name))
  const lines = names.sort().map((name) => `${name}:${headers[name]}\n`)
  return [method, uri, encodeQuery(query), lines.join(''), additionalNames.join(';'), unsignedPayload].join('\n')
}

/** Writes the text whose HMAC is the signature of a canonical request. */
export const stringToSign = async (canonical: string, scope: SigningScope, hasher: Hasher): Promise<string> =>
  [v4Algorithm, v4Date(scope.now), v4Scope(scope), hex(await hasher.sha256(utf8(canonical)))].join('\n')

const deriveKey = async (hasher: Hasher, accessKeySecret: string, scope: string): Promise<Hmac> => {
  let key = utf8(`aliyun_v4${accessKeySecret}`)
  for (const part of scope.split('/')) key = await (await hasher.hmac('SHA-256', key))(utf8(part))
  return hasher.hmac('SHA-256', key)
}

/**
 * Makes a V4 signer. It derives a signing key once for each secret, day, region and product, so keep it for a client's life.
 *
 * @param given the hashes to use. Left out, they are those of the platform.
 */
export const createV4Signer = (given?: Hasher): Signer => {
  const keys = new Map<string, Hmac>()
  const hasherOf = async () => given ?? defaultHasher()

  const signText = async (text: string, accessKeySecret: string, context: SigningScope) => {
    const scope = v4Scope(context)
    const id = scope + accessKeySecret
    const key = keys.get(id) ?? (await deriveKey(await hasherOf(), accessKeySecret, scope))
    if (keys.size >= maxKeys) keys.clear()
    keys.set(id, key)
    return hex(await key(utf8(text)))
  }

  const signRequest = async (request: SignableRequest, context: SigningContext) => {
    const { credentials, now } = context
    if (!credentials) return mapValues(request.headers, toHeaderBytes)

    const { accessKeyId, accessKeySecret, securityToken } = credentials
    const added = { 'x-oss-date': v4Date(now), 'x-oss-content-sha256': unsignedPayload }
    const token = securityToken && { 'x-oss-security-token': securityToken }
    const headers = mapValues({ ...request.headers, ...added, ...token }, trim)
    const names = additionalHeaderNames(headers, context.additionalHeaders)
    const canonical = canonicalRequest({ ...request, headers }, names, context.canonicalUri)
    const text = await stringToSign(canonical, context, await hasherOf())
    const signature = await signText(text, accessKeySecret, context)
    const additional = names[0] ? `AdditionalHeaders=${names.join(';')},` : ''
    return {
      ...mapValues(headers, toHeaderBytes),
      authorization: `${v4Algorithm} Credential=${accessKeyId}/${v4Scope(context)},${additional}Signature=${signature}`,
    }
  }

  return { signRequest, signText }
}
