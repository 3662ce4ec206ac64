import { createHash, createHmac, createSecretKey } from 'node:crypto'
import type { Hasher } from '@oss-js/core'

/** Hashes with OpenSSL, at once: without the queue that WebCrypto goes through. */
export const nodeHasher: Hasher = {
  sha256: (data) => new Uint8Array(createHash('sha256').update(data).digest()),
  hmac: (algorithm, key) => {
    const secret = createSecretKey(key)
    return (message) => new Uint8Array(createHmac(algorithm, secret).update(message).digest())
  },
}
