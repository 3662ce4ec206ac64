/** AES-256 in CTR mode by WebCrypto: what is at any place of the content can be encrypted, or decrypted, by itself. */
import type { Bytes } from '../bytes.ts'
import { ValidationError } from '../errors.ts'

/** Bytes of a block of AES: what one step of the counter is for. */
export const blockSize = 16

/** Bytes of a content key. */
export const keySize = 32

/** Bytes that are encrypted at once at most. */
const pieceSize = 1_048_576

/** What encrypts the content of one object or upload. */
export interface ContentKey {
  /** 32 bytes. */
  readonly key: Bytes
  /** What the counter begins with: 16 bytes. */
  readonly start: Bytes
}

/** Encrypts and decrypts the content of one object, which is the same. */
export interface ContentCipher {
  /** What begins at a position of the content. */
  apply(bytes: Uint8Array, position: number): Promise<Bytes>
  /** The same for what comes piece by piece. No more than a piece is in memory at once. */
  over(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, position: number): AsyncGenerator<Bytes>
}

/** A key that nothing was encrypted with before. */
export function newContentKey(): ContentKey {
  const start = crypto.getRandomValues(new Uint8Array(blockSize))
  // As all writers of this format have it.
  start.fill(0, 8, 12)
  return { key: crypto.getRandomValues(new Uint8Array(keySize)), start }
}

/** Throws a ValidationError where the runtime has no WebCrypto. */
export function requireWebCrypto(): void {
  if (globalThis.crypto?.subtle) return
  throw new ValidationError(
    'crypto',
    'client-side encryption needs WebCrypto, which pages have only in a secure context: open the page by https, or on localhost',
  )
}

/** The key cannot be read from what is returned. */
export async function contentCipher({ key, start }: ContentKey): Promise<ContentCipher> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt'])
  const apply: ContentCipher['apply'] = async (bytes, position) => {
    const skipped = position % blockSize
    const algorithm = { name: 'AES-CTR', counter: counterAt(start, Math.floor(position / blockSize)), length: 128 }
    const encrypted = await crypto.subtle.encrypt(algorithm, imported, behind(skipped, bytes))
    return new Uint8Array(encrypted, skipped)
  }
  return {
    apply,
    async *over(chunks, position) {
      let at = position
      for await (const given of chunks) {
        // Some sources give views of other kinds, which count otherwise.
        const chunk = new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
        for (let from = 0; from < chunk.byteLength; from += pieceSize) {
          const piece = chunk.subarray(from, from + pieceSize)
          yield await apply(piece, at)
          at += piece.byteLength
        }
      }
    },
  }
}

/** The counter so many blocks on: a big-endian number of 128 bits, which begins again at its end. */
export function counterAt(start: Bytes, block: number): Bytes {
  const counter = new Uint8Array(start)
  const view = new DataView(counter.buffer)
  const low = view.getBigUint64(8) + BigInt(block)
  view.setBigUint64(8, BigInt.asUintN(64, low))
  view.setBigUint64(0, BigInt.asUintN(64, view.getBigUint64(0) + (low >> 64n)))
  return counter
}

/**
 * Bytes that begin within a block: what the block has before them does not matter. They are copied as well from memory that is
 * shared between threads, which WebCrypto refuses.
 */
function behind(skipped: number, bytes: Uint8Array): Bytes {
  if (skipped === 0 && bytes.buffer instanceof ArrayBuffer) return bytes as Bytes
  const block = new Uint8Array(skipped + bytes.byteLength)
  block.set(bytes, skipped)
  return block
}
