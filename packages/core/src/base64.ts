import type { Bytes } from './bytes.ts'

/** Encodes bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Reads base64. Throws what `atob` throws if it is none. */
export const decodeBase64 = (base64: string): Bytes =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/** Reads base64 as UTF-8 text. Throws what `atob` throws if it is no base64. */
export function decodeBase64Text(base64: string): string {
  return new TextDecoder().decode(decodeBase64(base64))
}
