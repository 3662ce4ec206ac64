import { putObject } from '@oss-js/core'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { pageWithUploads } from './page-with-uploads.ts'

const partSize = 102_400
const bytes = Buffer.from(new Uint8Array(1_024_000).map((_, index) => (index * 7 + (index >> 8)) % 251))

let site: Awaited<ReturnType<typeof pageWithUploads>>
let page: Page
beforeAll(async () => {
  site = await pageWithUploads()
})
beforeEach(async () => {
  await site.reset()
  await putObject(site.admin, { bucket: 'files', key: 'film.mov', contentType: 'video/quicktime', body: bytes })
  page = await site.open()
  await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory()
    await folder.removeEntry('film').catch(() => {})
    const handle = await folder.getFileHandle('film', { create: true })
    const expected = new Uint8Array(1_024_000).map((_, index) => (index * 7 + (index >> 8)) % 251)
    /** Whether a Blob has the bytes of the object. */
    const isWhole = async (blob: Blob) => {
      const found = new Uint8Array(await blob.arrayBuffer())
      return found.length === expected.length && found.every((byte, index) => byte === expected[index])
    }
    Object.assign(globalThis, { handle, isWhole })
  })
})
afterEach(() => page.close())
afterAll(() => site.close())

const ranges = (from = 0) =>
  site.emulator.requests.slice(from).filter(({ operation, status }) => operation === 'GetObject' && status === 206)
    .length

const refuseParts = (times: number, skip = 0) =>
  site.emulator.faults.add({
    match: ({ operation }) => operation === 'GetObject',
    status: 403,
    code: 'AccessDenied',
    times,
    skip,
  })

test('an object is downloaded into a file in parallel parts, whatever was in it before', async () => {
  site.emulator.faults.add({ match: ({ operation }) => operation === 'GetObject', delayMs: 30, times: 1 })

  const { isWhole, reports } = await page.evaluate(async (partSize) => {
    const { OSS, client, handle, isWhole } = globalThis as any
    const before = await handle.createWritable()
    await before.write(new Uint8Array(2_000_000))
    await before.close()
    const reports: any[] = []
    const downloader = new OSS.Downloader(client, { partSize })
    await downloader.downloadFile({ bucket: 'files', key: 'film.mov' }, handle, {
      onProgress: (one: any) => reports.push(one),
    })
    return { isWhole: await isWhole(await handle.getFile()), reports }
  }, partSize)

  expect(isWhole).toBe(true)
  expect(ranges()).toBe(10)
  expect(reports.at(-1)).toMatchObject({ phase: 'downloading', transferred: 1_024_000, total: 1_024_000 })
})

test('a download that fails leaves the file as it was', async () => {
  refuseParts(1, 4)

  const found = await page.evaluate(async (partSize) => {
    const { OSS, client, handle } = globalThis as any
    const before = await handle.createWritable()
    await before.write('what was there')
    await before.close()
    const downloader = new OSS.Downloader(client, { partSize, parallelNum: 1 })
    const error = await downloader.downloadFile({ bucket: 'files', key: 'film.mov' }, handle).catch((one: Error) => one)
    return [error.name, error.cause.code, await (await handle.getFile()).text()]
  }, partSize)

  expect(found).toEqual(['TransferError', 'AccessDenied', 'what was there'])
})

test('an object becomes a Blob of its type', async () => {
  const found = await page.evaluate(async (partSize) => {
    const { OSS, client, isWhole } = globalThis as any
    const blob = await new OSS.Downloader(client, { partSize }).downloadBlob({ bucket: 'files', key: 'film.mov' })
    return [blob.type, await isWhole(blob)]
  }, partSize)

  expect(found).toEqual(['video/quicktime', true])
})

test('an object is downloaded to a stream in order', async () => {
  const isWhole = await page.evaluate(async (partSize) => {
    const { OSS, client, isWhole } = globalThis as any
    const chunks: BlobPart[] = []
    const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void chunks.push(chunk) })
    await new OSS.Downloader(client, { partSize }).downloadTo({ bucket: 'files', key: 'film.mov' }, stream)
    return isWhole(new Blob(chunks))
  }, partSize)

  expect(isWhole).toBe(true)
})

test('a download pauses when the network goes and goes on when it is back', async () => {
  const forget = site.emulator.faults.add({
    match: ({ operation }) => operation === 'GetObject',
    times: 'always',
    delayMs: 20,
  })
  await page.evaluate(async (partSize) => {
    const { OSS, client } = globalThis as any
    const downloader = new OSS.Downloader(client, { partSize, parallelNum: 1 })
    const task = downloader.downloadBlob({ bucket: 'files', key: 'film.mov' })
    Object.assign(globalThis, { task })
    await new Promise<void>((resolve) => task.on('progress', () => resolve()))
  }, partSize)

  await site.context.setOffline(true)
  await expect.poll(() => page.evaluate(() => (globalThis as any).task.state as string)).toBe('paused')
  await site.context.setOffline(false)
  forget()
  const isWhole = await page.evaluate(async () => (globalThis as any).isWhole(await (globalThis as any).task))

  expect(isWhole).toBe(true)
})

test('a page that wants to go on later is told where that works', async () => {
  const message = await page.evaluate(async () => {
    const { OSS, client, handle } = globalThis as any
    const downloader = new OSS.Downloader(client, { enableCheckpoint: true })
    return downloader.downloadFile({ bucket: 'files', key: 'film.mov' }, handle).catch((error: Error) => error.message)
  })

  expect(message).toBe(
    "enableCheckpoint: a download goes on only with files of the origin's own file system, in a dedicated worker",
  )
})

/** Downloads in a worker. Resolves at the share of the object, or to what was there before when all of it is. */
const inWorker = (share: number) =>
  page.evaluate(
    async ([partSize, share, config]) => {
      const { handle } = globalThis as any
      const script = `
        onmessage = async ({ data: { handle, config, partSize } }) => {
          const client = OSS.createClient({ ...config, dangerouslyAllowLongLivedKeys: true })
          const downloader = new OSS.Downloader(client, { partSize, enableCheckpoint: true, parallelNum: 1, verifyData: true })
          const task = downloader.downloadFile({ bucket: 'files', key: 'film.mov' }, handle)
          task.on('progress', ({ transferred, total }) => postMessage({ share: transferred / total }))
          task.then(() => postMessage({ resumed: task.progress.resumed }), (error) => postMessage({ error: String(error) }))
        }`
      const sdk = await (await fetch('/sdk.js')).text()
      const worker = new Worker(URL.createObjectURL(new Blob([sdk, script])))
      worker.postMessage({ handle, config, partSize })
      const answer = await new Promise<{ share?: number; resumed?: number; error?: string }>((resolve) => {
        worker.onmessage = ({ data }) => (data.share === undefined || data.share >= share!) && resolve(data)
      })
      worker.terminate()
      return answer
    },
    [partSize, share, configOf()] as const,
  )

const configOf = () => {
  const { endpoint, region, accessKeyId, accessKeySecret } = site.emulator
  return { endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } }
}

test('a download in a worker that is ended at 40 % goes on with what is missing', async () => {
  const forget = site.emulator.faults.add({
    match: ({ operation }) => operation === 'GetObject',
    times: 'always',
    delayMs: 20,
  })
  const { share } = await inWorker(0.41)
  forget()
  const place = site.emulator.requests.length

  // The file is free again some time after the worker has ended.
  let answer: Awaited<ReturnType<typeof inWorker>> = {}
  await expect
    .poll(async () => {
      answer = await inWorker(2)
      return answer.error ?? ''
    })
    .toBe('')

  expect(share).toBeLessThan(1)
  expect(answer.resumed).toBeGreaterThanOrEqual(4 * partSize)
  expect(ranges(place)).toBe(10 - answer.resumed! / partSize)
  expect(await page.evaluate(async () => (globalThis as any).isWhole(await (globalThis as any).handle.getFile()))).toBe(
    true,
  )
})

test('a client with every operation has transfers of the page', async () => {
  const isWhole = await page.evaluate(
    async ([partSize, config]) => {
      const { OSS, handle, isWhole } = globalThis as any
      const client = new OSS.OSSClient({ ...config, dangerouslyAllowLongLivedKeys: true })
      await client.downloader({ partSize }).downloadFile({ bucket: 'files', key: 'film.mov' }, handle)
      await client.uploader({ partSize }).uploadFile({ bucket: 'files', key: 'copy' }, handle)
      return isWhole(await client.downloader().downloadBlob({ bucket: 'files', key: 'copy' }))
    },
    [partSize, configOf()] as const,
  )

  expect(isWhole).toBe(true)
})
