import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendFile, getObject, headObject, openFile, putObject, toReadable, toWritable } from '../src/index.ts'
import { emulated } from './emulated.ts'

const bytes = Buffer.alloc(
  3_000_000,
  Uint8Array.from({ length: 251 }, (_, index) => index),
)

let oss: Awaited<ReturnType<typeof emulated>>
let folder: string
beforeAll(async () => {
  oss = await emulated()
  folder = await mkdtemp(join(tmpdir(), 'oss-js-streams-'))
  await putObject(oss.client, { bucket: 'files', key: 'a.bin', body: bytes })
})
afterAll(async () => {
  await oss.emulator.close()
  await rm(folder, { recursive: true })
})

const open = () => openFile(oss.client, { bucket: 'files', key: 'a.bin' })
const append = (key: string) => appendFile(oss.client, { bucket: 'files', key })
const stored = async (key: string) =>
  Buffer.from(await (await getObject(oss.client, { bucket: 'files', key })).body.bytes())
const count = (name: string) => oss.emulator.requests.filter(({ operation }) => operation === name).length

test('a Readable has the bytes of a file, also after a cut', async () => {
  oss.emulator.faults.add({ match: ({ operation }) => operation === 'GetObject', dropAfterBytes: 1_000_000 })
  await using file = await open()
  file.seek(10)

  await pipeline(toReadable(file), createWriteStream(join(folder, 'copy')))

  expect((await readFile(join(folder, 'copy'))).equals(bytes.subarray(10))).toBe(true)
  expect(file.tell()).toBe(10)
})

test('a Readable has those bytes of a file that were asked for', async () => {
  await using file = await open()
  expect((await buffer(toReadable(file, { start: 5, end: 9 }))).equals(bytes.subarray(5, 9))).toBe(true)
})

test('a Readable that is destroyed closes, and the file can still be read', async () => {
  await using file = await open()
  const readable = toReadable(file)
  for await (const chunk of readable) {
    expect(chunk).toBeInstanceOf(Uint8Array)
    break
  }

  expect(readable.destroyed).toBe(true)
  expect(Buffer.from(await file.read(3)).equals(bytes.subarray(0, 3))).toBe(true)
})

test('a Readable fails with what the file fails with', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: ({ operation }) => operation === 'GetObject', status: 403, code: 'AccessDenied' })

  await expect(buffer(toReadable(file))).rejects.toMatchObject({ name: 'FileError', operation: 'stream' })
})

test('a Writable adds a file on disk to what is there, and what waits meanwhile in one request', async () => {
  await writeFile(join(folder, 'source'), bytes)
  await using file = await append('app.log')
  await file.write('begin ')
  const before = count('AppendObject')
  oss.emulator.faults.add({ match: ({ operation }) => operation === 'AppendObject', delayMs: 100, times: 1000 })

  await pipeline(createReadStream(join(folder, 'source'), { highWaterMark: 10_000 }), toWritable(file))

  oss.emulator.faults.clear()
  expect((await stored('app.log')).equals(Buffer.concat([Buffer.from('begin '), bytes]))).toBe(true)
  expect(file.tell()).toBe(3_000_006)
  expect(count('AppendObject') - before).toBeLessThan(30)
})

test('a Writable takes text, and its end creates the object even if there was none', async () => {
  await using file = await append('text.log')
  await pipeline(Readable.from(['你', '好']), toWritable(file))
  expect((await stored('text.log')).toString()).toBe('你好')

  await using empty = await append('empty.log')
  await pipeline(Readable.from([]), toWritable(empty))
  expect(await headObject(oss.client, { bucket: 'files', key: 'empty.log' })).toMatchObject({ contentLength: 0 })
})

test('a Writable fails with what the file fails with', async () => {
  await using file = await append('failed.log')
  oss.emulator.faults.add({ match: ({ operation }) => operation === 'AppendObject', status: 403, code: 'AccessDenied' })

  await expect(pipeline(Readable.from(['a']), toWritable(file))).rejects.toMatchObject({
    name: 'FileError',
    cause: { code: 'AccessDenied' },
  })
})

test('a Writable that is destroyed ends the append that is under way', async () => {
  await using file = await append('ended.log')
  oss.emulator.faults.add({ match: ({ operation }) => operation === 'AppendObject', delayMs: 60_000 })
  const writable = toWritable(file)
  const ended = new Promise((resolve) => writable.on('error', resolve))
  writable.write('a')

  writable.destroy(new Error('enough'))

  expect(await ended).toMatchObject({ message: 'enough' })
  await file.flush({ signal: AbortSignal.abort('not now') }).catch((reason) => expect(reason).toBe('not now'))
})
