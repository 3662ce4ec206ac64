import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, type FaultRequest, startEmulator } from '../src/index.ts'
import { element, signedClient } from './signed-client.ts'

let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator()
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'demo-bucket' })
  await oss('PUT', { bucket: 'demo-bucket', key: 'key', body: 'hello' })
})
afterAll(() => emulator.close())

const isGet = ({ operation }: FaultRequest) => operation === 'GetObject'
const isPut = ({ operation }: FaultRequest) => operation === 'PutObject'
const get = () => oss('GET', { bucket: 'demo-bucket', key: 'key' })
const put = (body: string) => oss('PUT', { bucket: 'demo-bucket', key: 'key', body })

test('a burst of errors befalls the requests it is told to, and then ends', async () => {
  emulator.faults.add({ match: isGet, skip: 1, times: 2, status: 503 })
  const answers = [await get(), await get(), await get(), await get()]
  expect(answers.map(({ status }) => status)).toEqual([200, 503, 503, 200])
  expect(element(answers[1]!.text, 'Code')).toBe('ServiceUnavailable')
})

test('a token expires at the part that is named', async () => {
  const match = ({ operation, query }: FaultRequest) => operation === 'UploadPart' && query.get('partNumber') === '2'
  emulator.faults.add({ match, status: 403, code: 'SecurityTokenExpired' })
  const initiated = await oss('POST', { bucket: 'demo-bucket', key: 'big', query: { uploads: null } })
  const uploadId = element(initiated.text, 'UploadId')!
  const part = (partNumber: string) =>
    oss('PUT', { bucket: 'demo-bucket', key: 'big', query: { uploadId, partNumber }, body: 'a' })
  const codes = [await part('1'), await part('2'), await part('2')].map(({ text }) => element(text, 'Code'))
  expect(codes).toEqual([undefined, 'SecurityTokenExpired', undefined])
})

test('an answer is cut after so many bytes', async () => {
  emulator.faults.add({ match: isGet, dropAfterBytes: 2 })
  await expect(get()).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  expect((await get()).text).toBe('hello')
})

test('a request is cut after so many bytes, and nothing is stored', async () => {
  emulator.faults.add({ match: isPut, dropAfterBytes: 2 })
  await expect(put('new bytes')).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  expect((await get()).text).toBe('hello')
})

test('what is asked is done although its answer is lost', async () => {
  emulator.faults.add({ match: isPut, dropAnswer: true })
  await expect(put('new')).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  expect((await get()).text).toBe('new')
})

test('one byte is changed on its way, and the digests tell', async () => {
  emulator.faults.add({ match: isGet, corrupt: true })
  const read = await get()
  emulator.faults.add({ match: isPut, corrupt: true })
  const written = await put('hello')
  expect([read.text, read.headers.etag]).toEqual(['iello', '"5D41402ABC4B2A76B9719D911017C592"'])
  expect(written.headers['x-oss-hash-crc64ecma']).not.toBe(read.headers['x-oss-hash-crc64ecma'])
  expect((await get()).text).toBe('iello')
})

test('an answer is delayed', async () => {
  emulator.faults.add({ match: isGet, delayMs: 50 })
  const startedAt = performance.now()
  await get()
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49)
})

test('a fault that is taken back does not happen', async () => {
  const takeBack = emulator.faults.add({ match: isGet, status: 503 })
  takeBack()
  expect((await get()).status).toBe(200)
})
