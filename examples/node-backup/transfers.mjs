/** What the backup does: a folder up, a folder down, a list of what is there. It deletes nothing. */
import { createReadStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  crc64,
  Downloader,
  folderEntries,
  folderUploads,
  headObject,
  keyFromPath,
  listObjectsV2,
  paginate,
  Uploader,
} from '@oss-js/node'

/**
 * @typedef {object} Backup
 * @property {import('@oss-js/node').Client} client
 * @property {string} bucket
 * @property {string} prefix of every key: empty, or with a slash at its end
 * @property {{ checkpointDir: string, checkpointScope: string }} checkpoints where they are kept, and of which OSS they are
 * @property {number} parallel files, and parts of a file, under way at once
 * @property {AbortSignal} signal stops everything; what was transferred stays, to go on with
 * @property {(moved: { files: number, bytes: number, totalBytes: number }) => void} onProgress
 */

/** @typedef {{ path: string, error: unknown }} Failure */
/** @typedef {{ files: number, bytes: number, resumedBytes: number, unchanged: number, failures: Failure[] }} Outcome */

/**
 * Uploads what is new or has changed in a folder, each file to the key of the prefix and its path. What fails does not hold
 * up the others.
 *
 * @param {Backup} backup @param {string} folder @param {import('@oss-js/node').FolderOptions} options
 * @returns {Promise<Outcome>}
 */
export async function up(backup, folder, options) {
  const { client, bucket, prefix, checkpoints, parallel, signal, onProgress } = backup
  const entries = await folderEntries(folder, { ...options, emptyFolders: true })
  const sizes = new Map()
  for await (const { path, size } of list(backup)) sizes.set(path, size)
  const outcome = nothingYet()
  /** @type {import('@oss-js/node').FileToUpload[]} */
  const uploads = []
  /** @type {Map<object, string>} */
  const paths = new Map()
  await inParallel(entries, parallel, async ({ path, source }) => {
    await noting(outcome, path, signal, async () => {
      const size = path.endsWith('/') ? 0 : Object(source).size
      const [upload] = folderUploads([{ path: unaltered(path), source }], { bucket, prefix, normalization: 'none' })
      if (sizes.get(path) === size && (await isSame(backup, path, join(folder, path)))) {
        outcome.unchanged += 1
      } else if (upload) {
        uploads.push(upload)
        paths.set(upload, path)
      }
    })
  })

  const task = new Uploader(client, { ...checkpoints, enableCheckpoint: true, parallelNum: parallel }).uploadFiles(
    uploads,
    {
      signal,
      onProgress: ({ transferred, total = 0 }) =>
        onProgress({ files: outcome.files, bytes: transferred, totalBytes: total }),
      onFileEnd(result) {
        if (result.status === 'done') outcome.files += 1
        if (result.status === 'failed')
          outcome.failures.push({ path: paths.get(result.file) ?? '', error: result.error })
      },
    },
  )
  await task
  return { ...outcome, bytes: task.progress.transferred, resumedBytes: task.progress.resumed }
}

/**
 * Downloads what is missing or differs in a folder. A key that would lead out of the folder, or that no file can be named
 * after, is a failure.
 *
 * @param {Backup} backup @param {string} folder
 * @returns {Promise<Outcome>}
 */
export async function down(backup, folder) {
  const { client, bucket, prefix, checkpoints, parallel, signal, onProgress } = backup
  const downloader = new Downloader(client, { ...checkpoints, enableCheckpoint: true, parallelNum: parallel })
  const objects = []
  for await (const object of list(backup)) objects.push(object)
  let totalBytes = objects.reduce((sum, { size }) => sum + size, 0)
  const outcome = nothingYet()
  const progress = () => onProgress({ files: outcome.files, bytes: outcome.bytes, totalBytes })
  await mkdir(folder, { recursive: true })
  await inParallel(objects, parallel, async ({ path, size }) => {
    await noting(outcome, path, signal, async () => {
      const target = join(folder, unaltered(path))
      if (path.endsWith('/') && size > 0) throw new Error('no folder can have the bytes of this object')
      if ((await sizeOf(target)) === size && (await isSame(backup, path, target))) {
        outcome.unchanged += 1
        totalBytes -= size
        return
      }
      await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true })
      if (!path.endsWith('/')) {
        const task = downloader.downloadFile({ bucket, key: prefix + path }, target, {
          signal,
          onProgress({ increment }) {
            outcome.bytes += increment
            progress()
          },
        })
        await task
        outcome.resumedBytes += task.progress.resumed
      }
      outcome.files += 1
      progress()
    })
  })
  return outcome
}

/** What is below the prefix, by the rest of its key. @param {Backup} backup */
export async function* list({ client, bucket, prefix, signal }) {
  for await (const { contents } of paginate(client, listObjectsV2, { bucket, prefix }, { signal })) {
    for (const { key, size = 0, lastModified } of contents) {
      // The console of OSS keeps the folder itself as an object.
      if (key !== prefix) yield { path: key.slice(prefix.length), size, lastModified }
    }
  }
}

/**
 * Whether a file has the bytes of an object of the same size: clocks differ, and programs set the times of files, so only
 * the CRC-64 tells. It costs one request without a body.
 *
 * @param {Backup} backup @param {string} path @param {string} file
 */
async function isSame({ client, bucket, prefix, signal }, path, file) {
  if (path.endsWith('/')) return true
  const { hashCrc64 } = await headObject(client, { bucket, key: prefix + path }, { signal })
  const crc = crc64()
  for await (const chunk of createReadStream(file, { signal })) crc.update(chunk)
  return crc.digest() === hashCrc64
}

/** The path, if it means the same as a key and in every file system. @param {string} path */
function unaltered(path) {
  if (keyFromPath(path, { normalization: 'none' }) === path) return path
  throw new Error('a key and a path of this name would not be the same')
}

/** @param {string} path */
const sizeOf = async (path) => {
  const facts = await stat(path).catch(() => undefined)
  return facts?.isDirectory() ? 0 : facts?.size
}

/** @returns {Outcome} */
const nothingYet = () => ({ files: 0, bytes: 0, resumedBytes: 0, unchanged: 0, failures: [] })

/** Notes what fails, but for the end of everything. @param {Outcome} outcome @param {string} path @param {AbortSignal} signal @param {() => Promise<void>} run */
async function noting(outcome, path, signal, run) {
  signal.throwIfAborted()
  try {
    await run()
  } catch (error) {
    signal.throwIfAborted()
    outcome.failures.push({ path, error })
  }
}

/** Runs so many at once, in the order of the items. @template T @param {T[]} items @param {number} limit @param {(item: T) => Promise<void>} run */
async function inParallel(items, limit, run) {
  const waiting = items.values()
  const work = async () => {
    for (const item of waiting) await run(item)
  }
  await Promise.all(Array.from({ length: limit }, work))
}
