import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Emulator } from '@oss-js/emulator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileCheckpoints, getObject, listMultipartUploads, putObject } from '../src/index.ts'
import { configOf, emulated } from './emulated.ts'

const program = fileURLToPath(new URL('./programs/transfer-file.mjs', import.meta.url))
const bytes = Buffer.from(new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))
const object = { bucket: 'files', key: 'a' }

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-processes-'))
  path = join(folder, 'file.bin')
})
afterEach(() => rm(folder, { recursive: true }))

const started = (emulator: Emulator, userAgent: string, way: 'up' | 'down', options: object): ChildProcess =>
  fork(program, [JSON.stringify(configOf(emulator, { userAgent })), way, path, JSON.stringify(options)])

/** Starts a process while another stands still, which goes on when this one begins to transfer: to start takes long. */
function startedBeside(other: ChildProcess, start: () => ChildProcess): ChildProcess {
  other.kill('SIGSTOP')
  return start().once('message', () => other.kill('SIGCONT'))
}

/** How a process ended: its code, or the signal that killed it. */
async function ended(child: ChildProcess): Promise<unknown> {
  const [code, signal] = await once(child, 'exit')
  return signal ?? code
}

/** Calls this with the name of the process that makes such a request; each takes long enough for another to come to it. */
function slowly(emulator: Emulator, operation: string, onRequest: (name: string) => void): void {
  emulator.faults.add({
    match(request) {
      if (request.operation !== operation) return false
      onRequest(request.headers.get('user-agent') ?? '')
      return true
    },
    times: 'always',
    delayMs: 100,
  })
}

test.each([{ enableCheckpoint: false }, { enableCheckpoint: true }, { enableCheckpoint: false, useTempFile: false }])(
  'of two processes that download to one file, one does not spoil what the other wrote, with %j',
  async (options) => {
    await using oss = await emulated()
    await putObject(oss.client, { ...object, body: bytes })
    const given = { ...options, checkpointDir: folder }
    let first: ChildProcess
    let second: ChildProcess | undefined
    let secondEnded: Promise<unknown> | undefined
    let found: Buffer | undefined
    // Asked when it is the second's turn, before it writes anything.
    slowly(oss.emulator, 'HeadObject', (name) => {
      if (name === 'second') found = readFileSync(path)
    })
    slowly(oss.emulator, 'GetObject', (name) => {
      if (name === 'second') second?.kill('SIGKILL')
      if (secondEnded) return
      second = startedBeside(first, () => started(oss.emulator, 'second', 'down', given))
      secondEnded = ended(second)
    })

    first = started(oss.emulator, 'first', 'down', given)
    expect(await ended(first)).toBe(0)
    expect(await secondEnded).toBe('SIGKILL')
    expect(found?.equals(bytes)).toBe(true)
    expect(await ended(started(oss.emulator, 'third', 'down', given))).toBe(0)

    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect(await readdir(folder)).toEqual(['file.bin'])
  },
  120_000,
)

test('of two processes that upload one file to one object, one sends it and both succeed', async () => {
  await using oss = await emulated()
  await writeFile(path, bytes)
  const given = { enableCheckpoint: true, checkpointDir: folder }
  let first: ChildProcess
  let secondEnded: Promise<unknown> | undefined
  slowly(oss.emulator, 'UploadPart', () => {
    secondEnded ??= ended(startedBeside(first, () => started(oss.emulator, 'second', 'up', given)))
  })

  first = started(oss.emulator, 'first', 'up', given)
  expect(await ended(first)).toBe(0)
  expect(await secondEnded).toBe(0)

  expect(oss.emulator.requests.filter(({ operation }) => operation === 'UploadPart')).toHaveLength(10)
  expect(Buffer.from(await (await getObject(oss.client, object)).body.bytes()).equals(bytes)).toBe(true)
  expect((await listMultipartUploads(oss.client, { bucket: 'files' })).uploads).toEqual([])
  expect(await readdir(folder)).toEqual(['file.bin'])
}, 120_000)

test('an upload that another process runs is known to run, until that is killed', async () => {
  await using oss = await emulated()
  await writeFile(path, bytes)
  const store = fileCheckpoints(folder)
  const child = started(oss.emulator, 'first', 'up', { enableCheckpoint: true, checkpointDir: folder })
  const end = ended(child)
  await new Promise<unknown>((resolve) => slowly(oss.emulator, 'UploadPart', resolve))
  const [checkpoint] = await store.list()

  expect(await store.isRunning?.(checkpoint!)).toBe(true)
  child.kill('SIGKILL')
  await end
  expect(await store.isRunning?.(checkpoint!)).toBe(false)
  await store.delete(checkpoint!)
  expect(await readdir(folder)).toEqual(['file.bin'])
})
