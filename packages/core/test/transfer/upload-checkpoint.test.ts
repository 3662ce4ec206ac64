import { appendFileSync, openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  abortMultipartUpload,
  type Checkpoint,
  type CheckpointId,
  type CheckpointStore,
  clearCheckpoints,
  deleteObject,
  discardCheckpoint,
  expiringCheckpoints,
  memoryCheckpoints,
  putBucket,
  SourceError,
  TransferError,
  type TransferProgress,
  type TransferTask,
  type UploadCheckpoint,
  Uploader,
  type UploadSource,
} from '@oss-js/core'
import type { FaultRequest } from '@oss-js/emulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emulated, isSame, named, pattern } from './emulated.ts'

const partSize = 102_400
const bytes = pattern(1_000_000)
const to = { bucket: 'files', key: 'a.bin' }
const fileOf = (data: Uint8Array<ArrayBuffer>, lastModified = 1000, name = 'a.bin') =>
  new File([data], name, { lastModified })
const file = fileOf(bytes)

let oss: Awaited<ReturnType<typeof emulated>>
let store: CheckpointStore
beforeAll(async () => {
  oss = await emulated()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
  store = memoryCheckpoints()
})
afterAll(() => oss.emulator.close())

const uploader = (options = {}) =>
  new Uploader(oss.client, { partSize, enableCheckpoint: true, checkpointStore: store, ...options })

/** Uploads all parts but one, which is refused. */
async function failAt(partNumber: number, options = {}): Promise<TransferError> {
  const forget = oss.emulator.faults.add({
    match: named('UploadPart', partNumber),
    status: 403,
    code: 'AccessDenied',
    times: 9,
  })
  const error = await uploader({ parallelNum: 1, ...options })
    .uploadFrom(to, file)
    .catch((reason) => reason)
  forget()
  if (error instanceof TransferError) return error
  return expect.unreachable(String(error))
}

test('an upload that failed goes on with what is missing, and forgets its checkpoint then', async () => {
  const { uploadId, checkpoint } = await failAt(7)
  expect(await store.list()).toEqual([checkpoint])
  const before = oss.count('UploadPart')
  const reports: TransferProgress[] = []

  const result = await uploader().uploadFrom(to, fileOf(bytes), { onProgress: (progress) => reports.push(progress) })

  expect(result.uploadId).toBe(uploadId)
  expect(oss.count('UploadPart') - before).toBe(4)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
  expect(await store.list()).toEqual([])
  expect(reports.at(-1)).toMatchObject({ transferred: 1_000_000, total: 1_000_000, resumed: 614_400 })
  expect(reports.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['hashing', 'uploading', 'completing']))
})

test('parts after a gap are not sent again either', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 1), status: 503, times: 3, delayMs: 200 })
  await uploader({ parallelNum: 3 })
    .uploadFrom(to, file)
    .catch(() => {})
  const before = oss.count('UploadPart')

  await uploader().uploadFrom(to, file)

  expect(oss.count('UploadPart') - before).toBeLessThan(10)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('a checkpoint is plain JSON, names what it belongs to, and holds no secret', async () => {
  const { checkpoint, uploadId } = await failAt(3)

  expect(JSON.parse(JSON.stringify(checkpoint))).toEqual({
    version: 1,
    kind: 'upload',
    source: 'a.bin 1000000 1000',
    destination: 'oss://files/a.bin',
    bucket: 'files',
    key: 'a.bin',
    size: 1_000_000,
    lastModified: 1000,
    partSize: 102_400,
    sample: expect.stringMatching(/^\d+ \d+$/),
    uploadId,
    startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  })
})

const changes: [string, Partial<Record<keyof UploadCheckpoint, unknown>>][] = [
  ['another version', { version: 2 }],
  ['another size', { size: 5 }],
  ['another time', { lastModified: 1001 }],
  ['another sample', { sample: '1 2' }],
  ['another part size', { partSize: 204_800 }],
  ['another object', { key: 'b.bin' }],
  ['another scope', { scope: 'alice' }],
  ['no upload id', { uploadId: '' }],
  ['an upload id that is none', { uploadId: 5 }],
]
test.each(changes)('a checkpoint with %s is not used', async (_, change) => {
  const { checkpoint, uploadId } = await failAt(7)
  await store.put({ ...(checkpoint as UploadCheckpoint), ...change } as UploadCheckpoint)
  const found = { ...checkpoint, ...change }
  const changed: CheckpointStore = { ...store, get: async () => found }
  const before = oss.count('UploadPart')

  const result = await uploader({ checkpointStore: changed }).uploadFrom(to, file)

  expect(result.uploadId).not.toBe(uploadId)
  expect(oss.count('UploadPart') - before).toBe(10)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test.each([[null], ['text'], [5], [[]], [{}]])('what is no checkpoint, as %j, is not used', async (found) => {
  await uploader({ checkpointStore: { ...store, get: async () => found } }).uploadFrom(to, file)

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('content that changed without a new size or time at its ends begins anew, and the old upload is given up', async () => {
  await failAt(7)
  const changed = bytes.slice().fill(1, 0, 10)

  await uploader().uploadFrom(to, fileOf(changed))

  expect(isSame(await oss.stored('a.bin'), changed)).toBe(true)
  expect(await oss.openUploads()).toEqual([])
})

test('a part that was changed on its way is sent again, whatever OSS has', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 3), corrupt: true, times: 3 })
  await expect(uploader({ parallelNum: 1 }).uploadFrom(to, file)).rejects.toMatchObject({
    cause: { name: 'IntegrityError' },
  })

  await uploader().uploadFrom(to, file)

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('content that changed in its middle is trusted only where it is asked for', async () => {
  await failAt(7)
  const changed = bytes.slice().fill(1, 300_000, 300_010)

  await uploader({ verifyData: false }).uploadFrom(to, fileOf(changed))

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('content that changed in its middle is noticed', async () => {
  await failAt(7)
  const changed = bytes.slice().fill(1, 300_000, 300_010)
  const before = oss.count('UploadPart')

  await uploader().uploadFrom(to, fileOf(changed))

  expect(isSame(await oss.stored('a.bin'), changed)).toBe(true)
  expect(oss.count('UploadPart') - before).toBe(5)
})

test('an earlier upload that cannot be given up is told of', async () => {
  const { uploadId } = await failAt(7)
  oss.emulator.faults.add({ match: named('AbortMultipartUpload'), status: 503, times: 3 })
  const task = uploader().uploadFrom(to, fileOf(bytes.slice().fill(1, 0, 10)))

  await task

  expect(task.openUploads).toEqual([{ ...to, uploadId }])
  expect((await oss.openUploads()).map((open) => open.uploadId)).toEqual([uploadId])
})

test('an upload that is gone begins anew', async () => {
  const { uploadId } = await failAt(7)
  const refused = oss.emulator.faults.add({ match: named('ListParts'), status: 404, code: 'NoSuchUpload', times: 9 })

  const result = await uploader().uploadFrom(to, file)
  refused()

  expect(result.uploadId).not.toBe(uploadId)
  expect(await oss.openUploads()).toEqual([])
})

test('an upload that was completed before its checkpoint could be deleted is not sent again', async () => {
  const { checkpoint, uploadId } = await failAt(7)
  await uploader().uploadFrom(to, file)
  await store.put(checkpoint!)
  const before = oss.count('UploadPart')

  const result = await uploader().uploadFrom(to, file)

  expect(result).toMatchObject({ uploadId, etag: (await oss.head('a.bin')).etag })
  expect(oss.count('UploadPart')).toBe(before)
  expect(await store.list()).toEqual([])
})

/** The store as it is where nothing can be deleted. */
const undeletable = (): CheckpointStore => ({ ...store, delete: async () => Promise.reject(new Error('read only')) })

test('an upload whose checkpoint cannot be deleted is done, and what is left of it does no harm', async () => {
  await failAt(7)
  const { uploadId } = await uploader({ checkpointStore: undeletable() }).uploadFrom(to, file)
  const left = await store.list()
  const before = oss.count('UploadPart')

  const again = await uploader({ checkpointStore: undeletable() }).uploadFrom(to, file)
  const sentAgain = oss.count('UploadPart') - before
  await deleteObject(oss.client, to)
  const anew = await uploader().uploadFrom(to, file)

  expect(left).toMatchObject([{ uploadId }])
  expect([again.uploadId, sentAgain]).toEqual([uploadId, 0])
  expect(anew.uploadId).not.toBe(uploadId)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
  expect(await store.list()).toEqual([])
})

test('a small file is uploaded though the checkpoint of an earlier upload cannot be read or deleted', async () => {
  await failAt(7)
  const unreadable: CheckpointStore = { ...store, get: async () => Promise.reject(new Error('broken')) }

  await uploader({ partSize: 2_000_000, checkpointStore: unreadable }).uploadFrom(to, file)
  await uploader({ partSize: 2_000_000, checkpointStore: undeletable() }).uploadFrom(to, file)

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
  expect(await oss.openUploads()).toEqual([])
})

test('an upload is given up though its checkpoint cannot be deleted', async () => {
  const task = uploader({ checkpointStore: undeletable() }).uploadFrom(to, file)
  const reason = new Error('enough')
  task.on('progress', ({ transferred }) => transferred > 0 && void task.abort({ keepParts: false, reason }))

  await expect(task).rejects.toBe(reason)

  expect(await oss.openUploads()).toEqual([])
})

test('an upload whose parts cannot be listed for now is not thrown away', async () => {
  const { uploadId } = await failAt(7)
  oss.emulator.faults.add({ match: named('ListParts'), status: 503, times: 3 })

  await expect(uploader().uploadFrom(to, file)).rejects.toMatchObject({ status: 503 })
  const result = await uploader().uploadFrom(to, file)

  expect(result.uploadId).toBe(uploadId)
})

test('an upload without any part goes on under its id', async () => {
  const { uploadId } = await failAt(1)

  expect((await uploader().uploadFrom(to, file)).uploadId).toBe(uploadId)
})

test('a checkpoint that cannot be kept ends the upload and leaves nothing', async () => {
  const full: CheckpointStore = { ...store, put: async () => Promise.reject(new Error('no room')) }

  await expect(uploader({ checkpointStore: full }).uploadFrom(to, file)).rejects.toThrow('no room')

  expect(await oss.openUploads()).toEqual([])
})

test('an abort keeps the checkpoint, unless the parts are not to be kept', async () => {
  const abortAfter = async (options: { keepParts?: boolean }) => {
    const task = uploader().uploadFrom(to, file)
    task.on('progress', ({ transferred }) => transferred > 0 && void task.abort(options))
    await task.catch(() => {})
  }

  await abortAfter({})
  expect([await store.list(), await oss.openUploads()].map(({ length }) => length)).toEqual([1, 1])
  await abortAfter({ keepParts: false })
  expect([await store.list(), await oss.openUploads()].map(({ length }) => length)).toEqual([0, 0])
})

test('one Uploader remembers by itself', async () => {
  const one = new Uploader(oss.client, { partSize, enableCheckpoint: true, parallelNum: 1 })
  oss.emulator.faults.add({ match: named('UploadPart', 5), status: 403, code: 'AccessDenied' })

  await one.uploadFrom(to, file).catch(() => {})
  await one.uploadFrom(to, file)

  expect(oss.count('UploadPart')).toBe(11)
})

test.each([bytes, new Blob([bytes]), new Blob([bytes]).stream()])(
  'a source without a name is refused',
  async (source) => {
    await expect(uploader().uploadFrom(to, source)).rejects.toThrow('enableCheckpoint: the source has no name')
    expect(oss.count('InitiateMultipartUpload')).toBe(0)
  },
)

test('uploads of two scopes go on each with its own, and leave nothing of the other', async () => {
  const ofAlice = await failAt(2, { checkpointScope: 'alice' })
  const ofBob = await failAt(2, { checkpointScope: 'bob' })
  const ofNobody = await failAt(2)

  expect(await store.list()).toHaveLength(3)
  expect((await uploader({ checkpointScope: 'alice' }).uploadFrom(to, file)).uploadId).toBe(ofAlice.uploadId)
  expect((await uploader({ checkpointScope: 'bob' }).uploadFrom(to, file)).uploadId).toBe(ofBob.uploadId)
  expect((await uploader().uploadFrom(to, file)).uploadId).toBe(ofNobody.uploadId)
  expect(await store.list()).toEqual([])
  expect(await oss.openUploads()).toEqual([])
})

test('a source that has become smaller than a part leaves nothing of its earlier upload', async () => {
  const sourceOf = (data: Uint8Array<ArrayBuffer>): UploadSource => ({
    size: data.length,
    id: '/data/a.bin',
    slice: (start, end) => data.subarray(start, end),
  })
  oss.emulator.faults.add({ match: named('UploadPart', 5), status: 403, code: 'AccessDenied' })
  await uploader({ parallelNum: 1 })
    .uploadFrom(to, sourceOf(bytes))
    .catch(() => {})
  expect([await store.list(), await oss.openUploads()].map(({ length }) => length)).toEqual([1, 1])

  await uploader().uploadFrom(to, sourceOf(pattern(5)))

  expect(await oss.stored('a.bin')).toEqual(pattern(5))
  expect([await store.list(), await oss.openUploads()].map(({ length }) => length)).toEqual([0, 0])
})

test('a file that is smaller than a larger part leaves nothing of its earlier upload', async () => {
  await failAt(7)

  await uploader({ partSize: 2_000_000 }).uploadFrom(to, file)

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
  expect([await store.list(), await oss.openUploads()].map(({ length }) => length)).toEqual([0, 0])
})

test('what is small and has no name goes up without a checkpoint', async () => {
  await uploader().uploadFrom(to, pattern(5))

  expect(await oss.stored('a.bin')).toEqual(pattern(5))
})

test('checkpoints are cleared by scope and by age', async () => {
  await failAt(2, { checkpointScope: 'alice' })
  const [checkpoint] = await store.list()

  expect(await clearCheckpoints(store, { scope: 'bob' })).toEqual([])
  expect(await clearCheckpoints(store, { olderThanMs: 60_000 })).toEqual([])
  expect(await clearCheckpoints(store, { scope: 'alice' })).toEqual([checkpoint])
  expect(await store.list()).toEqual([])
})

test('an upload whose checkpoint is cleared stays open, unless a client is given to abort it', async () => {
  const { uploadId } = await failAt(2, { checkpointScope: 'alice' })
  const checkpoint = (await store.list())[0]!

  await clearCheckpoints(store)
  expect(await oss.openUploads()).toMatchObject([{ uploadId }])
  await store.put(checkpoint)
  expect(await clearCheckpoints(store, { client: oss.client })).toEqual([checkpoint])
  expect(await oss.openUploads()).toEqual([])
})

test('a checkpoint is discarded though its upload is gone', async () => {
  const { uploadId } = await failAt(2)
  await abortMultipartUpload(oss.client, { ...to, uploadId: uploadId! })
  const checkpoint = (await store.list())[0]!

  await discardCheckpoint(store, checkpoint, oss.client)

  expect(await store.list()).toEqual([])
})

const hour = 3_600_000
/** The store as it is so many hours from now. */
const inHours = (hours: number, over = store) =>
  expiringCheckpoints(over, { timeToLiveMs: 2 * hour, client: oss.client, now: () => Date.now() + hours * hour })

test('a checkpoint that has expired is removed when all are listed, and its upload is aborted', async () => {
  await failAt(2)
  const [checkpoint] = await store.list()

  expect(await inHours(1).list()).toEqual([checkpoint])
  expect(await oss.openUploads()).toHaveLength(1)
  expect(await inHours(3).list()).toEqual([])
  expect(await store.list()).toEqual([])
  expect(await oss.openUploads()).toEqual([])
})

test('an upload whose checkpoint has expired begins anew, and nothing of the old one is left', async () => {
  const { uploadId } = await failAt(7)
  const before = oss.count('UploadPart')

  const result = await uploader({ checkpointStore: inHours(3) }).uploadFrom(to, file)

  expect(result.uploadId).not.toBe(uploadId)
  expect(oss.count('UploadPart') - before).toBe(10)
  expect(await oss.openUploads()).toEqual([])
})

test('an upload whose checkpoint has not expired goes on', async () => {
  const { uploadId } = await failAt(7)

  expect((await uploader({ checkpointStore: inHours(1) }).uploadFrom(to, file)).uploadId).toBe(uploadId)
})

test('an upload that is running is not aborted by the listing of what has expired', async () => {
  await failAt(2)
  const running: CheckpointStore = { ...store, isRunning: async () => true }

  expect(await inHours(3, running).list()).toEqual([])

  expect(await store.list()).toHaveLength(1)
  expect(await oss.openUploads()).toHaveLength(1)
})

test('an upload that had to wait for the same one takes what that one made', async () => {
  const waited: CheckpointStore = { ...store, exclusively: (_id, _signal, run) => run(true) }
  const first = await uploader().uploadFrom(to, file)
  const before = oss.count('UploadPart')

  const second = await uploader({ checkpointStore: waited }).uploadFrom(to, file)
  await uploader({ checkpointStore: waited }).uploadFrom(to, fileOf(bytes.slice().fill(1, 0, 10)))

  expect(second.etag).toBe(first.etag)
  expect(oss.count('UploadPart') - before).toBe(10)
})

test('a store that is of a class can expire', async () => {
  class Kept implements CheckpointStore {
    readonly #kept = store
    readonly name = 'kept'
    get(id: CheckpointId) {
      return this.#kept.get(id)
    }
    put(checkpoint: Checkpoint) {
      return this.#kept.put(checkpoint)
    }
    delete(id: CheckpointId) {
      return this.#kept.delete(id)
    }
    list() {
      return this.#kept.list()
    }
  }
  const expiring = expiringCheckpoints(new Kept(), { timeToLiveMs: hour })

  await failAt(7, { checkpointStore: expiring })
  await uploader({ checkpointStore: expiring }).uploadFrom(to, file)

  expect(oss.count('UploadPart')).toBe(11)
  expect(expiring.name).toBe('kept')
})

test('of two uploads of one file to one object, the second waits for the first and sends nothing', async () => {
  const both = [uploader().uploadFrom(to, file), uploader().uploadFrom(to, file)]

  const [one, other] = await Promise.all(both)

  expect(oss.count('UploadPart')).toBe(10)
  expect(one?.etag).toBe(other?.etag)
  expect(await oss.openUploads()).toEqual([])
})

/** A source that tells when it is read. */
function watched(onRead: () => void): UploadSource {
  return {
    size: bytes.length,
    id: 'watched',
    slice: (start, end) => ({
      size: end - start,
      async *open() {
        for (let at = start; at < end; at += 10_000) {
          onRead()
          yield bytes.subarray(at, Math.min(at + 10_000, end))
        }
      },
    }),
  }
}

/** Uploads nine of ten parts of such a source, then all of it; `stop` is called in the middle of comparing what was uploaded. */
async function comparing(stop: (task: TransferTask<unknown>) => void) {
  oss.emulator.faults.add({ match: named('UploadPart', 10), status: 403 })
  const unwatched = watched(() => {})
  await uploader({ parallelNum: 1 })
    .uploadFrom(to, unwatched)
    .catch(() => {})
  let reads = 0
  const source = watched(() => {
    reads += 1
    if (reads === 20) stop(task)
  })
  const task = uploader().uploadFrom(to, source)
  return { task, reads: () => reads }
}

/** A file on disk, which can be changed. */
async function fileOnDisk(): Promise<{ path: string; file: File } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  const path = join(folder, 'a.bin')
  await writeFile(path, bytes)
  const file = new File([await openAsBlob(path)], 'a.bin', { lastModified: 1000 })
  return { path, file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('a file that changes while its uploaded parts are compared is a SourceError', async () => {
  await using disk = await fileOnDisk()
  await failAt(7)
  const isListing = named('ListParts')
  const changing = (request: FaultRequest): boolean => {
    if (isListing(request)) appendFileSync(disk.path, 'more')
    return false
  }
  const forget = oss.emulator.faults.add({ match: changing })

  const error = await uploader()
    .uploadFrom(to, disk.file)
    .catch((reason) => reason)
  forget()

  expect(error).toBeInstanceOf(SourceError)
  expect(String(error)).toContain('a.bin cannot be read any more')
})

test('what was uploaded is compared no further once the upload is aborted', async () => {
  const { task, reads } = await comparing((task) => void task.abort({ reason: 'enough' }))

  await expect(task).rejects.toBe('enough')

  expect(task.progress.phase).toBe('hashing')
  expect(reads()).toBe(20)
})

test('what was uploaded is compared no further while the upload is paused', async () => {
  const { task, reads } = await comparing((task) => task.pause())
  await expect.poll(() => task.state).toBe('paused')
  await oss.head('a.bin').catch(() => {})
  expect(reads()).toBe(20)

  task.resume()
  await task

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})
