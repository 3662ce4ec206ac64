import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Copier, deleteObject, getObject, headObject, putObject } from '../src/index.ts'
import { configOf, emulated } from './emulated.ts'

test('metadata beyond ASCII goes along with the parts of a copy', async () => {
  await using oss = await emulated()
  const metadata = { place: 'Zürich 目录' }
  await putObject(oss.client, { bucket: 'files', key: 'a', body: new Uint8Array(300_000), metadata })
  const copier = new Copier(oss.client, { partSize: 102_400, multipartCopyThreshold: 1, disableShallowCopy: true })

  await copier.copy({ bucket: 'files', key: 'b', sourceKey: 'a' })

  expect((await headObject(oss.client, { bucket: 'files', key: 'b' })).metadata).toEqual(metadata)
})

const program = fileURLToPath(new URL('./programs/copy-object.mjs', import.meta.url))
const built = fileURLToPath(new URL('../dist/index.js', import.meta.url))

const kills = Number(process.env.OSS_KILLS ?? 8)
test(`a process killed at ${kills} random moments leaves the whole copy or none, and copies when it runs again`, async () => {
  if (!existsSync(built)) throw new Error('the packages are not built: npm run build')
  const seed = Number(process.env.OSS_SEED ?? Date.now() % 1_000_000)
  console.log(`OSS_SEED=${seed}`)
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  await using oss = await emulated()
  const body = Buffer.from(new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))
  const copied = { bucket: 'files', key: 'b' }
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  let onRequest = () => {}
  oss.emulator.faults.add({
    match({ key }) {
      onRequest()
      return key === 'b'
    },
    times: 'always',
    delayMs: 2,
  })
  const present = async () => {
    const found = await getObject(oss.client, copied).catch(() => undefined)
    return found && Buffer.from(await found.body.bytes())
  }

  for (let killed = 0; killed <= kills; ) {
    await deleteObject(oss.client, copied)
    const child = fork(program, [JSON.stringify(configOf(oss.emulator)), 'b', 'a'])
    const ended = once(child, 'exit')
    const requests = Math.floor(random() * 14)
    let seen = 0
    const kill = () => void (killed < kills && child.kill('SIGKILL'))
    onRequest = () => {
      seen += 1
      if (seen === requests) kill()
    }
    if (requests === 0) child.once('message', kill)
    const [code, signal] = await ended
    onRequest = () => {}

    const stored = await present()
    expect(signal ?? code, `OSS_SEED=${seed}`).toSatisfy((how) => how === 'SIGKILL' || how === 0)
    expect(stored ? stored.equals(body) : code !== 0, `OSS_SEED=${seed}`).toBe(true)
    if (signal || killed === kills) killed += 1
  }
}, 120_000)
