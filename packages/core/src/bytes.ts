/**
 * Bytes in an `ArrayBuffer`, which is what `fetch` and Blobs take; memory shared between threads they refuse. The compiler calls
 * it `Uint8Array<ArrayBuffer>` from 5.7 on, and cannot read that name before.
 */
export type Bytes = ReturnType<typeof Uint8Array.of>

/** Encodes text as UTF-8. */
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/** Two lower-case digits a byte. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
