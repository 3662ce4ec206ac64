/** The hashes that signing needs, from whoever computes them best where the code runs. */

import type { Bytes } from '../bytes.ts'

type Awaitable<T> = T | Promise<T>

/** Computes SHA-256 and HMAC. A runtime with native hashes hands in its own. */
export interface Hasher {
  /** Computes the digest, 32 bytes. */
  sha256(data: Bytes): Awaitable<Bytes>
  /** Prepares a key, which must not be empty, and returns what authenticates messages with it. */
  hmac(algorithm: 'SHA-256' | 'SHA-1', key: Bytes): Awaitable<Hmac>
}

/** Returns the authentication code of a message under one key. */
export type Hmac = (message: Bytes) => Awaitable<Bytes>

/** Hashes with WebCrypto, which browsers offer to pages on https and localhost only. */
export const webCryptoHasher: Hasher = {
  sha256: async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', data)),
  hmac: async (hash, key) => {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign'])
    return async (message) => new Uint8Array(await crypto.subtle.sign('HMAC', imported, message))
  },
}

/** Chooses WebCrypto where there is one; elsewhere hashes in JavaScript, loaded when the first signature needs it. */
export const defaultHasher = async (): Promise<Hasher> =>
  globalThis.crypto?.subtle ? webCryptoHasher : (await import('./noble-hasher.ts')).nobleHasher
