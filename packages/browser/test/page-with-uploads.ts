/** Pages that upload to a real emulator, which tells what reached it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, getObject, listMultipartUploads, putBucket, putBucketCors } from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { findChromium } from '../../../scripts/chromium.mjs'
import { bundleSdk, listen } from './open-page.ts'

const html = '<!doctype html><link rel="icon" href="data:,"><input type="file"><script src="/sdk.js"></script>'

/** Starts an emulator with a bucket `files` for a page, and a browser with that page. */
export async function pageWithUploads() {
  const sdk = await bundleSdk()
  const folder = await mkdtemp(join(tmpdir(), 'oss-js-page-'))
  const site = await listen(({ url }, response) => {
    const [type, body] = url === '/sdk.js' ? ['text/javascript', sdk] : ['text/html', html]
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  const origin = site.origin.replace('127.0.0.1', 'localhost')
  const insecureOrigin = site.origin.replace('127.0.0.1', 'insecure.test')
  const emulator = await startEmulator()
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  const admin = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  const corsRule = {
    allowedOrigins: [origin, insecureOrigin],
    allowedMethods: ['PUT' as const, 'POST' as const, 'GET' as const, 'HEAD' as const, 'DELETE' as const],
    allowedHeaders: ['*'],
    exposeHeaders: ['ETag', 'Date', 'x-oss-request-id', 'x-oss-hash-crc64ecma'],
  }
  const reset = async () => {
    await emulator.reset()
    await putBucket(admin, { bucket: 'files' })
    await putBucketCors(admin, { bucket: 'files', corsConfiguration: { corsRules: [corsRule] } })
  }
  await reset()
  const executablePath = findChromium()
  // A profile on disk: in a private window, handles of files are not kept.
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    ...(executablePath && { executablePath }),
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-features=LocalNetworkAccessChecks,HttpsUpgrades',
      '--host-resolver-rules=MAP insecure.test 127.0.0.1',
    ],
  })
  return {
    emulator,
    admin,
    context,
    origin,
    reset,
    /** A page in which `OSS` is the SDK, and `client` can reach the bucket. */
    open: () => openPage(context, origin, emulator),
    /** The same on plain http, where browsers have neither locks nor cryptography. */
    openInsecure: () => openPage(context, insecureOrigin, emulator),
    /** Writes a file to be picked. */
    async file(name: string, bytes: Uint8Array) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      return path
    },
    folder,
    stored: async (key: string) => Buffer.from(await (await getObject(admin, { bucket: 'files', key })).body.bytes()),
    openUploads: async () => (await listMultipartUploads(admin, { bucket: 'files' })).uploads,
    /** The numbers of the parts that were stored from this place in the journal on. */
    partsFrom: (place: number) =>
      emulator.requests.slice(place).filter(({ operation, status }) => operation === 'UploadPart' && status === 200)
        .length,
    async close() {
      await context.close()
      await Promise.all([site.close(), emulator.close()])
      await rm(folder, { recursive: true })
    },
  }
}

async function openPage(context: BrowserContext, origin: string, emulator: Emulator): Promise<Page> {
  const page = await context.newPage()
  await page.goto(origin)
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  await page.evaluate(
    ({ accessKeyId, accessKeySecret, ...config }) => {
      const { OSS } = globalThis as any
      const credentialsProvider = { accessKeyId, accessKeySecret }
      const client = OSS.createClient({ ...config, credentialsProvider, dangerouslyAllowLongLivedKeys: true })
      Object.assign(globalThis, { client, picked: () => document.querySelector('input')?.files?.[0] })
    },
    { endpoint, region, accessKeyId, accessKeySecret },
  )
  return page
}
