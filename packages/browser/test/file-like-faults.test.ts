import { createClient, getObject, headObject, putBucket, putBucketCors, putObject } from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type * as Sdk from '../src/index.ts'
import { bundleSdk, type LocalServer, launchChromium, listenWithPage, openPage } from './open-page.ts'

declare const OSS: typeof Sdk

const bytes = Uint8Array.from({ length: 500_000 }, (_, index) => (index * 7 + (index >> 8)) % 251)
const files = { bucket: 'files', key: 'a.bin' }
const log = { bucket: 'files', key: 'app.log' }

let browser: Browser
let pages: LocalServer
let page: Page
let emulator: Emulator
let config: { endpoint: string; region: string; accessKeyId: string; accessKeySecret: string }

beforeAll(async () => {
  emulator = await startEmulator()
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  config = { endpoint, region, accessKeyId, accessKeySecret }
  const client = clientHere()
  await putBucket(client, { bucket: 'files' })
  await putBucketCors(client, {
    bucket: 'files',
    corsConfiguration: {
      corsRules: [
        {
          allowedOrigins: ['*'],
          allowedMethods: ['GET', 'HEAD', 'POST', 'PUT'],
          allowedHeaders: ['*'],
          exposeHeaders: ['ETag', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-next-append-position'],
        },
      ],
    },
  })
  await putObject(client, { ...files, body: bytes })
  browser = await launchChromium()
  pages = await listenWithPage()
  page = await openPage(browser, await bundleSdk(), `${pages.origin}/`)
})
afterAll(async () => {
  await browser.close()
  await pages.close()
  await emulator.close()
})
afterEach(() => emulator.faults.clear())

/** A client outside of the page. */
function clientHere() {
  const { endpoint, region, accessKeyId, accessKeySecret } = config
  return createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
}

const stored = async (key: string) => (await getObject(clientHere(), { bucket: 'files', key })).body.bytes()
const asked = (name: string) => emulator.requests.filter(({ operation }) => operation === name).length
const named =
  (name: string) =>
  ({ operation }: { operation: string }) =>
    operation === name

/** Reads all of an object in the page, and tells what came. */
const readInPage = (options: Sdk.OpenFileOptions) =>
  page.evaluate(
    async ([{ endpoint, region, accessKeyId, accessKeySecret }, input, open]) => {
      const client = OSS.createClient({
        endpoint,
        region,
        credentialsProvider: { accessKeyId, accessKeySecret },
        dangerouslyAllowLongLivedKeys: true,
      })
      const file = await OSS.openFile(client, input, open)
      const read = await file.read()
      await file.close()
      const crc = OSS.crc64()
      crc.update(read)
      return { size: read.byteLength, crc64: crc.digest() }
    },
    [config, files, options] as const,
  )

/** Writes words one after the other in the page, and tells what each write came to. */
const writeInPage = (key: string, words: string[]) =>
  page.evaluate(
    async ([{ endpoint, region, accessKeyId, accessKeySecret }, input, texts]) => {
      const client = OSS.createClient({
        endpoint,
        region,
        credentialsProvider: { accessKeyId, accessKeySecret },
        dangerouslyAllowLongLivedKeys: true,
        retryer: OSS.fixedRetryer({ delayMs: 0 }),
      })
      const file = await OSS.appendFile(client, input)
      const outcomes: unknown[] = []
      for (const word of texts) outcomes.push(await file.write(word).catch((error) => String(error)))
      return { outcomes, position: file.tell() }
    },
    [config, { ...log, key }, words] as const,
  )

test('connections that are cut are replaced from the last byte on', async () => {
  // A browser drops what it has not handed over when a connection breaks; so slowly, it has handed over most.
  emulator.faults.add({ match: named('GetObject'), dropAfterBytes: 100_000, bytesPerSecond: 2_000_000, times: 4 })
  const before = asked('GetObject')

  const { size, crc64 } = await readInPage({})

  expect([size, crc64]).toEqual([500_000, (await headObject(clientHere(), files)).hashCrc64])
  expect(asked('GetObject') - before).toBeGreaterThanOrEqual(5)
})

test('chunks that are fetched ahead and cut go on where they were cut', async () => {
  emulator.faults.add({ match: named('GetObject'), skip: 1, dropAfterBytes: 50_000, times: 2 })

  const { crc64 } = await readInPage({ enablePrefetch: true, prefetchThreshold: 100_000, chunkSize: 100_000 })

  expect(crc64).toBe((await headObject(clientHere(), files)).hashCrc64)
})

test('lost answers to appends are no failures, and nothing is there twice', async () => {
  emulator.faults.add({ match: named('AppendObject'), dropAnswer: true })
  emulator.faults.add({ match: named('AppendObject'), skip: 2, dropAnswer: true })
  emulator.faults.add({ match: named('AppendObject'), skip: 3, status: 503 })

  const { outcomes, position } = await writeInPage('lost.log', ['one ', 'two ', 'three ', 'four'])

  expect(outcomes).toEqual([4, 4, 6, 4])
  expect(position).toBe(18)
  expect(new TextDecoder().decode(await stored('lost.log'))).toBe('one two three four')
})
