import { ValidationError } from '../errors.ts'
import type { MasterCipher } from './master-cipher.ts'
import { readPrivateKey, readPublicKey } from './pem.ts'
import { type RsaPublicKey, rsaDecrypt, rsaEncrypt } from './rsa.ts'

/** The master key, and what it is called. */
export interface RsaMasterCipherOptions {
  /**
   * Tells this key from others, so that another can take its place later: an object says by it which key it needs. Everybody
   * who may read the object's metadata can read it. @default nothing: there will only ever be this key
   */
  matDesc?: Readonly<Record<string, string>> | undefined
  /** PEM, `PUBLIC KEY` or `RSA PUBLIC KEY`. Without it nothing can be encrypted. */
  publicKey?: string | undefined
  /** PEM, `PRIVATE KEY` or `RSA PRIVATE KEY`. Without it nothing can be decrypted. */
  privateKey?: string | undefined
}

/**
 * A master cipher over an RSA key of your own, as the other OSS SDKs have it: `RSA/NONE/PKCS1Padding`. Who only uploads needs
 * the public key alone. An object whose private key is lost is lost.
 *
 * Throws a ValidationError if neither key is given, a PEM has no RSA key, or the two do not belong together.
 *
 * @example
 * const masterCipher = rsaMasterCipher({ matDesc: { key: '2026' }, publicKey, privateKey })
 * const encrypted = new EncryptionClient(client, masterCipher)
 */
export function rsaMasterCipher({ matDesc, publicKey, privateKey }: RsaMasterCipherOptions): MasterCipher {
  const encrypting = publicKey === undefined ? undefined : readPublicKey(publicKey)
  const decrypting = privateKey === undefined ? undefined : readPrivateKey(privateKey)
  if (!encrypting && !decrypting) throw new ValidationError('publicKey', 'give it to encrypt, privateKey to decrypt')
  if (encrypting && decrypting && !isPair(encrypting, decrypting))
    throw new ValidationError('privateKey', 'it does not belong to publicKey: nothing would ever be decrypted')
  return {
    wrapAlgorithm: 'RSA/NONE/PKCS1Padding',
    matDesc,
    encrypt(data) {
      if (encrypting) return rsaEncrypt(encrypting, data)
      throw new ValidationError('publicKey', 'rsaMasterCipher was not given it, and encrypts nothing without')
    },
    decrypt(data) {
      if (decrypting) return rsaDecrypt(decrypting, data)
      throw new ValidationError('privateKey', 'rsaMasterCipher was not given it, and decrypts nothing without')
    },
  }
}

const isPair = (one: RsaPublicKey, other: RsaPublicKey): boolean =>
  one.modulus === other.modulus && one.publicExponent === other.publicExponent
