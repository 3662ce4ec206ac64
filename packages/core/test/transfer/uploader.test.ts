import { getEventListeners } from 'node:events'
import {
  type Body,
  fetchTransport,
  getObjectAcl,
  getObjectTagging,
  IntegrityError,
  initiateMultipartUpload,
  putBucket,
  putObject,
  RequestError,
  ServiceError,
  SourceError,
  TransferError,
  type TransferProgress,
  type Transport,
  Uploader,
  type UploadSource,
  ValidationError,
} from '@oss-js/core'
import type { FaultRequest } from '@oss-js/emulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chunked, emulated, failureOf, isSame, named, pattern } from './emulated.ts'
import { uncaughtErrors } from './uncaught-errors.ts'

const kib100 = 102_400
const bytes = pattern(1_000_000)
const to = { bucket: 'files', key: 'a.bin' }

let oss: Awaited<ReturnType<typeof emulated>>
beforeAll(async () => {
  oss = await emulated()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
})
afterAll(() => oss.emulator.close())

const uploader = (options = {}) => new Uploader(oss.client, { partSize: kib100, ...options })

test('what is smaller than a part goes in one request', async () => {
  const result = await uploader().uploadFrom(to, pattern(kib100 - 1))

  expect(oss.count('PutObject')).toBe(1)
  expect(oss.count('InitiateMultipartUpload')).toBe(0)
  expect(result.uploadId).toBeUndefined()
  expect(isSame(await oss.stored('a.bin'), pattern(kib100 - 1))).toBe(true)
})

test('what is as large as a part, or larger, goes in parts', async () => {
  const one = await uploader().uploadFrom(to, pattern(kib100))
  expect(one.uploadId).toMatch(/./)
  expect(oss.count('UploadPart')).toBe(1)

  const ten = await uploader().uploadFrom(to, new Blob([bytes]))

  expect(oss.count('UploadPart')).toBe(11)
  expect(oss.count('PutObject')).toBe(0)
  expect(ten.etag).toMatch(/^"[\dA-F]{32}-10"$/)
  expect(ten.hashCrc64).toBe((await oss.head('a.bin')).hashCrc64)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

const streams: [string, () => Body][] = [
  ['an async iterable in small chunks', () => chunked(bytes, 3_333)],
  ['an async iterable in chunks larger than a part', () => chunked(bytes, 450_001)],
  ['a ReadableStream', () => new Blob([bytes]).stream()],
  ['a factory of streams', () => () => chunked(bytes, 65_536)],
]
test.each(streams)('%s of unknown size goes in parts', async (_, make) => {
  await uploader().uploadFrom(to, make())

  expect(oss.count('UploadPart')).toBe(10)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test.each([0, 1, kib100 - 1, kib100, kib100 + 1, 2 * kib100, 2 * kib100 + 1])(
  '%d bytes arrive whole from wherever they come, and progress ends at the last',
  async (size) => {
    const data = pattern(size)
    async function* withEmptyChunks() {
      yield new Uint8Array(0)
      for await (const chunk of chunked(data, 7001)) yield* [chunk, new Uint8Array(0)]
    }
    const sources = [data, new Blob([data]), new Blob([data]).stream(), chunked(data, 300_000), withEmptyChunks()]

    for (const source of sources) {
      const task = uploader().uploadFrom(to, source)
      await task
      expect(isSame(await oss.stored('a.bin'), data)).toBe(true)
      expect(task.progress.transferred).toBe(size)
    }
    expect(await oss.openUploads()).toEqual([])
  },
)

test('an empty stream makes an empty object', async () => {
  await uploader().uploadFrom(to, chunked(new Uint8Array(0), 1))

  expect(oss.count('CompleteMultipartUpload')).toBe(0)
  expect((await oss.head('a.bin')).contentLength).toBe(0)
})

test('a stream of known size below the part size goes in one request, and is sent again if that fails', async () => {
  oss.emulator.faults.add({ match: named('PutObject'), status: 503 })

  await uploader().uploadFrom({ ...to, contentLength: 5000 }, chunked(pattern(5000), 999))

  expect(oss.count('PutObject')).toBe(2)
  expect(isSame(await oss.stored('a.bin'), pattern(5000))).toBe(true)
})

test.each([999_999, 1_000_001, 10, 5])(
  'a stream that is not of the %d bytes declared is refused',
  async (contentLength) => {
    const data = contentLength < 100 ? bytes.subarray(0, 7) : bytes

    const error = await failureOf(uploader().uploadFrom({ ...to, contentLength }, chunked(data, 3)))

    expect(error.cause ?? error).toBeInstanceOf(ValidationError)
    expect(await oss.openUploads()).toEqual([])
  },
)

test('a stream is read no further than there is room for its parts', async () => {
  let read = 0
  let most = 0
  let uploaded = 0
  async function* counting() {
    for await (const chunk of chunked(bytes, 10_240)) {
      read += chunk.length
      most = Math.max(most, read - uploaded)
      yield chunk
    }
  }
  const onProgress = ({ transferred }: TransferProgress) => {
    uploaded = transferred
  }

  await uploader({ parallelNum: 2 }).uploadFrom(to, counting(), { onProgress })

  expect(most).toBeLessThanOrEqual(3 * kib100)
})

test('fields of the request go where they belong', async () => {
  await uploader().uploadFrom(
    {
      ...to,
      key: 'a',
      metadata: { place: 'Zurich' },
      contentType: 'text/x-mine',
      cacheControl: 'max-age=1',
      storageClass: 'IA',
      tagging: { a: '1' },
      acl: 'public-read',
    },
    bytes,
  )

  const head = await oss.head('a')
  const { acl } = await getObjectAcl(oss.client, { bucket: 'files', key: 'a' })
  const { tagSet } = await getObjectTagging(oss.client, { bucket: 'files', key: 'a' })
  expect(head).toMatchObject({
    metadata: { place: 'Zurich' },
    contentType: 'text/x-mine',
    cacheControl: 'max-age=1',
    storageClass: 'IA',
  })
  expect(acl).toBe('public-read')
  expect(tagSet?.tags).toEqual([{ key: 'a', value: '1' }])
})

/** The requests of an upload, as they leave. */
function recording() {
  const sent: { method: string; query: string; headers: Record<string, string> }[] = []
  const through = fetchTransport()
  const transport: Transport = (request) => {
    sent.push({ method: request.method, query: new URL(request.url).search, headers: request.headers })
    return through(request)
  }
  return { sent, client: oss.clientWith({ transport }) }
}

test('who pays is told with every request, who may overwrite and who is called with the last', async () => {
  const { sent, client } = recording()

  await new Uploader(client, { partSize: kib100 }).uploadFrom(
    { ...to, requestPayer: 'requester', forbidOverwrite: true, acl: 'private', trafficLimit: 838_860_800 },
    pattern(150_000),
  )

  const [initiate, ...rest] = sent
  const complete = rest.pop()
  expect(sent.map(({ headers }) => headers['x-oss-request-payer'])).toEqual(Array(4).fill('requester'))
  expect(initiate?.headers).not.toHaveProperty('x-oss-forbid-overwrite')
  expect(initiate?.headers).not.toHaveProperty('x-oss-object-acl')
  expect(rest.map(({ headers }) => headers['x-oss-traffic-limit'])).toEqual(['838860800', '838860800'])
  expect(complete?.headers).toMatchObject({ 'x-oss-forbid-overwrite': 'true', 'x-oss-object-acl': 'private' })
})

test('a sequential upload sends one part after the other, in order', async () => {
  const { sent, client } = recording()

  await new Uploader(client, { partSize: kib100, sequential: true }).uploadFrom(to, bytes)

  expect(sent[0]?.query).toContain('sequential')
  expect(sent.slice(1, -1).map(({ query }) => new URLSearchParams(query).get('partNumber'))).toEqual(
    '1,2,3,4,5,6,7,8,9,10'.split(','),
  )
})

const types: [string, { key: string; contentType?: string }, string, string, string][] = [
  ['the request', { key: 'a.png', contentType: 'a/b' }, 'c.txt', 'd/e', 'a/b'],
  ['the file itself', { key: 'a.png' }, 'c.txt', 'd/e', 'd/e'],
  ["the file's name", { key: 'a.png' }, 'c.txt', '', 'text/plain'],
  ["the key's name", { key: 'a.png' }, 'c', '', 'image/png'],
  ['nothing', { key: 'a' }, 'c', '', 'application/octet-stream'],
]
test.each(types)('the Content-Type is that of %s', async (_, request, name, type, expected) => {
  const small = new File(['small'], name, { type })
  const large = new File([bytes], name, { type })

  await uploader().uploadFrom({ bucket: 'files', ...request }, small)
  const first = await oss.head(request.key)
  await uploader().uploadFrom({ bucket: 'files', ...request }, large)
  const second = await oss.head(request.key)

  expect([first.contentType, second.contentType]).toEqual([expected, expected])
})

test('progress only goes forward, ends at the size, and tells its phase', async () => {
  const reports: TransferProgress[] = []
  oss.emulator.faults.add({ match: named('UploadPart', 3), dropAfterBytes: 50_000 })
  oss.emulator.faults.add({ match: named('UploadPart', 5), status: 503 })

  const task = uploader().uploadFrom(to, bytes, { onProgress: (progress) => reports.push(progress) })
  await task

  const moved = reports.map(({ transferred }) => transferred)
  expect(moved).toEqual([...moved].sort((a, b) => a - b))
  expect(reports.reduce((sum, { increment }) => sum + increment, 0)).toBe(1_000_000)
  expect(Math.max(...moved)).toBe(1_000_000)
  expect(reports.every(({ total }) => total === 1_000_000)).toBe(true)
  expect(new Set(reports.map(({ phase }) => phase))).toEqual(new Set(['uploading', 'completing']))
  expect(task.progress).toMatchObject({ transferred: 1_000_000, secondsLeft: 0 })
})

test.each([5, 250_000])('a listener that throws does not change an upload of %d bytes', async (size) => {
  await using uncaught = uncaughtErrors()
  const onProgress = () => {
    throw new Error('mine')
  }

  await uploader().uploadFrom(to, pattern(size), { onProgress })

  expect(isSame(await oss.stored('a.bin'), pattern(size))).toBe(true)
  expect(uncaught.messages[0]).toBe('mine')
  expect(oss.count('AbortMultipartUpload')).toBe(0)
})

test('a listener hears reports until it is taken back', async () => {
  let heard = 0
  const task = uploader().uploadFrom(to, bytes)
  const forget = task.on('progress', () => {
    heard += 1
    if (heard === 2) forget()
  })
  await task

  expect(heard).toBe(2)
  expect(task.state).toBe('finished')
})

test('a part that fails for good stops the others at once, and the upload is given up', async () => {
  const seen: number[] = []
  oss.emulator.faults.add({ match: named('UploadPart', 2), status: 403, code: 'AccessDenied' })
  const slow = named('UploadPart')
  oss.emulator.faults.add({
    match: (request) => slow(request) && request.query.get('partNumber') !== '2',
    times: 9,
    // Longer than a test may take.
    delayMs: 600_000,
  })

  const error = await failureOf(
    uploader().uploadFrom(to, bytes, { onProgress: ({ increment }) => seen.push(increment) }),
  )

  expect(error).toBeInstanceOf(TransferError)
  expect(error.message).toMatch(/^oss:\/\/files\/a\.bin: upload \S+: UploadPart: 403 AccessDenied/)
  expect(error.cause).toBeInstanceOf(ServiceError)
  expect(error.uploadId).toMatch(/./)
  expect(error.checkpoint).toBeUndefined()
  expect(await oss.openUploads()).toEqual([])
})

test('the parts stay when they are to be left on errors', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 10), status: 403, code: 'AccessDenied' })

  const error = await failureOf(uploader({ parallelNum: 1, leavePartsOnError: true }).uploadFrom(to, bytes))

  expect((await oss.openUploads()).map(({ uploadId }) => uploadId)).toEqual([error.uploadId])
})

test('an abort rejects with its reason and leaves nothing', async () => {
  const task = uploader().uploadFrom(to, bytes, { onProgress: () => void task.abort({ reason: 'enough' }) })

  expect(await failureOf(task)).toBe('enough')
  expect(await oss.openUploads()).toEqual([])
  expect(task.signal.aborted).toBe(true)
})

test('an abort that keeps the parts leaves the upload open', async () => {
  const task = uploader().uploadFrom(to, bytes)
  task.on('progress', () => void task.abort({ keepParts: true }))

  expect(await failureOf(task)).toMatchObject({ name: 'AbortError' })
  const open = await oss.openUploads()
  expect(open).toHaveLength(1)
  expect(task.openUploads).toEqual([{ ...to, uploadId: open[0]?.uploadId }])
})

test('an upload that cannot be given up either says that it may still be open', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 2), status: 403, code: 'AccessDenied', times: 9 })
  oss.emulator.faults.add({ match: named('AbortMultipartUpload'), status: 503, times: 9 })
  const task = uploader().uploadFrom(to, bytes)

  const { message, uploadId } = await failureOf(task)

  const [open] = await oss.openUploads()
  expect(uploadId).toBe(open?.uploadId)
  expect(message).toMatch(
    /^oss:\/\/files\/a\.bin: upload \w+, which may still be open as giving it up failed too: UploadPart: 403 AccessDenied/,
  )
  expect(task.openUploads).toEqual([{ ...to, uploadId }])
})

test('an upload whose abort finds it gone is not said to be open', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 2), status: 403, code: 'AccessDenied', times: 9 })
  oss.emulator.faults.add({ match: named('AbortMultipartUpload'), status: 404, code: 'NoSuchUpload', times: 9 })
  const task = uploader().uploadFrom(to, bytes)

  expect((await failureOf(task)).message).not.toMatch(/still be open/)
  expect(task.openUploads).toEqual([])
})

test('an aborted task tells of an upload that could not be given up', async () => {
  oss.emulator.faults.add({ match: named('AbortMultipartUpload'), status: 503, times: 9 })
  const task = uploader().uploadFrom(to, bytes, { onProgress: () => void task.abort({ reason: 'enough' }) })

  expect(await failureOf(task)).toBe('enough')
  expect(task.openUploads).toMatchObject(
    await oss.openUploads().then((open) => open.map(({ uploadId }) => ({ uploadId }))),
  )
  expect(task.openUploads).toHaveLength(1)
})

test('the signal of the call ends it with its reason, at any moment', async () => {
  const reason = new Error('changed my mind')
  const before = AbortSignal.abort(reason)
  expect(await failureOf(uploader().uploadFrom(to, bytes, { signal: before }))).toBe(reason)
  expect(oss.count('InitiateMultipartUpload')).toBe(0)

  for (const name of ['InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload']) {
    const controller = new AbortController()
    const isNamed = named(name)
    const match = (request: FaultRequest) => {
      if (isNamed(request)) controller.abort(reason)
      return isNamed(request)
    }
    oss.emulator.faults.add({ match, delayMs: 20 })
    expect(await failureOf(uploader().uploadFrom(to, bytes, { signal: controller.signal }))).toBe(reason)
    expect(await oss.openUploads()).toEqual([])
  }
})

test('a source that does not move does not hold up an abort', async () => {
  async function* stuck() {
    yield bytes.subarray(0, kib100)
    await new Promise(() => {})
  }
  const task = uploader().uploadFrom(to, stuck(), { onProgress: () => void task.abort({ reason: 'enough' }) })

  expect(await failureOf(task)).toBe('enough')
  expect(await oss.openUploads()).toEqual([])
})

test('a paused upload sends nothing until it is resumed, and then all of it', async () => {
  let pauses = 0
  const task = uploader().uploadFrom(to, bytes)
  const paused = new Promise<void>((resolve) => {
    task.on('progress', ({ transferred }) => {
      if (transferred < 300_000 || pauses++ > 0) return
      task.pause()
      resolve()
    })
  })
  await paused
  expect(task.state).toBe('paused')
  await expect(oss.head('a.bin')).rejects.toMatchObject({ code: 'NoSuchKey' })
  const before = oss.count('UploadPart')
  await expect(oss.head('a.bin')).rejects.toMatchObject({ code: 'NoSuchKey' })
  expect(oss.count('UploadPart')).toBe(before)

  task.resume()
  await task

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('a paused stream is resumed without losing a byte', async () => {
  let isFirst = true
  const task = uploader({ parallelNum: 2 }).uploadFrom(to, chunked(bytes, 7_777))
  task.on('progress', () => {
    if (!isFirst) return
    isFirst = false
    task.pause()
    setTimeout(() => task.resume(), 5)
  })
  await task

  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('a paused upload can be aborted', async () => {
  const task = uploader().uploadFrom(to, bytes, { onProgress: () => task.pause() })
  setTimeout(() => void task.abort({ reason: 'enough' }), 5)

  expect(await failureOf(task)).toBe('enough')
  expect(await oss.openUploads()).toEqual([])
})

test.each([
  ['opens', 'InitiateMultipartUpload'],
  ['completes', 'CompleteMultipartUpload'],
])('a request that %s an upload, and fails while it is paused, is sent again', async (_, name) => {
  let failures = 0
  const task = uploader({ leavePartsOnError: true }).uploadFrom(to, bytes)
  oss.emulator.faults.add({
    match: (request) => {
      if (!named(name)(request)) return false
      task.pause()
      failures += 1
      if (failures === 3) task.resume()
      return true
    },
    times: 3,
    dropAfterBytes: 0,
  })

  await task

  expect(failures).toBe(3)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('a task whose transfer has failed says so by its signal', async () => {
  oss.emulator.faults.add({ match: named('InitiateMultipartUpload'), status: 403, code: 'AccessDenied' })
  const task = uploader().uploadFrom(to, bytes)

  const error = await failureOf(task)

  expect(error.code).toBe('AccessDenied')
  expect(task.signal.reason).toBe(error)
})

const endings: [string, boolean, () => void][] = [
  ['a part fails', true, () => oss.emulator.faults.add({ match: named('UploadPart', 2), status: 403 })],
  [
    'the upload cannot be opened',
    true,
    () => oss.emulator.faults.add({ match: named('InitiateMultipartUpload'), status: 403 }),
  ],
  ['it stands still and the upload is aborted', false, () => {}],
]
test.each(endings)('a stream is cancelled when %s', async (_, moves, prepare) => {
  const stopping = new AbortController()
  let isCancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (moves) return controller.enqueue(pattern(50_000))
      stopping.abort()
      return new Promise(() => {})
    },
    cancel() {
      isCancelled = true
    },
  })
  prepare()

  await failureOf(uploader().uploadFrom(to, stream, { signal: stopping.signal }))

  expect(isCancelled).toBe(true)
  expect(await oss.openUploads()).toEqual([])
})

test('a stream is cancelled when its upload is aborted before it begins', async () => {
  let reason: unknown
  const stream = new ReadableStream({
    cancel(given) {
      reason = given
    },
  })

  expect(await failureOf(uploader().uploadFrom(to, stream, { signal: AbortSignal.abort('too late') }))).toBe('too late')
  expect(reason).toBe('too late')
})

test.each<[string, (stream: ReadableStream<Uint8Array>) => Body]>([
  ['a function', (stream) => () => stream],
  ['a source', (stream) => ({ open: async () => stream })],
])('a stream that %s gives is cancelled when it stands still and the upload is aborted', async (_, given) => {
  const stopping = new AbortController()
  let noteReason = (_: unknown) => {}
  const cancelled = new Promise((resolve) => {
    noteReason = resolve
  })
  const stream = new ReadableStream<Uint8Array>(
    {
      pull() {
        stopping.abort('enough')
        return new Promise(() => {})
      },
      cancel: (reason) => noteReason(reason),
    },
    { highWaterMark: 0 },
  )

  expect(await failureOf(uploader().uploadFrom(to, given(stream), { signal: stopping.signal }))).toBe('enough')
  expect(await cancelled).toBe('enough')
})

test('an upload is aborted at once while its source is being opened', async () => {
  const stopping = new AbortController()
  const source = () => {
    stopping.abort('enough')
    return new Promise<Body>(() => {})
  }

  expect(await failureOf(uploader().uploadFrom(to, source, { signal: stopping.signal }))).toBe('enough')
})

test.each([
  ['in one request', kib100 - 1],
  ['in parts', kib100 + 1],
])('a transport that tells no progress ends %s with all bytes transferred', async (_, size) => {
  const send = fetchTransport()
  const transport: Transport = ({ onUploadProgress: _, ...request }) => send(request)
  const reports: TransferProgress[] = []
  const uploader = new Uploader(oss.clientWith({ transport }), { partSize: kib100 })

  const task = uploader.uploadFrom(to, pattern(size), { onProgress: (progress) => void reports.push(progress) })
  await task

  expect(task.progress).toMatchObject({ transferred: size, total: size })
  expect(reports.reduce((sum, { increment }) => sum + increment, 0)).toBe(size)
})

test('an Uploader made with no store keeps checkpoints in memory all the same', async () => {
  const resuming = uploader({ checkpointStore: undefined, enableCheckpoint: true })
  const source = { id: 'a', size: bytes.byteLength, slice: (start: number, end: number) => bytes.slice(start, end) }
  oss.emulator.faults.add({ match: named('UploadPart', 4), status: 403, code: 'AccessDenied' })

  const failure = await failureOf(resuming.uploadFrom(to, source))
  const sentBefore = oss.count('UploadPart')
  const { uploadId } = await resuming.uploadFrom(to, source)

  expect(uploadId).toBe(failure.uploadId)
  expect(oss.count('UploadPart') - sentBefore).toBeLessThan(10)
})

test('an iterable is ended when a part fails', async () => {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  async function* endless() {
    try {
      for (;;) yield pattern(50_000)
    } finally {
      end()
    }
  }
  oss.emulator.faults.add({ match: named('UploadPart', 2), status: 403 })

  await failureOf(uploader().uploadFrom(to, endless()))

  await ended
})

test('a source that is still being opened does not hold up an abort', async () => {
  const task = uploader().uploadFrom(to, new Promise<UploadSource>(() => {}))

  await task.abort({ reason: 'enough' })

  expect(await failureOf(task)).toBe('enough')
})

test('bytes that change on the way are sent again', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 4), corrupt: true, times: 2 })

  await uploader().uploadFrom(to, bytes)

  expect(oss.count('UploadPart')).toBe(12)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test('bytes that change on the way each time are no success', async () => {
  oss.emulator.faults.add({ match: named('UploadPart', 4), corrupt: true, times: 9 })

  const error = await failureOf(uploader().uploadFrom(to, bytes))

  expect(error.cause).toBeInstanceOf(IntegrityError)
  expect(await failureOf(oss.head('a.bin'))).toMatchObject({ code: 'NoSuchKey' })
})

/** Hides headers of answers, as a bucket does whose CORS rules do not expose them. */
const hiding =
  (operation: (method: string, query: string) => boolean, ...names: string[]): Transport =>
  async (request) => {
    const response = await fetchTransport()(request)
    const isHidden = operation(request.method, new URL(request.url).search)
    const shown = Object.entries(response.headers).filter(([name]) => !isHidden || !names.includes(name))
    return { ...response, headers: Object.fromEntries(shown) }
  }

test('what CORS rules hide is read from the list of parts', async () => {
  const transport = hiding(() => true, 'etag', 'x-oss-hash-crc64ecma')

  await new Uploader(oss.clientWith({ transport }), { partSize: kib100 }).uploadFrom(to, bytes)

  expect(oss.count('ListParts')).toBe(1)
  expect(oss.count('HeadObject')).toBe(1)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
})

test.each(['"', '"5D41402ABC', ''])(
  'the beginning of an ETag (%s) is no ETag, so that the parts are listed',
  async (cut) => {
    const transport: Transport = async (request) => {
      const response = await fetchTransport()(request)
      return request.method === 'PUT' ? { ...response, headers: { ...response.headers, etag: cut } } : response
    }
    const uploader = new Uploader(oss.clientWith({ transport }), { partSize: kib100 })
    const before = oss.count('ListParts')

    await uploader.uploadFrom(to, bytes)
    const small = await uploader.uploadFrom({ ...to, key: 'small' }, 'hello')

    expect(oss.count('ListParts') - before).toBe(1)
    expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
    expect(small.etag).toBeUndefined()
  },
)

test('bytes that change on the way are noticed although CORS rules hide it', async () => {
  const transport = hiding(() => true, 'etag', 'x-oss-hash-crc64ecma')
  oss.emulator.faults.add({ match: named('UploadPart', 4), corrupt: true })

  const error = await failureOf(new Uploader(oss.clientWith({ transport }), { partSize: kib100 }).uploadFrom(to, bytes))

  expect(error.cause).toBeInstanceOf(IntegrityError)
  expect(await oss.openUploads()).toEqual([])
})

test('a completion that does not tell its CRC-64 is compared by one more request', async () => {
  const transport = hiding((method) => method === 'POST', 'x-oss-hash-crc64ecma')
  await new Uploader(oss.clientWith({ transport }), { partSize: kib100 }).uploadFrom(to, bytes)
  expect(oss.count('HeadObject')).toBe(1)
  expect(oss.count('ListParts')).toBe(0)
})

test('an object that is not what was sent is no success, however it came about', async () => {
  const wrong: Transport = async (request) => {
    const response = await fetchTransport()(request)
    return request.method === 'POST'
      ? { ...response, headers: { ...response.headers, 'x-oss-hash-crc64ecma': '1' } }
      : response
  }

  const error = await failureOf(
    new Uploader(oss.clientWith({ transport: wrong }), { partSize: kib100 }).uploadFrom(to, bytes),
  )

  expect(error).toMatchObject({ name: 'TransferError', cause: { name: 'IntegrityError', serverCrc: '1' } })
})

test('a small upload whose CRC-64 is hidden is compared by one more request', async () => {
  const transport = hiding((method) => method === 'PUT', 'x-oss-hash-crc64ecma')
  const client = oss.clientWith({ transport })

  await new Uploader(client).uploadFrom(to, 'small')
  oss.emulator.faults.add({ match: named('PutObject'), corrupt: true })
  const error = await failureOf(new Uploader(client).uploadFrom(to, 'small'))

  expect(oss.count('HeadObject')).toBe(2)
  expect(error).toBeInstanceOf(IntegrityError)
})

test.each([1, 3])('a completion whose answer is lost %d times is a success if the object is there', async (times) => {
  oss.emulator.faults.add({ match: named('CompleteMultipartUpload'), dropAnswer: true, times })

  const result = await uploader().uploadFrom(to, bytes)

  expect(result.etag).toBe((await oss.head('a.bin')).etag)
  expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
  expect(await oss.openUploads()).toEqual([])
})

test('a completion whose answer is lost is a success although overwriting is forbidden', async () => {
  oss.emulator.faults.add({ match: named('CompleteMultipartUpload'), dropAnswer: true })

  await uploader().uploadFrom({ ...to, forbidOverwrite: true }, bytes)
  const error = await failureOf(uploader().uploadFrom({ ...to, forbidOverwrite: true }, bytes))

  expect(error.cause).toMatchObject({ code: 'FileAlreadyExists' })
  expect(await oss.openUploads()).toEqual([])
})

test('a completion that fails is no success although the same bytes were there before', async () => {
  await uploader().uploadFrom(to, bytes)
  oss.emulator.faults.add({ match: named('CompleteMultipartUpload'), status: 503, times: 9 })

  const error = await failureOf(uploader().uploadFrom(to, bytes))

  expect(error.cause).toMatchObject({ status: 503 })
})

test('an upload that was given up elsewhere is no success', async () => {
  await putObject(oss.client, { ...to, body: 'other' })
  oss.emulator.faults.add({ match: named('CompleteMultipartUpload'), status: 404, code: 'NoSuchUpload' })

  const error = await failureOf(uploader().uploadFrom(to, bytes))

  expect(error.cause).toMatchObject({ code: 'NoSuchUpload' })
})

test('an expired token inside an upload is replaced, and only its part sent again', async () => {
  const { accessKeyId, accessKeySecret } = oss.emulator
  let fetched = 0
  const credentialsProvider = {
    getCredentials: async () => ({ accessKeyId, accessKeySecret }),
    invalidate: () => {
      fetched += 1
    },
  }
  oss.emulator.faults.add({ match: named('UploadPart', 6), status: 403, code: 'SecurityTokenExpired' })

  await new Uploader(oss.clientWith({ credentialsProvider }), { partSize: kib100 }).uploadFrom(to, bytes)

  expect(fetched).toBe(1)
  expect(oss.count('UploadPart')).toBe(11)
})

test('a file that cannot be read any more is told apart from a network that fails', async () => {
  class Gone extends File {
    override slice(): Blob {
      const gone = new Blob(['x'])
      gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'))
      return gone
    }
  }
  const client = oss.clientWith({ transport: async () => Promise.reject(new RequestError('the network')) })

  const error = await failureOf(new Uploader(client, { partSize: kib100 }).uploadFrom(to, new Gone(['x'], 'a.txt')))

  expect(error).toBeInstanceOf(SourceError)
  expect(error.message).toBe('a.txt cannot be read any more: it was changed, moved or deleted; pick it again')
})

test('a source that fails is what the upload fails with', async () => {
  async function* failing() {
    yield bytes.subarray(0, 250_000)
    throw new Error('the disk is on fire')
  }

  const error = await failureOf(uploader().uploadFrom(to, failing()))

  expect(error).toMatchObject({ name: 'TransferError', cause: { message: 'the disk is on fire' } })
  expect(await oss.openUploads()).toEqual([])
})

test('wrong use fails before anything is sent', async () => {
  const before = oss.emulator.requests.length

  await expect(uploader({ partSize: 1000 }).uploadFrom(to, bytes)).rejects.toThrow(
    'partSize: 102400 to 5368709120 bytes, got 1000',
  )
  await expect(uploader({ parallelNum: 1.5 }).uploadFrom(to, bytes)).rejects.toThrow('parallelNum: a whole number')
  await expect(uploader().uploadFrom(to, 5 as unknown as string)).rejects.toThrow('body: cannot send number')
  expect(oss.emulator.requests.length).toBe(before)
})

test('a source of your own is cut by its own slices', async () => {
  const ranges: [number, number][] = []
  const source: UploadSource = {
    size: 250_000,
    slice(start, end) {
      ranges.push([start, end])
      return bytes.subarray(start, end)
    },
  }

  await uploader().uploadFrom(to, source)

  expect(ranges).toEqual([
    [0, 102_400],
    [102_400, 204_800],
    [204_800, 250_000],
  ])
  expect(isSame(await oss.stored('a.bin'), bytes.subarray(0, 250_000))).toBe(true)
})

test('an upload in parts names its id, with which nothing else was begun', async () => {
  const other = await initiateMultipartUpload(oss.client, to)
  await uploader().uploadFrom(to, bytes)

  expect((await oss.openUploads()).map(({ uploadId }) => uploadId)).toEqual([other.uploadId])
})

test('a signal that outlives many transfers holds none of them', async () => {
  const { signal } = new AbortController()
  const small = new Uploader(oss.client, { partSize: kib100 })

  for (let count = 0; count < 20; count++) await small.uploadFrom({ ...to, key: `${count}` }, pattern(5), { signal })
  await small.uploadFrom(to, bytes, { signal })
  await failureOf(small.uploadFrom({ ...to, bucket: 'missing' }, bytes, { signal }))

  expect(getEventListeners(signal, 'abort')).toEqual([])
})
