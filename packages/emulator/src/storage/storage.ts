import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bytes, bytesOf } from './bytes.ts'
import { diskStore } from './disk-store.ts'
import { fileBlobs } from './file-blobs.ts'
import { checkFormat } from './folder-format.ts'
import { lockFolder } from './folder-lock.ts'
import { allParts, allVersions } from './keys.ts'
import { memoryBlobs } from './memory-blobs.ts'
import { memoryStore } from './memory-store.ts'
import type { PartRecord, VersionRecord } from './records.ts'
import type { Store } from './store.ts'
import { piecesOf } from './versions.ts'

/** All that the emulator keeps: records and bytes. */
export interface Storage {
  readonly store: Store
  readonly bytes: Bytes
  close(): Promise<void>
}

/** Opens the storage in a folder, which no other process may use, sweeping bytes that no record names; in memory when there is no folder. */
export async function openStorage(folder: string | undefined): Promise<Storage> {
  if (folder === undefined) {
    const store = memoryStore()
    return { store, bytes: bytesOf(memoryBlobs()), close: () => store.close() }
  }
  await mkdir(folder, { recursive: true })
  const unlock = await lockFolder(folder)
  await checkFormat(folder).catch(async (error: unknown) => {
    await unlock()
    throw error
  })
  const store = diskStore(join(folder, 'metadata.lmdb'))
  const blobs = await fileBlobs(join(folder, 'blobs'))
  await blobs.sweep(usedBlobs(store))
  const close = (): Promise<void> => store.close().then(unlock)
  return { store, bytes: bytesOf(blobs), close }
}

function usedBlobs(store: Store): Set<string> {
  const used = new Set<string>()
  for (const { value } of store.range<VersionRecord>(...allVersions())) {
    for (const piece of piecesOf(value)) used.add(piece.blob)
  }
  for (const { value } of store.range<PartRecord>(...allParts())) used.add(value.piece.blob)
  return used
}

/** Forgets everything but the blobs that are to stay. */
export async function clearStorage(storage: Storage, kept: ReadonlySet<string> = new Set()): Promise<void> {
  await storage.store.clear()
  await storage.bytes.blobs.sweep(kept)
}
