import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { element, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const start = '2026-03-04T05:06:07.000Z'
const clock = settableClock(start)
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now, sealing: true })
})
beforeEach(async () => {
  clock.set(start)
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })
const append = (position: number, body: string) =>
  oss('POST', { key: 'log', query: { append: null, position: String(position) }, body })
const seal = (position: number | string, key = 'log') =>
  oss('POST', { key, query: { seal: null, position: String(position) } })
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code')]

test('nothing can be appended to a sealed object, which tells since when', async () => {
  await append(0, 'hello')
  expect((await oss('HEAD', { key: 'log' })).headers['x-oss-sealed-time']).toBeUndefined()
  const sealed = await seal(5)
  expect([sealed.status, sealed.headers['x-oss-sealed-time']]).toEqual([200, 'Wed, 04 Mar 2026 05:06:07 GMT'])
  expect(codeOf(await append(5, ' world'))).toEqual([409, 'ObjectNotAppendable'])
  clock.advanceSeconds(60)
  expect((await seal(5)).headers['x-oss-sealed-time']).toBe('Wed, 04 Mar 2026 05:06:07 GMT')
  const [head, get] = [await oss('HEAD', { key: 'log' }), await oss('GET', { key: 'log' })]
  expect([head, get].map(({ headers }) => [headers['x-oss-sealed-time'], headers['x-oss-object-type']])).toEqual([
    ['Wed, 04 Mar 2026 05:06:07 GMT', 'Appendable'],
    ['Wed, 04 Mar 2026 05:06:07 GMT', 'Appendable'],
  ])
  expect(get.text).toBe('hello')
})

test('an object is sealed at its length only, and no other than an appendable one', async () => {
  await append(0, 'hello')
  await oss('PUT', { key: 'normal', body: 'a' })
  const wrong = await seal(4)
  expect([...codeOf(wrong), wrong.headers['x-oss-next-append-position']]).toEqual([
    409,
    'PositionNotEqualToLength',
    '5',
  ])
  expect(codeOf(await seal('end'))).toEqual([400, 'InvalidArgument'])
  expect(codeOf(await seal(1, 'normal'))).toEqual([409, 'ObjectNotAppendable'])
  expect(codeOf(await seal(0, 'missing'))).toEqual([404, 'NoSuchKey'])
  expect((await append(5, '!')).status).toBe(200)
})

test('an object that takes the place of a sealed one can be appended to', async () => {
  await append(0, 'hello')
  await seal(5)
  await oss('DELETE', { key: 'log' })
  expect((await append(0, 'new')).status).toBe(200)
})

test('only a sealed object gets colder than Archive', async () => {
  const body =
    '<LifecycleConfiguration><Rule><Prefix></Prefix><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>ColdArchive</StorageClass></Transition></Rule></LifecycleConfiguration>'
  await oss('PUT', { query: { lifecycle: null }, body })
  await append(0, 'hello')
  clock.advanceSeconds(2 * 86_400)
  const classOf = async () => (await oss('HEAD', { key: 'log' })).headers['x-oss-storage-class']
  expect(await classOf()).toBe('Standard')
  await seal(5)
  clock.advanceSeconds(86_400)
  expect(await classOf()).toBe('ColdArchive')
})

test('sealing is refused where it is not enabled', async () => {
  await using other = await startEmulator({ clock: clock.now })
  const call = { bucket: 'demo-bucket', signedAt: clock.now() }
  await signedClient(other)('PUT', call)
  const query = { append: null, position: '0' }
  await signedClient(other)('POST', { ...call, key: 'log', query, body: 'hello' })
  const refused = await signedClient(other)('POST', { ...call, key: 'log', query: { seal: null, position: '5' } })
  expect([...codeOf(refused), element(refused.text, 'Message'), element(refused.text, 'EC')]).toEqual([
    400,
    'OperationNotSupported',
    'SealAppendable is not supported.',
    '0016-00000513',
  ])
})
