import { randomUUID } from 'node:crypto'
import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Locks that this process holds: its own id in a lock file may be that of an earlier process. */
const heldHere = new Set<string>()

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Whether a process runs; one of another user counts as running. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** Whether a lock file names a process that runs, this one apart. */
async function isOfAnother(path: string): Promise<boolean> {
  const pid = Number((await readFile(path, 'utf8')).trim())
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isRunning(pid)
}

const inUse = (folder: string, path: string): Error =>
  new Error(`${folder}: another emulator uses this folder; if none does, delete ${path}`)

/** Makes the lock, which nobody sees before it names its process. Resolves with whether there was none. */
async function writeLock(path: string): Promise<boolean> {
  const written = `${path}.${randomUUID()}`
  const text = `${process.pid}\n`
  await writeFile(written, text)
  try {
    // Not every file system has hard links.
    await link(written, path).catch((error: unknown) => {
      if (hasCode(error, 'EEXIST')) throw error
      return writeFile(path, text, { flag: 'wx' })
    })
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    return false
  } finally {
    await rm(written, { force: true })
  }
}

/** Removes the lock of a process that is gone. Resolves with false when a process that runs holds it. */
async function removeStale(path: string): Promise<boolean> {
  if (await isOfAnother(path)) return false
  // Who looked at the same time may have taken the lock over by now: what was removed is looked at again.
  const removed = `${path}.${randomUUID()}`
  await rename(path, removed)
  const isLive = await isOfAnother(removed)
  if (isLive) await rename(removed, path)
  await rm(removed, { force: true })
  return !isLive
}

const isTakenOver = (path: string): Promise<boolean> =>
  removeStale(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error
    return true
  })

/**
 * Takes a folder for this process, or throws when an emulator of this or another running process has it. What a killed
 * process left is taken over.
 *
 * @returns gives the folder back
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(await realpath(folder), 'lock')
  if (heldHere.has(path)) throw inUse(folder, path)
  heldHere.add(path)
  try {
    const isTaken = (await writeLock(path)) || ((await isTakenOver(path)) && (await writeLock(path)))
    if (!isTaken) throw inUse(folder, path)
  } catch (error) {
    heldHere.delete(path)
    throw error
  }
  return async () => {
    heldHere.delete(path)
    await rm(path, { force: true })
  }
}
