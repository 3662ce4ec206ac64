import {
  type Credentials,
  createClient,
  createPostPolicy,
  getObject,
  isObjectExist,
  type PostPolicyInput,
  putBucket,
} from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import type { Browser, Page, Response } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { assumedRole } from '../../core/test/assumed-role.ts'
import { type LocalServer, launchChromium, listen } from './open-page.ts'

const bucket = 'forms'
const versions = ['v4', 'v1'] as const
type Version = (typeof versions)[number]

let emulator: Emulator
let browser: Browser
let pages: LocalServer
let page: Page
/** What the server answers to everybody. */
let html = ''

beforeAll(async () => {
  emulator = await startEmulator()
  browser = await launchChromium()
  pages = await listen((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html))
  await putBucket(ownerOf('v4'), { bucket })
})
afterEach(() => page.close())
afterAll(async () => {
  await browser?.close()
  await pages?.close()
  await emulator?.close()
})

const ownerOf = (signatureVersion: Version, credentialsProvider: Credentials = keyOf(emulator)) =>
  createClient({ endpoint: emulator.endpoint, region: emulator.region, signatureVersion, credentialsProvider })

const keyOf = ({ accessKeyId, accessKeySecret }: Emulator): Credentials => ({ accessKeyId, accessKeySecret })

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/** A page with nothing but the form, in a browser that runs no script. */
async function openForm({ url, fields }: { url: string; fields: Record<string, string> }): Promise<void> {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
    <form method="post" enctype="multipart/form-data" action="${escaped(url)}">
      ${hidden.join('')}<input type="file" name="file"><button>Upload</button>
    </form>`
  page = await browser.newPage({ javaScriptEnabled: false })
  await page.goto(pages.origin)
}

/** Chooses a file, submits the form, and returns what OSS answers. */
async function submit(buffer: Buffer, name = 'photo.png'): Promise<Response> {
  await page.setInputFiles('input[type=file]', { name, mimeType: 'image/png', buffer })
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.click('button', { noWaitAfter: true }),
  ])
  return answer
}

const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 255))

const policyInput: PostPolicyInput = {
  bucket,
  keyPrefix: 'users/42/',
  metadata: { author: 'Zoë 杭州' },
  cacheControl: 'no-store',
  conditions: [
    ['content-length-range', 1, 300_000],
    ['in', '$content-type', ['image/png', 'image/jpeg']],
  ],
}

test.each(versions)('%s: a plain form stores the chosen file as it is', async (version) => {
  await openForm(await createPostPolicy(ownerOf(version), policyInput))

  const answer = await submit(bytes, "猫 & cat+100%~'(1)*.png")

  expect([answer.status(), answer.headers().etag]).toEqual([204, '"0279CDF4939449BB122176AA3AF3046A"'])
  const key = "users/42/猫 & cat+100%~'(1)*.png"
  const { body, contentType, cacheControl, metadata } = await getObject(ownerOf('v4'), { bucket, key })
  expect(Buffer.from(await body.bytes()).equals(bytes)).toBe(true)
  expect([contentType, cacheControl, metadata]).toEqual(['image/png', 'no-store', { author: 'Zoë 杭州' }])
})

test.each(versions)('%s: the browser is sent on, and told what was stored', async (version) => {
  const key = `sent on/${version}.png`
  const successActionRedirect = `${pages.origin}/done?upload=1`
  await openForm(await createPostPolicy(ownerOf(version), { bucket, key, successActionRedirect }))

  const answer = await submit(Buffer.from('pixels'))
  await page.waitForURL(`${successActionRedirect}&**`)

  expect(answer.status()).toBe(303)
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    upload: '1',
    bucket,
    key,
    etag: '"D399848208DA8B80A306AF0FD62BB03F"',
  })
  expect(await (await getObject(ownerOf('v4'), { bucket, key })).body.text()).toBe('pixels')
})

test.each(versions)('%s: with a token, the answer is the document that the policy asks for', async (version) => {
  const role = await assumedRole(emulator, new Date())
  const input = { bucket, key: 'role.png', successActionStatus: 201 } as const
  await openForm(await createPostPolicy(ownerOf(version, role), input))

  const answer = await submit(Buffer.from('pixels'))

  expect(answer.status()).toBe(201)
  expect(await answer.text()).toContain('<Key>role.png</Key>')
  expect(await (await getObject(ownerOf('v4'), { bucket, key: 'role.png' })).body.text()).toBe('pixels')
})

const sizes = [
  ['larger', 300_001, 'EntityTooLarge'],
  ['smaller', 0, 'EntityTooSmall'],
] as const

test.each(versions.flatMap((version) => sizes.map((size) => [version, ...size] as const)))(
  '%s: a file %s than the policy allows is refused and not kept',
  async (version, _, size, code) => {
    await openForm(await createPostPolicy(ownerOf(version), policyInput))

    const answer = await submit(Buffer.alloc(size), `${code}.png`)

    expect(answer.status()).toBe(400)
    expect(await answer.text()).toContain(`<Code>${code}</Code>`)
    expect(await isObjectExist(ownerOf('v4'), { bucket, key: `users/42/${code}.png` })).toBe(false)
  },
)

const changes = [
  ['another key', { key: 'users/43/stolen.png' }, 'AccessDenied'],
  ['other metadata', { 'x-oss-meta-author': 'Eve' }, 'AccessDenied'],
  [
    'another policy',
    { policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64') },
    'SignatureDoesNotMatch',
  ],
] as const

test.each(versions.flatMap((version) => changes.map((change) => [version, ...change] as const)))(
  '%s: a form with %s than what was signed is refused',
  async (version, _, change, code) => {
    const { url, fields } = await createPostPolicy(ownerOf(version), policyInput)
    await openForm({ url, fields: { ...fields, ...change } })

    const answer = await submit(bytes, 'stolen.png')

    expect(answer.status()).toBe(403)
    expect(await answer.text()).toContain(`<Code>${code}</Code>`)
    expect(await isObjectExist(ownerOf('v4'), { bucket, key: 'users/43/stolen.png' })).toBe(false)
    expect(await isObjectExist(ownerOf('v4'), { bucket, key: 'users/42/stolen.png' })).toBe(false)
  },
)
