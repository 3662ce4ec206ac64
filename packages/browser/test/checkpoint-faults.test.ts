import { putBucketCors } from '@oss-js/core'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { pageWithUploads } from './page-with-uploads.ts'

let site: Awaited<ReturnType<typeof pageWithUploads>>
beforeAll(async () => {
  site = await pageWithUploads()
})
beforeEach(() => site.reset())
afterEach(async () => {
  for (const page of site.context.pages()) await page.close()
})
afterAll(() => site.close())

/** Uploads a file of three parts and returns how, in words. */
const upload = (page: Page, lastModified = 1): Promise<string> =>
  page.evaluate(async (lastModified) => {
    const { OSS, client } = globalThis as any
    const uploader = new OSS.Uploader(client, { enableCheckpoint: true, partSize: 102_400 })
    const file = new File([new Uint8Array(300_000)], 'film.mov', { lastModified })
    const task = uploader.uploadFile({ bucket: 'files', key: 'film.mov' }, file)
    return task.then(
      () => `done, ${task.progress.resumed} bytes resumed`,
      (error: Error) => `${error?.name}: ${error?.message}`,
    )
  }, lastModified)

/** Begins the same upload, gives it up when half of it is there, which it keeps, and goes on with it. */
const uploadTwice = (page: Page): Promise<{ interrupted: string[]; isResumed: boolean }> =>
  page.evaluate(async () => {
    const { OSS, client } = globalThis as any
    const options = { enableCheckpoint: true, partSize: 102_400, parallelNum: 1 }
    const file = new File([new Uint8Array(1_024_000)], 'film.mov', { lastModified: 2 })
    const request = { bucket: 'files', key: 'film.mov' }
    const first = new OSS.Uploader(client, options).uploadFile(request, file)
    await new Promise<void>((resolve) =>
      first.on('progress', ({ transferred }: any) => transferred > 500_000 && resolve()),
    )
    await first.abort({ keepParts: true })
    const found = await new OSS.Uploader(client).interruptedUploads()
    const second = new OSS.Uploader(client, options).uploadFile(request, file)
    await second
    return {
      interrupted: found.map(({ checkpoint }: any) => checkpoint.key),
      isResumed: second.progress.resumed >= 409_600,
    }
  })

test('on a full disk uploads work all the same, and go on as long as the page is there', async () => {
  const page = await site.open()
  const devtools = await site.context.newCDPSession(page)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 1 })

  const outcome = await uploadTwice(page)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin })

  expect(outcome).toEqual({ interrupted: ['film.mov'], isResumed: true })
  expect(await site.openUploads()).toEqual([])
})

test('an old tab that holds on to an earlier database does not hold up uploads', async () => {
  const old = await site.open()
  await old.evaluate(
    () =>
      new Promise<void>((resolve) => {
        indexedDB.deleteDatabase('oss-js').onsuccess = () => {
          const opening = indexedDB.open('oss-js', 2)
          opening.onsuccess = () => resolve(void Object.assign(globalThis, { kept: opening.result }))
        }
      }),
  )
  const page = await site.open()
  const third = await site.open()

  const outcomes = await Promise.all([upload(page), upload(third, 3)])
  await old.close()
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases())[0]?.version)).toBe(3)

  expect(outcomes).toEqual(['done, 0 bytes resumed', 'done, 0 bytes resumed'])
  expect(await upload(page, 4)).toBe('done, 0 bytes resumed')
})

test('in a sandboxed frame, which may use neither locks nor databases, uploads go on as long as it is there', async () => {
  const allowedMethods = ['PUT' as const, 'POST' as const, 'GET' as const, 'HEAD' as const, 'DELETE' as const]
  const exposeHeaders = ['ETag', 'x-oss-hash-crc64ecma']
  const corsRule = { allowedOrigins: ['*'], allowedMethods, allowedHeaders: ['*'], exposeHeaders }
  await putBucketCors(site.admin, { bucket: 'files', corsConfiguration: { corsRules: [corsRule] } })
  const page = await site.open()
  const { endpoint, region, accessKeyId, accessKeySecret } = site.emulator
  await page.evaluate((origin) => {
    const frame = document.createElement('iframe')
    frame.sandbox.add('allow-scripts')
    frame.srcdoc = `<script src="${origin}/sdk.js"></script>`
    document.body.append(frame)
  }, site.origin)
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  await frame!.waitForFunction('"OSS" in globalThis')
  await frame!.evaluate(
    ({ accessKeyId, accessKeySecret, ...config }) => {
      const { OSS } = globalThis as any
      const credentialsProvider = { accessKeyId, accessKeySecret }
      Object.assign(globalThis, {
        client: OSS.createClient({ ...config, credentialsProvider, dangerouslyAllowLongLivedKeys: true }),
      })
    },
    { endpoint, region, accessKeyId, accessKeySecret },
  )

  const outcome = await uploadTwice(frame as unknown as Page)

  expect(outcome).toEqual({ interrupted: ['film.mov'], isResumed: true })
})

test('in a page on http, which has no locks, a file that is picked twice is sent once and not listed meanwhile', async () => {
  const page = await site.openInsecure()
  const forget = site.emulator.faults.add({
    match: ({ operation }) => operation === 'UploadPart',
    times: 'always',
    delayMs: 20,
  })

  const listed = await page.evaluate(async () => {
    const { OSS, client } = globalThis as any
    const file = new File([new Uint8Array(300_000)], 'film.mov', { lastModified: 5 })
    const begin = () =>
      new OSS.Uploader(client, { enableCheckpoint: true, partSize: 102_400 }).uploadFile(
        { bucket: 'files', key: 'film.mov' },
        file,
      )
    const [first, second] = [begin(), begin()]
    await new Promise<void>((resolve) => first.on('progress', (now: any) => now.transferred > 0 && resolve()))
    const found = await new OSS.Uploader(client).interruptedUploads()
    await Promise.all([first, second])
    return found.map(({ checkpoint }: any) => checkpoint.key)
  })
  forget()

  expect(await page.evaluate(() => 'locks' in navigator)).toBe(false)
  expect(listed).toEqual([])
  expect(site.partsFrom(0)).toBe(3)
  expect(await site.openUploads()).toEqual([])
})
