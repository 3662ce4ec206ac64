import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import {
  type CheckpointStore,
  type DownloadCheckpoint,
  Downloader,
  fetchTransport,
  fixedRetryer,
  memoryCheckpoints,
  putBucket,
  putObject,
  RequestError,
  type Retryer,
  TransferError,
  type TransferProgress,
  type Transport,
} from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emulated, isSame, named, pattern } from './emulated.ts'
import { memoryTarget } from './memory-target.ts'

const partSize = 102_400
const bytes = pattern(1_000_000)
const from = { bucket: 'files', key: 'a.bin' }

let oss: Awaited<ReturnType<typeof emulated>>
let store: CheckpointStore
beforeAll(async () => {
  oss = await emulated()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
  await putObject(oss.client, { ...from, body: bytes })
  store = memoryCheckpoints()
})
afterAll(() => oss.emulator.close())

const downloader = (options = {}) => new Downloader(oss.client, { partSize, ...options })

async function failureOf(task: PromiseLike<unknown>): Promise<TransferError> {
  try {
    await task
  } catch (error) {
    if (error instanceof TransferError) return error
    throw error
  }
  return expect.unreachable('it was a success')
}

test('an object comes in parts, each to its place, with what is known of it', async () => {
  const memory = memoryTarget()

  const result = await downloader().downloadTo(from, memory.target)

  expect(oss.count('HeadObject')).toBe(1)
  expect(oss.count('GetObject')).toBe(10)
  expect(isSame(memory.bytes, bytes)).toBe(true)
  expect(memory.ends).toEqual(['committed'])
  expect(result).toMatchObject({ size: 1_000_000, etag: (await oss.head('a.bin')).etag })
})

/** Collects what is written to it. */
function collecting(write?: (chunk: Uint8Array) => void) {
  const chunks: Uint8Array[] = []
  const ends: unknown[] = []
  const stream = new WritableStream<Uint8Array>({
    write(chunk) {
      write?.(chunk)
      chunks.push(chunk)
    },
    close: () => void ends.push('closed'),
    abort: (reason) => void ends.push(reason),
  })
  return { stream, ends, bytes: () => new Uint8Array(Buffer.concat(chunks)) }
}

test('a stream gets one part after the other and is closed', async () => {
  const collected = collecting()

  await downloader().downloadTo(from, collected.stream)

  expect(isSame(collected.bytes(), bytes)).toBe(true)
  expect(collected.ends).toEqual(['closed'])
})

test('a stream is aborted when the download fails', async () => {
  oss.emulator.faults.add({ match: named('GetObject'), skip: 2, status: 403, code: 'AccessDenied' })
  const collected = collecting()

  const error = await failureOf(downloader().downloadTo(from, collected.stream))

  expect(error.message).toMatch(/^oss:\/\/files\/a\.bin: download: GetObject: 403 AccessDenied/)
  expect(collected.ends).toEqual([error.cause])
})

test('a stream is aborted when its download is aborted before it begins', async () => {
  const collected = collecting()
  const signal = AbortSignal.abort('too late')

  await expect(downloader().downloadTo(from, collected.stream, { signal })).rejects.toBe('too late')

  expect(collected.ends).toEqual(['too late'])
  expect(oss.count('HeadObject')).toBe(0)
})

test('a stream that takes no more does not hold up an abort', async () => {
  let given = () => {}
  const isGiven = new Promise<void>((resolve) => {
    given = resolve
  })
  const stuck = new WritableStream({
    write() {
      given()
      return new Promise(() => {})
    },
  })
  const task = downloader().downloadTo(from, stuck)

  await isGiven
  await task.abort({ reason: 'enough' })

  await expect(task).rejects.toBe('enough')
})

test('who does not read on hears of an abort with the next read', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const reader = readable.getReader()
  const task = downloader().downloadTo(from, writable)

  await reader.read()
  await task.abort({ reason: 'enough' })

  const readOn = async () => {
    for (let read = await reader.read(); !read.done; ) read = await reader.read()
  }
  await expect(readOn()).rejects.toBe('enough')
})

test('a target that is still being opened does not hold up an abort, and is let go of later', async () => {
  const memory = memoryTarget()
  let open = (_: typeof memory.target) => {}
  const opening = new Promise<typeof memory.target>((resolve) => {
    open = resolve
  })
  const task = downloader().downloadTo(from, opening)

  await task.abort({ reason: 'enough' })
  open(memory.target)
  await opening

  await expect(task).rejects.toBe('enough')
  expect(memory.ends).toEqual(['suspended'])
})

test('a stream that fails ends the download with its error', async () => {
  const collected = collecting(() => {
    throw new Error('the disk is full')
  })

  expect((await failureOf(downloader().downloadTo(from, collected.stream))).cause).toMatchObject({
    message: 'the disk is full',
  })
})

test.each([
  ['bytes=200000-800000', 200_000, 800_001],
  [{ start: 999_999 }, 999_999, 1_000_000],
  ['bytes=-5', 999_995, 1_000_000],
])('the range %j is downloaded, counted from its start', async (range, start, end) => {
  const memory = memoryTarget()

  const { size } = await downloader().downloadTo({ ...from, range }, memory.target)

  expect(size).toBe(end - start)
  expect(isSame(memory.bytes, bytes.subarray(start, end))).toBe(true)
})

test('a range behind the object is refused, and nothing is asked for', async () => {
  const memory = memoryTarget()

  await expect(downloader().downloadTo({ ...from, range: 'bytes=1000000-' }, memory.target)).rejects.toThrow(/^range: /)

  expect(oss.count('GetObject')).toBe(0)
  expect(memory.ends).toEqual(['discarded'])
})

test('an empty object is an empty target without any GetObject', async () => {
  await putObject(oss.client, { bucket: 'files', key: 'empty' })
  const memory = memoryTarget()
  memory.bytes = pattern(5)

  await downloader().downloadTo({ bucket: 'files', key: 'empty' }, memory.target)

  expect(oss.count('GetObject')).toBe(0)
  expect(memory.bytes).toHaveLength(0)
  expect(memory.ends).toEqual(['committed'])
})

test('a missing object and a failing condition are what HeadObject throws', async () => {
  const gone = downloader().downloadTo({ bucket: 'files', key: 'no' }, memoryTarget().target)
  await expect(gone).rejects.toMatchObject({ operation: 'HeadObject', code: 'NoSuchKey' })

  const other = downloader().downloadTo({ ...from, ifMatch: '"other"' }, memoryTarget().target)
  await expect(other).rejects.toMatchObject({ operation: 'HeadObject', status: 412 })
})

test('a part that is cut goes on where it was cut, at any tenth', async () => {
  for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    oss.emulator.faults.add({ match: named('GetObject'), skip: tenth, dropAfterBytes: (partSize * tenth) / 10 })
  }
  const memory = memoryTarget()
  const reports: TransferProgress[] = []

  const task = downloader().downloadTo(from, memory.target, { onProgress: (progress) => reports.push(progress) })
  await task

  const moved = reports.map(({ transferred }) => transferred)
  expect(isSame(memory.bytes, bytes)).toBe(true)
  expect(moved).toEqual([...moved].sort((a, b) => a - b))
  expect(moved.at(-1)).toBe(1_000_000)
  expect(task.progress).toMatchObject({ phase: 'downloading', total: 1_000_000 })
})

test('a connection that was cut is replaced after the delays of the client, which begin anew with every byte', async () => {
  const attempts: number[] = []
  const retryer: Retryer = {
    ...fixedRetryer({ delayMs: 0 }),
    delayMs(attempt, error) {
      attempts.push(attempt)
      expect(error).toBeInstanceOf(RequestError)
      return 0
    },
  }
  const client = oss.clientWith({ retryer })
  for (const dropAfterBytes of [50_000, 0, 0, 10_000]) {
    oss.emulator.faults.add({ match: named('GetObject'), dropAfterBytes })
  }
  const memory = memoryTarget()

  await new Downloader(client, { partSize, parallelNum: 1 }).downloadTo(from, memory.target)

  expect(attempts).toEqual([1, 1, 2, 1])
  expect(isSame(memory.bytes, bytes)).toBe(true)
})

test('a download that waits before it goes on is ended at once', async () => {
  let waits = () => {}
  const isWaiting = new Promise<void>((resolve) => {
    waits = resolve
  })
  const retryer: Retryer = {
    ...fixedRetryer({ delayMs: 0 }),
    delayMs() {
      waits()
      return 600_000
    },
  }
  oss.emulator.faults.add({ match: named('GetObject'), dropAfterBytes: 50_000 })
  const task = new Downloader(oss.clientWith({ retryer }), { partSize }).downloadTo(from, memoryTarget().target)
  await isWaiting

  await task.abort({ reason: 'enough' })

  await expect(task).rejects.toBe('enough')
})

test('a part that brings nothing three times in a row fails', async () => {
  oss.emulator.faults.add({ match: named('GetObject'), dropAfterBytes: 0, times: 100 })

  const error = await failureOf(downloader({ parallelNum: 1 }).downloadTo(from, memoryTarget().target))

  expect(error.cause).toMatchObject({ name: 'RequestError' })
})

test('bytes that change on the way are no success', async () => {
  oss.emulator.faults.add({ match: named('GetObject'), skip: 4, corrupt: true })
  const memory = memoryTarget('/a.bin')

  const error = await failureOf(
    downloader({ enableCheckpoint: true, checkpointStore: store }).downloadTo(from, memory.target),
  )

  expect(error.cause).toMatchObject({ name: 'IntegrityError', serverCrc: (await oss.head('a.bin')).hashCrc64 })
  expect(memory.ends).toEqual(['discarded'])
  expect(await store.list()).toEqual([])
})

test('the CRC-64 is not compared where it is not to be', async () => {
  oss.emulator.faults.add({ match: named('GetObject'), corrupt: true })
  await downloader({ disableDownloadCrc64Check: true }).downloadTo(from, memoryTarget().target)
  expect(oss.count('GetObject')).toBe(10)
})

test('an object that is replaced meanwhile ends the download', async () => {
  const memory = memoryTarget('/a.bin')
  let isReplaced = false
  const task = downloader({ enableCheckpoint: true, checkpointStore: store, parallelNum: 1 }).downloadTo(from, {
    ...memory.target,
    async write(position, chunk) {
      if (!isReplaced) await putObject(oss.client, { ...from, body: pattern(1_000_000, 3) })
      isReplaced = true
      await memory.target.write(position, chunk)
    },
  })

  const error = await failureOf(task)

  expect(error.cause).toMatchObject({ name: 'ObjectChangedError' })
  expect(error.message).toContain('oss://files/a.bin was replaced while it was being downloaded')
  expect(memory.ends).toEqual(['discarded'])
})

/** Changes what answers to GET say. */
const saying =
  (headers: Record<string, string>): Transport =>
  async (request) => {
    const response = await fetchTransport()(request)
    return request.method === 'GET' ? { ...response, headers: { ...response.headers, ...headers } } : response
  }

test('each part must be of the same object, and from where it was asked', async () => {
  const task = (headers: Record<string, string>) =>
    new Downloader(oss.clientWith({ transport: saying(headers) }), { partSize }).downloadTo(from, memoryTarget().target)

  expect((await failureOf(task({ etag: '"other"' }))).cause).toMatchObject({ name: 'ObjectChangedError' })
  expect((await failureOf(task({ 'content-range': 'bytes 5-9/1000000' }))).cause).toMatchObject({
    name: 'SerializationError',
    message: expect.stringContaining('got bytes 5-9/1000000'),
  })
})

test('a condition of the request holds for each part where CORS rules hide the ETag', async () => {
  const { etag } = await oss.head('a.bin')
  const conditions: unknown[] = []
  const hiding: Transport = async (request) => {
    if (request.method === 'GET') conditions.push(request.headers['if-match'])
    const response = await fetchTransport()(request)
    const { etag: _, ...headers } = response.headers
    return { ...response, headers }
  }
  const downloader = new Downloader(oss.clientWith({ transport: hiding }), { partSize: 500_000 })

  await downloader.downloadTo({ ...from, ifMatch: etag }, memoryTarget().target)

  expect(conditions).toEqual([etag, etag])
})

test('an abort rejects with its reason', async () => {
  const memory = memoryTarget()
  const task = downloader().downloadTo(from, memory.target, { onProgress: () => void task.abort({ reason: 'enough' }) })

  await expect(task).rejects.toBe('enough')
  expect(memory.ends).toEqual(['discarded'])
})

test('a paused download goes on where it was', async () => {
  const memory = memoryTarget()
  const task = downloader().downloadTo(from, memory.target)
  let pauses = 0
  task.on('progress', ({ transferred }) => {
    if (transferred < 300_000 || pauses++ > 0) return
    task.pause()
    setTimeout(() => task.resume(), 5)
  })
  await task

  expect(isSame(memory.bytes, bytes)).toBe(true)
})

/** Downloads four parts, and fails with the fifth. */
async function failAtFifth(memory: ReturnType<typeof memoryTarget>, options = {}): Promise<DownloadCheckpoint> {
  oss.emulator.faults.add({ match: named('GetObject'), skip: 4, status: 403, code: 'AccessDenied' })
  const { checkpoint } = await failureOf(
    downloader({ enableCheckpoint: true, checkpointStore: store, parallelNum: 1, ...options }).downloadTo(
      from,
      memory.target,
    ),
  )
  expect(await store.list()).toEqual([checkpoint])
  return checkpoint as DownloadCheckpoint
}

const resume = (memory: ReturnType<typeof memoryTarget>, options = {}) =>
  downloader({ enableCheckpoint: true, checkpointStore: store, ...options }).downloadTo(from, memory.target)

test('a download that failed goes on with what is missing, and forgets its checkpoint then', async () => {
  const memory = memoryTarget('/a.bin')
  const checkpoint = await failAtFifth(memory)
  const before = oss.count('GetObject')

  await resume(memory)

  expect(checkpoint).toMatchObject({ offset: 409_600, source: 'oss://files/a.bin\n\n', destination: '/a.bin' })
  expect(oss.count('GetObject') - before).toBe(6)
  expect(isSame(memory.bytes, bytes)).toBe(true)
  expect(memory.ends).toEqual(['suspended', 'committed'])
  expect(await store.list()).toEqual([])
})

const changes: [string, Record<string, unknown>][] = [
  ['another version', { version: 2 }],
  ['another ETag', { etag: '"other"' }],
  ['another size', { size: 5 }],
  ['another time', { lastModified: 'Sat, 21 Nov 2026 00:00:00 GMT' }],
  ['another range', { range: 'bytes=0-' }],
  ['another version id', { versionId: 'other' }],
  ['another part size', { partSize: 204_800 }],
  ['a negative offset', { offset: -102_400 }],
  ['an offset that is none', { offset: '409600' }],
  ['an offset inside a part', { offset: 400_000 }],
  ['an offset behind the object', { offset: 2_048_000 }],
  ['offset 0 with a CRC-64', { offset: 0 }],
  ['a CRC-64 that is none', { crc64: 5 }],
]
test.each(changes)('a checkpoint with %s is not used', async (_, change) => {
  const memory = memoryTarget('/a.bin')
  const found = { ...(await failAtFifth(memory)), ...change }
  const before = oss.count('GetObject')

  await resume(memory, { checkpointStore: { ...store, get: async () => found } })

  expect(oss.count('GetObject') - before).toBe(10)
  expect(isSame(memory.bytes, bytes)).toBe(true)
})

test('a checkpoint whose bytes are gone is not used', async () => {
  const memory = memoryTarget('/a.bin')
  await failAtFifth(memory)
  memory.bytes = memory.bytes.slice(0, 409_599)

  await resume(memory)

  expect(isSame(memory.bytes, bytes)).toBe(true)
})

test('a download whose checkpoint cannot be deleted is done, and what is left of it does no harm', async () => {
  const memory = memoryTarget('a')
  const undeletable: CheckpointStore = { ...store, delete: async () => Promise.reject(new Error('read only')) }

  await resume(memory, { checkpointStore: undeletable })
  const left = await store.list()
  memory.bytes = pattern(1_000_000, 11)
  await resume(memory)

  expect(left).toMatchObject([{ offset: 1_000_000 }])
  expect(isSame(memory.bytes, bytes)).toBe(true)
  expect(memory.ends).toEqual(['committed', 'committed'])
  expect(await store.list()).toEqual([])
})

test('what a download failed with is told though its target and its checkpoint cannot be let go of', async () => {
  const memory = memoryTarget('a')
  const broken = async () => Promise.reject(new Error('read only'))
  const target = { ...memory.target, discard: broken, suspend: broken }
  const start = () => resume({ ...memory, target }, { checkpointStore: { ...store, delete: broken } })
  oss.emulator.faults.add({ match: named('GetObject'), status: 403, code: 'AccessDenied' })

  const failed = await failureOf(start())
  const early = start()
  await early.abort({ reason: new Error('too early') })
  const late = start()
  late.on('progress', () => void late.abort({ keepParts: false, reason: new Error('too late') }))

  expect(failed.cause).toMatchObject({ code: 'AccessDenied' })
  await expect(early).rejects.toThrow('too early')
  await expect(late).rejects.toThrow('too late')
})

test('bytes that changed since are noticed when the data is verified', async () => {
  const memory = memoryTarget('/a.bin')
  await failAtFifth(memory)
  memory.bytes = memory.bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte))

  await resume(memory, { verifyData: true })

  expect(isSame(memory.bytes, bytes)).toBe(true)
})

test('bytes that are there are trusted when they are verified', async () => {
  const memory = memoryTarget('/a.bin')
  await failAtFifth(memory)
  const before = oss.count('GetObject')

  await resume(memory, { verifyData: true })

  expect(oss.count('GetObject') - before).toBe(6)
})

test('a failure before the download goes on leaves what is there', async () => {
  const memory = memoryTarget('/a.bin')
  await failAtFifth(memory)
  oss.emulator.faults.add({ match: named('HeadObject'), status: 503, times: 3 })

  await expect(resume(memory)).rejects.toMatchObject({ status: 503 })

  expect(memory.ends).toEqual(['suspended', 'suspended'])
  expect(await store.list()).toHaveLength(1)
})

test('a target without an id has no checkpoint', async () => {
  await expect(resume(memoryTarget())).rejects.toThrow('enableCheckpoint: the target has no id')
})

test('an object becomes a Blob of its type, whatever order its parts come in', async () => {
  await putObject(oss.client, { ...from, body: pattern(4_000_000), contentType: 'image/png' })
  oss.emulator.faults.add({ match: named('GetObject'), times: 2, dropAfterBytes: 70_000, skip: 1 })
  oss.emulator.faults.add({ match: named('GetObject'), times: 1, delayMs: 50 })

  const blob = await downloader({ parallelNum: 5 }).downloadBlob(from)

  expect(blob.type).toBe('image/png')
  expect(isSame(new Uint8Array(await blob.arrayBuffer()), pattern(4_000_000))).toBe(true)
})

test('a range, and an empty object, become Blobs too', async () => {
  await putObject(oss.client, { bucket: 'files', key: 'empty', body: '' })

  const range = await downloader().downloadBlob({ ...from, range: 'bytes=100-299999' })
  const empty = await downloader({ enableCheckpoint: true }).downloadBlob({ bucket: 'files', key: 'empty' })

  expect(isSame(new Uint8Array(await range.arrayBuffer()), bytes.subarray(100, 300_000))).toBe(true)
  expect(empty.size).toBe(0)
})

test('what fails becomes no Blob', async () => {
  oss.emulator.faults.add({ match: named('GetObject'), skip: 3, status: 403, code: 'AccessDenied' })

  expect((await failureOf(downloader().downloadBlob(from))).cause).toMatchObject({ code: 'AccessDenied' })
})

/** Stores bytes that say they are packed. */
async function storePacked(): Promise<Uint8Array> {
  const packed = new Uint8Array(gzipSync(Buffer.concat([randomBytes(400_000), bytes])))
  await putObject(oss.client, { ...from, body: packed, contentEncoding: 'gzip', acl: 'public-read' })
  return packed
}

test('what is stored packed arrives as it is stored, though fetch unpacks', async () => {
  const packed = await storePacked()
  const whole = memoryTarget()
  const part = memoryTarget()

  const { contentEncoding } = await downloader().downloadTo(from, whole.target)
  await downloader().downloadTo({ ...from, range: 'bytes=5000-300000' }, part.target)

  expect(contentEncoding).toBe('gzip')
  expect(isSame(whole.bytes, packed)).toBe(true)
  expect(isSame(part.bytes, packed.slice(5000, 300_001))).toBe(true)
})

const answering =
  (method: string, spoil: (headers: Record<string, string>) => Record<string, string>): Transport =>
  async (request) => {
    const response = await fetchTransport()(request)
    return request.method === method ? { ...response, headers: spoil(response.headers) } : response
  }

test.each(['HEAD', 'GET'])('the beginning of an ETag in the answer to %s is no ETag', async (method) => {
  const memory = memoryTarget()
  const transport = answering(method, (headers) => ({ ...headers, etag: '"5D4140' }))

  const result = await new Downloader(oss.clientWith({ transport }), { partSize }).downloadTo(from, memory.target)

  expect(isSame(memory.bytes, bytes)).toBe(true)
  expect(result.etag).toBe(method === 'HEAD' ? undefined : (await oss.head('a.bin')).etag)
})

test('a size that is not that of the object is no success, though its CRC-64 is hidden', async () => {
  const memory = memoryTarget()
  const transport = answering('HEAD', ({ 'x-oss-hash-crc64ecma': _, ...headers }) => ({
    ...headers,
    'content-length': '102',
  }))
  const downloader = new Downloader(oss.clientWith({ transport }), { partSize })

  const error = await failureOf(downloader.downloadTo(from, memory.target))

  expect(error.cause).toMatchObject({ name: 'ObjectChangedError' })
})

/** As a browser shows an answer whose bucket exposes no header. */
const hiding: Transport = async (request) => {
  const { status, headers, body } = await fetchTransport()(request)
  const shown = ['content-length', 'content-type', 'last-modified', 'cache-control']
  return {
    status,
    body,
    headers: Object.fromEntries(shown.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []))),
  }
}

test('what is stored packed arrives as it is stored, though CORS rules hide that it is', async () => {
  const packed = await storePacked()
  const memory = memoryTarget()

  await new Downloader(oss.clientWith({ transport: hiding }), { partSize }).downloadTo(from, memory.target)

  expect(isSame(memory.bytes, packed)).toBe(true)
})

test('what is stored packed is no success where requests are not signed and fetch unpacks', async () => {
  await storePacked()
  const task = (transport: Transport) =>
    new Downloader(oss.clientWith({ transport, credentialsProvider: 'anonymous' }), { partSize: 2_000_000 }).downloadTo(
      from,
      memoryTarget().target,
    )

  expect((await failureOf(task(fetchTransport()))).message).toContain('only a signed request can prevent')
  expect((await failureOf(task(hiding))).message).toContain('only a signed request can prevent')
})

test('requests that are not signed bring what is not packed', async () => {
  await putObject(oss.client, { ...from, body: bytes, acl: 'public-read' })
  const memory = memoryTarget()

  await new Downloader(oss.clientWith({ transport: hiding, credentialsProvider: 'anonymous' }), {
    partSize,
  }).downloadTo(from, memory.target)

  expect(isSame(memory.bytes, bytes)).toBe(true)
})

test('a Downloader made with no store keeps checkpoints in memory all the same', async () => {
  const memory = memoryTarget('a')
  const resuming = downloader({ checkpointStore: undefined, enableCheckpoint: true })

  await resuming.downloadTo(from, memory.target)

  expect(isSame(memory.bytes, bytes)).toBe(true)
})
