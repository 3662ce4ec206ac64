import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { element, elements, signedClient, type TestCall } from './signed-client.ts'

const start = '2026-03-04T05:06:07.000Z'
const clock = settableClock(start)
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now })
})
beforeEach(async () => {
  clock.set(start)
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })

async function setRules(...rules: string[]): Promise<void> {
  const body = `<LifecycleConfiguration>${rules
    .map((rule) => `<Rule>${rule}<Status>Enabled</Status></Rule>`)
    .join('')}</LifecycleConfiguration>`
  const headers = { 'x-oss-allow-same-action-overlap': 'true' }
  expect((await oss('PUT', { query: { lifecycle: null }, headers, body })).status).toBe(200)
}
const put = async (key: string, call: TestCall = {}) =>
  String((await oss('PUT', { key, body: key, ...call })).headers['x-oss-version-id'])
const keys = async () => elements((await oss('GET')).text, 'Key')
const versions = async () => {
  const { text } = await oss('GET', { query: { versions: null } })
  return [...text.matchAll(/<(Version|DeleteMarker)><Key>([^<]*)/g)].map(([, kind, key]) => `${kind} ${key}`)
}
const keepVersions = (status = 'Enabled') =>
  oss('PUT', {
    query: { versioning: null },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  })
const classOf = async (key: string) => (await oss('HEAD', { key })).headers['x-oss-storage-class']
const expireAfter = (days: number) => `<Expiration><Days>${days}</Days></Expiration>`

test('objects expire at the midnight after their days', async () => {
  await setRules(`<Prefix>logs/</Prefix>${expireAfter(2)}`)
  await put('logs/a')
  await put('kept')
  clock.set('2026-03-06T23:59:59.000Z')
  expect(await keys()).toEqual(['kept', 'logs/a'])
  clock.set('2026-03-07T00:00:00.000Z')
  expect(await keys()).toEqual(['kept'])
  expect((await oss('GET', { key: 'logs/a' })).status).toBe(404)
})

test('objects older than a date expire on it', async () => {
  await put('old')
  await setRules('<Expiration><CreatedBeforeDate>2026-03-05T00:00:00.000Z</CreatedBeforeDate></Expiration>')
  expect(await keys()).toEqual(['old'])
  clock.set('2026-03-05T00:00:00.000Z')
  await put('new')
  expect(await keys()).toEqual(['new'])
})

test('a rule is about objects with all of its tags, of its size, and without its exceptions', async () => {
  const filter = '<Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan><Not><Prefix>a-kept</Prefix></Not></Filter>'
  await setRules(`<Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>${filter}${expireAfter(1)}`)
  const tagged = { headers: { 'x-oss-tagging': 'k=v&more=1' } }
  await put('a-tagged', tagged)
  await put('a-kept', tagged)
  await put('a-other', { headers: { 'x-oss-tagging': 'k=w' } })
  await put('a-small', { ...tagged, body: 'x' })
  await put('b-tagged', tagged)
  clock.advanceSeconds(2 * 86_400)
  expect(await keys()).toEqual(['a-kept', 'a-other', 'a-small', 'b-tagged'])
})

test('a rule that is disabled does nothing', async () => {
  const body = `<LifecycleConfiguration><Rule>${expireAfter(1)}<Status>Disabled</Status></Rule></LifecycleConfiguration>`
  await oss('PUT', { query: { lifecycle: null }, body })
  await put('a')
  clock.advanceSeconds(10 * 86_400)
  expect(await keys()).toEqual(['a'])
})

test('a rule that is put later is carried out on the same day', async () => {
  await put('a')
  clock.advanceSeconds(5 * 86_400)
  await setRules(`<Prefix>b</Prefix>${expireAfter(1)}`)
  expect(await keys()).toEqual(['a'])
  await setRules(expireAfter(1))
  expect(await keys()).toEqual([])
})

test('where versions are kept an object expires behind a delete marker, and previous versions for good', async () => {
  await keepVersions()
  await setRules(
    `${expireAfter(3)}<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>`,
  )
  await put('a')
  await put('a')
  clock.advanceSeconds(3 * 86_400)
  expect(await versions()).toEqual(['Version a'])
  clock.advanceSeconds(86_400)
  expect(await versions()).toEqual(['DeleteMarker a', 'Version a'])
  clock.advanceSeconds(3 * 86_400)
  expect(await versions()).toEqual(['DeleteMarker a'])
})

test('delete markers without versions behind them are removed', async () => {
  await keepVersions()
  await setRules('<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>')
  await put('a')
  await oss('DELETE', { key: 'a' })
  await oss('DELETE', { key: 'lone' })
  clock.advanceSeconds(86_400)
  expect(await versions()).toEqual(['DeleteMarker a', 'Version a'])
})

test('uploads are aborted that were not completed', async () => {
  await setRules('<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>')
  const { text } = await oss('POST', { key: 'big', query: { uploads: null } })
  const uploadId = element(text, 'UploadId') ?? ''
  await oss('PUT', { key: 'big', query: { uploadId, partNumber: '1' }, body: 'part' })
  clock.advanceSeconds(2 * 86_400)
  expect(elements((await oss('GET', { query: { uploads: null } })).text, 'UploadId')).toEqual([])
  expect((await oss('GET', { key: 'big', query: { uploadId } })).status).toBe(404)
})

test('objects get colder, from class to class, and tell when', async () => {
  const to = (storageClass: string, days: number) =>
    `<Transition><Days>${days}</Days><StorageClass>${storageClass}</StorageClass></Transition>`
  await setRules(to('IA', 1) + to('Archive', 5))
  await put('a')
  await put('cold', { headers: { 'x-oss-storage-class': 'ColdArchive' } })
  clock.set('2026-03-06T00:00:00.000Z')
  expect([await classOf('a'), await classOf('cold')]).toEqual(['IA', 'ColdArchive'])
  expect(element((await oss('GET')).text, 'TransitionTime')).toBe('2026-03-06T00:00:00.000Z')
  expect((await oss('HEAD', { key: 'a' })).headers['x-oss-transition-time']).toBe('Fri, 06 Mar 2026 00:00:00 GMT')
  clock.set('2026-03-10T00:00:00.000Z')
  expect(await classOf('a')).toBe('Archive')
  expect((await oss('GET', { key: 'a' })).status).toBe(403)
})

test('days count from the last access where the rule says so, and reading brings an object back', async () => {
  const monitor = '<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>'
  await oss('PUT', { query: { accessmonitor: null }, body: monitor })
  await setRules(
    '<Transition><Days>3</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime><ReturnToStdWhenVisit>true</ReturnToStdWhenVisit></Transition>',
  )
  await put('a')
  await put('b')
  clock.advanceSeconds(3 * 86_400)
  await oss('GET', { key: 'a' })
  clock.advanceSeconds(86_400)
  expect([await classOf('a'), await classOf('b')]).toEqual(['Standard', 'IA'])
  await oss('GET', { key: 'b' })
  expect(await classOf('b')).toBe('Standard')
})

test('what a bucket retains does not expire before its time', async () => {
  const body = '<InitiateWormConfiguration><RetentionPeriodInDays>5</RetentionPeriodInDays></InitiateWormConfiguration>'
  const wormId = String((await oss('POST', { query: { worm: null }, body })).headers['x-oss-worm-id'])
  await oss('POST', { query: { wormId } })
  await setRules(expireAfter(1))
  await put('a')
  clock.advanceSeconds(3 * 86_400)
  expect(await keys()).toEqual(['a'])
  clock.advanceSeconds(3 * 86_400)
  expect(await keys()).toEqual([])
})

test('an object that has expired cannot be copied from another bucket', async () => {
  await setRules(expireAfter(1))
  await put('a')
  await oss('PUT', { bucket: 'other-bucket' })
  clock.advanceSeconds(3 * 86_400)
  const copy = await oss('PUT', {
    bucket: 'other-bucket',
    key: 'b',
    headers: { 'x-oss-copy-source': '/demo-bucket/a' },
  })
  expect(copy.status).toBe(404)
})

test('what has expired is gone from the data folder', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oss-emulator-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  await using kept = await startEmulator({ dataDir, clock: clock.now })
  const send = (method: string, call: TestCall = {}) =>
    signedClient(kept)(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })
  const blobs = async () =>
    (await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  await send('PUT')
  const body = `<LifecycleConfiguration><Rule><Prefix>logs/</Prefix>${expireAfter(1)}<Status>Enabled</Status></Rule></LifecycleConfiguration>`
  await send('PUT', { query: { lifecycle: null }, body })
  for (const key of ['logs/1', 'logs/2', 'kept']) await send('PUT', { key, body: key })
  expect(await blobs()).toHaveLength(3)
  clock.advanceSeconds(2 * 86_400)
  expect(elements((await send('GET')).text, 'Key')).toEqual(['kept'])
  expect(await blobs()).toHaveLength(1)
})
