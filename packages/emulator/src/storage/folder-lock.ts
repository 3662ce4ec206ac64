import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Folders that this process uses: its own id in a lock file may be that of an earlier process. */
const usedHere = new Set<string>()

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Whether a process runs; one of another user counts as running. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function isStale(path: string): Promise<boolean> {
  const pid = Number((await readFile(path, 'utf8')).trim())
  if (pid === process.pid) return !usedHere.has(path)
  return !(Number.isInteger(pid) && pid > 0 && isRunning(pid))
}

async function writeLock(path: string): Promise<void> {
  const file = await open(path, 'wx')
  await file.writeFile(`${process.pid}\n`)
  await file.close()
}

/**
 * Takes a folder for this process, or throws when another running process has it. What a killed process left is
 * taken over.
 *
 * @returns gives the folder back
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  try {
    await writeLock(path)
  } catch (error) {
    if (!isTaken(error)) throw error
    if (!(await isStale(path))) {
      throw new Error(`${folder}: another emulator uses this folder; if none does, delete ${path}`, { cause: error })
    }
    await rm(path, { force: true })
    await writeLock(path)
  }
  usedHere.add(path)
  return async () => {
    usedHere.delete(path)
    await rm(path, { force: true })
  }
}
