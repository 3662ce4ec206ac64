import { expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { assumeRole } from './assume-role.ts'
import { element, signedClient } from './signed-client.ts'

/** Everything that is made up, of one run of the same requests. */
async function idsOf(emulator: Emulator): Promise<(string | undefined)[]> {
  const oss = signedClient(emulator)
  const bucket = 'demo-bucket'
  const made = await oss('PUT', { bucket })
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  await oss('PUT', { bucket, query: { versioning: null }, body })
  const put = await oss('PUT', { bucket, key: 'a', body: 'a' })
  const initiated = await oss('POST', { bucket, key: 'b', query: { uploads: null } })
  const worm = '<InitiateWormConfiguration><RetentionPeriodInDays>1</RetentionPeriodInDays></InitiateWormConfiguration>'
  const { headers } = await oss('POST', { bucket, query: { worm: null }, body: worm })
  const role = { RoleArn: emulator.roleArn, RoleSessionName: 'seeded' }
  const { accessKeyId, accessKeySecret, securityToken } = await assumeRole(emulator, role)
  return [
    String(made.headers['x-oss-request-id']),
    String(put.headers['x-oss-version-id']),
    element(initiated.text, 'UploadId'),
    String(headers['x-oss-worm-id']),
    accessKeyId,
    accessKeySecret,
    securityToken,
  ]
}

test('with a seed all ids are the same each time, and after a reset', async () => {
  await using first = await startEmulator({ seed: 1 })
  await using second = await startEmulator({ seed: 1 })
  await using other = await startEmulator({ seed: 2 })
  const ids = await idsOf(first)
  expect(new Set(ids).size).toBe(7)
  expect(await idsOf(second)).toEqual(ids)
  await first.reset()
  expect(await idsOf(first)).toEqual(ids)
  const different = await idsOf(other)
  expect(ids.filter((id) => different.includes(id))).toEqual([])
})

test('without a seed no id comes twice', async () => {
  await using emulator = await startEmulator()
  const ids = await idsOf(emulator)
  await emulator.reset()
  const others = await idsOf(emulator)
  expect(ids.filter((id) => others.includes(id))).toEqual([])
})

test('a snapshot remembers how far the ids were drawn', async () => {
  await using emulator = await startEmulator({ seed: 1 })
  const oss = signedClient(emulator)
  await oss('PUT', { bucket: 'demo-bucket' })
  const initiate = async () =>
    element((await oss('POST', { bucket: 'demo-bucket', key: 'u', query: { uploads: null } })).text, 'UploadId')
  const kept = await initiate()
  const snapshot = await emulator.snapshot()
  const next = await initiate()
  await emulator.reset()
  await emulator.restore(snapshot)
  expect(await initiate()).toBe(next)
  expect(next).not.toBe(kept)
})

test('a seed and a folder exclude each other', async () => {
  await expect(startEmulator({ seed: 1, dataDir: 'unused' })).rejects.toThrow(
    'seed: in memory only; in a folder, ids would be given twice',
  )
})

test('the clock is read, set and moved', async () => {
  await using emulator = await startEmulator({ clock: () => new Date('2026-01-01T00:00:00Z') })
  const oss = signedClient(emulator)
  emulator.clock.set(new Date('2030-01-01T00:00:00Z'))
  emulator.clock.advanceSeconds(90)
  const answer = await oss('GET', { signedAt: new Date('2030-01-01T00:01:30Z') })
  expect([answer.status, answer.headers.date]).toEqual([200, 'Tue, 01 Jan 2030 00:01:30 GMT'])
  await emulator.reset()
  expect(emulator.clock.now()).toEqual(new Date('2026-01-01T00:00:00Z'))
})
