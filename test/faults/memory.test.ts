/** What transfers take of memory, each in a process of its own. `npm run soak` moves 20 GiB. */
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const size = Number(process.env.OSS_TRANSFER_BYTES ?? 2 ** 30)
const count = Number(process.env.OSS_TRANSFERS ?? 100)
const timeoutMs = 60_000 + size / 10_000 + count * 500
const program = (name: string) =>
  fileURLToPath(new URL(`../../packages/node/test/programs/${name}.mjs`, import.meta.url))
const built = fileURLToPath(new URL('../../packages/node/dist/index.js', import.meta.url))
/** Three parts of 6 MiB are under way at once. */
const mostBytes = 3 * 6_291_456 + 40_000_000
/**
 * With the first answer to a process, whatever it tells, V8 optimises undici's parser of answers and takes some 36 MB until that
 * is done. This leaves it as it is.
 */
const unoptimisedParser = '--liftoff-only'

let folder: string
let path: string
let endpoint: string
let server: ReturnType<typeof fork>
beforeAll(async () => {
  if (!existsSync(built)) throw new Error('the packages are not built: npm run build')
  folder = await mkdtemp(join(tmpdir(), 'oss-js-memory-'))
  path = join(folder, 'sparse')
  for (const [name, bytes] of [
    [path, size],
    [`${path}.small`, 20_000_000],
  ] as const) {
    const file = await open(name, 'w')
    await file.truncate(bytes)
    await file.close()
  }
  server = fork(program('discarding-server'))
  const [message] = await once(server, 'message')
  endpoint = String(message)
})
afterAll(async () => {
  server?.disconnect()
  await rm(folder, { recursive: true })
})

async function reportOf(flags: string[], name: string, ...rest: string[]): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program(name), endpoint, ...rest])
  return JSON.parse(stdout)
}

const ways = [
  ['a sparse file goes up', 'up'],
  ['a stream goes up', 'stream'],
  ['an object comes down', 'down'],
] as const
const mebibytes = Math.round(size / 2 ** 20)

test.each(ways)(
  `${mebibytes} MiB: %s in the memory of the parts under way and 40 MB, after something was moved`,
  async (_, way) => {
    const { peakBytes, coldPeakBytes } = await reportOf([], 'measured-transfer', way, path, String(size))

    const [base, cold] = [peakBytes!, coldPeakBytes!].map((bytes) => Math.round(bytes / 1e6))
    console.log(`${way}: ${base} MB above a process that has moved something, ${cold} MB above one that has not`)
    expect(peakBytes).toBeLessThan(mostBytes)
  },
  timeoutMs,
)

test.each(ways)(
  `${mebibytes} MiB: %s in the memory of the parts under way and 40 MB, before anything was moved`,
  async (_, way) => {
    const { coldPeakBytes } = await reportOf([unoptimisedParser], 'measured-transfer', way, path, String(size))

    console.log(`${way}: ${Math.round(coldPeakBytes! / 1e6)} MB above a process that has not moved anything`)
    expect(coldPeakBytes).toBeLessThan(mostBytes)
  },
  timeoutMs,
)

test(
  `${count} transfers of each kind, aborted and failed ones too, leave nothing in memory`,
  async () => {
    const { grownBytes } = await reportOf(['--expose-gc'], 'many-transfers', String(count))

    console.log(`${count} transfers: ${Math.round(grownBytes! / 1e3)} kB more`)
    expect(grownBytes).toBeLessThan(1_500_000)
  },
  timeoutMs,
)
