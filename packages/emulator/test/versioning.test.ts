import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { contentMd5, element, elements, signedClient, type TestCall } from './signed-client.ts'

let emulator: Emulator
let client: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator()
  client = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) => client(method, { bucket: 'demo-bucket', ...call })
const setVersioning = (status: string) => {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  return oss('PUT', { query: { versioning: null }, body })
}
const put = async (body: string, key = 'key') => String((await oss('PUT', { key, body })).headers['x-oss-version-id'])
const versions = async (query: Record<string, string | null> = {}) =>
  (await oss('GET', { query: { versions: null, ...query } })).text

test('the state of versioning is told once it was set', async () => {
  const get = async () => (await oss('GET', { query: { versioning: null } })).text
  expect(await get()).toContain('<VersioningConfiguration></VersioningConfiguration>')
  expect((await setVersioning('Enabled')).status).toBe(200)
  expect(await get()).toContain('<Status>Enabled</Status>')
  expect((await oss('GET', { query: { bucketInfo: null } })).text).toContain('<Versioning>Enabled</Versioning>')
  expect(element((await setVersioning('Maybe')).text, 'Code')).toBe('MalformedXML')
})

test('every put makes a version that can be read by its id', async () => {
  await put('zero')
  await setVersioning('Enabled')
  const first = await put('one')
  const second = await put('two')
  expect(new Set([first, second]).size).toBe(2)
  const read = async (versionId: string) => (await oss('GET', { key: 'key', query: { versionId } })).text
  expect([await read(first), await read(second), await read('null')]).toEqual(['one', 'two', 'zero'])
  const current = await oss('GET', { key: 'key' })
  expect([current.text, current.headers['x-oss-version-id']]).toEqual(['two', second])
  expect(elements(await versions(), 'VersionId')).toEqual([second, first, 'null'])
  expect(elements(await versions(), 'IsLatest')).toEqual(['true', 'false', 'false'])
})

test('a delete hides the object behind a marker, and removing the marker brings it back', async () => {
  await setVersioning('Enabled')
  await put('one')
  const deleted = await oss('DELETE', { key: 'key' })
  const versionId = String(deleted.headers['x-oss-version-id'])
  expect([deleted.status, deleted.headers['x-oss-delete-marker']]).toEqual([204, 'true'])
  const hidden = await oss('GET', { key: 'key' })
  expect([hidden.status, element(hidden.text, 'Code'), hidden.headers['x-oss-delete-marker']]).toEqual([
    404,
    'NoSuchKey',
    'true',
  ])
  const marker = await oss('GET', { key: 'key', query: { versionId } })
  expect([marker.status, element(marker.text, 'Code')]).toEqual([405, 'MethodNotAllowed'])
  expect((await oss('GET')).text).not.toContain('<Key>key</Key>')
  expect(await versions()).toContain(
    `<DeleteMarker><Key>key</Key><VersionId>${versionId}</VersionId><IsLatest>true</IsLatest>`,
  )
  await oss('DELETE', { key: 'key' })
  expect((await versions()).match(/<DeleteMarker>/g)).toHaveLength(2)
  await oss('DELETE', { key: 'key', query: { versionId: elements(await versions(), 'VersionId')[0]! } })
  await oss('DELETE', { key: 'key', query: { versionId } })
  expect((await oss('GET', { key: 'key' })).text).toBe('one')
})

test('a suspended bucket writes the version null in place of the one before', async () => {
  await setVersioning('Enabled')
  const kept = await put('one')
  await setVersioning('Suspended')
  expect(await put('two')).toBe('null')
  await put('three')
  expect(elements(await versions(), 'VersionId')).toEqual(['null', kept])
  expect((await oss('GET', { key: 'key' })).text).toBe('three')
  await oss('DELETE', { key: 'key' })
  expect(elements(await versions(), 'VersionId')).toEqual(['null', kept])
  expect((await oss('GET', { key: 'key', query: { versionId: kept } })).text).toBe('one')
})

test('a bucket with nothing but versions left is not empty', async () => {
  await setVersioning('Enabled')
  const versionId = await put('one')
  await oss('DELETE', { key: 'key' })
  expect(element((await oss('DELETE')).text, 'Code')).toBe('BucketNotEmpty')
  const marker = elements(await versions(), 'VersionId')[0]!
  const body = `<Delete>${[versionId, marker].map((id) => `<Object><Key>key</Key><VersionId>${id}</VersionId></Object>`).join('')}</Delete>`
  const answer = await oss('POST', { query: { delete: null }, body, headers: { 'content-md5': contentMd5(body) } })
  expect(elements(answer.text, 'VersionId')).toEqual([versionId, marker])
  expect((await oss('DELETE')).status).toBe(204)
})

test('a text that is no version id is refused', async () => {
  await put('one')
  const answer = await oss('GET', { key: 'key', query: { versionId: 'nonsense' } })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidArgument'])
})

test.each(['1', '2', '3'])('pages of %s versions give every version once', async (size) => {
  await setVersioning('Enabled')
  const expected: string[] = []
  for (const key of ['a', 'b']) {
    const ids = [await put('1', key), await put('2', key), await put('3', key)]
    expected.push(...ids.toReversed())
  }
  const found: string[] = []
  let page: Record<string, string> = {}
  for (let isTruncated = true; isTruncated; ) {
    const text = await versions({ 'max-keys': size, ...page })
    found.push(...elements(text, 'VersionId'))
    isTruncated = element(text, 'IsTruncated') === 'true'
    page = {
      'key-marker': element(text, 'NextKeyMarker') ?? '',
      'version-id-marker': element(text, 'NextVersionIdMarker') ?? '',
    }
  }
  expect(found).toEqual(expected)
})

test('a copy names the version it was made of', async () => {
  await setVersioning('Enabled')
  const first = await put('one')
  await put('two')
  const headers = { 'x-oss-copy-source': `/demo-bucket/key?versionId=${first}` }
  const copy = await oss('PUT', { key: 'copy', headers })
  expect(copy.headers['x-oss-copy-source-version-id']).toBe(first)
  expect((await oss('GET', { key: 'copy' })).text).toBe('one')
})

test.each([
  ['a zero byte, which ends the names of records', 'key&#0;0'],
  ['1024 bytes', 'k'.repeat(1024)],
])('what has %s is no key that can be deleted, and hides no other object', async (_, key) => {
  await setVersioning('Enabled')
  await put('one')
  const body = `<Delete><Object><Key>${key}</Key></Object></Delete>`
  const answer = await oss('POST', { query: { delete: null }, body, headers: { 'content-md5': contentMd5(body) } })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidObjectName'])
  expect((await oss('GET', { key: 'key' })).text).toBe('one')
})

test('a copy is made of objects alone, not of the names of their records', async () => {
  await put('one')
  const answer = await oss('PUT', { key: 'copy', headers: { 'x-oss-copy-source': '/demo-bucket/key%00fffffffe' } })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidObjectName'])
})

test('nothing is appended to a delete marker, nor to the version that was before it', async () => {
  const append = (position: string) => oss('POST', { key: 'log', query: { append: null, position }, body: 'one' })
  await append('0')
  await setVersioning('Enabled')
  await oss('DELETE', { key: 'log' })
  await setVersioning('Suspended')
  const answers = [await append('0'), await append('3')]
  expect(answers.map(({ text }) => element(text, 'Code'))).toEqual(['ObjectNotAppendable', 'ObjectNotAppendable'])
  expect((await oss('GET', { key: 'log', query: { versionId: 'null' } })).text).toBe('one')
})
