/** What an encrypted object has in its metadata: the encrypted content key, and how it was encrypted. */
import { decodeBase64, encodeBase64 } from '../base64.ts'
import type { Bytes } from '../bytes.ts'
import { OSSError } from '../errors.ts'
import { fromHeaderBytes } from '../header-bytes.ts'
import { blockSize, type ContentKey, keySize } from './aes-ctr.ts'
import { DecryptionError } from './decryption-error.ts'
import { fittingCipher, type MasterCipher, matDescText, notThisKey } from './master-cipher.ts'

/** What the names in the user metadata begin with. */
const metadataPrefix = 'client-side-encryption-'
/** What the names of the headers begin with. */
export const envelopePrefix = `x-oss-meta-${metadataPrefix}`
const contentAlgorithm = 'AES/CTR/NoPadding'

/** Headers, under lower-case names. */
export type Headers = Readonly<Record<string, string>>

/** The encrypted content key of an object or upload. */
export interface Envelope {
  /** Base64. */
  readonly key: string
  /** Base64. */
  readonly start: string | undefined
  readonly cekAlg: string | undefined
  readonly wrapAlg: string | undefined
  /** JSON. Undefined where it is not told, as of uploads. */
  readonly matDesc?: string | undefined
}

/** Encrypts a content key. */
export async function envelopeOf({ key, start }: ContentKey, master: MasterCipher): Promise<Envelope> {
  return {
    // Copies: a master cipher may clear what it was given.
    key: encodeBase64(await master.encrypt(key.slice())),
    start: encodeBase64(await master.encrypt(start.slice())),
    cekAlg: contentAlgorithm,
    wrapAlg: master.wrapAlgorithm,
    matDesc: matDescText(master),
  }
}

/** An envelope, or more that there is to say, as headers. What is undefined is left out. */
export function envelopeHeaders(
  members: Readonly<Record<string, string | number | undefined>>,
): Record<string, string> {
  const told = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(told.map(([name, value]) => [envelopePrefix + name, String(value)]))
}

/** The members of an envelope, by the names that they travel under. */
export const membersOf = ({ key, start, cekAlg, wrapAlg, matDesc }: Envelope) => ({
  key,
  start,
  'cek-alg': cekAlg,
  'wrap-alg': wrapAlg,
  matdesc: matDesc,
})

/** User metadata without an envelope: that of an object that was read does not fit what is written. */
export const withoutEnvelope = (metadata: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => !name.toLowerCase().startsWith(metadataPrefix)))

/** What OSS always answers, and a page is not shown. One of them says that nothing is hidden. */
const unlisted = ['accept-ranges', 'connection', 'server']

/** What a page is shown of what is not encrypted, and is no link to what is. */
const listed = ['x-oss-server-time', 'x-oss-object-type']

/**
 * The envelope of an object; undefined if it is not encrypted.
 *
 * Throws a DecryptionError where that cannot be told: a page does not see metadata that CORS rules hide.
 */
export function readEnvelope(headers: Headers, path: string): Envelope | undefined {
  const read = (name: string) => {
    const text = headers[envelopePrefix + name]
    return text === undefined ? undefined : fromHeaderBytes(text)
  }
  const key = read('key')
  if (key)
    return { key, start: read('start'), cekAlg: read('cek-alg'), wrapAlg: read('wrap-alg'), matDesc: read('matdesc') }
  if (unlisted.some((name) => name in headers)) return undefined
  const isShown = !Object.keys(headers).some((name) => name.startsWith(envelopePrefix))
  if (isShown && listed.every((name) => name in headers)) return undefined
  throw new DecryptionError(
    path,
    `the answer does not show whether it is encrypted: list ${envelopePrefix}key, -start, -cek-alg, -wrap-alg and -matdesc in ExposeHeader of the bucket's CORS rules, and ${listed.join(' and ')} for what is not encrypted`,
  )
}

/** Decrypts the content key of an object. */
export async function openEnvelope(
  envelope: Envelope,
  ciphers: readonly MasterCipher[],
  path: string,
): Promise<ContentKey> {
  const wrapped = checkEnvelope(envelope, path)
  try {
    return await unwrap(wrapped, fittingCipher(ciphers, envelope.matDesc))
  } catch (cause) {
    throw unreadable(path, envelope.matDesc, cause)
  }
}

/** Decrypts a content key that is told without a description, by one cipher after the other. Gives that of the one that fits. */
export async function openUntold(
  envelope: Envelope,
  ciphers: readonly MasterCipher[],
  path: string,
): Promise<{ content: ContentKey; matDesc: string | undefined }> {
  const wrapped = checkEnvelope(envelope, path)
  let failure: unknown
  for (const master of ciphers) {
    try {
      return { content: await unwrap(wrapped, master), matDesc: matDescText(master) }
    } catch (cause) {
      failure ??= cause
    }
  }
  throw unreadable(path, undefined, failure)
}

async function unwrap({ key, start }: ContentKey, master: MasterCipher): Promise<ContentKey> {
  // Copies: what a master cipher gives may be a part of memory that is used again.
  const decrypted = async (wrapped: Bytes) => new Uint8Array(await master.decrypt(wrapped.slice()))
  const content = { key: await decrypted(key), start: await decrypted(start) }
  if (content.key.byteLength === keySize && content.start.byteLength === blockSize) return content
  throw notThisKey()
}

/** The encrypted key and start of an envelope that can be read here. */
function checkEnvelope({ key, start, cekAlg, wrapAlg }: Envelope, path: string): ContentKey {
  if (cekAlg !== contentAlgorithm) {
    const what = cekAlg === undefined ? missing('cek-alg') : `its content is encrypted with ${cekAlg}`
    throw new DecryptionError(path, `${what}; only ${contentAlgorithm} can be read`)
  }
  if (!start) throw new DecryptionError(path, missing('start'))
  if (!wrapAlg) throw new DecryptionError(path, missing('wrap-alg'))
  const wrapped = { key: decoded(key), start: decoded(start) }
  if (wrapped.key && wrapped.start) return wrapped as ContentKey
  const wrong = `${envelopePrefix}${wrapped.key ? 'start' : 'key'}`
  throw new DecryptionError(path, `${wrong} is no base64: its metadata was changed`)
}

const missing = (name: string): string =>
  `${envelopePrefix}${name} is missing: its metadata was changed, or a page is not shown it by the bucket's CORS rules`

function unreadable(path: string, matDesc: string | undefined, cause: unknown): DecryptionError {
  const which = matDesc ? `, described as ${matDesc}` : ''
  const why = cause instanceof Error ? cause.message : String(cause)
  const remedy = `give the EncryptionClient the master key${which} that it was encrypted with, as masterCipher or among decryptMasterCiphers`
  // What failed in a master cipher of the application's own may succeed the next time.
  const isRetryable = cause instanceof OSSError ? cause.isRetryable === true : undefined
  return new DecryptionError(path, `its content key cannot be decrypted: ${why}; ${remedy}`, { cause, isRetryable })
}

function decoded(base64: string): Bytes | undefined {
  try {
    return decodeBase64(base64)
  } catch {
    return undefined
  }
}
