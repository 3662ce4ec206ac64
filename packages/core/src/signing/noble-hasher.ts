import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Hasher } from './hasher.ts'

/** Hashes in JavaScript, for pages on plain http and other places without WebCrypto. */
export const nobleHasher: Hasher = {
  sha256,
  hmac: (algorithm, key) => (message) => hmac(algorithm === 'SHA-1' ? sha1 : sha256, key, message),
}
