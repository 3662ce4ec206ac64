import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium } from '../../../scripts/chromium.mjs'
import { type Emulator, startEmulator } from '../src/index.ts'
import { signedClient } from './signed-client.ts'

const flags = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
let emulator: Emulator
let browser: Browser

beforeAll(async () => {
  emulator = await startEmulator()
  const oss = signedClient(emulator)
  await oss('PUT', { bucket: 'photo-bucket' })
  await oss('PUT', { bucket: 'photo-bucket', key: 'holiday/sea 海.jpg', body: Buffer.alloc(2_500_000) })
  await oss('POST', { bucket: 'photo-bucket', key: 'video.mp4', query: { uploads: null } })
  await oss('GET', { bucket: 'photo-bucket', key: 'none' })
  await oss('GET', { bucket: 'photo-bucket', tamper: (headers) => Object.assign(headers, { 'content-type': 'a/b' }) })
  const executablePath = findChromium()
  const args = [...flags, '--host-resolver-rules=MAP rebound.test 127.0.0.1']
  browser = await chromium.launch({ args, ...(executablePath && { executablePath }) })
})
afterAll(async () => {
  await browser.close()
  await emulator.close()
})

async function openPage(url: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const problems: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  page.on('pageerror', (error) => problems.push(error.message))
  const response = await page.goto(url)
  return { page, problems, status: response?.status() }
}

test('a browser shows the status page as it is meant, and follows to the objects', async () => {
  const { page, problems } = await openPage(`${emulator.endpoint}/_emulator`)
  const shot = process.env.STATUS_PAGE_SHOTS
  if (shot) await page.screenshot({ path: `${shot}/overview.png`, fullPage: true })
  expect(await page.locator('h2').allTextContents()).toEqual(['Buckets', 'Uploads under way', 'Last requests'])
  expect(await page.locator('td.bad').allTextContents()).toEqual(['403', '404'])
  expect(
    await page
      .locator('th')
      .first()
      .evaluate((cell) => getComputedStyle(cell).textAlign),
  ).toBe('left')
  await page.getByRole('link', { name: 'photo-bucket' }).click()
  await page.getByText('holiday/sea 海.jpg').waitFor()
  if (shot) await page.screenshot({ path: `${shot}/bucket.png`, fullPage: true })
  expect(await page.locator('tbody tr').count()).toBe(2)
  await page.goto('about:blank')
  expect(problems).toEqual([])
  await page.close()
})

test('a name that was made to lead here shows nothing in a browser', async () => {
  const { page, status } = await openPage(`http://rebound.test:${emulator.port}/_emulator`)
  expect(status).toBe(403)
  expect(await page.content()).not.toContain('photo-bucket')
  const listed = await page.evaluate(async () => (await fetch('/')).status)
  expect(listed).toBe(403)
  await page.close()
})
