/** RSA keys out of PEM: the four forms that key files have, and no others. */
import { decodeBase64 } from '../base64.ts'
import { type Bytes, hex } from '../bytes.ts'
import { ValidationError } from '../errors.ts'
import type { RsaPrivateKey, RsaPublicKey } from './rsa.ts'

type Field = 'publicKey' | 'privateKey'

/** @throws ValidationError that names the field, and never what is in it */
export const readPublicKey = (pem: string): RsaPublicKey =>
  readKey('publicKey', pem, {
    /** SubjectPublicKeyInfo, RFC 5280 section 4.1. */
    'PUBLIC KEY': (der) => publicKeyOf(wrapped(der.next(0x30), der.next(0x03).slice(1))),
    'RSA PUBLIC KEY': publicKeyOf,
  })

/** @throws ValidationError that names the field, and never what is in it */
export const readPrivateKey = (pem: string): RsaPrivateKey =>
  readKey('privateKey', pem, {
    /** PrivateKeyInfo, RFC 5208 section 5. */
    'PRIVATE KEY': (der) => {
      der.next(0x02)
      return privateKeyOf(wrapped(der.next(0x30), der.next(0x04)))
    },
    'RSA PRIVATE KEY': privateKeyOf,
  })

/** RSAPublicKey, RFC 8017 appendix A.1.1. */
function publicKeyOf(der: DerReader): RsaPublicKey {
  return { modulus: der.number(), publicExponent: der.number() }
}

/** RSAPrivateKey with two primes, RFC 8017 appendix A.1.2. */
function privateKeyOf(der: DerReader): RsaPrivateKey {
  if (der.number() !== 0n) throw new Error('more than two primes')
  const { modulus, publicExponent } = publicKeyOf(der)
  der.number()
  const [prime1, prime2, exponent1, exponent2, coefficient] = [1, 2, 3, 4, 5].map(() => der.number())
  const key = { modulus, publicExponent, prime1, prime2, exponent1, exponent2, coefficient } as RsaPrivateKey
  if (key.prime1 * key.prime2 !== modulus) throw new Error('the primes do not make the modulus')
  return key
}

/** rsaEncryption, RFC 8017 appendix C: 1.2.840.113549.1.1.1. */
const rsaEncryption = '2a864886f70d010101'

/** What says first by which algorithm it is a key. */
function wrapped(algorithm: Bytes, key: Bytes): DerReader {
  if (hex(new DerReader(algorithm).next(0x06)) !== rsaEncryption) throw new Error('not a key of RSA')
  return new DerReader(new DerReader(key).next(0x30))
}

function readKey<K extends RsaPublicKey>(field: Field, pem: string, forms: Record<string, (der: DerReader) => K>): K {
  const names = Object.keys(forms)
  const expected = `a PEM that begins with -----BEGIN ${names.join('----- or -----BEGIN ')}-----`
  if (typeof pem !== 'string') throw new ValidationError(field, `expected ${expected}`)
  const [, label = '', text = ''] = /-----BEGIN ([A-Z ]+)-----([^-]*)-----END \1-----/.exec(pem) ?? []
  if (/ENCRYPTED/.test(pem)) throw new ValidationError(field, 'the PEM is locked by a passphrase: give it unlocked')
  const read = forms[label]
  if (!read) throw new ValidationError(field, `expected ${expected}`)
  const key = readOrNot(text, read)
  if (key && key.modulus > 2n ** 511n && isOdd(key.modulus) && key.publicExponent > 1n && isOdd(key.publicExponent))
    return key
  throw new ValidationError(field, `no RSA key is in the PEM: it is cut, or the key of another algorithm`)
}

const isOdd = (number: bigint): boolean => number % 2n === 1n

/** What was wrong with it might quote the key. */
function readOrNot<K>(text: string, read: (der: DerReader) => K): K | undefined {
  try {
    const der = decodeBase64(text.replace(/\s/g, ''))
    return read(new DerReader(new DerReader(der).next(0x30)))
  } catch {
    return undefined
  }
}

/** Reads what DER puts one after the other: a tag, a length, and so many bytes. */
class DerReader {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  /** The content of the next element, which must have this tag. */
  next(tag: number): Bytes {
    const isRight = this.#byte() === tag
    const size = this.#size()
    const content = this.#bytes.slice(this.#at, this.#at + size)
    this.#at += size
    if (!isRight || content.byteLength !== size) throw new Error('unexpected DER')
    return content
  }

  /** The next element as a number that is not negative. */
  number(): bigint {
    return BigInt(`0x${hex(this.next(0x02))}`)
  }

  #size(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    return Array.from({ length: first - 0x80 }, () => this.#byte()).reduce((size, byte) => size * 256 + byte, 0)
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new Error('unexpected end of DER')
    return byte
  }
}
