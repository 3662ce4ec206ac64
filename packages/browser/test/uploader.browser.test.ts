import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  abortMultipartUpload,
  type Client,
  Downloader,
  deleteObject,
  getObject,
  indexedDbCheckpoints,
  listMultipartUploads,
  type TransferProgress,
  type UploadCheckpoint,
  Uploader,
} from '../src/index.ts'
import { bucket, client } from './emulated-client.ts'

const to = { bucket, key: 'uploaded.bin' }
const partSize = 102_400
const bytes = new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251)
const pick = () => new File([bytes], 'holiday.bin', { lastModified: 1000 })

let databaseName: string
beforeEach(() => {
  databaseName = crypto.randomUUID()
})
afterEach(async () => {
  indexedDB.deleteDatabase(databaseName)
  await deleteObject(client, to)
  for (const { key, uploadId } of await openUploads()) await abortMultipartUpload(client, { bucket, key, uploadId })
})

const openUploads = async () => (await listMultipartUploads(client, { bucket })).uploads
const stored = async () => (await getObject(client, to)).body.bytes()
const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index])
const uploaderOver = (over: Client, options = {}) =>
  new Uploader(over, {
    partSize,
    enableCheckpoint: true,
    checkpointStore: indexedDbCheckpoints(databaseName),
    ...options,
  })

/** Counts the parts that leave. */
function counting() {
  const sent: unknown[] = []
  const counted: Client = {
    send(definition, input, options) {
      if (definition.name === 'UploadPart') sent.push(input.partNumber)
      return client.send(definition, input, options)
    },
  }
  return { sent, client: counted }
}

test('a file goes up in parts, with progress to the last byte', async () => {
  const reports: TransferProgress[] = []

  await new Uploader(client, { partSize }).uploadFile(to, pick(), { onProgress: (progress) => reports.push(progress) })

  const moved = reports.map(({ transferred }) => transferred)
  expect(isSame(await stored(), bytes)).toBe(true)
  expect(moved).toEqual([...moved].sort((a, b) => a - b))
  expect(reports.at(-1)).toMatchObject({ phase: 'completing', transferred: 1_000_000, total: 1_000_000 })
})

test('an upload that stopped at 40 % goes on when the same file is picked again', async () => {
  const first = uploaderOver(client, { parallelNum: 1 }).uploadFile(to, pick())
  first.on('progress', ({ transferred }) => transferred >= 400_000 && void first.abort({ reason: 'closed' }))
  await expect(first).rejects.toBe('closed')
  const kept = (await indexedDbCheckpoints(databaseName).list()).length
  const again = counting()

  await uploaderOver(again.client).uploadFile(to, pick())

  expect(kept).toBe(1)
  expect(again.sent.length).toBeLessThanOrEqual(7)
  expect(isSame(await stored(), bytes)).toBe(true)
  expect(await indexedDbCheckpoints(databaseName).list()).toEqual([])
})

test('of two uploads of one file to one object, the second waits for the first and sends nothing', async () => {
  const { sent, client: counted } = counting()

  const both = [uploaderOver(counted).uploadFile(to, pick()), uploaderOver(counted).uploadFile(to, pick())]
  const [one, other] = await Promise.all(both)

  expect(sent.sort()).toEqual([1, 10, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(one?.etag).toBe(other?.etag)
  expect(await openUploads()).toEqual([])
})

test('an upload pauses while the browser is offline, and goes on then', async () => {
  const task = new Uploader(client, { partSize }).uploadFile(to, pick())
  const wasPaused = new Promise<void>((resolve) => {
    task.on('progress', ({ transferred }) => {
      if (transferred < 200_000 || transferred > 600_000 || task.state === 'paused') return
      dispatchEvent(new Event('offline'))
      resolve()
    })
  })
  await wasPaused
  expect(task.state).toBe('paused')

  const resuming = setInterval(() => dispatchEvent(new Event('online')), 1)
  await task
  clearInterval(resuming)

  expect(isSame(await stored(), bytes)).toBe(true)
})

test('what the application paused stays so when the network is back', async () => {
  const task = new Uploader(client, { partSize }).uploadFile(to, pick())
  task.pause()
  dispatchEvent(new Event('offline'))
  dispatchEvent(new Event('online'))

  expect(task.state).toBe('paused')
  await task.abort()
})

test('an object is downloaded into a file of the browser', async () => {
  await new Uploader(client, { partSize }).uploadFile(to, pick())
  const folder = await navigator.storage.getDirectory()
  const handle = await folder.getFileHandle('downloaded.bin', { create: true })

  await new Downloader(client, { partSize }).downloadTo(to, await handle.createWritable())

  expect(isSame(new Uint8Array(await (await handle.getFile()).arrayBuffer()), bytes)).toBe(true)
  await folder.removeEntry('downloaded.bin')
})

test('checkpoints are kept, found, replaced, listed and deleted', async () => {
  const store = indexedDbCheckpoints(databaseName)
  const checkpoint: UploadCheckpoint = {
    version: 1,
    kind: 'upload',
    source: 'a',
    destination: 'oss://b/c',
    bucket: 'b',
    key: 'c',
    size: 1,
    partSize,
    sample: '1 2',
    uploadId: 'first',
    startedAt: '2026-11-21T00:00:00.000Z',
  }

  await store.put(checkpoint)
  await store.put({ ...checkpoint, uploadId: 'second' })
  await store.put({ ...checkpoint, destination: 'oss://b/d' })
  await store.put({ ...checkpoint, scope: 'alice', uploadId: 'of alice' })

  expect(await indexedDbCheckpoints(databaseName).get(checkpoint)).toEqual({ ...checkpoint, uploadId: 'second' })
  expect(await store.get({ ...checkpoint, scope: 'alice' })).toMatchObject({ uploadId: 'of alice' })
  expect(await store.list()).toHaveLength(3)
  await store.delete(checkpoint)
  await store.delete(checkpoint)
  expect(await store.get(checkpoint)).toBeUndefined()
  expect(await store.list()).toHaveLength(2)
})
