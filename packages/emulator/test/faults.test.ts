import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readFaultLine, readFaults } from '../src/faults/read-faults.ts'
import { type Emulator, type Fault, type FaultRequest, startEmulator } from '../src/index.ts'
import { assumeRole } from './assume-role.ts'
import { element, send, signedClient } from './signed-client.ts'

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

test('an answer is cut although the request has a body, when the fault says so', async () => {
  emulator.faults.add({ match: isPut, body: 'answer', dropAfterBytes: 0 })
  await expect(put('new')).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  expect((await get()).text).toBe('new')
})

test('a request without body is cut before it is carried out', async () => {
  emulator.faults.add({ match: { operation: 'DeleteObject' }, body: 'request', dropAfterBytes: 0 })
  await expect(oss('DELETE', { bucket: 'demo-bucket', key: 'key' })).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  expect((await get()).text).toBe('hello')
})

test('an error document is cut as any other answer', async () => {
  emulator.faults.add({ match: isGet, dropAfterBytes: 3 })
  await expect(oss('GET', { bucket: 'demo-bucket', key: 'none' })).rejects.toThrow(/aborted|hang up|ECONNRESET/)
})

test.each([
  ['method', { method: 'PUT' }, [200, 503, 200]],
  ['operation', { operation: 'Get*' }, [503, 200, 200]],
  ['bucket', { bucket: 'demo-*', operation: 'PutObject' }, [200, 503, 200]],
  ['another bucket', { bucket: 'other' }, [200, 200, 200]],
  ['key', { key: 'k*y', nth: 2 }, [200, 503, 200]],
  ['parameter', { query: { 'max-keys': '1' } }, [200, 200, 503]],
])('a fault is matched by %s', async (_, match, statuses) => {
  emulator.faults.add({ match, status: 503 })
  const answers = [await get(), await put('a'), await oss('GET', { bucket: 'demo-bucket', query: { 'max-keys': '1' } })]
  expect(answers.map(({ status }) => status)).toEqual(statuses)
})

test('a fault may last', async () => {
  emulator.faults.add({
    match: { operation: 'GetObject', nth: 2 },
    times: 'always',
    status: 500,
    code: 'InternalError',
  })
  const answers = [await get(), await get(), await get(), await get()]
  expect(answers.map(({ status }) => status)).toEqual([200, 500, 500, 500])
})

test('the byte at an offset is changed', async () => {
  emulator.faults.add({ match: isGet, corrupt: 4 })
  expect((await get()).text).toBe('helln')
})

test('bytes pass slowly in both directions', async () => {
  emulator.faults.add({ match: isPut, bytesPerSecond: 50 })
  emulator.faults.add({ match: isGet, bytesPerSecond: 50 })
  const startedAt = performance.now()
  await put('slow!')
  const writtenAt = performance.now()
  expect((await get()).text).toBe('slow!')
  expect(writtenAt - startedAt).toBeGreaterThanOrEqual(95)
  expect(performance.now() - writtenAt).toBeGreaterThanOrEqual(95)
})

test('a request that is delivered twice is carried out twice', async () => {
  emulator.faults.add({ match: { operation: 'AppendObject' }, deliverTwice: true })
  const append = (position: string) =>
    oss('POST', { bucket: 'demo-bucket', key: 'log', query: { append: null, position }, body: 'line' })
  const answer = await append('0')
  expect([answer.status, element(answer.text, 'Code')]).toEqual([409, 'PositionNotEqualToLength'])
  expect((await oss('GET', { bucket: 'demo-bucket', key: 'log' })).text).toBe('line')
  expect((await append('4')).status).toBe(200)
})

test('a duplicate of an upload of a body leaves the object as sent', async () => {
  emulator.faults.add({ match: isPut, deliverTwice: true })
  expect((await put('twice')).status).toBe(200)
  expect((await get()).text).toBe('twice')
})

test('the clock jumps at the request that is named, and comes back with a reset', async () => {
  emulator.faults.add({ match: { operation: 'GetObject', nth: 2 }, clockJumpSeconds: 3600 })
  const codes = [await get(), await get(), await get()].map(({ text }) => element(text, 'Code'))
  expect(codes).toEqual([undefined, 'RequestTimeTooSkewed', 'RequestTimeTooSkewed'])
  await emulator.reset()
  expect((await oss('PUT', { bucket: 'demo-bucket' })).status).toBe(200)
})

test('tokens given out so far expire at the request that is named', async () => {
  const role = { RoleArn: emulator.roleArn, RoleSessionName: 'faulty' }
  const first = signedClient({ ...emulator, ...(await assumeRole(emulator, role)) })
  emulator.faults.add({ match: { operation: 'GetObject', nth: 2 }, expireTokens: true })
  const read = (client: typeof first) => client('GET', { bucket: 'demo-bucket', key: 'key' })
  const codes = [await read(first), await read(first), await read(first)].map(({ text }) => element(text, 'Code'))
  expect(codes).toEqual([undefined, 'SecurityTokenExpired', 'SecurityTokenExpired'])
  const second = signedClient({ ...emulator, ...(await assumeRole(emulator, role)) })
  expect((await read(second)).text).toBe('hello')
})

test('STS and preflight requests can fail as well', async () => {
  emulator.faults.add({ match: { operation: 'AssumeRole' }, status: 503, code: 'ServiceUnavailable' })
  emulator.faults.add({ match: { operation: 'OptionObject' }, status: 503 })
  const role = { RoleArn: emulator.roleArn, RoleSessionName: 'faulty' }
  await expect(assumeRole(emulator, role)).rejects.toThrow('503 ServiceUnavailable')
  const host = { host: `127.0.0.1:${emulator.port}`, origin: 'http://a.test', 'access-control-request-method': 'GET' }
  expect((await send(emulator.port, 'OPTIONS', '/demo-bucket/key', host)).status).toBe(503)
})

test('the journal tells which fault befell a request', async () => {
  emulator.faults.add({ match: isPut, delayMs: 1, dropAnswer: true })
  await expect(put('a')).rejects.toThrow()
  expect(emulator.requests.at(-1)).toMatchObject({ operation: 'PutObject', fault: 'delayMs=1 dropAnswer' })
})

test('with a seed, chance strikes the same requests each time', async () => {
  await using seeded = await startEmulator({ seed: 7, faults: [{ chance: 0.5, times: 'always', status: 503 }] })
  const client = signedClient(seeded)
  const statuses = async () => {
    const answers = []
    for (let count = 0; count < 12; count++) answers.push((await client('GET', {})).status)
    return answers
  }
  const first = await statuses()
  await seeded.reset()
  expect(await statuses()).toEqual(first)
  expect(new Set(first)).toEqual(new Set([200, 503]))
})

test.each([
  [{ status: '503' }, 'fault.status: a number from 200 to 599, got "503"'],
  [{ statuz: 503 }, /^fault\.statuz: no word of a fault; there are skip, times/],
  [{ match: { operation: 3 } }, 'fault.match.operation: a text, got 3'],
  [{ match: { nth: 0 } }, 'fault.match.nth: a whole number from 1, got 0'],
  [{ times: 'often' }, 'fault.times: a whole number from 1, or always, got "often"'],
])('%j is no fault', (fault, message) => {
  expect(() => emulator.faults.add(fault as Fault)).toThrow(message)
})

test('a fault is read from a line', () => {
  expect(
    readFaultLine('operation=UploadPart,key=a*,nth=3,query.partNumber=2,times=always,status=503', '--fault'),
  ).toEqual({
    match: { operation: 'UploadPart', key: 'a*', nth: 3, query: { partNumber: '2' } },
    times: 'always',
    status: 503,
  })
  expect(readFaultLine('key=7,dropAnswer,corrupt=12', '--fault')).toEqual({
    match: { key: '7' },
    dropAnswer: true,
    corrupt: 12,
  })
  expect(() => readFaultLine('statuz=503', '--fault')).toThrow('--fault.statuz: no word of a fault')
})

test('a fault script is read from JSON', () => {
  expect(readFaults('[{"match":{"operation":"GetObject"},"dropAfterBytes":10}]', 'faults.json')).toEqual([
    { match: { operation: 'GetObject' }, dropAfterBytes: 10 },
  ])
  expect(() => readFaults('{}', 'faults.json')).toThrow('faults.json: a list of faults')
  expect(() => readFaults('[{"delayMs":-1}]', 'faults.json')).toThrow('faults.json[0].delayMs: a whole number from 0')
  expect(() => readFaults('[', 'faults.json')).toThrow('faults.json: not JSON')
})
