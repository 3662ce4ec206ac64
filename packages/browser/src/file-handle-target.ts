import { type DownloadTarget, ValidationError } from '@oss-js/core'
import { isPermitted } from './permitted-handle.ts'

/** What dedicated workers have for files of the origin's own file system. */
interface SyncAccess {
  read(bytes: Uint8Array, options: { at: number }): number
  write(bytes: Uint8Array, options: { at: number }): number
  truncate(size: number): void
  getSize(): number
  flush(): void
  close(): void
}

interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle?(): Promise<SyncAccess>
}

/** Bytes that are read at once. */
const chunkBytes = 262_144

/**
 * A file of a page to download to, picked or of the origin's own file system. It is replaced when all bytes are there, and
 * stays as it is when the download fails.
 *
 * One that can be `resumed` is written in place, so that what was downloaded stays when the page is closed, and a checkpoint
 * leads on from there. Browsers allow this in dedicated workers, for files of `navigator.storage.getDirectory()`; such a file
 * is empty after a download that cannot go on.
 *
 * Throws a ValidationError if the file may not be written, or cannot be resumed.
 */
export async function fileHandleTarget(
  handle: FileSystemFileHandle,
  { resumed = false }: { resumed?: boolean | undefined } = {},
): Promise<DownloadTarget> {
  if (!(await isPermitted(handle, 'readwrite')))
    throw new ValidationError('handle', `${handle.name} may not be written`)
  return resumed ? inPlace(handle) : replaced(handle)
}

function replaced(handle: FileSystemFileHandle): DownloadTarget {
  let file: FileSystemWritableFileStream | undefined
  const giveUp = async () => {
    await file?.abort()
  }
  return {
    async truncate() {
      file = await handle.createWritable()
    },
    write: (position, bytes) => file!.write({ type: 'write', position, data: bytes as Uint8Array<ArrayBuffer> }),
    commit: () => file!.close(),
    discard: giveUp,
    suspend: giveUp,
  }
}

async function inPlace(handle: WorkerFileHandle): Promise<DownloadTarget> {
  const path = await (await navigator.storage.getDirectory()).resolve(handle)
  if (!path || !handle.createSyncAccessHandle) {
    const where = "files of the origin's own file system, in a dedicated worker"
    throw new ValidationError('enableCheckpoint', `a download goes on only with ${where}`)
  }
  const file = await handle.createSyncAccessHandle()
  let isTouched = false
  return {
    id: `opfs:${path.map(encodeURIComponent).join('/')}`,
    size: async () => file.getSize(),
    async *read(start, end) {
      for (let at = start; at < end; at += chunkBytes) {
        const bytes = new Uint8Array(Math.min(chunkBytes, end - at))
        yield bytes.subarray(0, file.read(bytes, { at }))
      }
    },
    async truncate(size) {
      isTouched = true
      file.truncate(size)
    },
    async write(position, bytes) {
      for (let at = 0; at < bytes.byteLength; ) at += file.write(bytes.subarray(at), { at: position + at })
    },
    flush: async () => file.flush(),
    async commit() {
      file.flush()
      file.close()
    },
    async discard() {
      if (isTouched) file.truncate(0)
      file.close()
    },
    async suspend() {
      file.flush()
      file.close()
    },
  }
}
