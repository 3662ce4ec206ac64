/** Uploads and downloads of a real page under faults that a seed decides. */
import { putObject } from '@oss-js/core'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as SDK from '../../packages/browser/src/index.ts'
import {
  bundleSdk,
  type LocalServer,
  launchChromium,
  listenWithPage,
  openPage,
} from '../../packages/browser/test/open-page.ts'
import { isSame, pattern } from '../../packages/core/test/transfer/emulated.ts'
import { type FaultyService, startFaultyService } from './faulty-service.ts'
import { type Draw, drawFaults, drawOf, isHarmless, partSize, seedsToRun, tellFaults } from './schedule.ts'

declare const OSS: typeof SDK
declare function issueToken(): Promise<{ accessKeyId: string; accessKeySecret: string; securityToken?: string }>

let oss: FaultyService
let server: LocalServer
let browser: Browser
let page: Page
beforeAll(async () => {
  oss = await startFaultyService()
  server = await listenWithPage()
  browser = await launchChromium()
  page = await openPage(browser, await bundleSdk(), `${server.origin}/`)
  await page.exposeFunction('issueToken', oss.token)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await oss?.[Symbol.asyncDispose]()
})

const seeds = seedsToRun(6)
const timeoutMs = 60_000 + seeds.length * 6000
const span = `seeds ${seeds[0]} to ${seeds.at(-1)}`

/** What the page is told to move. */
interface Order {
  endpoint: string
  region: string
  bucket: string
  key: string
  bytes: string
  parallelNum: number
  partSize: number
}

/** Runs in the page, and returns what went wrong. */
async function uploadThere({ bucket, key, bytes, parallelNum, partSize, ...config }: Order): Promise<string> {
  const client = OSS.createClient({
    ...config,
    credentialsProvider: OSS.refreshing(issueToken),
    retryer: OSS.fixedRetryer({ delayMs: 0 }),
    connectTimeoutMs: 2000,
    readWriteTimeoutMs: 2000,
  })
  const file = new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], key, { lastModified: 1000 })
  const uploader = new OSS.Uploader(client, { partSize, parallelNum })
  return uploader.uploadFile({ bucket, key }, file).then(
    () => '',
    (error) => String(error),
  )
}

async function downloadThere({ bucket, key, bytes, parallelNum, partSize, ...config }: Order): Promise<string> {
  const client = OSS.createClient({
    ...config,
    credentialsProvider: OSS.refreshing(issueToken),
    retryer: OSS.fixedRetryer({ delayMs: 0 }),
    connectTimeoutMs: 2000,
    readWriteTimeoutMs: 2000,
  })
  const folder = await navigator.storage.getDirectory()
  const handle = await folder.getFileHandle('downloaded', { create: true })
  const downloader = new OSS.Downloader(client, { partSize, parallelNum })
  const failure = await downloader.downloadTo({ bucket, key }, await handle.createWritable()).then(
    () => '',
    (error) => String(error),
  )
  const arrived = new Uint8Array(await (await handle.getFile()).arrayBuffer())
  await folder.removeEntry('downloaded')
  if (failure) return arrived.length === 0 ? failure : `${failure}, and wrote ${arrived.length} bytes`
  const expected = atob(bytes)
  const isSame = arrived.length === expected.length && arrived.every((byte, at) => byte === expected.charCodeAt(at))
  return isSame ? '' : 'WRONG BYTES'
}

/** For one page in ten the service is an hour ahead. */
function setClock(draw: Draw): string {
  const isAhead = draw.chance(0.1)
  oss.setAhead(isAhead ? 3_600_000 : 0)
  return isAhead ? 'an hour ahead; ' : ''
}

const upload = async (key: string, bytes: Uint8Array) => {
  const failure = await page.evaluate(uploadThere, orderOf('files', key, bytes, 3))
  const stored = await oss.stored(key)
  return failure || (stored && isSame(stored, bytes) ? '' : 'WRONG BYTES')
}
const download = async (key: string, bytes: Uint8Array) => {
  await putObject(oss.client, { bucket: 'files', key, body: bytes })
  return page.evaluate(downloadThere, orderOf('files', key, bytes, 3))
}
const cuts = [
  ['PutObject', upload, 90_000],
  ['InitiateMultipartUpload', upload, 350_000],
  ['UploadPart', upload, 350_000],
  ['CompleteMultipartUpload', upload, 350_000],
  ['HeadObject', download, 350_000],
  ['GetObject', download, 350_000],
] as const

test.each(
  cuts.flatMap(([operation, run, size]) => (['there', 'back'] as const).map((way) => ({ operation, way, run, size }))),
)(
  'a connection of a page cut at any tenth of $operation, on its way $way, does no harm',
  async ({ operation, way, run, size }) => {
    for (let tenth = 0; tenth <= 10; tenth++) {
      const key = `page-${operation}-${way}-${tenth}`
      oss.proxy.setFaults([{ operation, way, kind: 'cut', at: tenth / 10, skip: 0, times: 1, status: 0 }])

      const failure = await run(key, pattern(size))
      oss.proxy.setFaults([])

      // Without TLS, Chromium takes headers that end in the middle for whole ones: then a transfer may fail, but not silently.
      expect(failure, key).not.toMatch(/WRONG BYTES|and wrote/)
      if (failure) expect(await run(key, pattern(size)), key).toBe('')
      expect(
        (await oss.openUploads(key)).filter((uploadId) => oss.proxy.namedUploads.has(uploadId)),
        key,
      ).toEqual([])
    }
  },
)

const uploadRequests = [
  'UploadPart',
  'InitiateMultipartUpload',
  'CompleteMultipartUpload',
  'PutObject',
  'ListParts',
  'HeadObject',
  'Preflight',
]

test.each([1, 3, 8])(
  `uploads of a page with %d parts at once are whole or fail, ${span}`,
  async (parallelNum) => {
    for (const seed of seeds) {
      const draw = drawOf(seed * 10 + parallelNum)
      const ahead = setClock(draw)
      const bytes = pattern(draw.below(600_000), 1 + (seed % 250))
      const faults = drawFaults(draw, uploadRequests, false)
      // CORS rules hide ETag and CRC-64 of one of these.
      const bucket = draw.oneOf(['files', 'hiding'])
      const key = `page-upload-${parallelNum}-${seed}`
      const told = `OSS_SEED=${seed}, ${parallelNum} at once: ${bytes.length} bytes to ${bucket}; ${ahead}${tellFaults(faults)}`

      oss.proxy.setFaults(faults)
      const failure = await page.evaluate(uploadThere, orderOf(bucket, key, bytes, parallelNum))
      oss.proxy.setFaults([])

      const stored = await oss.stored(key, bucket)
      expect(isHarmless(stored, bytes, failure), `${told}: ${failure}`).toBe(true)
      const left = (await oss.openUploads(key, bucket)).filter((uploadId) => oss.proxy.namedUploads.has(uploadId))
      // Cut preflights may befall the abort as well: then the failure has to say which upload is left.
      const untold = left.filter((uploadId) => !failure.includes(`upload ${uploadId}, which may still be open`))
      expect(untold, `${told}: ${failure}`).toEqual([])
      if (!failure) continue
      expect(await page.evaluate(uploadThere, orderOf(bucket, key, bytes, parallelNum)), told).toBe('')
      expect(isSame((await oss.stored(key, bucket))!, bytes), told).toBe(true)
    }
  },
  timeoutMs,
)

test.each([1, 3, 8])(
  `downloads of a page with %d parts at once are whole or fail, ${span}`,
  async (parallelNum) => {
    for (const seed of seeds) {
      const draw = drawOf(seed * 10 + parallelNum + 5)
      const ahead = setClock(draw)
      const bytes = pattern(draw.below(600_000), 1 + (seed % 250))
      const bucket = draw.oneOf(['files', 'hiding'])
      const drawn = drawFaults(draw, ['GetObject', 'HeadObject', 'Preflight'], false)
      // Nobody can tell a changed byte where CORS rules hide the CRC-64.
      const faults = drawn.filter(({ kind }) => bucket === 'files' || kind !== 'corrupt')
      const key = `page-download-${parallelNum}-${seed}`
      const told = `OSS_SEED=${seed}, ${parallelNum} at once: ${bytes.length} bytes of ${bucket}; ${ahead}${tellFaults(faults)}`
      await putObject(oss.client, { bucket, key, body: bytes })

      oss.proxy.setFaults(faults)
      const failure = await page.evaluate(downloadThere, orderOf(bucket, key, bytes, parallelNum))
      oss.proxy.setFaults([])

      expect(failure, told).not.toMatch(/WRONG BYTES|and wrote/)
      if (failure) expect(await page.evaluate(downloadThere, orderOf(bucket, key, bytes, parallelNum)), told).toBe('')
    }
  },
  timeoutMs,
)

const orderOf = (bucket: string, key: string, bytes: Uint8Array, parallelNum: number): Order => ({
  endpoint: oss.proxy.endpoint,
  region: oss.emulator.region,
  bucket,
  key,
  bytes: Buffer.from(bytes).toString('base64'),
  parallelNum,
  partSize,
})
