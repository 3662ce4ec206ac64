import { constants, createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type DownloadTarget, oneAtATime, ValidationError } from '@oss-js/core'
import { whileLocked } from './lock-file.ts'

/** Downloads of this process, by the file that they write. */
const lastByPath = new Map<string, Promise<void>>()

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
    const turn = oneAtATime(lastByPath, path, signal, () => whileLocked(`${path}.oss-js-lock`, signal, writing))
    turn.catch(refuse)
  })
}

/**
 * A file to download to, when no other download writes it any more, in this process or another. With `useTempFile` the bytes
 * are in `<path>.temp` until all are there; without, what fails leaves the file as far as it came.
 *
 * Throws a ValidationError if there is no folder for it, or the path is a folder, and `signal.reason` if it is aborted before.
 */
export async function fileTarget(path: string, useTempFile: boolean, signal: AbortSignal): Promise<DownloadTarget> {
  const absolute = resolve(path)
  const written = useTempFile ? `${absolute}.temp` : absolute
  const [folder, present] = await Promise.all([statOf(dirname(absolute)), statOf(absolute)])
  if (!folder?.isDirectory()) throw new ValidationError('path', `cannot write ${path}: there is no such folder`)
  if (present?.isDirectory()) throw new ValidationError('path', `${path} is a folder`)
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
        if (useTempFile) await rm(written, { force: true })
      } finally {
        await endTurn()
      }
    },
    suspend: () => close().finally(endTurn),
  }
}

const statOf = (path: string) => stat(path).catch(() => undefined)
