import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmulator } from '../src/index.ts'
import { element, signedClient } from './signed-client.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-emulator-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['in memory', () => ({})],
  ['in a folder', () => ({ dataDir: folder })],
])('a snapshot %s is come back to as often as wanted, also after a reset', async (_, options) => {
  await using emulator = await startEmulator(options())
  const oss = signedClient(emulator)
  const bucket = 'demo-bucket'
  await oss('PUT', { bucket })
  await oss('PUT', { bucket, key: 'a', body: 'first' })
  const uploadId = element((await oss('POST', { bucket, key: 'u', query: { uploads: null } })).text, 'UploadId')!
  await oss('PUT', { bucket, key: 'u', query: { partNumber: '1', uploadId }, body: 'part' })
  const snapshot = await emulator.snapshot()
  for (const forget of [() => oss('PUT', { bucket, key: 'a', body: 'second' }), () => emulator.reset()]) {
    await forget()
    await oss('PUT', { bucket, key: 'b', body: 'later' })
    await emulator.restore(snapshot)
    expect((await oss('GET', { bucket, key: 'a' })).text).toBe('first')
    expect((await oss('GET', { bucket, key: 'b' })).status).toBe(404)
    const complete = { bucket, key: 'u', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } }
    expect((await oss('POST', complete)).status).toBe(200)
    expect((await oss('GET', { bucket, key: 'u' })).text).toBe('part')
  }
})

test('a folder is used by one emulator at a time', async () => {
  const first = await startEmulator({ dataDir: folder })
  await expect(startEmulator({ dataDir: folder })).rejects.toThrow('another emulator uses this folder')
  await first.close()
  await using second = await startEmulator({ dataDir: folder })
  expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(`${process.pid}\n`)
  expect(second.port).toBeGreaterThan(0)
})

test.each([['4194999'], [String(process.pid)], ['']])(
  'the lock %j of a process that is gone is taken over',
  async (pid) => {
    await writeFile(join(folder, 'lock'), pid)
    await using emulator = await startEmulator({ dataDir: folder })
    expect(emulator.port).toBeGreaterThan(0)
  },
)

test('a folder is free again when the emulator could not listen', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(startEmulator({ dataDir: folder, port })).rejects.toThrow('EADDRINUSE')
  other.close()
  await using emulator = await startEmulator({ dataDir: folder })
  expect(emulator.port).toBeGreaterThan(0)
})
