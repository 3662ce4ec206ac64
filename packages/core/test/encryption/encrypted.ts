/** A real emulator, an EncryptionClient over a client of it, and OpenSSL to look at what was stored. */
import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from 'node:crypto'
import { type ClientConfig, EncryptionClient, rsaMasterCipher } from '@oss-js/core'
import type { EmulatorOptions } from '@oss-js/emulator'
import vectors from '../conformance/vectors/encryption.json' with { type: 'json' }
import { emulated } from '../transfer/emulated.ts'

export const { A: keysA, B: keysB } = vectors.keys

export const masterA = () => rsaMasterCipher({ publicKey: keysA.publicSpki, privateKey: keysA.privatePkcs8 })
/** Can encrypt, and cannot decrypt. */
export const publicA = () => rsaMasterCipher({ publicKey: keysA.publicSpki })

export async function encryptedEmulator(options: EmulatorOptions = {}) {
  const oss = await emulated(options)
  return {
    ...oss,
    encrypted: new EncryptionClient(oss.client, masterA()),
    encryptedWith: (config: Partial<ClientConfig> = {}, master = masterA()) =>
      new EncryptionClient(oss.clientWith(config), master),
    /** What OpenSSL makes of what is stored. */
    async decrypted(key: string): Promise<Buffer> {
      const { metadata } = await oss.head(key)
      const [contentKey, start] = ['key', 'start'].map((name) => unwrap(metadata[`client-side-encryption-${name}`]!))
      const decipher = createDecipheriv('aes-256-ctr', contentKey!, start!)
      return Buffer.concat([decipher.update(await oss.stored(key)), decipher.final()])
    },
  }
}

/** Node may refuse to take the padding off itself. */
function unwrap(base64: string): Buffer {
  const key = createPrivateKey(keysA.privatePkcs8)
  const padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(base64, 'base64'))
  return padded.subarray(padded.indexOf(0, 2) + 1)
}
