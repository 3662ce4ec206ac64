/** Files that tell other processes that one is at work. */
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

const beatMs = 3_000
/** Not so short that a process which computes for a while is taken for one that is gone. */
const silentMs = 30_000
const lookMs = 100

/**
 * Runs something while a file says so; another process that asks in the same way waits. The file of a process that is gone is
 * taken over: at once if that ran on this machine, else after 30 seconds in which it was not touched. Where there can be no such
 * file, nobody waits.
 *
 * @param run told whether it had to wait for another
 */
export async function whileLocked<T>(
  path: string,
  signal: AbortSignal,
  run: (hasWaited: boolean) => Promise<T>,
): Promise<T> {
  const mine = `${process.pid} ${hostname()} ${randomUUID()}`
  const hasWaited = await take(path, mine, signal)
  const beat = setInterval(() => void touch(path), beatMs).unref()
  try {
    return await run(hasWaited)
  } finally {
    clearInterval(beat)
    if ((await read(path))?.holder === mine) await drop(path)
  }
}

/** Whether a process that may still be at work has made the file. One that is gone leaves none behind after this. */
export async function isLocked(path: string): Promise<boolean> {
  const found = await read(path)
  if (found === undefined) return false
  if (!isGone(found.holder) && Date.now() - found.touchedAtMs < silentMs) return true
  await remove(path, found.holder)
  return false
}

/** Resolves to whether that took waiting. */
async function take(path: string, mine: string, signal: AbortSignal): Promise<boolean> {
  let hasWaited = false
  let seen: Found | undefined
  let seenAtMs = 0
  while (!(await isMade(path, mine))) {
    const found = await read(path)
    if (found === undefined) continue
    // By the clock of this process: those of two machines differ, and one may have slept.
    if (found.holder !== seen?.holder || found.touchedAtMs !== seen.touchedAtMs) seenAtMs = performance.now()
    seen = found
    if (isGone(found.holder) || performance.now() - seenAtMs >= silentMs) {
      if (await remove(path, found.holder)) continue
      return hasWaited
    }
    hasWaited = true
    await wait(lookMs, undefined, { signal }).catch(() => {})
    signal.throwIfAborted()
  }
  return hasWaited
}

/** Whether nobody else has made the file. */
async function isMade(path: string, holder: string): Promise<boolean> {
  try {
    await writeFile(path, holder, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // A full disk lets it be made, but not written.
    await drop(path)
    return true
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

interface Found {
  readonly holder: string
  readonly touchedAtMs: number
}

async function read(path: string): Promise<Found | undefined> {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    return { holder, touchedAtMs: mtimeMs }
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : { holder: '', touchedAtMs: 0 }
  }
}

/** The id of a process that is gone may be that of another since, in another container at any time. */
function isGone(holder: string): boolean {
  const [pid, host] = holder.split(' ')
  if (host !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Whether that could be done. */
async function remove(path: string, holder: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
  // Where somebody else was faster, and has made the file again, it is given back.
  if ((await read(aside))?.holder !== holder) await link(aside, path).catch(() => {})
  await drop(aside)
  return true
}

/** What cannot be dropped is taken over when this process is gone. */
const drop = (path: string): Promise<void> => rm(path, { force: true }).catch(() => {})

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}
