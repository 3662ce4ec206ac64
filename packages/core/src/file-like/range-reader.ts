import type { ByteSpan } from '../transfer/byte-span.ts'
import { following } from '../transfer/following.ts'
import { type SeenObject, unbrokenRange } from '../transfer/unbroken-range.ts'

/** Reads a span of an object in order, in pieces of any size. */
export interface RangeReader {
  /** The next bytes, at most so many; undefined at the end. */
  next(limit?: number): Promise<Uint8Array | undefined>
  /** Gives the connection up. */
  close(): void
}

export function rangeReader(object: SeenObject, span: ByteSpan, outer: AbortSignal): RangeReader {
  const { signal, abort, forget } = following(outer)
  const chunks = unbrokenRange(object, span, signal)
  let rest = new Uint8Array(0)
  return {
    async next(limit = Number.POSITIVE_INFINITY) {
      if (rest.byteLength === 0) rest = (await chunks.next()).value ?? rest
      const piece = rest.subarray(0, limit)
      rest = rest.subarray(piece.byteLength)
      return piece.byteLength > 0 ? piece : undefined
    },
    close() {
      forget()
      abort()
    },
  }
}
