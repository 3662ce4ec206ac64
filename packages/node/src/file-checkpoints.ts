import { createHash, randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type Checkpoint,
  type CheckpointId,
  type CheckpointStore,
  checkpointKey,
  oneAtATime,
  ValidationError,
} from '@oss-js/core'
import { isLocked, whileLocked } from './lock-file.ts'

/** Marks a file as a checkpoint of OSS. */
const magic = '92611BED-89E2-46B6-89E5-72F273D4B0A3'
const suffixes = { upload: 'ucp', download: 'dcp' }

/** Transfers of this process, by the file of their checkpoint. */
const lastByPath = new Map<string, Promise<void>>()

/**
 * Keeps each checkpoint in a file of its own, in a folder that must be there. A file is replaced wholly or not at all,
 * whenever the process or the machine stops. The same transfer is not run twice at once: the second waits for the first, in
 * another process as well. Of a process that was stopped without any notice, nothing is waited for on the same machine; on
 * another, or in another container, half a minute.
 *
 * Its methods reject with a ValidationError if there is no such folder.
 */
export function fileCheckpoints(directory: string): CheckpointStore {
  const pathOf = (id: CheckpointId) => resolve(directory, checkpointFileName(id))
  return {
    async get(id) {
      await requireFolder(directory)
      return read(pathOf(id), checkpointFileName(id))
    },
    async put(checkpoint) {
      await requireFolder(directory)
      await replace(pathOf(checkpoint), contentOf(checkpoint))
    },
    async delete(id) {
      const name = checkpointFileName(id)
      const names = await readdir(directory).catch(() => [])
      const ofIt = names.filter((other) => other.startsWith(name) && other !== lockOf(name))
      for (const one of ofIt) await rm(join(directory, one), { force: true })
      await isLocked(lockOf(pathOf(id)))
    },
    async list() {
      await requireFolder(directory)
      const names = await readdir(directory)
      const found = names.filter((name) => /^[\da-f]{32}(-[\da-f]{32}){1,2}\.[ud]cp$/.test(name))
      const checkpoints = await Promise.all(found.map((name) => read(join(directory, name), name)))
      return checkpoints.filter((checkpoint) => checkpoint !== undefined)
    },
    exclusively: (id, signal, run) =>
      oneAtATime(lastByPath, pathOf(id), signal, (hasWaitedHere) =>
        whileLocked(lockOf(pathOf(id)), signal, (hasWaited) => run(hasWaitedHere || hasWaited)),
      ),
    isRunning: async (id) => lastByPath.has(pathOf(id)) || (await isLocked(lockOf(pathOf(id)))),
  }
}

/**
 * MD5 of where the bytes come from and of where they go, by which the other libraries for OSS name their files as well, and
 * of the scope of an upload that has one.
 */
export function checkpointFileName(id: CheckpointId): string {
  const [, ...texts] = checkpointKey(id)
  return `${texts.map(md5).join('-')}.${suffixes[id.kind]}`
}

const lockOf = (path: string): string => `${path}.lock`

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

function contentOf(checkpoint: Checkpoint): string {
  return JSON.stringify({ Magic: magic, MD5: md5(JSON.stringify(checkpoint)), Data: checkpoint })
}

/** What is not as it was written is nothing, nor is what another library wrote. */
async function read(path: string, name: string): Promise<Checkpoint | undefined> {
  try {
    const { Magic, MD5, Data } = JSON.parse(await readFile(path, 'utf8'))
    const isWhole = Magic === magic && MD5 === md5(JSON.stringify(Data))
    return isWhole && checkpointFileName(Data) === name ? Data : undefined
  } catch {
    return undefined
  }
}

async function replace(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  const file = await open(temporary, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

async function requireFolder(directory: string): Promise<void> {
  const present = await stat(directory).catch(() => undefined)
  if (!present?.isDirectory()) throw new ValidationError('checkpointDir', `there is no folder ${directory}`)
}
