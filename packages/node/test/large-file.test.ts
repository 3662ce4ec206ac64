import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const size = 2 ** 30
const program = (name: string) => fileURLToPath(new URL(`./programs/${name}.mjs`, import.meta.url))
const built = fileURLToPath(new URL('../dist/index.js', import.meta.url))

test('1 GiB goes up and down in less than 200 MB of memory, and the process ends by itself', async () => {
  if (!existsSync(built)) throw new Error('the packages are not built: npm run build')
  const folder = await mkdtemp(join(tmpdir(), 'oss-js-large-'))
  const source = join(folder, 'source')
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
  const file = await open(source, 'w')
  await file.truncate(size)
  await file.write('the end', size - 7)
  await file.close()
  const emulator = fork(program('emulator'), [join(folder, 'data')])
  await using _emulator = {
    async [Symbol.asyncDispose]() {
      const ended = once(emulator, 'exit')
      emulator.disconnect()
      await ended
    },
  }
  const [config] = await Promise.race([once(emulator, 'message'), once(emulator, 'exit')])

  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program('large-file'), JSON.stringify(config), source, join(folder, 'target')],
    { timeout: 100_000 },
  )

  const report = JSON.parse(stdout)
  expect(report.size).toBe(size)
  expect(report.gotCrc).toBe(report.putCrc)
  expect((await stat(join(folder, 'target'))).size).toBe(size)
  expect(report.peakBytes).toBeLessThan(200_000_000)
}, 120_000)
