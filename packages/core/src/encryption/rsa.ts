/**
 * RSA with the padding of PKCS #1 v1.5, which WebCrypto does not have. BigInt takes more or less time by the numbers; so what is
 * decrypted is blinded first by a random factor, and time tells nothing about the key.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8017#section-7.2 RFC 8017, section 7.2}
 */
import { type Bytes, hex } from '../bytes.ts'
import { notThisKey } from './master-cipher.ts'

/** What encrypts. */
export interface RsaPublicKey {
  readonly modulus: bigint
  readonly publicExponent: bigint
}

/** What decrypts, in the form that is four times faster than one exponent. */
export interface RsaPrivateKey extends RsaPublicKey {
  readonly prime1: bigint
  readonly prime2: bigint
  /** The private exponent modulo `prime1 - 1`. */
  readonly exponent1: bigint
  readonly exponent2: bigint
  /** The inverse of `prime2` modulo `prime1`. */
  readonly coefficient: bigint
}

/** Bytes of the padding at least. */
const overhead = 11

/** Throws an Error if the data is larger than the key can take. */
export function rsaEncrypt({ modulus, publicExponent }: RsaPublicKey, data: Uint8Array): Bytes {
  const size = sizeOf(modulus)
  if (data.byteLength > size - overhead) throw new Error(`the key takes ${size - overhead} bytes at most`)
  const padded = new Uint8Array(size)
  padded[1] = 2
  padded.set(nonZero(size - data.byteLength - 3), 2)
  padded.set(data, size - data.byteLength)
  return toBytes(power(toNumber(padded), publicExponent, modulus), size)
}

/** Throws an error, the same for whatever is wrong, if the data was not encrypted with this key. */
export function rsaDecrypt(key: RsaPrivateKey, data: Uint8Array): Bytes {
  const { modulus } = key
  const size = sizeOf(modulus)
  const encrypted = toNumber(data)
  const isSized = data.byteLength === size && encrypted < modulus
  const padded = toBytes(isSized ? blindPower(key, encrypted) : 0n, size)
  const end = padded.indexOf(0, 2)
  if (padded[0] === 0 && padded[1] === 2 && end >= overhead - 1) return padded.slice(end + 1)
  throw notThisKey()
}

function blindPower(key: RsaPrivateKey, encrypted: bigint): bigint {
  const { modulus, publicExponent } = key
  const blind = randomBelow(modulus)
  const blinded = (encrypted * power(blind, publicExponent, modulus)) % modulus
  return (privatePower(key, blinded) * inverse(blind, modulus)) % modulus
}

/** By the Chinese remainder theorem. */
function privatePower({ prime1, prime2, exponent1, exponent2, coefficient }: RsaPrivateKey, base: bigint): bigint {
  const first = power(base % prime1, exponent1, prime1)
  const second = power(base % prime2, exponent2, prime2)
  const difference = (((first - second) % prime1) + prime1) % prime1
  return second + ((coefficient * difference) % prime1) * prime2
}

/** Square and multiply, from the lowest bit on. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let product = 1n
  let square = base
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) product = (product * square) % modulus
    square = (square * square) % modulus
  }
  return product
}

/** By the extended algorithm of Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, nextRest] = [modulus, value]
  let [factor, nextFactor] = [0n, 1n]
  while (nextRest > 0n) {
    const quotient = rest / nextRest
    ;[rest, nextRest] = [nextRest, rest - quotient * nextRest]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return ((factor % modulus) + modulus) % modulus
}

/** A number that has an inverse: only a prime of the key would divide it, which is not found by chance. */
const randomBelow = (modulus: bigint): bigint =>
  (toNumber(crypto.getRandomValues(new Uint8Array(sizeOf(modulus) + 8))) % (modulus - 2n)) + 2n

/** Random bytes, none of which is zero: zero ends the padding. */
function nonZero(size: number): Bytes {
  const bytes = crypto.getRandomValues(new Uint8Array(size))
  for (let at = 0; at < size; at++) while (bytes[at] === 0) crypto.getRandomValues(bytes.subarray(at, at + 1))
  return bytes
}

const sizeOf = (modulus: bigint): number => Math.ceil(modulus.toString(16).length / 2)

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x0${hex(bytes)}`)

function toBytes(value: bigint, size: number): Bytes {
  const digits = value.toString(16).padStart(size * 2, '0')
  return Uint8Array.from({ length: size }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16))
}
