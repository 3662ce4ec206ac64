import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { element, sendTo, signedClient, type TestAnswer } from './signed-client.ts'

interface VectorCase {
  readonly id: string
  readonly input: {
    readonly method?: string
    readonly bucket: string | null
    readonly headers: Record<string, string>
    readonly credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string | null }
    readonly region: string
    readonly product?: string
    readonly signingTime: string
    readonly endpoint: string
    readonly addressStyle: string
  }
  readonly expected: {
    readonly method?: string
    readonly url: string
    readonly signedHeaders?: Record<string, string>
    readonly addedHeaders?: Record<string, string>
    readonly authorization?: string
  }
}

const account = { accessKeyId: 'LTAI5tExampleAccessKeyId', accessKeySecret: 'exampleAccessKeySecret0123456789' }
const signingTime = '2024-03-15T08:30:45Z'

/** The cases that the emulator's one key, region and clock can take, on hosts that it knows. */
function casesOf(file: string): VectorCase[] {
  const path = new URL(`../../core/test/conformance/vectors/${file}.json`, import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')).cases as VectorCase[]).filter(
    ({ input, expected }) =>
      input.credentials.accessKeyId === account.accessKeyId &&
      input.credentials.accessKeySecret === account.accessKeySecret &&
      !input.credentials.securityToken &&
      input.region === 'cn-hangzhou' &&
      input.addressStyle === 'virtual' &&
      (input.product ?? 'oss') === 'oss' &&
      input.signingTime === signingTime &&
      /^https?:\/\/(examplebucket\.)?oss-cn-hangzhou(-internal)?\.aliyuncs\.com\//.test(expected.url),
  )
}

const clock = settableClock(signingTime)
let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator({ accounts: [account], clock: clock.now })
  oss = signedClient(emulator)
})
beforeEach(async () => {
  clock.set(signingTime)
  await emulator.reset()
  await oss('PUT', { bucket: 'examplebucket', signedAt: clock.now() })
})
afterAll(() => emulator.close())

function sendCase({ input, expected }: VectorCase, url = expected.url): Promise<TestAnswer> {
  const { host } = new URL(expected.url)
  const authorization: Record<string, string> = expected.authorization ? { authorization: expected.authorization } : {}
  const headers = { host, ...input.headers, ...expected.signedHeaders, ...expected.addedHeaders, ...authorization }
  const method = expected.method ?? input.method ?? 'GET'
  return sendTo(emulator)(method, url.slice(url.indexOf('/', 8)), headers)
}

const lastCode = (): string | undefined => emulator.requests.at(-1)?.code

/** What authentication refused; what comes after it may refuse a request for reasons of its own. */
function refusal(): string {
  const { code = '', reason = '' } = emulator.requests.at(-1) ?? {}
  return /Signature|Denied|AccessKey|Skewed/.test(code) || /signing/.test(reason) ? `${code}: ${reason}` : ''
}

const urls = [...casesOf('sign-v4-query'), ...casesOf('sign-v1-query')]

test.each(urls)('the URL of $id is let in', async (given) => {
  await sendCase(given)
  expect(refusal()).toBe('')
})

test.each(casesOf('sign-v1-header'))('the V1 signature of $id in the header is let in', async (given) => {
  await sendCase(given)
  expect(refusal()).toBe('')
})

test.each(urls)('the URL of $id does not fit another key', async (given) => {
  const { origin, pathname, search } = new URL(given.expected.url)
  await sendCase(given, `${origin}${pathname}x${search}`)
  expect(lastCode()).toBe('SignatureDoesNotMatch')
})

const find = (file: string, id: string): VectorCase => casesOf(file).find((candidate) => candidate.id === id)!

test('a parameter added to a V4 URL breaks it', async () => {
  const given = find('sign-v4-query', 'get')
  await sendCase(given, `${given.expected.url}&response-content-type=text%2Fhtml`)
  expect(lastCode()).toBe('SignatureDoesNotMatch')
})

test('a V4 URL works until it expires', async () => {
  const given = find('sign-v4-query', 'get-one-second')
  await oss('PUT', { bucket: 'examplebucket', key: 'dir/example object.txt', body: 'hello', signedAt: clock.now() })
  expect((await sendCase(given)).text).toBe('hello')
  clock.advanceSeconds(2)
  const expired = await sendCase(given)
  expect([expired.status, element(expired.text, 'Code'), element(expired.text, 'Message')]).toEqual([
    403,
    'AccessDenied',
    'Request has expired.',
  ])
  expect(expired.headers['x-oss-ec']).toBe('0002-00000069')
  expect(element(expired.text, 'Expires')).toBe('2024-03-15T08:30:46.000Z')
})

test('a V1 URL works until it expires', async () => {
  const given = find('sign-v1-query', 'get')
  await oss('PUT', { bucket: 'examplebucket', key: 'dir/example object.txt', body: 'hello', signedAt: clock.now() })
  expect((await sendCase(given)).text).toBe('hello')
  clock.advanceSeconds(601)
  const expired = await sendCase(given)
  expect([expired.status, expired.headers['x-oss-ec']]).toEqual([403, '0002-00000069'])
})

test('a V4 URL without expiry is refused, and one for more than seven days', async () => {
  const given = find('sign-v4-query', 'get')
  const { url } = given.expected
  const without = await sendCase(given, url.replace(/&x-oss-expires=\d+/, ''))
  const long = await sendCase(given, url.replace(/x-oss-expires=\d+/, 'x-oss-expires=604801'))
  expect([without.status, without.headers['x-oss-ec']]).toEqual([403, '0002-00000215'])
  expect(long.status).toBe(400)
})

test('a V4 URL whose additional header is missing is a bad request', async () => {
  const given = find('sign-v4-query', 'get-additional-headers')
  const bare = { ...given, input: { ...given.input, headers: {} }, expected: { ...given.expected, signedHeaders: {} } }
  expect((await sendCase(bare)).status).toBe(400)
})

test('a range works on a URL that did not sign it', async () => {
  const given = find('sign-v4-query', 'get')
  await oss('PUT', { bucket: 'examplebucket', key: 'dir/example object.txt', body: 'hello', signedAt: clock.now() })
  const answer = await sendCase({ ...given, input: { ...given.input, headers: { range: 'bytes=1-2' } } })
  expect([answer.status, answer.text]).toEqual([206, 'el'])
})

test('a Content-Type that the URL did not sign is refused', async () => {
  const given = find('sign-v4-query', 'put')
  const headers = { 'content-type': 'text/x-unsigned', 'content-length': '0' }
  await sendCase({ ...given, input: { ...given.input, headers }, expected: { ...given.expected, signedHeaders: {} } })
  expect(lastCode()).toBe('SignatureDoesNotMatch')
})
