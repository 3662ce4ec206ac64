import { createHash, createHmac } from 'node:crypto'
import { compareBytes } from '../byte-string.ts'
import { percentEncode, percentEncodePath } from '../percent-encode.ts'

/** What a V4 signature covers. */
export interface SignedRequest {
  readonly method: string
  readonly bucket: string | undefined
  readonly key: string
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: ReadonlyMap<string, string>
  readonly additionalHeaders: readonly string[]
}

/** A credential: key id and scope. */
export interface Credential {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly product: string
  readonly terminator: string
}

/** Reads `<key id>/<date>/<region>/<product>/aliyun_v4_request`. */
export function readCredential(text: string): Credential | undefined {
  const fields = text.split('/')
  if (fields.length < 5) return undefined
  const [date, region, product, terminator] = fields.slice(-4) as [string, string, string, string]
  return { accessKeyId: fields.slice(0, -4).join('/'), date, region, product, terminator }
}

/** Path that is signed, whatever the form of addressing: `/`, `/bucket/` or `/bucket/key`. */
export const resourceOf = (bucket: string | undefined, key: string): string =>
  bucket === undefined ? '/' : `/${bucket}/${key}`

function canonicalQuery(query: SignedRequest['query'], afterEmpty: '' | '='): string {
  const pairs = query.map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
  const sorted = pairs.sort(([a, x], [b, y]) => compareBytes(a, b) || compareBytes(x, y))
  return sorted.map(([name, value]) => (value === '' ? name + afterEmpty : `${name}=${value}`)).join('&')
}

const isAlwaysSigned = (name: string): boolean =>
  name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-')

function canonicalHeaders(request: SignedRequest): string {
  const names = [...request.headers.keys()].filter(
    (name) => isAlwaysSigned(name) || request.additionalHeaders.includes(name),
  )
  return names
    .sort(compareBytes)
    .map((name) => `${name}:${request.headers.get(name)!.trim()}\n`)
    .join('')
}

/**
 * The text whose hash is signed.
 *
 * @param afterEmpty - what follows the name of a parameter without a value; ali-oss writes an equals sign
 */
export const canonicalRequest = (request: SignedRequest, afterEmpty: '' | '=' = ''): string =>
  [
    request.method,
    percentEncodePath(resourceOf(request.bucket, request.key)),
    canonicalQuery(request.query, afterEmpty),
    canonicalHeaders(request),
    request.additionalHeaders.join(';'),
    request.headers.get('x-oss-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')

/** The text that is signed. */
export const stringToSign = (canonical: string, date: string, credential: Credential): string =>
  [
    'OSS4-HMAC-SHA256',
    date,
    `${credential.date}/${credential.region}/${credential.product}/${credential.terminator}`,
    createHash('sha256').update(canonical, 'utf8').digest('hex'),
  ].join('\n')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest()

/** The signature of a text, in hexadecimal. */
export function signatureOf(text: string, secret: string, credential: Credential): string {
  const scope = [credential.date, credential.region, credential.product, credential.terminator]
  const key = scope.reduce<string | Buffer>(hmac, `aliyun_v4${secret}`)
  return hmac(key, text).toString('hex')
}
