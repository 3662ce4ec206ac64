import type { BlobStore } from './blob-store.ts'
import type { Piece } from './records.ts'

/** The bytes of an object, kept readable until `release` is called, whatever is deleted meanwhile. */
export interface HeldBytes {
  readonly body: AsyncIterable<Uint8Array>
  readonly release: () => void
}

/** Reads and removes pieces, so that a removal waits for the readers of what it removes. A removal never fails. */
export interface Bytes {
  readonly blobs: BlobStore
  hold(pieces: readonly Piece[]): HeldBytes
  /** Makes pieces of the same bytes that live on their own. */
  duplicate(pieces: readonly Piece[]): Promise<Piece[]>
  remove(pieces: readonly Piece[]): Promise<void>
}

/** The pieces that hold `size` bytes from `offset` on. */
export function slicePieces(pieces: readonly Piece[], offset: number, size: number): Piece[] {
  const slices: Piece[] = []
  let start = 0
  for (const piece of pieces) {
    const from = Math.max(offset, start)
    const to = Math.min(offset + size, start + piece.size)
    if (from < to) slices.push({ blob: piece.blob, offset: piece.offset + from - start, size: to - from })
    start += piece.size
  }
  return slices
}

/** Makes the byte access over a blob store. */
export function bytesOf(blobs: BlobStore): Bytes {
  const readers = new Map<string, number>()
  const doomed = new Set<string>()

  function leave(id: string): void {
    const left = (readers.get(id) ?? 1) - 1
    if (left > 0) return void readers.set(id, left)
    readers.delete(id)
    if (doomed.delete(id)) void removeBlob(id)
  }

  // No record names it any more: what was asked for is done. An orphan that stays is swept at the next start.
  const removeBlob = (id: string): Promise<void> => blobs.remove(id).catch(() => {})

  function hold(pieces: readonly Piece[]): HeldBytes {
    const ids = pieces.map((piece) => piece.blob)
    for (const id of ids) readers.set(id, (readers.get(id) ?? 0) + 1)
    let isHeld = true
    return {
      body: concatenated(pieces),
      release() {
        if (isHeld) ids.forEach(leave)
        isHeld = false
      },
    }
  }

  async function* concatenated(pieces: readonly Piece[]): AsyncIterable<Uint8Array> {
    for (const piece of pieces) yield* blobs.read(piece.blob, piece.offset, piece.size)
  }

  return {
    blobs,
    hold,
    async duplicate(pieces) {
      const { release } = hold(pieces)
      const copies = pieces.map(async (piece) => ({ ...piece, blob: await blobs.duplicate(piece.blob) }))
      return Promise.all(copies).finally(release)
    },
    async remove(pieces) {
      for (const { blob } of pieces) {
        if (readers.has(blob)) doomed.add(blob)
        else await removeBlob(blob)
      }
    },
  }
}
