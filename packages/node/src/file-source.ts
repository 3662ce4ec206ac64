import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { type BodySource, OSSError, SourceError, ValidationError } from '@oss-js/core'

const chunkBytes = 262_144

/** A file is not what it was when it was handed in, so its bytes belong to no one version of it. */
export class FileChangedError extends OSSError {
  override name = 'FileChangedError'
  /** The file, as it was named; empty if a handle was given. */
  readonly path: string

  constructor(path: string) {
    super(`${path || 'the file'} was changed while it was being uploaded: upload it again`)
    this.path = path
  }
}

/** A part of a file. */
export interface FileRange {
  /** The first byte. @default 0 */
  start?: number | undefined
  /** The byte behind the last one. @default the size of the file */
  end?: number | undefined
}

/** The bytes of a file, read anew for every attempt. */
export interface FileSource extends BodySource {
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

/**
 * A file, or a part of it, as the body of a request. It is read in pieces of 256 KiB while it is sent. A handle stays open;
 * closing it is up to the caller.
 *
 * Throws a ValidationError if there is no such file or it has no such range. The request rejects with a
 * {@link FileChangedError} if the file changes before all of it is sent, and with a SourceError if it cannot be read.
 *
 * @example
 * await putObject(client, { bucket: 'photos', key: 'cat.jpg', body: await fileSource('./cat.jpg') })
 */
export async function fileSource(file: string | FileHandle, range: FileRange = {}): Promise<FileSource> {
  const original = await statFile(file)
  const { start, end } = checkedRange(range, Number(original.size))
  return rangeOf(file, original, start, end)
}

/**
 * A range of a file as it was when `original` was taken. The memory of a chunk is used again once so many more were asked for.
 */
export function rangeOf(
  file: string | FileHandle,
  original: BigIntStats,
  start: number,
  end: number,
  chunksInMemory: number = Number.POSITIVE_INFINITY,
): FileSource {
  return {
    size: end - start,
    async *open() {
      const handle = typeof file === 'string' ? await reopen(file) : file
      try {
        yield* unchanged(handle, pathOf(file), original, start, end, chunksInMemory)
      } finally {
        if (handle !== file) await handle.close()
      }
    },
  }
}

/** Throws a ValidationError if it is nothing that can be read, or no file. */
export async function statFile(file: string | FileHandle): Promise<BigIntStats> {
  const original = await (typeof file === 'string' ? statOf(file) : statHandle(file))
  if (original.isFile()) return original
  throw new ValidationError('path', `${pathOf(file) || 'what the handle has open'} is not a file`)
}

const pathOf = (file: string | FileHandle): string => (typeof file === 'string' ? file : '')

async function statOf(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    throw new ValidationError('path', `cannot read ${path}: ${reason(error as NodeJS.ErrnoException)}`)
  }
}

async function statHandle(handle: FileHandle): Promise<BigIntStats> {
  try {
    return await handle.stat({ bigint: true })
  } catch (error) {
    throw new ValidationError('path', `cannot read what the handle has open: ${(error as Error).message}`)
  }
}

const reason = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'ENOENT' ? 'there is no such file' : message

function checkedRange({ start = 0, end }: FileRange, size: number): { start: number; end: number } {
  const to = end ?? size
  const isWithin = Number.isInteger(start) && Number.isInteger(to) && start >= 0 && start <= to && to <= size
  if (!isWithin)
    throw new ValidationError('range', `bytes ${start} to ${to} are not within the ${size} bytes of the file`)
  return { start, end: to }
}

async function reopen(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new FileChangedError(path)
    throw unreadable(path, error)
  }
}

/** Nobody is to take it for a network that fails. */
const unreadable = (path: string, cause: unknown): SourceError =>
  new SourceError(`${path || 'the file'} cannot be read: ${(cause as Error).message}`, { cause })

const told = <T>(path: string, step: Promise<T>): Promise<T> =>
  step.catch((cause) => {
    throw unreadable(path, cause)
  })

async function* unchanged(
  handle: FileHandle,
  path: string,
  original: BigIntStats,
  start: number,
  end: number,
  chunksInMemory: number,
): AsyncGenerator<Uint8Array> {
  const free: Buffer[] = []
  const used: Buffer[] = []
  let position = start
  await check()
  while (position < end) {
    const size = Math.min(chunkBytes, end - position)
    const reading = handle.read(free.pop() ?? Buffer.allocUnsafeSlow(size), 0, size, position)
    const { bytesRead, buffer } = await told(path, reading)
    position += bytesRead
    // The last chunk is held back until it is certain that all belong together: without it nothing is stored.
    if (bytesRead === 0 || position === end) await check(bytesRead === 0)
    yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead)
    if (chunksInMemory === Number.POSITIVE_INFINITY) continue
    used.push(buffer)
    if (used.length >= chunksInMemory) free.push(used.shift()!)
  }

  async function check(isCut = false): Promise<void> {
    const { size, mtimeNs, ino } = await told(path, handle.stat({ bigint: true }))
    const isSame = size === original.size && mtimeNs === original.mtimeNs && ino === original.ino
    if (isCut || !isSame) throw new FileChangedError(path)
  }
}
