/**
 * Signature version 4, OSS4-HMAC-SHA256.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4 V4 signatures}
 */

import { hex, utf8 } from '../bytes.ts'
import { toHeaderBytes } from '../header-bytes.ts'
import { mapValues } from '../map-values.ts'
import { encodeQuery } from '../percent-encode.ts'
import { defaultHasher, type Hasher, type Hmac } from './hasher.ts'
import type { SignableRequest, Signer, SigningContext, SigningScope } from './signer.ts'

type Headers = Readonly<Record<string, string>>

/** The name of the algorithm, as a string to sign, an `authorization` header and a presigned URL begin with it. */
export const v4Algorithm = 'OSS4-HMAC-SHA256'

const unsignedPayload = 'UNSIGNED-PAYLOAD'

const isAlwaysSigned = (name: string) => /^(x-oss-|content-(type|md5)$)/.test(name)

/** Drops exactly the white space that HTTP drops on the way; other Unicode spaces arrive and are part of the value. */
export const trim = (value: string): string => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')

/** Writes an instant as `x-oss-date` has it, `20240315T083045Z`, cutting fractions of a second. */
export const v4Date = (at: Date): string => at.toISOString().replace(/[:-]|\.\d+/g, '')

/** Names what a signature is valid for: `20240315/cn-hangzhou/oss/aliyun_v4_request`. */
export const v4Scope = ({ now, region, product }: SigningScope): string =>
  `${v4Date(now).slice(0, 8)}/${region}/${product}/aliyun_v4_request`

/** What is signed of the headers: a line for each, and with `;` between, the names of those that OSS does not ask for. */
type SignedHeaders = readonly [lines: readonly string[], additional: string]

/**
 * Picks the headers to sign, sorted: those that OSS asks for, and of the wanted ones those that the request has, with a value.
 * Values are text, without white space around them.
 */
export const signedHeaders = (headers: Headers, wanted: readonly string[] = []): SignedHeaders => {
  const wantedNames = wanted.map((name) => name.toLowerCase())
  const names = Object.keys(headers)
    .filter((name) => isAlwaysSigned(name) || (headers[name] && wantedNames.includes(name)))
    .sort()
  return [names.map((name) => `${name}:${headers[name]}`), names.filter((name) => !isAlwaysSigned(name)).join(';')]
}

/** Writes the text whose HMAC is the signature of a request. */
export const stringToSign = async (
  { method, query }: SignableRequest,
  [lines, additional]: SignedHeaders,
  context: SigningContext,
  hasher: Hasher,
): Promise<string> => {
  const canonical = [method, context.canonicalUri, encodeQuery(query), ...lines, '', additional, unsignedPayload].join(
    '\n',
  )
  return [v4Algorithm, v4Date(context.now), v4Scope(context), hex(await hasher.sha256(utf8(canonical)))].join('\n')
}

/**
 * Makes a V4 signer. It derives a signing key once for each secret, day, region and product, so keep it for a client's life.
 *
 * @param hasher the hashes to use. Left out, they are those of the platform.
 */
export const createV4Signer = (hasher?: Hasher): Signer => {
  const keys = new Map<string, Hmac>()

  const signText = async (text: string, accessKeySecret: string, context: SigningScope) => {
    const scope = v4Scope(context)
    const id = scope + accessKeySecret
    let key = keys.get(id)
    if (!key) {
      hasher ??= await defaultHasher()
      key = await hasher.hmac('SHA-256', utf8(`aliyun_v4${accessKeySecret}`))
      for (const part of scope.split('/')) key = await hasher.hmac('SHA-256', await key(utf8(part)))
      // A client needs two keys around midnight, a server acting for many users more.
      if (keys.size >= 16) keys.clear()
      keys.set(id, key)
    }
    return hex(await key(utf8(text)))
  }

  const signRequest = async (request: SignableRequest, context: SigningContext) => {
    const { credentials, now } = context
    if (!credentials) return mapValues(request.headers, toHeaderBytes)
    const { accessKeyId, accessKeySecret, securityToken } = credentials
    const headers = mapValues(
      {
        ...request.headers,
        'x-oss-date': v4Date(now),
        'x-oss-content-sha256': unsignedPayload,
        ...(securityToken && { 'x-oss-security-token': securityToken }),
      },
      trim,
    )
    const signed = signedHeaders(headers, context.additionalHeaders)
    hasher ??= await defaultHasher()
    const text = await stringToSign(request, signed, context, hasher)
    const signature = await signText(text, accessKeySecret, context)
    const [, names] = signed
    const additional = names && `AdditionalHeaders=${names},`
    return {
      ...mapValues(headers, toHeaderBytes),
      authorization: `${v4Algorithm} Credential=${accessKeyId}/${v4Scope(context)},${additional}Signature=${signature}`,
    }
  }

  return { signRequest, signText }
}
