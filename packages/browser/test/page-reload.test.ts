import { utimes } from 'node:fs/promises'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { pageWithUploads } from './page-with-uploads.ts'

const partSize = 102_400
const bytes = Buffer.from(new Uint8Array(1_024_000).map((_, index) => (index * 7 + (index >> 8)) % 251))

let site: Awaited<ReturnType<typeof pageWithUploads>>
let path: string
let page: Page
beforeAll(async () => {
  site = await pageWithUploads()
})
beforeEach(async () => {
  await site.reset()
  path = await site.file('film.mov', bytes)
  await utimes(path, 1000, 1000)
  page = await site.open()
  // The same bytes, where a page makes a file by itself.
  await page.evaluate(() => {
    const bytes = new Uint8Array(1_024_000).map((_, index) => (index * 7 + (index >> 8)) % 251)
    Object.assign(globalThis, { bytes })
  })
})
afterEach(async () => {
  for (const other of site.context.pages()) await other.close()
  const cleaning = await site.open()
  await cleaning.evaluate(async () => {
    indexedDB.deleteDatabase('oss-js')
    const folder = await navigator.storage.getDirectory()
    await folder.removeEntry('kept.bin').catch(() => {})
  })
  await cleaning.close()
})
afterAll(() => site.close())

/** Begins the upload of what was picked, one part after the other. Resolves when `share` of it is there. */
const beginUntil = (on: Page, share: number) =>
  on.evaluate(
    ([partSize, share]) =>
      new Promise<void>((resolve, reject) => {
        const { OSS, client, picked } = globalThis as any
        const uploader = new OSS.Uploader(client, { partSize, parallelNum: 1, enableCheckpoint: true })
        const task = uploader.uploadFile({ bucket: 'files', key: 'film.mov' }, picked())
        Object.assign(globalThis, { task })
        task.on('progress', ({ transferred, total }: any) => transferred >= total! * share! && resolve())
        task.catch(reject)
      }),
    [partSize, share] as const,
  )

/** Uploads what was picked and tells how much of it was there before. */
const upload = (on: Page) =>
  on.evaluate(async (partSize) => {
    const { OSS, client, picked } = globalThis as any
    const uploader = new OSS.Uploader(client, { partSize, enableCheckpoint: true })
    const task = uploader.uploadFile({ bucket: 'files', key: 'film.mov' }, picked())
    await task
    return task.progress.resumed as number
  }, partSize)

const interrupted = (on: Page) =>
  on.evaluate(async () => {
    const { OSS, client } = globalThis as any
    const found = await new OSS.Uploader(client).interruptedUploads()
    return found.map(({ checkpoint, handle }: any) => [checkpoint.key, handle?.name]) as [string, string | undefined][]
  })

const slowParts = (delayMs: number) =>
  site.emulator.faults.add({
    match: ({ operation }) => operation === 'UploadPart',
    times: 'always',
    delayMs,
  })

test.each([
  { how: 'closed', end: async () => page.close() },
  { how: 'reloaded', end: async () => void (await page.reload()) },
])('a tab that is $how at 40 % loses nothing: the same file, picked again, sends what is missing', async ({ end }) => {
  const forget = slowParts(20)
  await page.setInputFiles('input', path)
  await beginUntil(page, 0.4)
  await end()
  forget()
  const again = await site.open()
  await expect.poll(() => interrupted(again)).toEqual([['film.mov', undefined]])
  const before = site.partsFrom(0)
  const place = site.emulator.requests.length

  await again.setInputFiles('input', path)
  const resumed = await upload(again)

  expect(before).toBeGreaterThanOrEqual(4)
  expect(site.partsFrom(place)).toBe(10 - before)
  expect(resumed).toBe(before * partSize)
  expect((await site.stored('film.mov')).equals(bytes)).toBe(true)
  expect(await site.openUploads()).toEqual([])
  expect(await interrupted(again)).toEqual([])
})

test('another file of the same name, size and time is sent from its beginning, and the first upload is given up', async () => {
  const forget = slowParts(20)
  await page.setInputFiles('input', path)
  await beginUntil(page, 0.4)
  await page.close()
  forget()
  const other = Buffer.from(bytes.map((byte) => byte ^ 1))
  await site.file('film.mov', other)
  await utimes(path, 1000, 1000)
  const again = await site.open()
  const place = site.emulator.requests.length

  await again.setInputFiles('input', path)
  const resumed = await upload(again)

  expect(resumed).toBe(0)
  expect(site.partsFrom(place)).toBe(10)
  expect((await site.stored('film.mov')).equals(other)).toBe(true)
  expect(await site.openUploads()).toEqual([])
})

test('a file whose handle was kept goes on without being picked again', async () => {
  const forget = slowParts(20)
  await page.evaluate(async (partSize) => {
    const { OSS, client, bytes } = globalThis as any
    const folder = await navigator.storage.getDirectory()
    const handle = await folder.getFileHandle('kept.bin', { create: true })
    const writable = await handle.createWritable()
    await writable.write(bytes)
    await writable.close()
    const uploader = new OSS.Uploader(client, { partSize, parallelNum: 1, enableCheckpoint: true })
    const task = uploader.uploadFile({ bucket: 'files', key: 'kept' }, handle)
    await new Promise<void>((resolve, reject) => {
      task.on('progress', ({ transferred }: any) => transferred >= 409_600 && resolve())
      task.catch(reject)
    })
  }, partSize)
  await page.close()
  forget()
  const again = await site.open()
  await expect.poll(() => interrupted(again)).toEqual([['kept', 'kept.bin']])
  const before = site.partsFrom(0)
  const place = site.emulator.requests.length

  const resumed = await again.evaluate(async (partSize) => {
    const { OSS, client } = globalThis as any
    const uploader = new OSS.Uploader(client, { partSize, enableCheckpoint: true })
    const [{ checkpoint, handle }] = await uploader.interruptedUploads()
    const task = uploader.uploadFile({ bucket: checkpoint.bucket, key: checkpoint.key }, handle)
    await task
    return task.progress.resumed as number
  }, partSize)

  expect(before).toBeGreaterThanOrEqual(4)
  expect(site.partsFrom(place)).toBe(10 - before)
  expect(resumed).toBe(before * partSize)
  expect((await site.stored('kept')).equals(bytes)).toBe(true)
  expect(await interrupted(again)).toEqual([])
})

test('a handle that the user does not allow to read is told as that', async () => {
  const message = await page.evaluate(async () => {
    const { OSS, client } = globalThis as any
    const folder = await navigator.storage.getDirectory()
    const handle = await folder.getFileHandle('kept.bin', { create: true })
    // A browser that automation drives cannot be told what the user answers.
    Object.assign(handle, { queryPermission: async () => 'prompt', requestPermission: async () => 'denied' })
    const task = new OSS.Uploader(client).uploadFile({ bucket: 'files', key: 'kept' }, handle)
    return task.catch(({ name, message }: Error) => `${name}: ${message}`)
  })

  expect(message).toBe('SourceError: kept.bin may not be read: allow it, or pick the file again')
})

test('two tabs do not upload one file twice: the second waits, and sends nothing', async () => {
  const forget = slowParts(20)
  const second = await site.open()
  for (const one of [page, second]) await one.setInputFiles('input', path)
  await beginUntil(page, 0.2)

  const waiting = upload(second)
  const listed = await interrupted(second)
  await page.evaluate(() => (globalThis as any).task.then(() => {}))
  forget()
  await waiting

  expect(listed).toEqual([])
  expect(site.partsFrom(0)).toBe(10)
  expect(site.emulator.requests.filter(({ operation }) => operation === 'CompleteMultipartUpload')).toHaveLength(1)
  expect((await site.stored('film.mov')).equals(bytes)).toBe(true)
  expect(await site.openUploads()).toEqual([])
})

test('the second tab goes on when the first is closed', async () => {
  const forget = slowParts(20)
  const second = await site.open()
  for (const one of [page, second]) await one.setInputFiles('input', path)
  await beginUntil(page, 0.4)

  const waiting = upload(second)
  await page.close()
  forget()
  const resumed = await waiting

  expect(resumed).toBeGreaterThanOrEqual(4 * partSize)
  expect((await site.stored('film.mov')).equals(bytes)).toBe(true)
  expect(await site.openUploads()).toEqual([])
})

test('an upload pauses when the network goes and goes on when it is back', async () => {
  const forget = slowParts(20)
  await page.setInputFiles('input', path)
  await beginUntil(page, 0.3)

  await site.context.setOffline(true)
  const state = () => page.evaluate(() => (globalThis as any).task.state as string)
  await expect.poll(state).toBe('paused')
  await site.context.setOffline(false)
  await page.evaluate(() => (globalThis as any).task.then(() => {}))
  forget()

  expect((await site.stored('film.mov')).equals(bytes)).toBe(true)
  expect(site.partsFrom(0)).toBeLessThanOrEqual(11)
  expect(await site.openUploads()).toEqual([])
})

test('an upload that somebody pauses while there is no network stays paused when it is back', async () => {
  const forget = slowParts(20)
  await page.setInputFiles('input', path)
  await beginUntil(page, 0.3)
  const state = () => page.evaluate(() => (globalThis as any).task.state as string)
  await site.context.setOffline(true)
  await expect.poll(state).toBe('paused')

  await page.evaluate(() => (globalThis as any).task.pause())
  const isBack = page.evaluate(() => new Promise<void>((resolve) => addEventListener('online', () => resolve())))
  await site.context.setOffline(false)
  await isBack
  const stateThen = await state()
  await page.evaluate(() => (globalThis as any).task.resume())
  await page.evaluate(() => (globalThis as any).task.then(() => {}))
  forget()

  expect(stateThen).toBe('paused')
  expect((await site.stored('film.mov')).equals(bytes)).toBe(true)
})

test('many files pause and go on as one', async () => {
  const forget = slowParts(20)
  await page.evaluate((partSize) => {
    const { OSS, client, bytes } = globalThis as any
    const files = ['a', 'b'].map((key) => ({
      request: { bucket: 'files', key },
      source: new Blob([bytes]),
    }))
    const task = new OSS.Uploader(client, { partSize }).uploadFiles(files)
    Object.assign(globalThis, { task })
    return new Promise<void>((resolve) => task.on('progress', () => resolve()))
  }, partSize)

  await site.context.setOffline(true)
  await expect.poll(() => page.evaluate(() => (globalThis as any).task.state as string)).toBe('paused')
  await site.context.setOffline(false)
  forget()
  const statuses = await page.evaluate(async () => (await (globalThis as any).task).map(({ status }: any) => status))

  expect(statuses).toEqual(['done', 'done'])
  expect((await site.stored('b')).equals(bytes)).toBe(true)
})

test('an upload that is begun without a network waits for it', async () => {
  await page.setInputFiles('input', path)
  await site.context.setOffline(true)
  await page.evaluate((partSize) => {
    const { OSS, client, picked } = globalThis as any
    const uploader = new OSS.Uploader(client, { partSize, enableCheckpoint: true })
    Object.assign(globalThis, { task: uploader.uploadFile({ bucket: 'files', key: 'film.mov' }, picked()) })
  }, partSize)
  const state = await page.evaluate(() => (globalThis as any).task.state)

  await site.context.setOffline(false)
  await page.evaluate(() => (globalThis as any).task.then(() => {}))

  expect(state).toBe('paused')
  expect((await site.stored('film.mov')).equals(bytes)).toBe(true)
})
