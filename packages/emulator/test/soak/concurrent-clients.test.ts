import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { aliOss, bucket } from '../clients/ali-oss-client.ts'
import { type MixedClient, mixedClient, type Report } from './mixed-client.ts'

const seconds = process.env.OSS_SOAK ? 60 : 10
const seed = Number(process.env.OSS_SEED ?? 1)
const concurrency = 64

/** Works until the time is over. */
async function work(client: MixedClient, until: number): Promise<void> {
  while (performance.now() < until) await client.step()
}

const folderOf = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'oss-soak-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** Many clients, half of them signing with V1 and half with V4. */
const clientsOf = (emulator: Emulator, report: Report): MixedClient[] =>
  Array.from({ length: concurrency }, (_, index) => {
    const oss = aliOss(emulator, { host: 'localhost', authorizationV4: index % 2 === 1 }, { sldEnable: true })
    return mixedClient(oss, `client-${index}`, seed * 1000 + index, report)
  })

/** Lets the clients work at once, and then read everything again. */
async function soak(emulator: Emulator, clients: readonly MixedClient[], { counts, wrong }: Report): Promise<void> {
  await aliOss(emulator, { host: '127.0.0.1' }).putBucket!(bucket)
  const until = performance.now() + seconds * 1000
  await Promise.all(clients.map((client) => work(client, until)))
  await Promise.all(clients.map((client) => client.checkAll()))
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  console.log(`seed ${seed}: ${total} steps`, Object.fromEntries(counts))

  expect(wrong).toEqual([])
  expect(counts.size).toBe(15)
  expect(emulator.requests.filter(({ status }) => status >= 500)).toEqual([])
}

const timeout = seconds * 3000 + 30_000

test(
  `${concurrency} clients at once for ${seconds} seconds see no error and no wrong byte in memory`,
  async () => {
    await using emulator = await startEmulator()
    const report: Report = { counts: new Map(), wrong: [] }
    await soak(emulator, clientsOf(emulator, report), report)
  },
  timeout,
)

test(
  `${concurrency} clients at once for ${seconds} seconds see no error and no wrong byte on disk, nor after a restart`,
  async () => {
    const dataDir = await folderOf()
    const report: Report = { counts: new Map(), wrong: [] }
    const first = await startEmulator({ dataDir })
    const clients = clientsOf(first, report)
    await soak(first, clients, report).finally(() => first.close())
    await using second = await startEmulator({ dataDir, port: first.port })
    await Promise.all(clients.map((client) => client.checkAll()))

    expect(report.wrong).toEqual([])
    expect(second.requests.length).toBeGreaterThan(concurrency)
  },
  timeout,
)
