import { ServiceFault } from '../errors.ts'
import { percentDecode, percentEncodePath } from '../percent-encode.ts'
import { lineDiff } from './line-diff.ts'

/** What any signature covers. */
export interface Signable {
  readonly method: string
  readonly bucket: string | undefined
  readonly key: string
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: ReadonlyMap<string, string>
  readonly additionalHeaders?: readonly string[]
}

/** A signature that is not that of its request. */
export interface Mismatch<T extends Signable> {
  readonly request: T
  readonly accessKeyId: string
  readonly signature: string
  /** Further elements of the error document. */
  readonly details: Readonly<Record<string, string>>
  /** Writes what of a request is signed, line by line. */
  readonly write: (request: T) => string
  /** Whether the given signature is that of such a text. */
  readonly isSigned: (text: string) => boolean
}

/** The UTF-8 bytes of a text, as errors show them. */
export const spacedHex = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

/** Hides the security token, which gives whoever reads it part of the credentials. */
const maskToken = (text: string): string => text.replace(/(security-token[:=])[^\n&]+/g, '$1***')

interface Variant<T> {
  /** As in: it would be right if … */
  readonly condition: string
  readonly request: T
}

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS']

const otherMethods = <T extends Signable>(request: T): Variant<T>[] =>
  methods.map((method) => ({ condition: `the method were ${method}`, request: { ...request, method } }))

function withHeader<T extends Signable>(request: T, name: string, value: string | undefined): T {
  const headers = new Map(request.headers)
  headers.delete(name)
  if (value !== undefined) headers.set(name, value)
  return { ...request, headers }
}

function otherHeaders<T extends Signable>(request: T): Variant<T>[] {
  const isSigned = (name: string): boolean =>
    /^(x-oss-|content-(type|md5)$)/.test(name) || request.additionalHeaders?.includes(name) === true
  const missing = [...request.headers.keys()].filter(isSigned).map((name) => ({
    condition: `the header ${name} were not sent`,
    request: withHeader(request, name, undefined),
  }))
  const type = request.headers.get('content-type')
  if (type === undefined) return missing
  const values = [...new Set([type.replace(/;.*$/, ''), type.replace(/\s*;\s*/g, ';'), type.toLowerCase()])]
  const types = values.map((value) => ({
    condition: `the header content-type were ${value}`,
    request: withHeader(request, 'content-type', value),
  }))
  return [...missing, ...types]
}

function otherParameters<T extends Signable>(request: T): Variant<T>[] {
  const { query } = request
  const missing = query.map((gone) => ({
    condition: `the parameter ${gone[0]} were not sent`,
    request: { ...request, query: query.filter((one) => one !== gone) },
  }))
  if (query.length < 2) return missing
  return [...missing, { condition: 'no parameters were sent', request: { ...request, query: [] } }]
}

function otherKeys<T extends Signable>(request: T): Variant<T>[] {
  const { key } = request
  const decoded = percentDecode(key)
  const variants = [
    { condition: 'the path were encoded once more', key: percentEncodePath(key) },
    { condition: 'a plus sign in the path were a space', key: key.replaceAll('+', ' ') },
    { condition: 'a space in the path were a plus sign', key: key.replaceAll(' ', '+') },
    ...(decoded === undefined ? [] : [{ condition: 'the path were encoded once, not twice', key: decoded }]),
  ]
  return variants
    .filter((variant) => variant.key !== key)
    .map(({ condition, key: other }) => ({ condition, request: { ...request, key: other } }))
}

const withoutAdditionalHeaders = <T extends Signable>(request: T): Variant<T>[] =>
  request.additionalHeaders === undefined || request.additionalHeaders.length === 0
    ? []
    : [{ condition: 'no additional headers were signed', request: { ...request, additionalHeaders: [] } }]

/** The requests that differ from the given one by a usual mistake. */
const variantsOf = <T extends Signable>(request: T): Variant<T>[] => [
  ...otherHeaders(request),
  ...otherParameters(request),
  ...otherKeys(request),
  ...otherMethods(request),
  ...withoutAdditionalHeaders(request),
]

/** Tells what the signature is of, if it is that of the same request but for a usual mistake. */
function reasonOf<T extends Signable>({ request, write, isSigned }: Mismatch<T>): string {
  const text = write(request)
  const found = variantsOf(request).find((variant) => isSigned(write(variant.request)))
  if (found === undefined) {
    const told = maskToken(text)
      .split('\n')
      .map((line) => `  ${line}`)
    return `the signature is wrong: of another secret, or of something else than this, which was sent:\n${told.join('\n')}`
  }
  const diff = lineDiff(maskToken(write(found.request)), maskToken(text))
  return `the signature would be right if ${found.condition}; - was signed, + was sent:\n${diff}`
}

/** 403 `SignatureDoesNotMatch` with all that the server computed; the log tells what differs, as far as that can be told. */
export function signatureMismatch<T extends Signable>(mismatch: Mismatch<T>): ServiceFault {
  const { accessKeyId, signature, details } = mismatch
  return new ServiceFault(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      ec: '0002-00000040',
      details: { OSSAccessKeyId: accessKeyId, SignatureProvided: signature, ...details },
      reason: reasonOf(mismatch),
    },
  )
}

/** What the error document tells of the text that was signed. */
export const stringToSignDetails = (text: string): Record<string, string> => ({
  StringToSign: text,
  StringToSignBytes: spacedHex(text),
})
