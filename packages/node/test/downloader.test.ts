import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Downloader, fileCheckpoints, putObject, TransferError } from '../src/index.ts'
import { emulated } from './emulated.ts'
import { killedProgram } from './killed-program.ts'

const partSize = 102_400
const bytes = Buffer.from(new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))
const from = { bucket: 'files', key: 'a' }

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-downloader-'))
  path = join(folder, 'file.bin')
})
afterEach(() => rm(folder, { recursive: true }))

async function storing(body: Uint8Array = bytes) {
  const oss = await emulated()
  await putObject(oss.client, { ...from, body })
  return oss
}

const refusePart = ({ emulator }: Awaited<ReturnType<typeof emulated>>, skip: number) =>
  emulator.faults.add({
    match: ({ operation }) => operation === 'GetObject',
    skip,
    status: 403,
    code: 'AccessDenied',
  })

test('a file appears when all bytes are there, in place of the one that was', async () => {
  await using oss = await storing()
  await writeFile(path, 'old')
  const seen = new Set<string>()

  await new Downloader(oss.client, { partSize }).downloadFile(from, path, {
    onProgress: async () => void seen.add(await readFile(path, 'utf8')),
  })

  expect((await readFile(path)).equals(bytes)).toBe(true)
  expect(await readdir(folder)).toEqual(['file.bin'])
  expect(seen.has('old')).toBe(true)
})

test('a longer file that is left over is cut', async () => {
  await using oss = await storing()
  await writeFile(`${path}.oss-js-temp`, Buffer.alloc(2_000_000, 1))

  await new Downloader(oss.client, { partSize }).downloadFile(from, path)

  expect((await readFile(path)).equals(bytes)).toBe(true)
})

test('a file beside it that has the name of many temporary files stays as it is', async () => {
  await using oss = await storing()
  await writeFile(`${path}.temp`, 'of somebody else')

  await new Downloader(oss.client, { partSize }).downloadFile(from, path)

  expect((await readFile(path)).equals(bytes)).toBe(true)
  expect(await readFile(`${path}.temp`, 'utf8')).toBe('of somebody else')
})

test('an empty object makes an empty file', async () => {
  await using oss = await storing(new Uint8Array(0))

  await new Downloader(oss.client).downloadFile(from, path)

  expect((await stat(path)).size).toBe(0)
})

test('what is stored packed arrives as it is stored', async () => {
  const packed = gzipSync(Buffer.concat([randomBytes(300_000), bytes]))
  await using oss = await storing()
  await putObject(oss.client, { ...from, body: packed, contentEncoding: 'gzip' })

  await new Downloader(oss.client, { partSize }).downloadFile(from, path)

  expect((await readFile(path)).equals(packed)).toBe(true)
})

test('a failure removes the temporary file and leaves the one that was', async () => {
  await using oss = await storing()
  await writeFile(path, 'old')
  refusePart(oss, 5)

  await expect(new Downloader(oss.client, { partSize }).downloadFile(from, path)).rejects.toThrow(TransferError)
  await expect(new Downloader(oss.client).downloadFile({ ...from, key: 'no' }, path)).rejects.toThrow('NoSuchKey')

  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file.bin'])
})

test.each([{ enableCheckpoint: false }, { enableCheckpoint: true }])(
  'downloads to one file write it one after the other with %j',
  async (options) => {
    await using oss = await storing()
    const download = () =>
      new Downloader(oss.client, { partSize, checkpointDir: folder, ...options }).downloadFile(from, path)

    const first = download()
    const second = download()
    const aborted = download()
    await aborted.abort({ reason: 'enough' })
    await Promise.all([first, second])

    await expect(aborted).rejects.toBe('enough')
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect(await readdir(folder)).toEqual(['file.bin'])
    await download()
  },
)

test('a download that waits for one of another machine is ended at once', async () => {
  await using oss = await storing()
  await writeFile(`${path}.oss-js-temp.oss-js-lock`, '1 elsewhere its-own')

  const task = new Downloader(oss.client).downloadFile(from, path)
  await task.abort({ reason: 'enough' })
  const late = new Downloader(oss.client).downloadFile(from, path, { signal: AbortSignal.abort('late') })

  await expect(task).rejects.toBe('enough')
  await expect(late).rejects.toBe('late')
  expect(await readdir(folder)).toEqual(['file.bin.oss-js-temp.oss-js-lock'])
})

test('what cannot be cleaned up does not hide why a download failed', async () => {
  await using oss = await storing()
  await mkdir(`${path}.oss-js-temp`)
  const downloader = new Downloader(oss.client)

  await expect(downloader.downloadFile(from, path)).rejects.toMatchObject({
    name: 'TransferError',
    cause: { code: 'EISDIR', syscall: 'open' },
  })
  await expect(downloader.downloadFile({ ...from, key: 'no' }, path)).rejects.toThrow('NoSuchKey')
})

test('without a temporary file the bytes go where they belong at once', async () => {
  await using oss = await storing()
  refusePart(oss, 5)
  const downloader = new Downloader(oss.client, { partSize, parallelNum: 1, useTempFile: false })

  await downloader.downloadFile(from, path).catch(() => {})
  expect((await readFile(path)).equals(bytes.subarray(0, 5 * partSize))).toBe(true)
  await downloader.downloadFile(from, path)

  expect((await readFile(path)).equals(bytes)).toBe(true)
})

test('a folder that is missing, or in the way, is refused before anything is sent', async () => {
  await using oss = await storing()
  const before = oss.emulator.requests.length
  const downloader = new Downloader(oss.client)

  await expect(downloader.downloadFile(from, join(folder, 'no', 'file'))).rejects.toThrow('there is no such folder')
  await expect(downloader.downloadFile(from, folder)).rejects.toThrow('is a folder')
  expect(oss.emulator.requests.length).toBe(before)
})

test('a download that failed goes on in another Downloader over the same folder', async () => {
  await using oss = await storing()
  const options = { partSize, parallelNum: 1, enableCheckpoint: true, checkpointDir: folder }
  refusePart(oss, 7)

  await new Downloader(oss.client, options).downloadFile(from, path).catch(() => {})
  const [checkpoint] = await fileCheckpoints(folder).list()
  const before = oss.emulator.requests.length
  await new Downloader(oss.client, { ...options, verifyData: true }).downloadFile(from, path)

  expect(checkpoint).toMatchObject({ destination: `${path}.oss-js-temp`, offset: 7 * partSize })
  expect(oss.emulator.requests.slice(before).map(({ operation }) => operation)).toEqual([
    'HeadObject',
    'GetObject',
    'GetObject',
    'GetObject',
  ])
  expect((await readFile(path)).equals(bytes)).toBe(true)
  expect(await readdir(folder)).toEqual(['file.bin'])
})

test('a process killed at 20 random moments goes on each time behind its checkpoint', async () => {
  const large = Buffer.concat(Array.from({ length: 12 }, (_, index) => Buffer.from(bytes.map((byte) => byte ^ index))))
  await using oss = await storing(large)
  const { told, run } = killedProgram(oss.emulator, 'download-file.mjs', ({ operation }) => operation === 'GetObject')
  const offset = async () => {
    const [checkpoint] = await fileCheckpoints(folder).list()
    // Killed between the renaming of the file and the deletion of its checkpoint, it begins anew.
    return checkpoint?.kind === 'download' && existsSync(`${path}.oss-js-temp`) ? checkpoint.offset : 0
  }
  let kills = 0

  for (let isDone = false; !isDone; ) {
    const missing = Math.ceil((large.length - (await offset())) / partSize)
    const { wasKilled, requests } = await run([path, folder, from.key], 6, kills < 20)
    expect(requests, told).toBeLessThanOrEqual(1 + missing)
    if (wasKilled) kills += 1
    else isDone = true
  }

  expect((await readFile(path)).equals(large), told).toBe(true)
  expect(await readdir(folder)).toEqual(['file.bin'])
}, 120_000)
