import type { DownloadTarget } from './download-target.ts'

/** Bytes after which a page may hold a Blob on disk in place of bytes in memory. */
const blobBytes = 1_048_576

/** Bytes without a gap. */
interface Run {
  readonly start: number
  readonly blobs: Blob[]
  loose: Uint8Array<ArrayBuffer>[]
  looseBytes: number
}

/** A target that becomes a Blob. */
export function blobTarget(): DownloadTarget & { blob(type: string | undefined): Blob } {
  const runsByEnd = new Map<number, Run>()
  return {
    truncate: async () => {},
    async write(position, bytes) {
      const run = runsByEnd.get(position) ?? { start: position, blobs: [], loose: [], looseBytes: 0 }
      run.loose.push(bytes.slice())
      run.looseBytes += bytes.byteLength
      if (run.looseBytes >= blobBytes) seal(run)
      runsByEnd.delete(position)
      runsByEnd.set(position + bytes.byteLength, run)
    },
    commit: async () => {},
    discard: async () => runsByEnd.clear(),
    suspend: async () => {},
    blob(type = '') {
      const runs = [...runsByEnd.values()].sort((a, b) => a.start - b.start)
      for (const run of runs) seal(run)
      return new Blob(
        runs.flatMap(({ blobs }) => blobs),
        { type },
      )
    },
  }
}

function seal(run: Run): void {
  run.blobs.push(new Blob(run.loose))
  run.loose = []
  run.looseBytes = 0
}
