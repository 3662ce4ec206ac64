import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type DownloadTarget, oneAtATime, ValidationError } from '@oss-js/core'
import { whileLocked } from './lock-file.ts'
import { requireReplaceable } from './replaceable.ts'

/** Downloads of this process, by the file that they write. */
const lastByPath = new Map<string, Promise<void>>()

const lockOf = (path: string): string => `${path}.oss-js-lock`

/** Resolves, when nobody else writes the file any more, to what ends the writing. */
function turnToWrite(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  return new Promise((begin, refuse) => {
    const writing = () =>
      new Promise<void>((end) =>
        begin(() => {
          end()
          return turn
        }),
      )
    const turn = oneAtATime(lastByPath, path, signal, () => whileLocked(lockOf(path), signal, writing))
    turn.catch(refuse)
  })
}

/**
 * A file to download to, when no other download writes it any more, in this process or another. With `useTempFile` the bytes
 * are in `<path>.oss-js-temp` until all are there; without, what fails leaves the file as far as it came.
 *
 * Throws a ValidationError if there is no folder for it, or something else than a file is there, and `signal.reason` if it is
 * aborted before.
 */
export async function fileTarget(path: string, useTempFile: boolean, signal: AbortSignal): Promise<DownloadTarget> {
  const absolute = resolve(path)
  const written = useTempFile ? temporaryOf(absolute) : absolute
  const folder = await statOf(dirname(absolute))
  if (!folder?.isDirectory()) throw new ValidationError('path', `cannot write ${path}: there is no such folder`)
  await requireReplaceable(path)
  const endTurn = await turnToWrite(written, signal)
  let file: FileHandle | undefined
  const close = async () => {
    await file?.close()
    file = undefined
  }
  return {
    id: written,
    size: async () => (await statOf(written))?.size ?? 0,
    read: (start, end) => createReadStream(written, { start, end: end - 1 }),
    async truncate(size) {
      file ??= await open(written, constants.O_RDWR | constants.O_CREAT)
      await file.truncate(size)
    },
    async write(position, bytes) {
      for (let at = 0; at < bytes.byteLength; ) {
        const { bytesWritten } = await file!.write(bytes, at, bytes.byteLength - at, position + at)
        at += bytesWritten
      }
    },
    flush: () => file!.datasync(),
    async commit() {
      await close()
      if (useTempFile) await rename(written, absolute)
      await endTurn()
    },
    async discard() {
      try {
        await close()
        // What the download failed with is told, not what its rest does.
        if (useTempFile) await rm(written, { force: true }).catch(() => {})
      } finally {
        await endTurn()
      }
    },
    suspend: () => close().finally(endTurn),
  }
}

/** Behind the name of a file that is being written. A shorter one may well be that of a file which is to be there. */
const temporarySuffix = '.oss-js-temp'

/** File systems take 255 bytes, or characters, for a name; a lock has to go behind it. */
const maxNameBytes = 255 - lockOf(temporarySuffix).length

/** A name that would become too long is replaced by its MD5. */
function temporaryOf(absolute: string): string {
  const name = basename(absolute)
  if (Buffer.byteLength(name) <= maxNameBytes) return `${absolute}${temporarySuffix}`
  return join(dirname(absolute), `${createHash('md5').update(name).digest('hex')}${temporarySuffix}`)
}

const statOf = (path: string) => stat(path).catch(() => undefined)
