import { mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  FileChangedError,
  fetchTransport,
  fileCheckpoints,
  getObject,
  headObject,
  listMultipartUploads,
  listParts,
  ServiceError,
  SourceError,
  TransferError,
  Uploader,
  undiciTransport,
  ValidationError,
} from '../src/index.ts'
import { clientOf, emulated } from './emulated.ts'
import { killedProgram } from './killed-program.ts'

const partSize = 102_400
const bytes = Buffer.from(new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))
const to = { bucket: 'files', key: 'a' }

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-uploader-'))
  path = join(folder, 'file.png')
  await writeFile(path, bytes)
})
afterEach(() => rm(folder, { recursive: true }))

type Oss = Awaited<ReturnType<typeof emulated>>
const stored = async ({ client }: Oss, key = 'a') =>
  Buffer.from(await (await getObject(client, { bucket: 'files', key })).body.bytes())

async function failureOf(task: PromiseLike<unknown>): Promise<TransferError> {
  try {
    await task
  } catch (error) {
    if (error instanceof TransferError) return error
    throw error
  }
  return expect.unreachable('it was a success')
}

test('a file goes up in parts, with the type of its name', async () => {
  await using oss = await emulated()

  const result = await new Uploader(oss.client, { partSize }).uploadFile(to, path)

  expect(result.etag).toMatch(/-10"$/)
  expect((await stored(oss)).equals(bytes)).toBe(true)
  expect((await headObject(oss.client, to)).contentType).toBe('image/png')
})

test.each([
  ['undici', undiciTransport()],
  ['fetch', fetchTransport()],
])('parts of many chunks arrive unchanged over %s, though their memory is used again', async (_, transport) => {
  const large = Buffer.from(Uint32Array.from({ length: 2_000_000 }, (_, index) => index).buffer)
  await writeFile(path, large)
  await using oss = await emulated()

  await new Uploader(clientOf(oss.emulator, { transport }), { partSize: 3_000_000 }).uploadFile(to, path)

  expect((await stored(oss)).equals(large)).toBe(true)
  expect(oss.emulator.requests.filter(({ operation }) => operation === 'UploadPart')).toHaveLength(3)
})

test('a handle goes up in parts and stays open', async () => {
  await using oss = await emulated()
  const handle = await open(path)

  await new Uploader(oss.client, { partSize }).uploadFile(to, handle)

  expect((await stored(oss)).equals(bytes)).toBe(true)
  await handle.close()
})

test('a file that is missing is refused before anything is sent', async () => {
  await using oss = await emulated()
  const before = oss.emulator.requests.length
  const uploader = new Uploader(oss.client)

  await expect(uploader.uploadFile(to, `${path}.no`)).rejects.toThrow(ValidationError)
  await expect(uploader.uploadFile(to, folder)).rejects.toThrow('is not a file')
  await expect(uploader.uploadFile(to, `${path}.no`, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
  expect(oss.emulator.requests.length).toBe(before)
})

test('a file that changes between two parts ends the upload, and nothing of it is stored', async () => {
  await using oss = await emulated()
  const task = new Uploader(oss.client, { partSize, parallelNum: 1 }).uploadFile(to, path, {
    async onProgress({ transferred }) {
      if (transferred === 204_800) await utimes(path, 1, 1)
    },
  })

  const error = await failureOf(task)

  expect(error.cause).toBeInstanceOf(FileChangedError)
  expect((await listMultipartUploads(oss.client, { bucket: 'files' })).uploads).toEqual([])
})

test('a file that failed goes on in another Uploader over the same folder', async () => {
  await using oss = await emulated()
  const options = { partSize, enableCheckpoint: true, checkpointDir: folder, parallelNum: 1 }
  oss.emulator.faults.add({
    match: ({ operation, query }) => operation === 'UploadPart' && query.get('partNumber') === '8',
    status: 403,
    code: 'AccessDenied',
  })

  const error = await failureOf(new Uploader(oss.client, options).uploadFile(to, path))
  expect(error.cause).toBeInstanceOf(ServiceError)
  expect(error.checkpoint).toMatchObject({ source: path, destination: 'oss://files/a', uploadId: error.uploadId })
  expect(await readdir(folder)).toHaveLength(2)
  const before = oss.emulator.requests.length
  await new Uploader(oss.client, options).uploadFile(to, path)

  const again = oss.emulator.requests.slice(before).map(({ operation }) => operation)
  expect(again).toEqual(['ListParts', 'UploadPart', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload'])
  expect((await stored(oss)).equals(bytes)).toBe(true)
  expect(await readdir(folder)).toEqual(['file.png'])
})

test('of uploads of one file to one object, by whichever Uploader, one sends it', async () => {
  await using oss = await emulated()
  const upload = () =>
    new Uploader(oss.client, { partSize, enableCheckpoint: true, checkpointDir: folder }).uploadFile(to, path)

  await Promise.all([upload(), upload(), upload()])

  expect(oss.emulator.requests.filter(({ operation }) => operation === 'UploadPart')).toHaveLength(10)
  expect((await listMultipartUploads(oss.client, { bucket: 'files' })).uploads).toEqual([])
  expect(await readdir(folder)).toEqual(['file.png'])
})

test('a handle that is closed meanwhile is told apart from a network that fails', async () => {
  await using oss = await emulated()
  const handle = await open(path)
  const uploader = new Uploader(oss.client, { partSize, parallelNum: 1 })
  const task = uploader.uploadFile(to, handle, { onProgress: () => void handle.close() })

  const error = await failureOf(task)

  expect(error.cause).toBeInstanceOf(SourceError)
  expect(error.message).toContain('the file cannot be read: file closed')
  await expect(uploader.uploadFile(to, handle)).rejects.toThrow(ValidationError)
  expect((await listMultipartUploads(oss.client, { bucket: 'files' })).uploads).toEqual([])
})

test('a process killed at 20 random moments goes on each time with what is missing', async () => {
  await using oss = await emulated()
  const large = Buffer.concat(Array.from({ length: 12 }, (_, index) => Buffer.from(bytes.map((byte) => byte ^ index))))
  await writeFile(path, large)
  const asked: string[] = []
  const allParts = Array.from({ length: 118 }, (_, index) => String(index + 1))
  const { told, run } = killedProgram(oss.emulator, 'upload-file.mjs', ({ operation, query }) => {
    if (operation === 'UploadPart') asked.push(query.get('partNumber') ?? '')
    return operation === 'UploadPart'
  })
  const present = async () => {
    const [checkpoint] = await fileCheckpoints(folder).list()
    if (checkpoint?.kind !== 'upload') return []
    const { uploadId } = checkpoint
    const { parts } = await listParts(oss.client, { ...to, uploadId }).catch(() => ({ parts: undefined }))
    return parts?.map(({ partNumber }) => String(partNumber)) ?? allParts
  }
  let kills = 0
  let resent: string[] = []

  for (let isDone = false; !isDone; ) {
    const before = await present()
    asked.length = 0
    const { wasKilled } = await run([path, folder, to.key], 6, kills < 20)
    if (wasKilled) kills += 1
    else isDone = true
    resent = [...resent, ...asked.filter((number) => before.includes(number))]
  }

  expect(resent, told).toEqual([])
  expect((await stored(oss)).equals(large), told).toBe(true)
  expect(await fileCheckpoints(folder).list()).toEqual([])
  expect((await readFile(path)).equals(large)).toBe(true)
}, 120_000)
