import type { IncomingMessage } from 'node:http'
import {
  abortMultipartUpload,
  type Client,
  type CorsRule,
  type Credentials,
  completeMultipartUpload,
  createClient,
  getObject,
  initiateMultipartUpload,
  listMultipartUploads,
  listParts,
  presign,
  presignParts,
  putBucket,
  putBucketCors,
  putObject,
} from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { assumedRole } from '../../core/test/assumed-role.ts'
import type * as Sdk from '../src/index.ts'
import { bundleSdk, type LocalServer, launchChromium, listen, openPage } from './open-page.ts'

declare const OSS: typeof Sdk
/** Asks the application's server for what it signs. */
declare function ask<T>(what: string, input?: object): Promise<T>

const bucket = 'presigned'
const versions = ['v4', 'v1'] as const

let emulator: Emulator
let browser: Browser
let sdk: string
let server: LocalServer
let page: Page
let role: Credentials
/** The client of the application's server, which no page sees. */
let signer: Client
/** All that the server has told the page. */
let told = ''

beforeAll(async () => {
  emulator = await startEmulator()
  sdk = await bundleSdk()
  browser = await launchChromium()
  server = await listen(async (request, response) => {
    if (request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,">')
      return
    }
    const answer = JSON.stringify(await sign(request.url?.slice(1) ?? '', await jsonOf(request)))
    told += answer
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  })
  const { accessKeyId, accessKeySecret } = emulator
  const owner = clientOf('v4', { accessKeyId, accessKeySecret })
  await putBucket(owner, { bucket })
  await putBucketCors(owner, { bucket, corsConfiguration: { corsRules: [pageRule()] } })
  role = await assumedRole(emulator, new Date())
})
beforeEach(async () => {
  told = ''
  page = await openPage(browser, sdk, `${server.origin}/`)
  await page.addScriptTag({
    content: `const ask = async (what, input = {}) =>
      (await fetch('/' + what, { method: 'POST', body: JSON.stringify(input) })).json()`,
  })
})
afterEach(() => page.close())
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await emulator?.close()
})

const clientOf = (signatureVersion: 'v4' | 'v1', credentialsProvider: Credentials) =>
  createClient({ endpoint: emulator.endpoint, region: emulator.region, signatureVersion, credentialsProvider })

const pageRule = (): CorsRule => ({
  allowedOrigins: [server.origin],
  allowedMethods: ['PUT', 'POST', 'GET', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag'],
})

async function jsonOf(request: IncomingMessage): Promise<Upload> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

interface Upload {
  uploadId: string
  partNumbers: number[]
  parts: { partNumber: number; etag: string }[]
}

const object = { bucket, key: "films/猫 +%~'().mp4" }

/** The application's server: it chooses bucket and key, and signs. */
function sign(what: string, { uploadId, partNumbers, parts }: Upload): Promise<unknown> {
  const upload = { ...object, uploadId }
  const signed: Record<string, () => Promise<unknown>> = {
    begin: () => presign(signer, initiateMultipartUpload, { ...object, contentType: 'video/mp4' }),
    parts: () => presignParts(signer, { ...upload, partNumbers }),
    list: () => presign(signer, listParts, upload),
    complete: () => presign(signer, completeMultipartUpload, { ...upload, completeMultipartUpload: { parts } }),
    completeAll: () => presign(signer, completeMultipartUpload, { ...upload, completeAll: 'yes' }),
    abort: () => presign(signer, abortMultipartUpload, upload),
    put: () => presign(signer, putObject, { ...object, contentType: 'video/mp4' }),
  }
  return signed[what]!()
}

/** Byte n of the file is 31 n, cut to a byte. */
const size = 250_000
const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, index) => (index * 31) & 255))

const ends = ['complete', 'completeAll'] as const

test.each(versions.flatMap((version) => ends.map((end) => [version, end] as const)))(
  '%s: a page without any secret uploads a file in parts, ended by %s',
  async (version, end) => {
    signer = clientOf(version, role)

    const report = await page.evaluate(
      async ({ end, size }) => {
        const file = new File([Uint8Array.from({ length: size }, (_, index) => (index * 31) & 255)], 'cat.mp4', {
          type: 'video/mp4',
        })
        const read = async (presigned: Sdk.Presigned) => {
          const text = await (await OSS.sendPresigned(presigned)).body.text()
          return new DOMParser().parseFromString(text, 'application/xml')
        }
        const textsOf = (within: Document | Element, name: string) =>
          [...within.getElementsByTagName(name)].map(({ textContent }) => textContent ?? '')
        let transferred = 0

        const [uploadId = ''] = textsOf(await read(await ask('begin')), 'UploadId')
        const parts = await ask<Sdk.PresignedPart[]>('parts', { uploadId, partNumbers: [1, 2, 3] })
        const etags = await Promise.all(
          parts.map(async (part) => {
            const start = (part.partNumber - 1) * 102_400
            const { headers, body } = await OSS.sendPresigned(part, file.slice(start, start + 102_400, file.type), {
              transport: OSS.xhrTransport(),
              onProgress: ({ increment }) => {
                transferred += increment
              },
            })
            await body.cancel()
            return headers.etag
          }),
        )
        const listed = [...(await read(await ask('list', { uploadId }))).getElementsByTagName('Part')].map((part) => ({
          partNumber: Number(textsOf(part, 'PartNumber')[0]),
          etag: textsOf(part, 'ETag')[0],
        }))
        const completed = await read(await ask(end, { uploadId, parts: listed }))
        return {
          transferred,
          sameEtags: JSON.stringify(etags) === JSON.stringify(listed.map(({ etag }) => etag)),
          numbers: listed.map(({ partNumber }) => partNumber),
          etag: textsOf(completed, 'ETag')[0],
        }
      },
      { end, size },
    )

    expect(report).toEqual({
      transferred: size,
      sameEtags: true,
      numbers: [1, 2, 3],
      etag: expect.stringMatching(/^"[\dA-F]{32}-3"$/),
    })
    const { body, contentType } = await getObject(signer, object)
    expect(Buffer.from(await body.bytes()).equals(bytes)).toBe(true)
    expect(contentType).toBe('video/mp4')
    expectNoSecret()
  },
)

test.each(versions)('%s: a page without any secret gives an upload up', async (version) => {
  signer = clientOf(version, role)

  const status = await page.evaluate(async () => {
    const begun = await (await OSS.sendPresigned(await ask('begin'))).body.text()
    const uploadId = /<UploadId>([^<]+)</.exec(begun)?.[1]
    const [part] = await ask<Sdk.PresignedPart[]>('parts', { uploadId, partNumbers: [1] })
    const { body } = await OSS.sendPresigned(part!, 'the first part')
    await body.cancel()
    return (await OSS.sendPresigned(await ask('abort', { uploadId }))).status
  })

  expect(status).toBe(204)
  expect((await listMultipartUploads(signer, { bucket })).uploads ?? []).toEqual([])
  expectNoSecret()
})

test.each(versions)('%s: a page is told which header arrived otherwise than it was signed', async (version) => {
  signer = clientOf(version, role)

  const error = await page.evaluate(async () => {
    const transport = OSS.fetchTransport((input, init) =>
      fetch(input, {
        ...init,
        headers: { ...(init?.headers as Record<string, string>), 'content-type': 'video/webm' },
      }),
    )
    try {
      await OSS.sendPresigned(await ask<Sdk.Presigned>('put'), 'frames', { transport })
      return undefined
    } catch (refusal) {
      const { name, code, hint } = refusal as Sdk.ServiceError
      return { name, code, hint }
    }
  })

  expect(error).toEqual({
    name: 'ServiceError',
    code: 'SignatureDoesNotMatch',
    hint: 'content-type was to be sent as "video/mp4" and arrived as "video/webm".',
  })
})

function expectNoSecret(): void {
  expect(told).toContain(role.accessKeyId)
  expect(told).not.toContain(role.accessKeySecret)
  expect(told).not.toContain(emulator.accessKeySecret)
}
