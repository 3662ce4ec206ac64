import { createSign, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

/** Signs callbacks with a key that lives as long as the emulator. */
export interface CallbackSigner {
  /** Base64 of the signature of a text. */
  sign(text: string): Promise<string>
  /** The key that verifies, in PEM. */
  publicKey(): Promise<string>
}

const makeKeys = () =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

/** Makes a signer, whose key is made when it is first needed. */
export function callbackSigner(): CallbackSigner {
  let made: ReturnType<typeof makeKeys> | undefined
  const keys = (): ReturnType<typeof makeKeys> => {
    made ??= makeKeys()
    return made
  }
  return {
    // The service signs the MD5 of the text.
    sign: async (text) =>
      createSign('md5')
        .update(text)
        .sign((await keys()).privateKey, 'base64'),
    publicKey: async () => (await keys()).publicKey,
  }
}

/** Path of the public key on the emulator; no bucket can have its name. */
export const publicKeyPath = '/_emulator/callback-public-key.pem'
