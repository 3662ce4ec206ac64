import { randomUUID } from 'node:crypto'
import type { BlobStore } from './blob-store.ts'

/** Makes a blob store that keeps the chunks as they came. */
export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, readonly Uint8Array[]>()
  const keep = (chunks: readonly Uint8Array[]): string => {
    const id = randomUUID()
    blobs.set(id, chunks)
    return id
  }
  return {
    async write(body) {
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      return keep(chunks)
    },
    duplicate: async (id) => keep(blobs.get(id) ?? []),
    async *read(id, offset, size) {
      let skip = offset
      let rest = size
      for (const chunk of blobs.get(id) ?? []) {
        const piece = chunk.subarray(skip, skip + rest)
        skip = Math.max(0, skip - chunk.length)
        rest -= piece.length
        if (piece.length > 0) yield piece
        if (rest === 0) return
      }
    },
    async remove(id) {
      blobs.delete(id)
    },
    async sweep(used) {
      for (const id of [...blobs.keys()].filter((candidate) => !used.has(candidate))) blobs.delete(id)
    },
  }
}
