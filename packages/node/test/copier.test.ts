import { expect, test } from 'vitest'
import { Copier, deleteObject, getObject, headObject, putObject } from '../src/index.ts'
import { emulated } from './emulated.ts'
import { killedProgram } from './killed-program.ts'

test('metadata beyond ASCII goes along with the parts of a copy', async () => {
  await using oss = await emulated()
  const metadata = { place: 'Zürich 目录' }
  await putObject(oss.client, { bucket: 'files', key: 'a', body: new Uint8Array(300_000), metadata })
  const copier = new Copier(oss.client, { partSize: 102_400, multipartCopyThreshold: 1, disableShallowCopy: true })

  await copier.copy({ bucket: 'files', key: 'b', sourceKey: 'a' })

  expect((await headObject(oss.client, { bucket: 'files', key: 'b' })).metadata).toEqual(metadata)
})

const kills = Number(process.env.OSS_KILLS ?? 8)
test(`a process killed at ${kills} random moments leaves the whole copy or none, and copies when it runs again`, async () => {
  await using oss = await emulated()
  const body = Buffer.from(new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))
  const copied = { bucket: 'files', key: 'b' }
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  const { told, run } = killedProgram(oss.emulator, 'copy-object.mjs', ({ key }) => key === 'b')
  const present = async () => {
    const found = await getObject(oss.client, copied).catch(() => undefined)
    return found && Buffer.from(await found.body.bytes())
  }

  for (let killed = 0; killed <= kills; ) {
    await deleteObject(oss.client, copied)
    const { wasKilled } = await run(['b', 'a'], 14, killed < kills)

    const stored = await present()
    expect(stored ? stored.equals(body) : wasKilled, told).toBe(true)
    if (wasKilled || killed === kills) killed += 1
  }
}, 120_000)
