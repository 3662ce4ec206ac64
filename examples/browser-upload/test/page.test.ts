import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteBucketCors, listMultipartUploads } from '@oss-js/browser'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bundleSdk, launchChromium } from '../../../packages/browser/test/open-page.ts'
import { bucket, checkUpload, startApp } from '../app.mjs'

type App = Awaited<ReturnType<typeof startApp>>

const mebibyte = 1024 * 1024
const hour = 3_600_000

let browser: Browser
let sdk: string
let app: App

beforeAll(async () => {
  sdk = await bundleSdk()
  browser = await launchChromium()
})
afterAll(() => browser.close())
afterEach(() => app.close())

/** Opens the example's page; `prepare` runs in it before its own scripts. */
async function open(query = '', prepare?: () => void): Promise<Page> {
  const page = await browser.newPage()
  if (prepare) await page.addInitScript(prepare)
  await page.goto(`${app.url}/${query}`)
  return page
}

function pick(page: Page, name: string, buffer: Buffer): Promise<void> {
  return page.getByLabel('Choose files').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}

const uploadOf = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByLabel(`Upload of ${name}`) })

const isUploaded = (page: Page, name: string): Promise<void> =>
  uploadOf(page, name).and(page.locator('[data-status=done]')).waitFor()

async function download(page: Page, name: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download ${name}` }).click(),
  ])
  expect(file.suggestedFilename()).toBe(name)
  return readFile(await file.path())
}

/** Bytes that differ from part to part. */
const bytes = (size: number): Buffer =>
  Buffer.from(Uint32Array.from({ length: size / 4 }, (_, index) => index * 2654435761).buffer)

const operations = (): string[] => app.emulator.requests.map(({ operation }) => operation)

/** How often two parts were stored since the last token was handed out. */
function expiries(requests: readonly { operation: string; status: number }[]): number {
  const marks = requests
    .map(({ operation, status }) =>
      operation === 'AssumeRole' ? 'T' : operation === 'UploadPart' && status === 200 ? 'P' : '',
    )
    .join('')
  return marks.split('T').filter((parts) => parts.length >= 2).length
}

test('a file of 25 MiB is uploaded while its token expires twice, and comes back byte for byte', async () => {
  // A token lives a minute, and more than a minute passes as soon as two parts are stored with it.
  const clock = () => new Date(Date.now() + 61_000 * expiries(app?.emulator.requests ?? []))
  app = await startApp({ sdk, clock })
  const page = await open('?partSize=3145728')
  const file = bytes(25 * mebibyte)
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  await writeFile(join(folder, 'film 影片.mov'), file)

  await page.getByLabel('Choose files').setInputFiles(join(folder, 'film 影片.mov'))
  await isUploaded(page, 'film 影片.mov')
  const downloaded = await download(page, 'film 影片.mov')
  await rm(folder, { recursive: true })

  expect(downloaded.equals(file)).toBe(true)
  expect(app.emulator.requests.filter(({ code }) => code === 'SecurityTokenExpired').length).toBeGreaterThanOrEqual(2)
  expect(operations().filter((operation) => operation === 'AssumeRole').length).toBeGreaterThanOrEqual(3)
})

test('a small file goes in one request', async () => {
  app = await startApp({ sdk })
  const page = await open()

  await pick(page, 'note & more #1.txt', Buffer.from('hello'))
  await isUploaded(page, 'note & more #1.txt')

  expect(operations()).toContain('PutObject')
  expect(operations()).not.toContain('InitiateMultipartUpload')
  expect(String(await download(page, 'note & more #1.txt'))).toBe('hello')
})

test('cancelling stops the requests and removes the parts, and the upload can be tried again', async () => {
  app = await startApp({ sdk })
  const page = await open('?partSize=102400')
  const aborted = page.waitForResponse((response) => response.request().method() === 'DELETE')
  await pick(page, 'long.bin', bytes(10 * mebibyte))
  await page.waitForResponse((response) => response.url().includes('partNumber=3&'))

  await page.getByRole('button', { name: 'Cancel long.bin' }).click()
  await aborted
  const afterAbort = operations().length
  await pick(page, 'other.txt', Buffer.from('other'))
  await isUploaded(page, 'other.txt')

  expect(operations().filter((operation) => operation === 'UploadPart').length).toBeLessThan(103)
  expect(operations().slice(afterAbort)).not.toContain('UploadPart')
  expect(operations()).not.toContain('CompleteMultipartUpload')
  expect((await listMultipartUploads(app.admin, { bucket })).uploads ?? []).toEqual([])
  await page.getByRole('button', { name: 'Try again long.bin' }).click()
  await isUploaded(page, 'long.bin')
})

/** Parts that take this long, so that a test can come between them. */
const slowParts = () =>
  app.emulator.faults.add({
    match: ({ operation }) => operation === 'UploadPart',
    times: 'always',
    delayMs: 50,
  })

const storedParts = (from = 0) =>
  app.emulator.requests.slice(from).filter(({ operation, status }) => operation === 'UploadPart' && status === 200)

/** What Firefox and Safari lack, and what no automation can operate. */
const withoutHandles = () => {
  Object.assign(globalThis, { showOpenFilePicker: undefined })
}

test('an upload outlives a reload: the page offers to go on, and the same file sends only what is missing', async () => {
  app = await startApp({ sdk })
  const forget = slowParts()
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  const path = join(folder, 'long.bin')
  await writeFile(path, bytes(2 * mebibyte))
  const page = await open('?partSize=102400', withoutHandles)
  await page.getByLabel('Choose files').setInputFiles(path)
  await page.waitForResponse((response) => response.url().includes('partNumber=9&'))

  await page.reload()
  forget()
  await page.getByText('choose the same file').waitFor()
  const before = storedParts().length
  const place = app.emulator.requests.length
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose again long.bin' }).click()
  await (await chooser).setFiles(path)
  await isUploaded(page, 'long.bin')

  expect(before).toBeGreaterThanOrEqual(8)
  expect(storedParts(place).length).toBe(21 - before)
  expect(await page.getByText('Not finished').count()).toBe(0)
  expect((await download(page, 'long.bin')).equals(bytes(2 * mebibyte))).toBe(true)
  await rm(folder, { recursive: true })
})

/** The file that a browser's own dialog would give. */
const chooseHandle = () => {
  const showOpenFilePicker = async () => {
    const folder = await navigator.storage.getDirectory()
    const handle = await folder.getFileHandle('kept.bin', { create: true })
    if ((await handle.getFile()).size > 0) return [handle]
    const writable = await handle.createWritable()
    await writable.write(new Uint8Array(2_000_000).fill(7))
    await writable.close()
    return [handle]
  }
  Object.assign(globalThis, { showOpenFilePicker })
}

test('where the browser keeps handles of files, one click goes on after a reload', async () => {
  app = await startApp({ sdk })
  const forget = slowParts()
  const page = await open('?partSize=102400', chooseHandle)
  await page.getByText('Choose files').click()
  await page.waitForResponse((response) => response.url().includes('partNumber=9&'))

  await page.reload()
  forget()
  await page.getByRole('button', { name: 'Continue kept.bin' }).waitFor()
  const before = storedParts().length
  const place = app.emulator.requests.length
  await page.getByRole('button', { name: 'Continue kept.bin' }).click()
  await isUploaded(page, 'kept.bin')

  expect(storedParts(place).length).toBe(20 - before)
  expect((await download(page, 'kept.bin')).equals(Buffer.alloc(2_000_000, 7))).toBe(true)
})

test('an upload that is not wanted any more is discarded with its parts', async () => {
  app = await startApp({ sdk })
  slowParts()
  const page = await open('?partSize=102400')
  await pick(page, 'long.bin', bytes(2 * mebibyte))
  await page.waitForResponse((response) => response.url().includes('partNumber=3&'))
  await page.reload()
  const aborted = page.waitForResponse((response) => response.request().method() === 'DELETE')

  const heading = page.getByRole('heading', { name: 'Uploads' })
  await heading.waitFor()
  await page.getByRole('button', { name: 'Discard long.bin' }).click()
  await heading.waitFor({ state: 'hidden' })
  await aborted
  await page.reload()
  await page.getByText('Nothing yet.').waitFor()

  expect((await listMultipartUploads(app.admin, { bucket })).uploads ?? []).toEqual([])
  expect(await page.getByText('Not finished').count()).toBe(0)
})

test('where the window is narrow, the name of an unfinished upload has the width to itself', async () => {
  app = await startApp({ sdk })
  slowParts()
  const page = await open('?partSize=102400')
  await page.setViewportSize({ width: 360, height: 740 })
  await pick(page, 'the_recording_of_the_meeting.mov', bytes(2 * mebibyte))
  await page.waitForResponse((response) => response.url().includes('partNumber=3&'))

  await page.reload()
  await page.getByRole('button', { name: 'Discard' }).waitFor()
  const name = await page.getByText('the_recording_of_the_meeting.mov').boundingBox()

  expect(name?.width).toBeGreaterThan(250)
})

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent)

test('the focus stays with what the keyboard was at when an upload ends and the list is shown anew', async () => {
  app = await startApp({ sdk })
  const forget = slowParts()
  const page = await open('?partSize=102400')
  await pick(page, 'first.txt', Buffer.from('first'))
  await isUploaded(page, 'first.txt')
  await pick(page, 'long.bin', bytes(1 * mebibyte))
  await page.getByRole('button', { name: 'Cancel long.bin' }).focus()

  forget()
  await isUploaded(page, 'long.bin')
  const afterUpload = await focused(page)
  await page.getByRole('button', { name: 'Download first.txt' }).focus()
  await pick(page, 'second.txt', Buffer.from('second'))
  await page.getByRole('button', { name: 'Download second.txt' }).waitFor()

  expect(afterUpload).toBe('long.bin')
  expect(await focused(page)).toBe('Download first.txt')
})

test('names that OSS refuses are told, and the other files are uploaded', async () => {
  app = await startApp({ sdk })
  const page = await open()
  const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('x') })

  await page.getByLabel('Choose files').setInputFiles(['tab\tin it.txt', 'fine.txt', 'bell\x07.txt'].map(file))
  await isUploaded(page, 'fine.txt')

  expect(await page.getByText('Not uploaded').textContent()).toBe(
    'Not uploaded: path: "tab\\tin it.txt" has control characters; path: "bell\\u0007.txt" has control characters',
  )
})

test('a file that is dropped beside the field is uploaded, and the page stays', async () => {
  app = await startApp({ sdk })
  const page = await open()
  await page.getByText('Nothing yet.').waitFor()
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  await writeFile(join(folder, 'beside.txt'), 'beside')
  const devtools = await page.context().newCDPSession(page)
  const data = { items: [], files: [join(folder, 'beside.txt')], dragOperationsMask: 1 }

  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 5, y: 5, data })
  }
  await isUploaded(page, 'beside.txt')
  await rm(folder, { recursive: true })

  expect(String(await download(page, 'beside.txt'))).toBe('beside')
})

test('a list that comes late does not hide what was uploaded meanwhile', async () => {
  app = await startApp({ sdk })
  const page = await open()
  await page.getByText('Nothing yet.').waitFor()
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route(
    /list-type=2/,
    async (route) => {
      const response = await route.fetch()
      await held
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  const isListed = page.waitForRequest(/list-type=2/)

  await pick(page, 'first.txt', Buffer.from('first'))
  await isListed
  await pick(page, 'second.txt', Buffer.from('second'))
  await page.getByRole('button', { name: 'Download second.txt' }).waitFor()
  const late = page.waitForResponse(/list-type=2/)
  letGo()
  await (await late).finished()
  // The page has done with an answer before it is painted twice.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

  expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(2)
})

test('without a network the page says that uploads wait, and they go on', async () => {
  app = await startApp({ sdk })
  const forget = slowParts()
  const page = await open('?partSize=102400')
  await pick(page, 'long.bin', bytes(2 * mebibyte))
  await page.waitForResponse((response) => response.url().includes('partNumber=3&'))

  await page.context().setOffline(true)
  await page.getByText('There is no network').waitFor()
  const isSpeedShown = await page.getByText('B/s').isVisible()
  await page.context().setOffline(false)
  forget()
  await isUploaded(page, 'long.bin')

  expect(isSpeedShown).toBe(false)
  expect(await page.getByText('There is no network').isVisible()).toBe(false)
})

test('a wrong secret says to check the secret', async () => {
  app = await startApp({ sdk })
  const page = await open('', () => {
    const { fetch } = globalThis
    globalThis.fetch = async (...args) => {
      const response = await fetch(...args)
      if (args[0] !== 'sts') return response
      const answer = await response.json()
      answer.Credentials.AccessKeySecret = 'not the secret'
      return Response.json(answer, response)
    }
  })

  await pick(page, 'a.txt', Buffer.from('a'))
  const message = await uploadOf(page, 'a.txt').getByRole('alert').textContent()

  expect(message).toContain('SignatureDoesNotMatch')
  expect(message).toContain('Check the access key secret')
})

const shifts = [
  ['an hour ahead', hour, '60 minutes ahead'],
  ['an hour behind', -hour, '60 minutes behind'],
] as const

/** Sets the clock of the page wrong. */
async function openWithClock(offset: number, query = ''): Promise<Page> {
  const page = await browser.newPage()
  await page.addInitScript((offset) => {
    const now = Date.now
    Date.now = () => now() + offset
    globalThis.Date = new Proxy(Date, {
      construct: (target, args) => Reflect.construct(target, args.length ? args : [Date.now()]),
    })
  }, offset)
  await page.goto(`${app.url}/${query}`)
  return page
}

test.each(shifts)(
  'on a device whose clock is %s, the upload succeeds and the page tells of the clock',
  async (_, offset, words) => {
    app = await startApp({ sdk })
    const page = await openWithClock(offset)

    await pick(page, 'a.txt', Buffer.from('a'))
    await isUploaded(page, 'a.txt')

    expect(await page.getByText('the clock of this device').textContent()).toContain(words)
    expect(String(await download(page, 'a.txt'))).toBe('a')
  },
)

test.each(shifts)(
  'on a device whose clock is %s, the error says to set the clock if nothing is tried again',
  async (_, offset) => {
    app = await startApp({ sdk })
    const page = await openWithClock(offset, '?attempts=1')

    const message = await page.getByRole('alert').textContent()

    expect(message).toContain('Set the clock of this device')
  },
)

test('a bucket without a CORS rule for the page names the rule to add', async () => {
  app = await startApp({ sdk })
  await deleteBucketCors(app.admin, { bucket })
  const page = await open()

  await pick(page, 'a.txt', Buffer.from('a'))
  const message = await uploadOf(page, 'a.txt').getByRole('alert').textContent()

  expect(message).toContain(
    `Add this rule to the bucket: AllowedOrigin ${app.url}; AllowedMethod PUT, POST, GET, HEAD, DELETE`,
  )
})

test('an unplugged server says that there is no connection, and what to check', async () => {
  app = await startApp({ sdk })
  const page = await open()
  await page.getByText('Nothing yet.').waitFor()
  await app.emulator.close()

  await pick(page, 'a.txt', Buffer.from('a'))
  const message = await uploadOf(page, 'a.txt').getByRole('alert').textContent()

  expect(message).toBe(
    `no connection to ${new URL(app.emulator.endpoint).host}: check the network, the endpoint's name, and that the server is running`,
  )
})

test('a page that can have no token says so, and why', async () => {
  app = await startApp({ sdk })
  await app.emulator.close()
  const page = await open()

  await page.locator('#list-error:visible').waitFor()

  expect(await page.locator('#list-error').textContent()).toBe(
    'no STS token from sts: it answered 502: STS cannot be reached: fetch failed',
  )
})

test('the check at the start uploads a file and finds the same bytes', async () => {
  app = await startApp({ sdk })

  const key = await checkUpload(app.url)

  expect(key).toBe('uploads/hello.txt')
  expect(operations()).toEqual(['PutBucket', 'PutBucketCors', 'AssumeRole', 'PutObject', 'GetObject'])
})

test('a token of the page reaches nothing outside of its folder', async () => {
  app = await startApp({ sdk })
  const page = await open()

  const code = await page.evaluate(async () => {
    const { createClient, putObject, stsFromUrl } = (globalThis as any).OSS
    const { endpoint, region, bucket } = await (await fetch('settings')).json()
    const client = createClient({ endpoint, region, credentialsProvider: stsFromUrl('sts') })
    return putObject(client, { bucket, key: 'elsewhere.txt', body: 'x' }).catch((error: { code: string }) => error.code)
  })

  expect(code).toBe('AccessDenied')
})

test('a taken port gives way to the next free one', async () => {
  app = await startApp({ sdk })
  const taken = Number(new URL(app.url).port)

  const second = await startApp({ sdk, port: taken })
  await second.close()

  expect(Number(new URL(second.url).port)).toBeGreaterThan(taken)
})
