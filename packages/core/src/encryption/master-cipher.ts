import type { Bytes } from '../bytes.ts'
import { OSSError } from '../errors.ts'

/**
 * Encrypts and decrypts the keys that objects are encrypted with. An own one may ask a key management service.
 *
 * What `encrypt` and `decrypt` throw ends the call that needs them.
 */
export interface MasterCipher {
  /** What is kept with an object about how its key is encrypted, as in `RSA/NONE/PKCS1Padding`. */
  readonly wrapAlgorithm: string
  /** Tells this master key from others; kept with an object as JSON, for everybody to read. */
  readonly matDesc?: Readonly<Record<string, string>> | undefined
  /** Encrypts a content key of 32 bytes, or the 16 bytes that its counter begins with. */
  encrypt(data: Bytes): Bytes | Promise<Bytes>
  /** The reverse. Throws if it was encrypted with another key. */
  decrypt(data: Bytes): Bytes | Promise<Bytes>
}

/** What was encrypted with another key, or changed since. */
export const notThisKey = () => new OSSError('it was not encrypted with this key', { isRetryable: false })

/** Which one decrypts: the one whose description is the object's, else the first. */
export function fittingCipher(ciphers: readonly MasterCipher[], matDesc: string | undefined): MasterCipher {
  const wanted = canonical(matDesc ? parsed(matDesc) : {})
  return ciphers.find((cipher) => canonical(cipher.matDesc ?? {}) === wanted) ?? (ciphers[0] as MasterCipher)
}

/** The description as a header: ASCII, whatever is in it. Undefined if it is empty. */
export function matDescText({ matDesc = {} }: MasterCipher): string | undefined {
  if (Object.keys(matDesc).length === 0) return undefined
  return JSON.stringify(matDesc).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Writers differ in spaces, order and escapes. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

/** What is no JSON is the description of nobody. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
