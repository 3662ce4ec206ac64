import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import OSS, { type Client } from 'ali-oss'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalServer, launchChromium, listen } from '../../../browser/test/open-page.ts'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { element } from '../signed-client.ts'
import { aliOss, bucket } from './ali-oss-client.ts'

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

let emulator: Emulator
let oss: Client
let browser: Browser
let page: Page
let pages: LocalServer
let html: string

beforeAll(async () => {
  emulator = await startEmulator()
  browser = await launchChromium()
  pages = await listen((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
  )
})
beforeEach(async () => {
  await emulator.reset()
  html = '<!doctype html><link rel="icon" href="data:,">'
  page = await browser.newPage()
  oss = aliOss(emulator, { host: '127.0.0.1' })
  await oss.putBucket!(bucket)
})
afterAll(async () => {
  await browser.close()
  await pages.close()
  await emulator.close()
})

/** A page with nothing but a form, as anyone writes it. */
function formPage(fields: Record<string, string>): string {
  const policy = {
    expiration: new Date(Date.now() + 60_000).toISOString(),
    conditions: [{ bucket }, ['starts-with', '$key', 'uploads/'], ['content-length-range', 1, 1000]],
  }
  const inputs = Object.entries({ ...oss.calculatePostSignature(policy), ...fields })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${attribute(value)}">`)
    .join('')
  const action = `http://${bucket}.localhost:${emulator.port}/`
  return `<!doctype html><link rel="icon" href="data:,"><form method="post" enctype="multipart/form-data" action="${action}">
    ${inputs}<input type="file" name="file"><button name="submit" value="Send">Send</button></form>`
}

/** Opens a page with a form, and picks a file in it. */
async function fill(fields: Record<string, string>, content = 'from a form'): Promise<void> {
  html = formPage({ key: 'uploads/$' + '{filename}', ...fields })
  await page.goto(pages.origin)
  const file = { name: '图 1.txt', mimeType: 'text/plain', buffer: Buffer.from(content) }
  await page.locator('input[type=file]').setInputFiles(file)
}

/** Sends the form of a page with a file, and returns the answer to it. */
async function submit(fields: Record<string, string>, content?: string) {
  await fill(fields, content)
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.getByText('Send').click(),
  ])
  return answer
}

test('a plain form stores its file, and the page stays', async () => {
  await fill({})
  await page.getByText('Send').click({ noWaitAfter: true })

  await expect
    .poll(() => emulator.requests.at(-1), { timeout: 20_000 })
    .toMatchObject({ operation: 'PostObject', status: 204 })
  expect(page.url()).toBe(`${pages.origin}/`)
  const { content, res } = await oss.get!('uploads/图 1.txt')
  expect([content.toString(), res.headers['content-type']]).toEqual(['from a form', 'text/plain'])
})

test('a plain form is told what it made when it asks for 201', async () => {
  const answer = await submit({ success_action_status: '201', 'Cache-Control': 'no-cache' })
  const text = await answer.text()
  expect([answer.status(), element(text, 'Key'), element(text, 'Bucket')]).toEqual([201, 'uploads/图 1.txt', bucket])
  expect((await oss.head!('uploads/图 1.txt')).res.headers['cache-control']).toBe('no-cache')
})

test('a plain form goes where it asks to', async () => {
  const answer = await submit({ success_action_redirect: `${pages.origin}/thanks?for=it` })
  await page.waitForURL('**/thanks**')
  const { searchParams } = new URL(page.url())
  expect(answer.status()).toBe(303)
  expect(Object.fromEntries(searchParams)).toEqual({
    for: 'it',
    bucket,
    key: 'uploads/图 1.txt',
    etag: '"F20184029A987CAC22933659059E0DFC"',
  })
})

test('a plain form that breaks its policy shows the error', async () => {
  const answer = await submit({ key: 'elsewhere' })
  expect([answer.status(), element(await answer.text(), 'Code')]).toEqual([403, 'AccessDenied'])
  const tooLarge = await submit({}, 'x'.repeat(1001))
  expect(element(await tooLarge.text(), 'Code')).toBe('EntityTooLarge')
})

test.each([
  ['V1', {}],
  ['V4', { authorizationV4: true }],
])('ali-oss in a page puts, gets, lists and uploads in parts with temporary credentials and %s', async (_, more) => {
  const { accessKeyId, accessKeySecret, stsEndpoint: endpoint, roleArn, port } = emulator
  const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint })
  const { credentials } = await sts.assumeRole(roleArn)
  await oss.putBucketCORS!(bucket, [
    {
      allowedOrigin: pages.origin,
      allowedMethod: ['GET', 'PUT', 'POST', 'HEAD', 'DELETE'],
      allowedHeader: '*',
      exposeHeader: ['ETag', 'x-oss-request-id'],
    },
  ])
  const script = createRequire(import.meta.url).resolve('ali-oss/dist/aliyun-oss-sdk.min.js')
  await page.goto(pages.origin)
  await page.addScriptTag({ content: await readFile(script, 'utf8') })

  const outcome = await page.evaluate(
    async (options) => {
      // biome-ignore lint/suspicious/noTsIgnore: the script tag declares it in the page alone.
      // @ts-ignore
      const client = new window.OSS(options)
      const bytes = Uint8Array.from({ length: 450_000 }, (_, index) => index % 251)
      await client.put('from page/文.txt', new Blob(['hello'], { type: 'text/plain' }), { meta: { a: '1' } })
      const got = await client.get('from page/文.txt')
      const shares: number[] = []
      const big = await client.multipartUpload('big', new File([bytes], 'big.bin'), {
        partSize: 102_400,
        parallel: 3,
        progress: (share: number) => shares.push(share),
      })
      const back = new Uint8Array((await client.get('big')).content)
      const listed = await client.listV2({})
      const opened = await fetch(client.signatureUrl('from page/文.txt'))
      const missing = await client.head('missing').catch((error: { status: number }) => error.status)
      return {
        got: new TextDecoder().decode(got.content),
        etag: big.etag,
        isSame: back.length === bytes.length && back.every((byte, index) => byte === bytes[index]),
        names: listed.objects.map(({ name }: { name: string }) => name),
        last: shares.at(-1),
        opened: await opened.text(),
        missing,
      }
    },
    {
      ...more,
      region: `oss-${emulator.region}`,
      endpoint: `http://localhost:${port}`,
      bucket,
      accessKeyId: credentials.AccessKeyId,
      accessKeySecret: credentials.AccessKeySecret,
      stsToken: credentials.SecurityToken,
    },
  )

  expect(outcome).toEqual({
    got: 'hello',
    etag: expect.stringMatching(/^"[0-9A-F]{32}-5"$/),
    isSame: true,
    names: ['big', 'from page/文.txt'],
    last: 1,
    opened: 'hello',
    missing: 404,
  })
})
