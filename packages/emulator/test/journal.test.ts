import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { assumeRole } from './assume-role.ts'
import { send, signedClient } from './signed-client.ts'

const now = new Date('2026-03-04T05:06:07Z')
let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator({ clock: () => now })
  const sign = signedClient(emulator)
  oss = (method, call) => sign(method, { signedAt: now, ...call })
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'demo-bucket' })
  await oss('PUT', { bucket: 'demo-bucket', key: 'a/b', body: '1' })
  await oss('GET', { bucket: 'demo-bucket', key: 'none' })
})
afterAll(() => emulator.close())

const operations = (...filter: Parameters<Emulator['journal']['requests']>) =>
  emulator.journal.requests(...filter).map(({ operation }) => operation)

test('an entry tells what was asked, of what, and how it ended', () => {
  expect(emulator.journal.last()).toEqual({
    method: 'GET',
    path: '/demo-bucket/none',
    query: {},
    operation: 'GetObject',
    bucket: 'demo-bucket',
    key: 'none',
    status: 404,
    requestId: expect.stringMatching(/^[0-9A-F]{24}$/),
    answeredAt: now,
    elapsedMs: expect.any(Number),
    code: 'NoSuchKey',
    reason: 'The specified key does not exist.',
  })
})

test('requests are found by what they have', () => {
  expect(operations()).toEqual(['PutBucket', 'PutObject', 'GetObject'])
  expect(operations({ method: 'PUT' })).toEqual(['PutBucket', 'PutObject'])
  expect(operations({ operation: '*Object' })).toEqual(['PutObject', 'GetObject'])
  expect(operations({ key: 'a/*' })).toEqual(['PutObject'])
  expect(operations({ bucket: 'demo-bucket', key: '' })).toEqual(['PutBucket'])
  expect(operations({ status: 404, code: 'NoSuchKey' })).toEqual(['GetObject'])
  expect(operations({ code: 'NoSuchBucket' })).toEqual([])
  expect(operations(({ status }) => status < 300)).toEqual(['PutBucket', 'PutObject'])
  expect(emulator.journal.last({ method: 'PUT' })?.operation).toBe('PutObject')
  expect(emulator.journal.last({ operation: 'ListObjects' })).toBeUndefined()
})

test('parameters are told, and neither signatures nor tokens', async () => {
  const role = { RoleArn: emulator.roleArn, RoleSessionName: 'reader' }
  const session = signedClient({ ...emulator, ...(await assumeRole(emulator, role, now)) })
  await session('GET', { bucket: 'demo-bucket', query: { prefix: 'a/' }, signedAt: now })
  const url = '/demo-bucket/a%2Fb?OSSAccessKeyId=id&Expires=1&Signature=secret%3D&security-token=CAIS'
  await send(emulator.port, 'GET', url, { host: 'localhost' })
  expect(emulator.journal.requests({ query: { prefix: 'a*' } })).toHaveLength(1)
  expect(emulator.journal.last()?.query).toEqual({ OSSAccessKeyId: 'id', Expires: '1' })
  expect(emulator.journal.last({ operation: 'AssumeRole' })?.query).toEqual({})
})

test('a request is waited for, whether it is answered already or still to come', async () => {
  expect((await emulator.journal.waitFor({ operation: 'PutObject' })).key).toBe('a/b')
  const third = emulator.journal.waitFor({ method: 'GET' }, { count: 3 })
  await oss('GET', { bucket: 'demo-bucket', key: 'second' })
  await oss('GET', { bucket: 'demo-bucket', key: 'third' })
  expect((await third).key).toBe('third')
})

test('waiting in vain tells what came instead', async () => {
  const waiting = emulator.journal.waitFor({ operation: 'DeleteObject' }, { timeoutMs: 20 })
  await expect(waiting).rejects.toThrow(
    'After 20 ms 0 of 1 requests match {"operation":"DeleteObject"}. The last of all:\n  200 PUT /demo-bucket/ PutBucket',
  )
})

test('a reset empties the journal', async () => {
  await emulator.reset()
  expect(emulator.journal.requests()).toEqual([])
})
