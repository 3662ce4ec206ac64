import type { FileHandle } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { UploadSource } from '@oss-js/core'
import { rangeOf, statFile } from './file-source.ts'

/**
 * The socket may still be sending a chunk or two when the next is read. Chunks with memory of their own would leave more to be
 * collected than is under way.
 */
const chunksInMemory = 4

/** A file of which parts are uploaded. All of them are of the file as it was at this moment. */
export async function fileUploadSource(file: string | FileHandle): Promise<UploadSource> {
  const original = await statFile(file)
  return {
    size: Number(original.size),
    lastModified: Number(original.mtimeNs) / 1e6,
    ...(typeof file === 'string' && { id: resolve(file), name: basename(file) }),
    slice: (start, end) => rangeOf(file, original, start, end, chunksInMemory),
  }
}
