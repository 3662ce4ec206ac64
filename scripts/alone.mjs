/** Lets one process at a time change what is installed and built. */

import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { root } from './workspace.mjs'

/** No installation and no build takes that long. */
const longestTurnMs = 600_000

/** Holds the id of the process whose turn it is. */
const path = join(tmpdir(), `oss-js-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`)

/**
 * Does some work when no other process of this repository does any. What a process that was killed left behind is taken over, at
 * the latest when its turn was too long: another process may have got its id.
 *
 * @param {() => Promise<void>} work
 */
export async function alone(work) {
  for (let told = false; !take(); told = true) {
    if (!told) console.log(`Waiting for process ${holder()}, which installs or builds here ...`)
    await setTimeout(100)
  }
  try {
    await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @returns {boolean} whether it is this process's turn */
function take() {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  const id = holder()
  // Before it has written its id, a process is there as well.
  if ((id !== '' && !isRunning(Number(id))) || isTooLong()) rmSync(path, { force: true })
  return false
}

function holder() {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function isTooLong() {
  const { mtimeMs = Number.POSITIVE_INFINITY } = statSync(path, { throwIfNoEntry: false }) ?? {}
  return Date.now() - mtimeMs > longestTurnMs
}

/** @param {number} id */
function isRunning(id) {
  try {
    return process.kill(id, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
