import type { DownloadTarget } from '@oss-js/core'

/** A target in memory, and what became of it. */
export function memoryTarget(id?: string) {
  let bytes = new Uint8Array(0)
  const ends: string[] = []
  const target: DownloadTarget = {
    id,
    size: async () => bytes.length,
    async *read(start, end) {
      yield bytes.subarray(start, end)
    },
    async truncate(size) {
      bytes = bytes.slice(0, size)
    },
    async write(position, chunk) {
      const grown = new Uint8Array(Math.max(bytes.length, position + chunk.length))
      grown.set(bytes)
      grown.set(chunk, position)
      bytes = grown
    },
    commit: async () => void ends.push('committed'),
    discard: async () => void ends.push('discarded'),
    suspend: async () => void ends.push('suspended'),
  }
  return {
    target,
    ends,
    get bytes() {
      return bytes
    },
    set bytes(changed) {
      bytes = changed
    },
  }
}
