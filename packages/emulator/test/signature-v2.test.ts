import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultAccount, type Emulator, startEmulator } from '../src/index.ts'
import { element, send, signedClient } from './signed-client.ts'

// The signatures were computed from the documented rules by a program of another language.
const now = new Date('2026-03-04T05:06:07Z')
const date = 'Wed, 04 Mar 2026 05:06:07 GMT'
const path = '/v2-bucket/dir/%E7%A9%BA%20%2B~.txt'
const url =
  `${path}?x-oss-signature-version=OSS2&x-oss-expires=1772600827&x-oss-access-key-id=${defaultAccount.accessKeyId}` +
  '&x-oss-signature=kUa1lEtjVZlQ91K0LL1U4r%2B7LDIbazBOxlmboBgPSi4%3D'
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: () => now })
})
beforeEach(async () => {
  await emulator.reset()
  const oss = signedClient(emulator)
  await oss('PUT', { bucket: 'v2-bucket', signedAt: now })
  await oss('PUT', { bucket: 'v2-bucket', key: 'dir/空 +~.txt', body: 'hello', signedAt: now })
})
afterAll(() => emulator.close())

const authorization = (signature: string, additional = ''): string =>
  `OSS2 AccessKeyId:${defaultAccount.accessKeyId}${additional},Signature:${signature}`

function sendV2(
  method: string,
  target: string,
  signature: string,
  headers: Record<string, string> = {},
  body?: string,
) {
  const { additional, ...sent } = headers
  const host = `127.0.0.1:${emulator.port}`
  const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.length) }
  const all = { host, date, ...length, ...sent, authorization: authorization(signature, additional) }
  return send(emulator.port, method, target, all, body)
}

test('a V2 signature lets an upload in', async () => {
  const headers = { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==', 'content-type': 'text/plain', 'x-oss-meta-a': 'b' }
  const answer = await sendV2('PUT', path, 'zhsP1R4H8bDUfNcOUtshJeyRPqjcAFMJx/7gIYeVpAY=', headers, 'hello')
  expect(answer.status).toBe(200)
})

test('a V2 signature covers the headers that it names', async () => {
  const signature = '4BZ3NHMFznsI7fQYEUr4i5LF5ILQ5oQ2gxgNUIUYUaI='
  const headers = { additional: ',AdditionalHeaders:range', range: 'bytes=0-4', 'x-oss-z': '1' }
  expect((await sendV2('GET', path, signature, headers)).text).toBe('hello')
  const changed = await sendV2('GET', path, signature, { ...headers, range: 'bytes=0-3' })
  expect([changed.status, element(changed.text, 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
  const { range: _, ...missing } = headers
  expect((await sendV2('GET', path, signature, missing)).status).toBe(400)
})

test('a V2 signature covers every parameter', async () => {
  const signature = 'kn6bgbxVvp9mq8tRNZJ73HEZO7YqtIa7SOSMu3XgEeA='
  const listed = await sendV2('GET', '/v2-bucket/?prefix=dir%2F&max-keys=2&delimiter=', signature)
  expect(element(listed.text, 'Key')).toBe('dir/空 +~.txt')
  expect((await sendV2('GET', '/v2-bucket/?prefix=dir%2F&max-keys=2&delimiter=&marker=a', signature)).status).toBe(403)
})

test('a V2 signature lets a call to the service in', async () => {
  const answer = await sendV2('GET', '/', 'PRR5YH379itLHhOCVY5Z6Zl8CHnyqLW6b5yOTLaEQOo=')
  expect(element(answer.text, 'Name')).toBe('v2-bucket')
})

test('a V2 URL lets its bearer in until it expires', async () => {
  const open = () => send(emulator.port, 'GET', url, { host: 'localhost' })
  expect((await open()).text).toBe('hello')
  emulator.clock.advanceSeconds(61)
  const expired = await open()
  expect([expired.status, element(expired.text, 'Code'), expired.headers['x-oss-ec']]).toEqual([
    403,
    'AccessDenied',
    '0002-00000069',
  ])
})

test('a parameter that was added to a V2 URL is refused, and so is a header', async () => {
  const longer = await send(emulator.port, 'GET', `${url}&extra=1`, { host: 'localhost' })
  const typed = await send(emulator.port, 'GET', url, { host: 'localhost', 'content-type': 'text/plain' })
  expect([longer.status, typed.status]).toEqual([403, 403])
  expect(element(longer.text, 'Code')).toBe('SignatureDoesNotMatch')
  expect(
    emulator.journal.requests({ code: 'SignatureDoesNotMatch' }).map(({ reason }) => reason?.split('\n')[0]),
  ).toEqual([
    'the signature would be right if the parameter extra were not sent; - was signed, + was sent:',
    'the signature would be right if the header content-type were not sent; - was signed, + was sent:',
  ])
})

test.each([
  ['OSS2 AccessKeyId:x', 400, 'InvalidArgument'],
  ['OSS2 nonsense', 400, 'InvalidArgument'],
  ['OSS2 AccessKeyId:unknown,Signature:eA==', 403, 'InvalidAccessKeyId'],
])('the authorization %j is refused', async (text, status, code) => {
  const answer = await send(emulator.port, 'GET', path, { host: 'localhost', date, authorization: text })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([status, code])
})
