import { randomBytes } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import {
  type Client,
  deleteObject,
  type FileError,
  fetchTransport,
  ObjectChangedError,
  type OpenFileOptions,
  OSSClient,
  openFile,
  putBucketVersioning,
  putObject,
  ReadOnlyFile,
  refreshing,
} from '@oss-js/core'
import * as esbuild from 'esbuild'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { assumedRole } from '../assumed-role.ts'
import { emulated, isSame, named, pattern } from '../transfer/emulated.ts'

const bytes = pattern(1_000_000)
const of = { bucket: 'files', key: 'a.bin' }
const gets = named('GetObject')

let oss: Awaited<ReturnType<typeof emulated>>
beforeAll(async () => {
  oss = await emulated()
  await putObject(oss.client, { ...of, body: bytes })
})
beforeEach(async () => {
  const { emulator } = oss
  const snapshot = await emulator.snapshot()
  await emulator.reset()
  await emulator.restore(snapshot)
  return () => emulator.restore(snapshot)
})
afterAll(() => oss.emulator.close())

const open = (options?: OpenFileOptions) => openFile(oss.client, of, options)
const prefetching = { enablePrefetch: true, chunkSize: 100_000, prefetchThreshold: 100_000 }

async function failureOf(call: Promise<unknown>): Promise<FileError> {
  return call.then(
    () => expect.unreachable('it was a success'),
    (error) => error,
  )
}

/** A client that notes which ranges are asked for. */
function noting() {
  const ranges: unknown[] = []
  const client: Client = {
    send(definition, input, options) {
      if (definition.name === 'GetObject') ranges.push(input.range)
      return oss.client.send(definition, input, options)
    },
  }
  return { ranges, client }
}

async function collected(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

test('a file has the name, size, time and ETag of the object', async () => {
  await using file = await open()

  const { etag, lastModified } = await oss.head('a.bin')
  expect(file).toBeInstanceOf(ReadOnlyFile)
  expect([file.name, file.size, file.tell()]).toEqual(['oss://files/a.bin', 1_000_000, 0])
  expect(file.stat()).toMatchObject({ name: 'oss://files/a.bin', size: 1_000_000, etag, lastModified })
  expect(oss.count('GetObject')).toBe(0)
})

test('reads that follow each other share one open-ended request', async () => {
  const { client, ranges } = noting()
  await using file = await openFile(client, of)

  const first = await file.read(10)
  const second = await file.read(300_000)
  const rest = await file.read()

  expect(isSame(first, bytes.subarray(0, 10))).toBe(true)
  expect(isSame(second, bytes.subarray(10, 300_010))).toBe(true)
  expect(isSame(rest, bytes.subarray(300_010))).toBe(true)
  expect(ranges).toEqual([{ start: 0 }])
})

test('a buffer is filled as far as the file goes', async () => {
  await using file = await open()
  const buffer = new Uint8Array(600_000)

  const sizes = [await file.read(buffer), await file.read(buffer), await file.read(buffer)]

  expect(sizes).toEqual([600_000, 400_000, 0])
  expect(isSame(buffer.subarray(0, 400_000), bytes.subarray(600_000))).toBe(true)
  expect(isSame(buffer.subarray(400_000), bytes.subarray(400_000, 600_000))).toBe(true)
})

test('an empty buffer, no bytes and the end ask for nothing', async () => {
  await using file = await open()

  expect(await file.read(new Uint8Array(0))).toBe(0)
  expect(await file.read(0)).toHaveLength(0)
  file.seek(0, 'end')
  expect(await file.read(5)).toHaveLength(0)
  expect(oss.count('GetObject')).toBe(0)
})

test('an empty object is read without any request', async () => {
  await putObject(oss.client, { bucket: 'files', key: 'empty' })
  await using file = await openFile(oss.client, { bucket: 'files', key: 'empty' }, prefetching)

  expect(await file.read()).toHaveLength(0)
  expect(await file.read(new Uint8Array(1))).toBe(0)
  expect(await collected(file.stream())).toHaveLength(0)
  expect([file.seek(0, 'end'), oss.count('GetObject')]).toEqual([0, 0])
})

test('bytes can be read one by one over one request', async () => {
  await using file = await open()

  const read: number[] = []
  for (let count = 0; count < 200; count++) read.push((await file.read(1))[0]!)

  expect(read).toEqual([...bytes.subarray(0, 200)])
  expect(oss.count('GetObject')).toBe(1)
})

test('seeking counts from the start, from the position and from the end', async () => {
  await using file = await open()

  expect(file.seek(500)).toBe(500)
  expect(file.seek(-100, 'current')).toBe(400)
  expect(isSame(await file.read(5), bytes.subarray(400, 405))).toBe(true)
  expect(file.seek(10, 'current')).toBe(415)
  expect(isSame(await file.read(5), bytes.subarray(415, 420))).toBe(true)
  expect(file.seek(-5, 'end')).toBe(999_995)
  expect(isSame(await file.read(100), bytes.subarray(999_995))).toBe(true)
  expect(file.tell()).toBe(1_000_000)
  expect(oss.count('GetObject')).toBe(3)
})

test.each([
  [-1, 'start'],
  [1_000_001, 'start'],
  [-1, 'current'],
  [1, 'end'],
  [-1_000_001, 'end'],
  [0.5, 'start'],
  [Number.NaN, 'start'],
] as const)('seeking by %d from the %s is refused and moves nothing', async (offset, whence) => {
  await using file = await open()

  expect(() => file.seek(offset, whence)).toThrow(
    /^offset: seek oss:\/\/files\/a\.bin: a place from 0 to 1000000, got /,
  )
  expect(file.tell()).toBe(0)
})

test('a file can be opened at an offset', async () => {
  await using file = await open({ offset: 999_990 })

  expect(isSame(await file.read(), bytes.subarray(999_990))).toBe(true)
  await expect(open({ offset: 1_000_001 })).rejects.toThrow(/^offset: /)
})

test('reads that are asked for at once come in that order', async () => {
  await using file = await open()

  const first = file.read(1000)
  const second = file.read(1000)
  file.seek(5000)
  const third = file.read(1000)

  expect(isSame(await first, bytes.subarray(0, 1000))).toBe(true)
  expect(isSame(await second, bytes.subarray(1000, 2000))).toBe(true)
  expect(isSame(await third, bytes.subarray(5000, 6000))).toBe(true)
  expect(file.tell()).toBe(6000)
})

test('enough bytes in order switch to parallel chunks that cover the rest once', async () => {
  const { client, ranges } = noting()
  await using file = await openFile(client, of, { ...prefetching, chunkSize: 250_000 })

  expect(isSame(await file.read(), bytes)).toBe(true)

  expect(ranges).toEqual([
    { start: 0 },
    { start: 100_000, end: 349_999 },
    { start: 350_000, end: 599_999 },
    { start: 600_000, end: 849_999 },
    { start: 850_000 },
  ])
  expect(oss.count('GetObject')).toBe(5)
})

test('no more chunks than asked for are fetched ahead', async () => {
  const { client, ranges } = noting()
  await using file = await openFile(client, of, { ...prefetching, prefetchNum: 2 })

  await file.read(100_001)
  expect(ranges).toHaveLength(3)
  await file.read(99_999)
  expect(ranges).toHaveLength(3)
  await file.read(1)
  expect(ranges).toHaveLength(4)
})

test('without prefetch, and below the threshold, there is one request', async () => {
  const { client, ranges } = noting()
  await using plain = await openFile(client, of, { ...prefetching, enablePrefetch: false })
  await using below = await openFile(client, of, { ...prefetching, prefetchThreshold: 0 })

  await plain.read()
  await below.read()

  expect(ranges).toEqual([{ start: 0 }, { start: 0 }])
})

test('the third jump out of what is fetched ahead ends that', async () => {
  const { client, ranges } = noting()
  await using file = await openFile(client, of, { ...prefetching, prefetchNum: 1 })
  for (const place of [0, 10, 20]) {
    file.seek(place)
    await file.read(100_001)
  }
  expect(ranges).toHaveLength(6)

  file.seek(30)
  expect(isSame(await file.read(500_000), bytes.subarray(30, 500_030))).toBe(true)

  expect(ranges.slice(6)).toEqual([{ start: 30 }])
})

test('a jump before anything is fetched ahead does not count', async () => {
  await using file = await open({ ...prefetching, prefetchNum: 1 })
  for (const place of [0, 500_000, 0, 500_000, 0]) {
    file.seek(place)
    await file.read(1)
  }
  expect(oss.count('GetObject')).toBe(5)

  await file.read(200_000)

  expect(oss.count('GetObject')).toBe(7)
})

test('a chunk that fails is read directly, and the threshold counts again', async () => {
  const { client, ranges } = noting()
  oss.emulator.faults.add({ match: gets, skip: 1, status: 403, code: 'AccessDenied' })
  await using file = await openFile(client, of, { ...prefetching, prefetchNum: 1, chunkSize: 300_000 })

  expect(isSame(await file.read(), bytes)).toBe(true)

  expect(ranges).toEqual([
    { start: 0 },
    { start: 100_000, end: 399_999 },
    { start: 100_000 },
    { start: 200_000, end: 499_999 },
    { start: 500_000, end: 799_999 },
    { start: 800_000 },
  ])
})

test('a chunk that is cut goes on where it was cut', async () => {
  const { client, ranges } = noting()
  oss.emulator.faults.add({ match: gets, skip: 1, dropAfterBytes: 40_000 })
  await using file = await openFile(client, of, { ...prefetching, prefetchNum: 1, chunkSize: 900_000 })

  expect(isSame(await file.read(), bytes)).toBe(true)

  expect(ranges).toEqual([{ start: 0 }, { start: 100_000 }, { start: 140_000 }])
})

test('a connection that is cut again and again is replaced from the last byte on', async () => {
  const { client, ranges } = noting()
  oss.emulator.faults.add({ match: gets, dropAfterBytes: 100_000, times: 9 })
  await using file = await openFile(client, of)

  expect(isSame(await file.read(), bytes)).toBe(true)

  expect(ranges).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => ({ start: tenth * 100_000 })))
})

test('connections that bring nothing three times in a row end a read, which can be tried again', async () => {
  await using file = await open({ offset: 7 })
  oss.emulator.faults.add({ match: gets, dropAfterBytes: 0, times: 3 })

  const error = await failureOf(file.read(10))

  expect(error).toMatchObject({ name: 'FileError', operation: 'read', path: 'oss://files/a.bin' })
  expect(error.cause).toMatchObject({ name: 'RequestError' })
  expect(error.message).toMatch(/^read oss:\/\/files\/a\.bin: /)
  expect(file.tell()).toBe(7)
  expect(isSame(await file.read(10), bytes.subarray(7, 17))).toBe(true)
})

test('a refusal is the cause of what the read rejects with', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: gets, status: 403, code: 'AccessDenied' })

  expect((await failureOf(file.read(1))).cause).toMatchObject({ name: 'ServiceError', code: 'AccessDenied' })
})

test.each([
  [false, 'directly'],
  [true, 'ahead'],
])('an object that is replaced between reads is noticed (prefetch %s)', async (enablePrefetch) => {
  await using file = await open({ ...prefetching, enablePrefetch })
  const first = await file.read(10)
  await putObject(oss.client, { ...of, body: pattern(1_000_000, 3) })
  file.seek(200_000)

  const error = await failureOf(file.read(10))

  expect(isSame(first, bytes.subarray(0, 10))).toBe(true)
  expect(error).toBeInstanceOf(ObjectChangedError)
  expect(error.message).toMatch(/^read oss:\/\/files\/a\.bin: the object was replaced/)
})

test('an object that is replaced by a shorter one while its connection is cut is noticed', async () => {
  oss.emulator.faults.add({ match: gets, dropAfterBytes: 500_000 })
  await using file = await open()
  await file.read(10)
  await putObject(oss.client, { ...of, body: 'short' })

  await expect(file.read()).rejects.toBeInstanceOf(ObjectChangedError)
})

test('an answer that ignores the condition and shows another ETag or another place is refused', async () => {
  const fetched = fetchTransport()
  const answering = (spoil: (headers: Record<string, string>) => object) =>
    oss.clientWith({
      async transport(request) {
        const response = await fetched(request)
        return request.method === 'GET'
          ? { ...response, headers: { ...response.headers, ...spoil(response.headers) } }
          : response
      },
    })

  await using other = await openFile(
    answering(() => ({ etag: '"other"' })),
    of,
  )
  await expect(other.read(1)).rejects.toBeInstanceOf(ObjectChangedError)
  await using later = await openFile(
    answering(() => ({ 'last-modified': 'Fri, 24 Feb 2012 06:07:48 GMT' })),
    of,
  )
  await expect(later.read(1)).rejects.toBeInstanceOf(ObjectChangedError)
  await using elsewhere = await openFile(
    answering(() => ({ 'content-range': 'bytes 5-9/1000000' })),
    of,
  )
  await expect(elsewhere.read(1)).rejects.toThrow(/asked for bytes from 0 on, got bytes 5-9\/1000000$/)
})

test('a version that was asked for is read, whatever is there now', async () => {
  const { client } = oss
  await putBucketVersioning(client, { bucket: 'files', versioningConfiguration: { status: 'Enabled' } })
  const { versionId = '' } = await putObject(client, { ...of, body: 'the first' })
  await putObject(client, { ...of, body: 'the second' })
  await deleteObject(client, of)

  await using file = await openFile(client, { ...of, versionId })

  expect(file.name).toBe(`oss://files/a.bin?versionId=${versionId}`)
  expect(new TextDecoder().decode(await file.read())).toBe('the first')
})

test('keys may hold anything', async () => {
  const key = 'dir/中文 😀+~?#&=%.txt'
  await putObject(oss.client, { bucket: 'files', key, body: 'hello' })

  await using file = await openFile(oss.client, { bucket: 'files', key })

  expect(new TextDecoder().decode(await file.read())).toBe('hello')
  expect(file.name).toBe('oss://files/dir/%E4%B8%AD%E6%96%87%20%F0%9F%98%80%2B~%3F%23%26%3D%25.txt')
})

test('a missing object is what HeadObject throws', async () => {
  await expect(openFile(oss.client, { bucket: 'files', key: 'no' })).rejects.toMatchObject({
    operation: 'HeadObject',
    code: 'NoSuchKey',
  })
})

test.each([
  [{ prefetchNum: 1.5 }, /^prefetchNum: a whole number, got 1\.5/],
  [{ chunkSize: 1e300 }, /^chunkSize: /],
  [{ prefetchThreshold: 0.1 }, /^prefetchThreshold: /],
])('the options %j are refused before anything is sent', async (options, message) => {
  await expect(open(options)).rejects.toThrow(message)
  expect(oss.count('HeadObject')).toBe(0)
})

test('zero or less asks for the default', async () => {
  await using file = await open({ enablePrefetch: true, prefetchNum: 0, chunkSize: -1, prefetchThreshold: 1 })

  await file.read()

  expect(oss.count('GetObject')).toBe(2)
})

test('a stream has all bytes from the position on, and does not move it', async () => {
  await using file = await open({ offset: 600_000 })

  expect(isSame(await collected(file.stream()), bytes.subarray(600_000))).toBe(true)
  expect(file.tell()).toBe(600_000)
})

test('streams of ranges are read side by side, and ask for no byte more', async () => {
  const { client, ranges } = noting()
  await using file = await openFile(client, of)

  const [one, other] = await Promise.all([
    collected(file.stream({ start: 0, end: 100 })),
    collected(file.stream({ start: 50, end: 1_000_000 })),
  ])

  expect(isSame(one, bytes.subarray(0, 100))).toBe(true)
  expect(isSame(other, bytes.subarray(50))).toBe(true)
  expect(ranges).toEqual([{ start: 0, end: 99 }, { start: 50 }])
})

test('a stream fetches ahead and goes on after a cut', async () => {
  oss.emulator.faults.add({ match: gets, skip: 2, dropAfterBytes: 50_000 })
  await using file = await open({ ...prefetching, chunkSize: 300_000 })

  expect(isSame(await collected(file.stream()), bytes)).toBe(true)
  expect(oss.count('GetObject')).toBe(5)
})

test.each([
  [{ start: -1 }, /^start: stream oss:\/\/files\/a\.bin: a place from 0 to 1000000, got -1/],
  [{ start: 11, end: 10 }, /^start: .* 0 to 10, got 11/],
  [{ end: 1_000_001 }, /^end: /],
])('the stream %j is refused', async (options, message) => {
  await using file = await open()
  expect(() => file.stream(options)).toThrow(message)
})

test('a stream that is cancelled lets its connection go', async () => {
  const signals: AbortSignal[] = []
  const client: Client = {
    send(definition, input, options) {
      if (options?.signal) signals.push(options.signal)
      return oss.client.send(definition, input, options)
    },
  }
  await using file = await openFile(client, of)
  const reader = file.stream().getReader()
  await reader.read()

  await reader.cancel()

  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})

test('an abort ends a read at once, and the next read works', async () => {
  await using file = await open()
  oss.emulator.faults.add({ match: gets, delayMs: 60_000 })
  const controller = new AbortController()
  const reading = file.read(10, { signal: controller.signal })
  const waiting = file.read(10, { signal: controller.signal })

  controller.abort('enough')

  await expect(reading).rejects.toBe('enough')
  await expect(waiting).rejects.toBe('enough')
  expect(file.tell()).toBe(0)
  oss.emulator.faults.clear()
  expect(isSame(await file.read(10), bytes.subarray(0, 10))).toBe(true)
})

test('an abort while a chunk is under way asks for nothing more', async () => {
  const { client, ranges } = noting()
  await using file = await openFile(client, of, { ...prefetching, prefetchNum: 1 })
  await file.read(100_000)
  oss.emulator.faults.add({ match: gets, delayMs: 60_000 })
  const controller = new AbortController()
  const reading = file.read(1, { signal: controller.signal })

  controller.abort('enough')

  await expect(reading).rejects.toBe('enough')
  await oss.head('a.bin')
  expect(file.tell()).toBe(100_000)
  expect(ranges).toEqual([{ start: 0 }])
})

test('the signal of a read does not end what later reads use', async () => {
  await using file = await open()
  const controller = new AbortController()
  await file.read(10, { signal: controller.signal })

  controller.abort()
  await file.read(10)

  expect(oss.count('GetObject')).toBe(1)
})

test('the signal of the file ends all of its calls', async () => {
  const controller = new AbortController()
  await using file = await open({ signal: controller.signal })
  const reader = file.stream().getReader()
  await reader.read()

  controller.abort('enough')

  await expect(file.read(1)).rejects.toBe('enough')
  await expect(reader.read()).rejects.toBe('enough')
  await expect(open({ signal: controller.signal })).rejects.toBe('enough')
})

test('a closed file ends what is under way and refuses everything', async () => {
  const file = await open({ ...prefetching })
  await file.read(200_000)
  const reader = file.stream().getReader()
  await reader.read()
  oss.emulator.faults.add({ match: gets, delayMs: 60_000, times: 10 })
  file.seek(0)
  const reading = file.read(10)

  await file.close()
  await file.close()

  const closed = (operation: string) => `${operation} oss://files/a.bin: the file is closed`
  await expect(reading).rejects.toThrow(closed('read'))
  await expect(reader.read()).rejects.toThrow(closed('stream'))
  await expect(file.read(1)).rejects.toThrow(closed('read'))
  expect(() => file.seek(0)).toThrow(closed('seek'))
  expect(() => file.tell()).toThrow(closed('tell'))
  expect(() => file.stat()).toThrow(closed('stat'))
  expect(() => file.stream()).toThrow(closed('stream'))
})

test('what is fetched ahead is given up when the file is closed', async () => {
  const signals: AbortSignal[] = []
  const client: Client = {
    send(definition, input, options) {
      if (definition.name === 'GetObject' && options?.signal) signals.push(options.signal)
      return oss.client.send(definition, input, options)
    },
  }
  const file = await openFile(client, of, prefetching)
  await file.read(100_001)

  await file.close()

  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true])
})

test('a runtime without Symbol.asyncDispose opens, reads and closes files all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oss-js-older-'))
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
  const outfile = join(folder, 'core.mjs')
  const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
  const define = { 'Symbol.asyncDispose': 'undefined' }
  await esbuild.build({ entryPoints: [entry], define, bundle: true, outfile, format: 'esm', platform: 'node' })
  const older: typeof import('@oss-js/core') = await import(/* @vite-ignore */ outfile)
  const { endpoint, region, accessKeyId, accessKeySecret } = oss.emulator
  const client = older.createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })

  const file = await older.openFile(client, of)
  const log = await older.appendFile(client, { bucket: 'files', key: 'log' })

  expect(isSame(await file.read(5), bytes.subarray(0, 5))).toBe(true)
  expect(await log.write('hello')).toBe(5)
  await file.close()
  await log.close()
  expect([...Reflect.ownKeys(file), ...Reflect.ownKeys(log)]).toEqual(['name', 'size', 'name'])
})

test('a token that expires between two connections is replaced', async () => {
  let minutes = 0
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, minutes))
  await using timed = await emulated({ clock: now })
  await putObject(timed.client, { ...of, body: bytes })
  let tokens = 0
  const client = timed.clientWith({
    now: () => now().getTime(),
    credentialsProvider: refreshing(async () => {
      tokens += 1
      const { expiration: _, ...credentials } = await assumedRole(timed.emulator, now())
      return credentials
    }),
  })
  await using file = await openFile(client, of)
  await file.read(10)
  minutes = 20
  file.seek(500_000)

  expect(isSame(await file.read(10), bytes.subarray(500_000, 500_010))).toBe(true)

  expect(tokens).toBe(2)
  expect(timed.emulator.requests.filter(({ code }) => code === 'SecurityTokenExpired')).toHaveLength(1)
})

test('the full client opens files as well', async () => {
  const { endpoint, region, accessKeyId, accessKeySecret } = oss.emulator
  const client = new OSSClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  await using file = await client.openFile(of, { offset: 999_999 })

  expect([...(await file.read())]).toEqual([bytes[999_999]])
})

test('what is stored packed is read as it is stored, though fetch unpacks', async () => {
  const packed = new Uint8Array(gzipSync(Buffer.concat([randomBytes(400_000), bytes])))
  await putObject(oss.client, { ...of, body: packed, contentEncoding: 'gzip' })
  await using file = await open({ ...prefetching, offset: 5000 })

  expect(isSame(await file.read(10_000), packed.subarray(5000, 15_000))).toBe(true)
  expect(isSame(await file.read(), packed.subarray(15_000))).toBe(true)
})

test('a signal that outlives many files and reads holds none of them', async () => {
  const { signal } = new AbortController()

  for (let count = 0; count < 10; count++) {
    await using file = await open({ ...prefetching, signal })
    for (let read = 0; read < 10; read++) await file.read(20_000, { signal })
    await collected(file.stream({ signal }))
    await file.stream({ signal }).cancel()
  }

  expect(getEventListeners(signal, 'abort')).toEqual([])
})
