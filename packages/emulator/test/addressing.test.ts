import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, fetchFrom, signedClient } from './signed-client.ts'

let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator({ cnames: { 'static.example.com': 'demo-bucket' } })
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'demo-bucket' })
  await oss('PUT', { bucket: 'demo-bucket', key: 'folder/a b+c%.txt', body: 'here' })
})
afterAll(() => emulator.close())

test.each([
  'demo-bucket.localhost:9000',
  'demo-bucket.oss-local.localhost',
  'demo-bucket.oss-cn-hangzhou.localhost',
  'demo-bucket.oss-cn-hangzhou.aliyuncs.com',
  'demo-bucket.oss-cn-hangzhou-internal.aliyuncs.com',
  'demo-bucket.oss-accelerate.aliyuncs.com',
  'demo-bucket.cn-hangzhou.oss.aliyuncs.com',
  'DEMO-bucket.localhost',
  'static.example.com',
])('the host %s names the bucket', async (host) => {
  const answer = await oss('GET', { bucket: 'demo-bucket', key: 'folder/a b+c%.txt', host })
  expect([answer.status, answer.text]).toEqual([200, 'here'])
})

test.each(['127.0.0.1:9000', '[::1]:9000', 'localhost', 'localhost:9000', 'emulator:9000'])(
  'with the host %s the path names the bucket',
  async (host) => {
    const answer = await oss('GET', { bucket: 'demo-bucket', key: 'folder/a b+c%.txt', headers: { host } })
    expect([answer.status, answer.text]).toEqual([200, 'here'])
  },
)

test.each(['oss-cn-hangzhou.aliyuncs.com', 'oss-local.localhost', 'undefined.oss-cn-hangzhou.aliyuncs.com'])(
  'the host %s is the service',
  async (host) => {
    expect((await oss('GET', { headers: { host } })).text).toContain('<Name>demo-bucket</Name>')
  },
)

test('an encoded slash in the path is a slash of the key', async () => {
  const { port } = emulator
  const signed = await oss('GET', { bucket: 'demo-bucket', key: 'folder/a b+c%.txt' })
  await oss('PUT', { bucket: 'demo-bucket', query: { acl: null }, headers: { 'x-oss-acl': 'public-read' } })
  const answer = await fetchFrom(emulator)(`http://127.0.0.1:${port}/demo-bucket/folder%2Fa%20b%2Bc%25.txt`)
  expect(await answer.text()).toBe(signed.text)
})

test('the public domain does not take the bucket in the path', async () => {
  const headers = { host: 'oss-cn-hangzhou.aliyuncs.com' }
  const answer = await oss('GET', { bucket: 'demo-bucket', headers })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'SecondLevelDomainForbidden'])
})

test.each([
  ['cn-hangzhou.oss-vectors.aliyuncs.com', 'The service of vectors is not implemented by this emulator.'],
  ['shop-1001.cn-hangzhou.oss-vectors.aliyuncs.com', 'The service of vectors is not implemented by this emulator.'],
  ['shop-1001.cn-hangzhou.oss-tables.aliyuncs.com', 'The service of tables is not implemented by this emulator.'],
])('%s is a host of another service', async (host, message) => {
  const answer = await signedClient(emulator)('GET', { host })
  expect([answer.status, element(answer.text, 'Message')]).toEqual([501, message])
})

test('the endpoint of another region is refused and the right one named', async () => {
  const answer = await oss('GET', { bucket: 'demo-bucket', host: 'demo-bucket.oss-cn-beijing.aliyuncs.com' })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'AccessDenied'])
  expect(element(answer.text, 'Endpoint')).toBe('oss-cn-hangzhou.aliyuncs.com')
})

test.each(['UPPER', 'ab', '-dash', 'under_score'])('the bucket name %s is invalid', async (bucket) => {
  const answer = await oss('PUT', { bucket })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidBucketName'])
  expect(answer.headers['x-oss-ec']).toBe('0015-00000001')
})
