import {
  type Body,
  type Checkpoint,
  type Client,
  DecryptionError,
  Downloader,
  EncryptionClient,
  fetchTransport,
  getObject,
  headObject,
  IntegrityError,
  initiateMultipartUpload,
  memoryCheckpoints,
  ObjectChangedError,
  openFile,
  putBucket,
  putObject,
  TransferError,
  type TransferProgress,
  type Transport,
  Uploader,
  type UploadSource,
} from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chunked, failureOf, isSame, named, pattern, randomOf } from '../transfer/emulated.ts'
import { memoryTarget } from '../transfer/memory-target.ts'
import { encryptedEmulator, masterA, publicA } from './encrypted.ts'

const at = { bucket: 'files', key: 'a.bin' }
const partSize = 102_400
const bytes = pattern(1_000_000)

let oss: Awaited<ReturnType<typeof encryptedEmulator>>
beforeAll(async () => {
  oss = await encryptedEmulator()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
})
afterAll(() => oss.emulator.close())

/** A file of this name, whatever becomes of its bytes. */
const file = (data: Uint8Array<ArrayBuffer> = bytes): UploadSource => ({
  name: 'a.bin',
  size: data.length,
  lastModified: 1000,
  slice: (start, end) => data.subarray(start, end),
})
/** What a page sees whose bucket does not expose sums and ETags. */
const hiding = (...hidden: string[]): Transport => {
  const send = fetchTransport()
  return async (request) => {
    const answer = await send(request)
    return {
      ...answer,
      headers: Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hidden.includes(name))),
    }
  }
}

describe('an encrypted upload', () => {
  test.each([0, 1, partSize - 1, partSize, partSize + 1, 3 * partSize, 1_000_000])(
    'of %d bytes is one cipher text, from wherever it comes',
    async (size) => {
      const data = pattern(size)
      const sources: (() => Body)[] = [
        () => data,
        () => new Blob([data]),
        () => new Blob([data]).stream(),
        () => chunked(data, 7001),
      ]

      for (const make of sources) {
        const task = new Uploader(oss.encrypted, { partSize }).uploadFrom(at, make())
        const { hashCrc64 } = await task
        expect(hashCrc64).toBe((await oss.head('a.bin')).hashCrc64)
        expect(isSame(await oss.decrypted('a.bin'), data)).toBe(true)
        expect(task.progress.transferred).toBe(size)
      }
      expect(await oss.openUploads()).toEqual([])
    },
  )

  test('tells OSS the size of its parts, and of the whole where that is known', async () => {
    await new Uploader(oss.encrypted, { partSize }).uploadFrom(at, bytes)
    const known = (await oss.head('a.bin')).metadata
    await new Uploader(oss.encrypted, { partSize }).uploadFrom(at, chunked(bytes, 9999))
    const unknown = (await oss.head('a.bin')).metadata

    expect(known).toMatchObject({
      'client-side-encryption-part-size': '102400',
      'client-side-encryption-data-size': '1000000',
    })
    expect(unknown['client-side-encryption-part-size']).toBe('102400')
    expect(unknown).not.toHaveProperty('client-side-encryption-data-size')
  })

  test('in sequence is one cipher text, too', async () => {
    await new Uploader(oss.encrypted, { partSize, sequential: true }).uploadFrom(at, bytes)

    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('refuses parts that are no multiple of a block, before anything is sent', async () => {
    const before = oss.emulator.requests.length

    const error = await failureOf(new Uploader(oss.encrypted, { partSize: partSize + 1 }).uploadFrom(at, bytes))

    expect(error).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('in an Uploader its partSize'),
    })
    expect(oss.emulator.requests.length).toBe(before)
  })

  test('of many files encrypts each with a key of its own', async () => {
    const files = [10, partSize + 5, 350_000].map((size, index) => ({
      request: { bucket: 'files', key: `many/${index}` },
      source: new Blob([pattern(size, index + 3)]),
    }))

    const results = await new Uploader(oss.encrypted, { partSize }).uploadFiles(files)

    expect(results.map((result) => 'error' in result && result.error)).toEqual(
      [false, false, false].map(() => expect.anything()),
    )
    const keys = new Set<string>()
    for (const [index, { source }] of files.entries()) {
      expect(isSame(await oss.decrypted(`many/${index}`), new Uint8Array(await source.arrayBuffer()))).toBe(true)
      keys.add((await oss.head(`many/${index}`)).metadata['client-side-encryption-key']!)
    }
    expect(keys.size).toBe(3)
  })

  test.each([
    ['a part is cut', { match: named('UploadPart', 3), body: 'request', dropAfterBytes: 50_000 }],
    ['a part is refused', { match: named('UploadPart', 4), status: 503 }],
    ['a part is changed on its way', { match: named('UploadPart', 2), body: 'request', corrupt: 9 }],
    ['the answer to a part is lost', { match: named('UploadPart', 5), dropAnswer: true }],
    ['the last answer is lost', { match: named('CompleteMultipartUpload'), dropAnswer: true, times: 1 }],
  ] as const)('is whole when %s', async (_, fault) => {
    for (const source of [bytes, new Blob([bytes]), chunked(bytes, 9999)]) {
      oss.emulator.faults.add(fault)
      await new Uploader(oss.encrypted, { partSize }).uploadFrom(at, source)
      expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
    }
  })

  test('can be paused and resumed', async () => {
    const task = new Uploader(oss.encrypted, { partSize, parallelNum: 2 }).uploadFrom(at, bytes)
    const off = task.on('progress', ({ transferred }) => {
      if (transferred < 300_000) return
      off()
      task.pause()
      setTimeout(() => task.resume())
    })

    await task

    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('can be paused and aborted while a master cipher stands still', async () => {
    const master = masterA()
    const asked: (() => void)[] = []
    const stuck = { ...master, encrypt: () => new Promise<never>(() => asked.shift()?.()) }
    const client = new EncryptionClient(oss.client, stuck)
    const begun = new Promise<void>((resolve) => asked.push(resolve))
    const task = new Uploader(client, { partSize }).uploadFrom(at, bytes)
    await begun
    const again = new Promise<void>((resolve) => asked.push(resolve))

    task.pause()
    task.resume()
    await again
    await task.abort({ reason: new Error('enough') })

    await expect(task).rejects.toThrow('enough')
    expect(oss.count('InitiateMultipartUpload')).toBe(0)
  })

  test('that is aborted leaves nothing', async () => {
    const reports: TransferProgress[] = []
    const task = new Uploader(oss.encrypted, { partSize }).uploadFrom(at, bytes, {
      onProgress(progress) {
        reports.push(progress)
        if (progress.transferred > 200_000) void task.abort()
      },
    })

    await expect(task).rejects.toMatchObject({ name: 'AbortError' })
    await task.abort()
    expect(await oss.openUploads()).toEqual([])
    expect(reports.at(-1)!.total).toBe(1_000_000)
  })

  describe('where sums and ETags are hidden', () => {
    const hidden = () => hiding('etag', 'x-oss-hash-crc64ecma')

    test.each([10, partSize * 3 + 7])('of %d bytes is compared all the same', async (size) => {
      for (const source of [pattern(size), new Blob([pattern(size)]), chunked(pattern(size), 9999)]) {
        await new Uploader(oss.encryptedWith({ transport: hidden() }), { partSize }).uploadFrom(at, source)
        expect(isSame(await oss.decrypted('a.bin'), pattern(size))).toBe(true)
      }
    })

    test('a part that changed on its way is noticed', async () => {
      oss.emulator.faults.add({ match: named('UploadPart', 2), body: 'request', corrupt: 9 })
      const uploader = new Uploader(oss.encryptedWith({ transport: hidden() }), { partSize })

      const error = await failureOf(uploader.uploadFrom(at, bytes))

      expect(error).toBeInstanceOf(TransferError)
      expect(error.cause).toBeInstanceOf(IntegrityError)
    })

    const hiddenAfterPut: Transport = async (request) => {
      const answer = await fetchTransport()(request)
      if (request.method === 'PUT') delete answer.headers['x-oss-hash-crc64ecma']
      return answer
    }

    test('only in the answer to an upload in one request, who cannot decrypt does without', async () => {
      const client = oss.encryptedWith({ transport: hiddenAfterPut }, publicA())

      await new Uploader(client, { partSize }).uploadFrom(at, pattern(5000))

      expect(isSame(await oss.decrypted('a.bin'), pattern(5000))).toBe(true)
    })

    test('only in the answer to an upload in one request, the object is compared', async () => {
      const uploader = new Uploader(oss.encryptedWith({ transport: hiddenAfterPut }), { partSize })
      await uploader.uploadFrom(at, pattern(5000))
      expect(oss.count('HeadObject')).toBe(1)
      oss.emulator.faults.add({ match: named('PutObject'), body: 'request', corrupt: 9 })

      await expect(uploader.uploadFrom(at, pattern(5000))).rejects.toThrow(IntegrityError)
    })
  })
})

describe('an encrypted upload that was broken off', () => {
  /** Breaks off once so many parts are there. */
  async function brokenOff(checkpointStore = memoryCheckpoints(), client: Client = oss.encrypted, source = file()) {
    oss.emulator.faults.add({ match: named('UploadPart', 6), status: 403, code: 'AccessDenied', times: 'always' })
    const options = { partSize, enableCheckpoint: true, checkpointStore, parallelNum: 1 }
    const error = await failureOf(new Uploader(client, options).uploadFrom(at, source))
    expect(error).toBeInstanceOf(TransferError)
    oss.emulator.faults.clear()
    return { checkpointStore, sentBefore: oss.count('UploadPart') }
  }
  const goOn = (checkpointStore: ReturnType<typeof memoryCheckpoints>, client: Client, source = file(), options = {}) =>
    new Uploader(client, { partSize, enableCheckpoint: true, checkpointStore, ...options }).uploadFrom(at, source)

  test('goes on in another process, with the key that OSS keeps', async () => {
    const { checkpointStore, sentBefore } = await brokenOff()

    await goOn(checkpointStore, oss.encryptedWith())

    expect(oss.count('UploadPart') - sentBefore).toBe(5)
    expect(oss.count('InitiateMultipartUpload')).toBe(1)
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('goes on without a comparison, too', async () => {
    const { checkpointStore, sentBefore } = await brokenOff()

    await goOn(checkpointStore, oss.encryptedWith(), file(), { verifyData: false })

    expect(oss.count('UploadPart') - sentBefore).toBe(5)
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('begins anew, with another key, where bytes are others since', async () => {
    const { checkpointStore, sentBefore } = await brokenOff()
    const changed = bytes.slice()
    changed[250_000] = changed[250_000]! ^ 1

    await goOn(checkpointStore, oss.encryptedWith(), file(changed))

    expect(oss.count('UploadPart') - sentBefore).toBe(10)
    expect(oss.count('InitiateMultipartUpload')).toBe(2)
    expect(await oss.openUploads()).toEqual([])
    expect(isSame(await oss.decrypted('a.bin'), changed)).toBe(true)
  })

  test('begins anew where nobody can decrypt its key', async () => {
    const writer = () => oss.encryptedWith({}, publicA())
    const { checkpointStore } = await brokenOff(memoryCheckpoints(), writer())

    await goOn(checkpointStore, writer())

    expect(oss.count('InitiateMultipartUpload')).toBe(2)
    expect(await oss.openUploads()).toEqual([])
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('goes on in the same client even if that cannot decrypt', async () => {
    const writer = oss.encryptedWith({}, publicA())
    const { checkpointStore, sentBefore } = await brokenOff(memoryCheckpoints(), writer)

    await goOn(checkpointStore, writer)

    expect(oss.count('UploadPart') - sentBefore).toBe(5)
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('is not gone on with without encryption, nor the other way round', async () => {
    const { checkpointStore } = await brokenOff()
    await goOn(checkpointStore, oss.client)
    expect(isSame(await oss.stored('a.bin'), bytes)).toBe(true)
    expect((await oss.head('a.bin')).metadata).toEqual({})

    const plain = await brokenOff(memoryCheckpoints(), oss.client)
    await goOn(plain.checkpointStore, oss.encrypted)

    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
    expect(await oss.openUploads()).toEqual([])
  })

  test('is found to be complete where only the checkpoint was left', async () => {
    const checkpointStore = memoryCheckpoints()
    const kept: Checkpoint[] = []
    const remembering = {
      ...checkpointStore,
      async put(one: Checkpoint) {
        kept.push(one)
        await checkpointStore.put(one)
      },
    }
    await goOn(remembering, oss.encrypted)
    await checkpointStore.put(kept[0]!)
    const sentBefore = oss.count('UploadPart')

    const { hashCrc64 } = await goOn(checkpointStore, oss.encryptedWith())

    expect(oss.count('UploadPart')).toBe(sentBefore)
    expect(hashCrc64).toBe((await oss.head('a.bin')).hashCrc64)
    const other = file(pattern(1_000_000, 9))
    await goOn(checkpointStore, oss.encryptedWith(), other)
    expect(isSame(await oss.decrypted('a.bin'), pattern(1_000_000, 9))).toBe(true)
  })
})

describe('an encrypted download', () => {
  const put = (data = bytes) => new Uploader(oss.encrypted, { partSize }).uploadFrom(at, data)
  const downloader = (client: Client = oss.encrypted, options = {}) =>
    new Downloader(client, { partSize, parallelNum: 3, ...options })

  test.each([0, 1, partSize - 1, partSize + 1, 1_000_000])('of %d bytes is what was uploaded', async (size) => {
    await put(pattern(size))
    const target = memoryTarget()

    const task = downloader().downloadTo(at, target.target)
    await task

    expect(isSame(target.bytes, pattern(size))).toBe(true)
    expect(target.ends).toEqual(['committed'])
    expect(task.progress.transferred).toBe(size)
  })

  test.each(['bytes=5-700000', 'bytes=-333333', 'bytes=999999-', 'bytes=102399-102401'])(
    'of %s is that range',
    async (range) => {
      await put()
      const target = memoryTarget()

      await downloader().downloadTo({ ...at, range }, target.target)

      const [, first, last] = /(\d*)-(\d*)/.exec(range)!
      const expected =
        first === ''
          ? bytes.subarray(-Number(last))
          : bytes.subarray(Number(first), last ? Number(last) + 1 : undefined)
      expect(isSame(target.bytes, expected)).toBe(true)
    },
  )

  test('is whole when connections break', async () => {
    await put()
    for (let part = 0; part < 4; part++)
      oss.emulator.faults.add({ match: named('GetObject'), skip: part * 2, dropAfterBytes: 33_333 + part })
    const target = memoryTarget()

    await downloader().downloadTo(at, target.target)

    expect(isSame(target.bytes, bytes)).toBe(true)
  })

  test('notices bytes that changed on the way', async () => {
    await put()
    oss.emulator.faults.add({ match: named('GetObject'), skip: 2, corrupt: 5 })
    const target = memoryTarget()

    const error = await failureOf(downloader().downloadTo(at, target.target))

    expect(error.cause).toBeInstanceOf(IntegrityError)
    expect(target.ends).toEqual(['discarded'])
  })

  test('goes into a Blob, and into a stream', async () => {
    await put()
    const collected: Uint8Array[] = []

    const blob = await downloader().downloadBlob(at)
    await downloader().downloadTo(at, new WritableStream({ write: (chunk) => void collected.push(chunk.slice()) }))

    expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true)
    expect(isSame(Buffer.concat(collected), bytes)).toBe(true)
  })

  test.each([false, true])('goes on in another process (verifyData: %s)', async (verifyData) => {
    await put()
    const checkpointStore = memoryCheckpoints()
    const target = memoryTarget('here')
    const options = { enableCheckpoint: true, checkpointStore, parallelNum: 1, verifyData }
    oss.emulator.faults.add({ match: named('GetObject'), skip: 5, status: 403, code: 'AccessDenied', times: 'always' })
    await failureOf(downloader(oss.encrypted, options).downloadTo(at, target.target))
    oss.emulator.faults.clear()
    const before = oss.count('GetObject')

    await downloader(oss.encryptedWith(), options).downloadTo(at, target.target)

    expect(oss.count('GetObject') - before).toBe(5)
    expect(isSame(target.bytes, bytes)).toBe(true)
  })

  test('begins anew where what is there was changed', async () => {
    await put()
    const checkpointStore = memoryCheckpoints()
    const target = memoryTarget('here')
    const options = { enableCheckpoint: true, checkpointStore, parallelNum: 1, verifyData: true }
    oss.emulator.faults.add({ match: named('GetObject'), skip: 5, status: 403, code: 'AccessDenied', times: 'always' })
    await failureOf(downloader(oss.encrypted, options).downloadTo(at, target.target))
    oss.emulator.faults.clear()
    target.bytes[77] = target.bytes[77]! ^ 1
    const before = oss.count('GetObject')

    await downloader(oss.encryptedWith(), options).downloadTo(at, target.target)

    expect(oss.count('GetObject') - before).toBe(10)
    expect(isSame(target.bytes, bytes)).toBe(true)
  })

  test('does not go on with what was downloaded without decryption', async () => {
    await put()
    const checkpointStore = memoryCheckpoints()
    const target = memoryTarget('here')
    const options = { enableCheckpoint: true, checkpointStore, parallelNum: 1 }
    oss.emulator.faults.add({ match: named('GetObject'), skip: 5, status: 403, code: 'AccessDenied', times: 'always' })
    await failureOf(downloader(oss.client, options).downloadTo(at, target.target))
    oss.emulator.faults.clear()

    await downloader(oss.encrypted, options).downloadTo(at, target.target)

    expect(isSame(target.bytes, bytes)).toBe(true)
  })

  test('of an object that is not encrypted is compared as it is', async () => {
    await putObject(oss.client, { ...at, body: bytes })
    const target = memoryTarget()

    await downloader().downloadTo(at, target.target)

    expect(isSame(target.bytes, bytes)).toBe(true)
  })

  test('that is marked as packed is what was uploaded', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes, contentEncoding: 'gzip' })
    const target = memoryTarget()

    await downloader().downloadTo(at, target.target)
    const opened = await openFile(oss.encrypted, at)

    expect(isSame(target.bytes, bytes)).toBe(true)
    expect(isSame(await opened.read(100), bytes.subarray(0, 100))).toBe(true)
  })

  test('is not held up by a master cipher that stands still', async () => {
    await put()
    const stuck = { ...masterA(), decrypt: () => new Promise<never>(() => {}) }
    const task = downloader(new EncryptionClient(oss.client, stuck)).downloadTo(at, memoryTarget().target)
    await oss.emulator.requests.length

    await task.abort({ reason: new Error('enough') })

    await expect(task).rejects.toThrow('enough')
  })

  test('by who cannot decrypt fails before it begins', async () => {
    await put()
    const target = memoryTarget()

    const error = await failureOf(downloader(oss.encryptedWith({}, publicA())).downloadTo(at, target.target))

    expect(error).toBeInstanceOf(DecryptionError)
    expect(oss.count('GetObject')).toBe(0)
    expect(target.ends).toEqual(['discarded'])
  })
})

describe('an encrypted object that is read as a file', () => {
  test.each([false, true])('gives what is asked for, from any place (enablePrefetch: %s)', async (enablePrefetch) => {
    await putObject(oss.encrypted, { ...at, body: bytes })
    const random = randomOf(5)
    const opened = await openFile(oss.encrypted, at, { enablePrefetch, chunkSize: 50_001, prefetchThreshold: 1 })

    for (let round = 0; round < 40; round++) {
      const position = round % 3 === 0 ? Math.floor(random() * bytes.length) : opened.tell()
      const size = Math.floor(random() * 40_000)
      opened.seek(position)
      const piece = await opened.read(size)
      expect(isSame(piece, bytes.subarray(position, position + size)), `${position} ${size}`).toBe(true)
    }
    opened.seek(-128, 'end')
    expect(isSame(await opened.read(), bytes.subarray(-128))).toBe(true)
    const streamed = new Uint8Array(await new Response(opened.stream({ start: 17, end: 70_000 })).arrayBuffer())
    expect(isSame(streamed, bytes.subarray(17, 70_000))).toBe(true)
    await opened.close()
  })

  test('notices that it was replaced', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes })
    const opened = await openFile(oss.encrypted, at)
    await putObject(oss.encrypted, { ...at, body: bytes })

    await expect(opened.read(10)).rejects.toThrow(ObjectChangedError)
  })
})

test('objects and ranges at random are what they were, through faults', async () => {
  const seed = Date.now() | 0
  const random = randomOf(seed)
  const upTo = (limit: number) => Math.floor(random() * (limit + 1))

  for (let round = 0; round < 25; round++) {
    const data = pattern(upTo(random() < 0.3 ? 40 : 400_000), 1 + upTo(200))
    const make = [
      () => data,
      () => new Blob([data]),
      () => () => chunked(data, 1 + upTo(30_000)),
      () => chunked(data, 1 + upTo(50_000)),
    ][round % 4]!
    if (random() < 0.4)
      oss.emulator.faults.add({ match: named(data.length < partSize ? 'PutObject' : 'UploadPart'), status: 500 })
    await new Uploader(oss.encrypted, { partSize }).uploadFrom(at, make())
    oss.emulator.faults.clear()
    expect(isSame(await oss.decrypted('a.bin'), data), `seed ${seed}, round ${round}`).toBe(true)
    const start = upTo(data.length - 1)
    const end = start + upTo(data.length - start)
    if (data.length === 0) continue
    const { body } = await getObject(oss.encrypted, { ...at, range: { start, end } })
    expect(isSame(await body.bytes(), data.subarray(start, end + 1)), `seed ${seed}, ${start}-${end}`).toBe(true)
  }
}, 60_000)

test('a token that expires during an upload is renewed, and the upload is one cipher text', async () => {
  let tokens = 0
  const { accessKeyId, accessKeySecret } = oss.emulator
  const credentialsProvider = {
    async getCredentials() {
      tokens += 1
      return tokens === 4
        ? { accessKeyId, accessKeySecret, securityToken: 'expired' }
        : { accessKeyId, accessKeySecret }
    },
    invalidate() {},
  }

  await new Uploader(oss.encryptedWith({ credentialsProvider }), { partSize }).uploadFrom(at, bytes)

  expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  expect((await headObject(oss.encrypted, at)).contentLength).toBe(bytes.length)
})

test('two clients that work on one upload agree on its key', async () => {
  const { uploadId } = await initiateMultipartUpload(oss.encrypted, { ...at, csePartSize: partSize })
  const here = await oss.encrypted.storedForm({ ...at, uploadId })
  const there = await new EncryptionClient(oss.client, masterA()).storedForm({
    ...at,
    uploadId,
  })
  const one = async (form: typeof here) => {
    const pieces: Uint8Array[] = []
    for await (const piece of form!([pattern(100)], 5)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  expect(isSame(await one(here), await one(there))).toBe(true)
})
