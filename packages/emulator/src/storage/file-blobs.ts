import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobStore } from './blob-store.ts'

/** Makes a blob store of one file a blob: `folder/ab/ab…`, written under `folder/incoming` and renamed when complete. */
export async function fileBlobs(folder: string): Promise<BlobStore> {
  const incoming = join(folder, 'incoming')
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true })
  const groups = new Set<string>()
  const pathOf = (id: string): string => join(folder, id.slice(0, 2), id)

  async function newPath(id: string): Promise<string> {
    const group = id.slice(0, 2)
    if (!groups.has(group)) await mkdir(join(folder, group), { recursive: true })
    groups.add(group)
    return pathOf(id)
  }

  return {
    async write(body) {
      const id = randomUUID()
      const temporary = join(incoming, id)
      try {
        await writeFlushed(temporary, body)
        await rename(temporary, await newPath(id))
        return id
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    async duplicate(id) {
      const copy = randomUUID()
      const path = await newPath(copy)
      // Not every file system has hard links; blobs never change, so a copy is as good.
      await link(pathOf(id), path).catch(() => copyFile(pathOf(id), path))
      return copy
    },
    async *read(id, offset, size) {
      if (size === 0) return
      yield* createReadStream(pathOf(id), { start: offset, end: offset + size - 1, highWaterMark: 256 * 1024 })
    },
    remove: (id) => unlink(pathOf(id)).catch(ignoreMissing),
    sweep: (used) => sweepFolder(folder, used),
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

async function writeFlushed(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx')
  try {
    for await (const chunk of body) await file.writeFile(chunk)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function sweepFolder(folder: string, used: ReadonlySet<string>): Promise<void> {
  const groups = (await readdir(folder)).filter((name) => name.length === 2)
  for (const group of groups) {
    const ids = await readdir(join(folder, group))
    const orphans = ids.filter((id) => !used.has(id))
    await Promise.all(orphans.map((id) => rm(join(folder, group, id), { force: true })))
  }
}
