import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { contentMd5, element, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07.000Z')
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now })
})
beforeEach(async () => {
  clock.set('2026-03-04T05:06:07.000Z')
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code')]
const day = 86_400

const period = (root: string, days: number) =>
  `<${root}><RetentionPeriodInDays>${days}</RetentionPeriodInDays></${root}>`
const initiate = async (days: number) => {
  const answer = await oss('POST', { query: { worm: null }, body: period('InitiateWormConfiguration', days) })
  return String(answer.headers['x-oss-worm-id'])
}
const lock = (wormId: string) => oss('POST', { query: { wormId } })
const told = () => oss('GET', { query: { worm: null } })

test('a retention is begun, told, locked and extended', async () => {
  expect(codeOf(await told())).toEqual([404, 'NoSuchWORMConfiguration'])
  const wormId = await initiate(2)
  const { text } = await told()
  expect(['WormId', 'State', 'RetentionPeriodInDays'].map((name) => element(text, name))).toEqual([
    wormId,
    'InProgress',
    '2',
  ])
  const extend = (days: number) =>
    oss('POST', { query: { wormId, wormExtend: null }, body: period('ExtendWormConfiguration', days) })
  expect(codeOf(await extend(3))).toEqual([409, 'WORMConfigurationNotLocked'])
  expect((await lock(wormId)).status).toBe(200)
  expect((await extend(3)).status).toBe(200)
  expect(codeOf(await extend(1))).toEqual([400, 'InvalidArgument'])
  const after = (await told()).text
  expect([element(after, 'State'), element(after, 'RetentionPeriodInDays')]).toEqual(['Locked', '3'])
  expect(codeOf(await oss('DELETE', { query: { worm: null } }))).toEqual([409, 'WORMConfigurationLocked'])
})

test('a retention that is not locked can be aborted, and is gone after a day', async () => {
  const wormId = await initiate(2)
  expect((await oss('DELETE', { query: { worm: null } })).status).toBe(204)
  expect(codeOf(await lock(wormId))).toEqual([404, 'NoSuchWORMConfiguration'])
  await initiate(2)
  clock.advanceSeconds(day)
  expect((await told()).status).toBe(404)
})

test('in a bucket with a retention nothing can be changed before its time', async () => {
  await lock(await initiate(1))
  await oss('PUT', { key: 'kept', body: 'first' })
  const body = '<Delete><Object><Key>kept</Key></Object></Delete>'
  const attempts = [
    await oss('PUT', { key: 'kept', body: 'second' }),
    await oss('DELETE', { key: 'kept' }),
    await oss('POST', { query: { delete: null }, body, headers: { 'content-md5': contentMd5(body) } }),
    await oss('PUT', { key: 'kept', headers: { 'x-oss-copy-source': '/demo-bucket/kept' } }),
  ]
  expect(attempts.map(codeOf)).toEqual(Array(4).fill([409, 'FileImmutable']))
  expect((await oss('GET', { key: 'kept' })).text).toBe('first')
  clock.advanceSeconds(day)
  expect((await oss('DELETE', { key: 'kept' })).status).toBe(204)
})

test('nothing can be appended to an object that its bucket retains', async () => {
  const append = (position: number) =>
    oss('POST', { key: 'log', query: { append: null, position: `${position}` }, body: 'line' })
  await lock(await initiate(1))
  expect((await append(0)).status).toBe(200)
  expect(codeOf(await append(4))).toEqual([409, 'FileImmutable'])
})

const enable = (rule = '') =>
  oss('PUT', {
    query: { objectWorm: null },
    body: `<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled>${rule}</ObjectWormConfiguration>`,
  })
const keepVersions = () =>
  oss('PUT', {
    query: { versioning: null },
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  })
const retain = (mode: string, until: string, headers: Record<string, string> = {}) =>
  oss('PUT', {
    key: 'a',
    query: { retention: null },
    headers,
    body: `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`,
  })
const hold = (status: string) =>
  oss('PUT', { key: 'a', query: { legalHold: null }, body: `<LegalHold><Status>${status}</Status></LegalHold>` })
const bypass = { 'x-oss-bypass-governance-retention': 'true' }

/** A version of an object in a bucket that can retain objects. */
async function version(): Promise<string> {
  await keepVersions()
  await enable()
  return String((await oss('PUT', { key: 'a', body: 'a' })).headers['x-oss-version-id'])
}
const remove = (versionId: string, headers: Record<string, string> = {}) =>
  oss('DELETE', { key: 'a', query: { versionId }, headers })

test('objects are retained one by one only where versions are kept', async () => {
  expect(codeOf(await enable())).toEqual([400, 'InvalidBucketState'])
  await oss('PUT', { key: 'a' })
  const refused = await retain('GOVERNANCE', '2026-03-04T05:06:10.000Z')
  expect([...codeOf(refused), element(refused.text, 'EC')]).toEqual([400, 'OperationNotSupported', '0037-00000001'])
  await keepVersions()
  expect((await enable()).status).toBe(200)
})

test('a version is retained until its time, and told as it was put', async () => {
  const versionId = await version()
  expect((await retain('COMPLIANCE', '2026-03-04T05:06:10.123Z')).status).toBe(200)
  const { text } = await oss('GET', { key: 'a', query: { retention: null } })
  expect([element(text, 'Mode'), element(text, 'RetainUntilDate')]).toEqual(['COMPLIANCE', '2026-03-04T05:06:10.123Z'])
  expect(codeOf(await remove(versionId, bypass))).toEqual([409, 'FileImmutable'])
  expect((await oss('DELETE', { key: 'a' })).headers['x-oss-delete-marker']).toBe('true')
  clock.advanceSeconds(4)
  expect((await remove(versionId)).status).toBe(204)
})

test('retention by governance yields to who bypasses it, retention for compliance never becomes weaker', async () => {
  const versionId = await version()
  await retain('GOVERNANCE', '2026-03-05T00:00:00.000Z')
  expect(codeOf(await retain('GOVERNANCE', '2026-03-04T23:00:00.000Z'))).toEqual([409, 'FileImmutable'])
  expect((await retain('GOVERNANCE', '2026-03-04T23:00:00.000Z', bypass)).status).toBe(200)
  expect((await retain('COMPLIANCE', '2026-03-06T00:00:00.000Z')).status).toBe(200)
  expect(codeOf(await retain('GOVERNANCE', '2026-03-07T00:00:00.000Z', bypass))).toEqual([409, 'FileImmutable'])
  expect((await remove(versionId, bypass)).status).toBe(409)
})

test('a version under governance can be removed by who bypasses it', async () => {
  const versionId = await version()
  await retain('GOVERNANCE', '2026-03-05T00:00:00.000Z')
  expect([(await remove(versionId)).status, (await remove(versionId, bypass)).status]).toEqual([409, 204])
})

test('a legal hold keeps a version until it is off', async () => {
  const versionId = await version()
  expect((await hold('ON')).status).toBe(200)
  expect(element((await oss('GET', { key: 'a', query: { legalHold: null } })).text, 'Status')).toBe('ON')
  expect(codeOf(await remove(versionId, bypass))).toEqual([409, 'FileImmutable'])
  await hold('OFF')
  expect((await remove(versionId)).status).toBe(204)
})

test('objects get the retention of their bucket', async () => {
  await keepVersions()
  await enable('<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>2</Days></DefaultRetention></Rule>')
  await oss('PUT', { key: 'a' })
  const { text } = await oss('GET', { key: 'a', query: { retention: null } })
  expect(element(text, 'RetainUntilDate')).toBe('2026-03-06T05:06:07.000Z')
})

test.each([
  ['a time that has passed', 'GOVERNANCE', '2026-03-04T05:06:06.000Z', 'InvalidArgument'],
  ['an unknown mode', 'HOPE', '2026-03-05T00:00:00.000Z', 'MalformedXML'],
  ['no time', 'GOVERNANCE', 'soon', 'MalformedXML'],
])('a retention with %s is refused', async (_, mode, until, code) => {
  await version()
  expect(codeOf(await retain(mode, until))).toEqual([400, code])
})
