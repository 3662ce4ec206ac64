import { inspect } from 'node:util'
import {
  abortMultipartUpload,
  appendFile,
  appendObject,
  type Body,
  Copier,
  completeMultipartUpload,
  copyObject,
  createPostPolicy,
  createSelectObjectMeta,
  DecryptionError,
  type Document,
  Downloader,
  download,
  EncryptionClient,
  type Fields,
  fetchTransport,
  getObject,
  getObjectMeta,
  type HttpRequest,
  headObject,
  IntegrityError,
  initiateMultipartUpload,
  isObjectExist,
  listObjectsV2,
  listParts,
  type MasterCipher,
  openFile,
  operation,
  type Progress,
  paginate,
  payload,
  presign,
  presignParts,
  processObject,
  putBucket,
  putBucketVersioning,
  putObject,
  putObjectAcl,
  putObjectTagging,
  putSymlink,
  RequestError,
  rsaMasterCipher,
  ServiceError,
  selectObject,
  string,
  type Transport,
  text,
  upload,
  uploadPart,
  uploadPartCopy,
  writeGetObjectResponse,
  xml,
} from '@oss-js/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { chunked, failureOf, isSame, named, pattern } from '../transfer/emulated.ts'
import { encryptedEmulator, keysA, keysB, masterA, publicA } from './encrypted.ts'

const at = { bucket: 'files', key: 'a.bin' }
const partSize = 102_400
const mib = 1_048_576

let oss: Awaited<ReturnType<typeof encryptedEmulator>>
beforeAll(async () => {
  oss = await encryptedEmulator()
})
beforeEach(async () => {
  await oss.emulator.reset()
  await putBucket(oss.client, { bucket: 'files' })
})
afterAll(() => oss.emulator.close())

const read = async (client = oss.encrypted, input = {}) => (await getObject(client, { ...at, ...input })).body.bytes()

/** What a page sees of an answer. */
const always = ['content-length', 'content-type', 'last-modified']
const exposing = (...names: string[]): Transport => {
  const send = fetchTransport()
  return async (request) => {
    const answer = await send(request)
    const seen = Object.entries(answer.headers).filter(([name]) => [...always, ...names].includes(name))
    return { ...answer, headers: Object.fromEntries(seen) }
  }
}
const envelope = ['key', 'start', 'cek-alg', 'wrap-alg', 'matdesc'].map(
  (name) => `x-oss-meta-client-side-encryption-${name}`,
)
const plainness = ['x-oss-server-time', 'x-oss-object-type']

describe('an object', () => {
  test.each([0, 1, 15, 16, 17, mib - 1, mib, mib + 1, 3 * mib + 5])(
    'of %d bytes is stored so that OpenSSL decrypts it, and read again',
    async (size) => {
      const bytes = pattern(size)

      await putObject(oss.encrypted, { ...at, body: bytes })

      expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
      if (size > 8) expect(isSame(await oss.stored('a.bin'), bytes)).toBe(false)
      expect(isSame(await read(), bytes)).toBe(true)
      expect((await headObject(oss.encrypted, at)).contentLength).toBe(size)
    },
  )

  const bytes = pattern(300_001)
  const bodies: [string, () => Body][] = [
    ['bytes', () => bytes],
    ['an ArrayBuffer', () => bytes.buffer],
    ['a view of a larger buffer', () => new Uint8Array([...new Uint8Array(5), ...bytes]).subarray(5)],
    ['a Blob', () => new Blob([bytes])],
    ['a ReadableStream', () => new Blob([bytes]).stream()],
    ['an async iterable of 1 byte, then 15, then more', () => uneven()],
    ['an async iterable of 3333 bytes each', () => chunked(bytes, 3333)],
    ['one chunk that is larger than a piece', () => chunked(bytes, 300_001)],
    ['an async iterable of other views, also within a block', () => otherViews()],
    ['memory that threads share', () => shared()],
    ['an async iterable of memory that threads share', () => chunked(shared(), 3333)],
    ['an async iterable that uses its memory again', () => overwritten()],
    ['a factory', () => () => chunked(bytes, 7001)],
    ['a source', () => ({ size: bytes.length, open: async () => new Blob([bytes]) })],
  ]
  async function* uneven() {
    for (const [start, end] of [
      [0, 1],
      [1, 16],
      [16, 16],
      [16, 49],
      [49, 300_001],
    ])
      yield bytes.subarray(start, end)
  }
  async function* otherViews() {
    yield bytes.subarray(0, 3)
    yield new Uint16Array(bytes.slice(3, 100_003).buffer) as unknown as Uint8Array
    yield new DataView(bytes.buffer, 100_003) as unknown as Uint8Array
  }
  const shared = () => {
    const memory = new Uint8Array(new SharedArrayBuffer(bytes.length))
    memory.set(bytes)
    return memory
  }
  async function* overwritten() {
    const memory = new Uint8Array(4096)
    for (let from = 0; from < bytes.length; from += memory.length) {
      const piece = bytes.subarray(from, from + memory.length)
      memory.set(piece)
      yield memory.subarray(0, piece.length)
      memory.fill(0)
    }
  }

  test.each(bodies)('from %s is encrypted', async (_, make) => {
    await putObject(oss.encrypted, { ...at, body: make() })

    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
    expect(isSame(await read(), bytes)).toBe(true)
  })

  test('is as large as declared, or refused', async () => {
    await putObject(oss.encrypted, { ...at, body: chunked(bytes, 1000), contentLength: bytes.length })
    const { metadata } = await oss.head('a.bin')
    const tooShort = putObject(oss.encrypted, { ...at, body: chunked(bytes, 1000), contentLength: bytes.length + 1 })

    expect(metadata['client-side-encryption-unencrypted-content-length']).toBe('300001')
    await expect(tooShort).rejects.toThrow(/ended after 300001 of the 300002 bytes declared/)
    await expect(putObject(oss.encrypted, { ...at, body: 'text', contentLength: 5 })).rejects.toMatchObject({
      field: 'contentLength',
    })
  })

  test('has a key and a start of its own each time, whose start leaves room to count', async () => {
    const seen = new Set<string>()
    const starts: Uint8Array[] = []
    const spying: MasterCipher = {
      ...masterA(),
      encrypt(data) {
        if (data.length === 16) starts.push(data.slice())
        seen.add(Buffer.from(data).toString('hex'))
        return masterA().encrypt(data)
      },
    }
    const client = new EncryptionClient(oss.client, spying)

    for (let count = 0; count < 5; count++) await putObject(client, { ...at, body: 'text' })

    expect(seen.size).toBe(10)
    for (const start of starts) expect([...start.subarray(8, 12)]).toEqual([0, 0, 0, 0])
  })

  test('keeps its metadata, its tags and its type, also under a key in any script', async () => {
    const key = 'papers/护照 ünï 😀.txt'
    const metadata = { owner: '张三', 'x-y': 'ünï' }
    const input = { bucket: 'files', key, body: 'geheim 秘密', metadata, tagging: { kind: 'paper' } }
    await putObject(oss.encrypted, { ...input, cacheControl: 'no-store' }, { headers: { 'X-OSS-Meta-More': 'yes' } })

    const got = await getObject(oss.encrypted, { bucket: 'files', key })

    expect(await got.body.text()).toBe('geheim 秘密')
    expect(got.metadata).toMatchObject({ ...metadata, more: 'yes' })
    expect(got).toMatchObject({ contentType: 'text/plain', cacheControl: 'no-store', taggingCount: 1 })
    expect(
      Object.keys(got.metadata)
        .filter((name) => name.startsWith('client-side-encryption-'))
        .sort(),
    ).toEqual([
      'client-side-encryption-cek-alg',
      'client-side-encryption-key',
      'client-side-encryption-start',
      'client-side-encryption-wrap-alg',
    ])
  })

  test('has the type of its Blob, unless the caller names another', async () => {
    const body = new Blob(['{}'], { type: 'application/json' })
    const typeOf = async () => (await oss.head('a.bin')).contentType

    await putObject(oss.encrypted, { ...at, body })
    expect(await typeOf()).toBe('application/json')
    await putObject(oss.encrypted, { ...at, body, contentType: 'text/x-own' })
    expect(await typeOf()).toBe('text/x-own')
    await putObject(oss.encrypted, { ...at, body }, { headers: { 'Content-Type': 'text/x-header' } })
    expect(await typeOf()).toBe('text/x-header')
  })

  test('that was read can be written again with its metadata: the old key is not taken along', async () => {
    const described = new EncryptionClient(
      oss.client,
      rsaMasterCipher({ matDesc: { key: 'old' }, publicKey: keysA.publicSpki }),
    )
    await putObject(described, { ...at, body: 'first', metadata: { mine: 'yes' } })
    const { metadata } = await headObject(oss.encrypted, at)

    await putObject(oss.encrypted, { ...at, body: 'second', metadata })

    expect(new TextDecoder().decode(await read())).toBe('second')
    const kept = (await oss.head('a.bin')).metadata
    expect(kept.mine).toBe('yes')
    expect(kept).not.toHaveProperty('client-side-encryption-matdesc')
  })

  test('takes no envelope from the headers of a call', async () => {
    const headers = { 'X-Oss-Meta-Client-Side-Encryption-Matdesc': '{"key":"other"}' }

    await putObject(oss.encrypted, { ...at, body: 'text' }, { headers })

    expect((await oss.head('a.bin')).metadata).not.toHaveProperty('client-side-encryption-matdesc')
  })

  test('is not encrypted with the sums of its plain text', async () => {
    const headers = { 'Content-MD5': 'XrY7u+Ae7tCTyyK7j1rNww==', 'Content-Length': '11' }

    await putObject(oss.encrypted, { ...at, body: 'hello world' }, { headers })

    expect((await oss.head('a.bin')).metadata).toMatchObject({
      'client-side-encryption-unencrypted-content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==',
      'client-side-encryption-unencrypted-content-length': '11',
    })
    expect(new TextDecoder().decode(await read())).toBe('hello world')
  })

  test('that is not encrypted is returned as it is stored, whole and in ranges', async () => {
    await putObject(oss.client, { ...at, body: bytes })

    expect(isSame(await read(), bytes)).toBe(true)
    const { body, contentLength, contentRange } = await getObject(oss.encrypted, { ...at, range: 'bytes=21-39' })
    expect(isSame(await body.bytes(), bytes.subarray(21, 40))).toBe(true)
    expect({ contentLength, contentRange }).toEqual({ contentLength: 19, contentRange: 'bytes 21-39/300001' })
  })

  test('is not packed on its way, where nobody would unpack it', async () => {
    const asked: string[] = []
    const send = fetchTransport()
    const transport: Transport = (request) => {
      asked.push(...Object.keys(request.headers))
      return send(request)
    }
    const text = 'text '.repeat(1000)
    await putObject(oss.encrypted, { ...at, body: text, contentType: 'text/plain' })

    const { body } = await getObject(
      oss.encryptedWith({ transport }),
      { ...at, acceptEncoding: 'gzip' },
      { headers: { 'Accept-Encoding': 'gzip' } },
    )

    expect(await body.text()).toBe(text)
    expect(asked).not.toContain('accept-encoding')
  })

  test('made of nothing is empty', async () => {
    await putObject(oss.encrypted, at)

    expect((await read()).length).toBe(0)
    expect((await oss.head('a.bin')).metadata).toHaveProperty('client-side-encryption-key')
  })

  test('is copied with its key, and then read', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes })

    await copyObject(oss.encrypted, { bucket: 'files', key: 'copy.bin', sourceKey: 'a.bin' })
    await new Copier(oss.encrypted.unwrap(), {
      multipartCopyThreshold: 1,
      disableShallowCopy: true,
      partSize,
    }).copy({ bucket: 'files', key: 'parts.bin', sourceKey: 'a.bin' })

    expect(isSame(await read(oss.encrypted, { key: 'copy.bin' }), bytes)).toBe(true)
    expect(isSame(await read(oss.encrypted, { key: 'parts.bin' }), bytes)).toBe(true)
  })
})

describe('ranges', () => {
  const size = 100
  const bytes = pattern(size)

  test('of every alignment are what was asked for', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes })

    for (const start of [0, 1, 15, 16, 17, 31, 32, 47, 98, 99]) {
      for (const end of [start, start + 1, start + 14, start + 15, start + 16, start + 17, 99, 150, undefined]) {
        const got = await getObject(oss.encrypted, { ...at, range: { start, end } })
        const expected = bytes.subarray(start, end === undefined ? size : end + 1)
        expect(isSame(await got.body.bytes(), expected), `${start}-${end}`).toBe(true)
        expect(got.contentLength).toBe(expected.length)
        expect(got.contentRange).toBe(`bytes ${start}-${start + expected.length - 1}/100`)
        expect(got.response.status).toBe(206)
      }
    }
  })

  test.each([1, 2, 15, 16, 17, 50, 99, 100, 200])(
    'of the last %d bytes are decrypted from where they begin',
    async (last) => {
      await putObject(oss.encrypted, { ...at, body: bytes })

      const got = await getObject(oss.encrypted, { ...at, range: `bytes=-${last}` })

      expect(isSame(await got.body.bytes(), bytes.subarray(-Math.min(last, size)))).toBe(true)
      expect(got.contentLength).toBe(Math.min(last, size))
    },
  )

  test('can be in a header of the call', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes })

    const { body } = await getObject(oss.encrypted, at, { headers: { Range: 'bytes=21-22' } })

    expect(isSame(await body.bytes(), bytes.subarray(21, 23))).toBe(true)
  })

  test.each(['bytes=100-', 'bytes=101-110', 'bytes=112-', 'bytes=5000-'])(
    '%s behind the object is refused by OSS',
    async (range) => {
      await putObject(oss.encrypted, { ...at, body: bytes })

      const error = await failureOf(getObject(oss.encrypted, { ...at, range }))

      expect(error).toBeInstanceOf(ServiceError)
      expect(error).toMatchObject({ status: 416, code: 'InvalidRange' })
    },
  )

  test('that begin behind the object, in its last block, are refused by OSS, also where a page does not see which it got', async () => {
    await putObject(oss.encrypted, { ...at, body: pattern(20) })
    const page = oss.encryptedWith({ transport: exposing(...envelope) })

    for (const client of [oss.encrypted, page])
      for (const range of ['bytes=20-', 'bytes=25-29'])
        await expect(read(client, { range })).rejects.toMatchObject({ name: 'ServiceError', status: 416 })
    expect(isSame(await read(page, { range: 'bytes=19-' }), pattern(20).subarray(19))).toBe(true)
  })

  test('that are none are refused', async () => {
    const range = { start: 5, end: 4 }

    await expect(getObject(oss.encrypted, { ...at, range })).rejects.toMatchObject({ field: 'range' })
    await expect(getObject(oss.encrypted, { ...at, range: { start: 1.5 } })).rejects.toMatchObject({ field: 'range' })
  })

  test('report the bytes that were asked for', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes })
    const reports: Progress[] = []

    const { body } = await getObject(
      oss.encrypted,
      { ...at, range: 'bytes=21-60' },
      { onProgress: (one) => reports.push(one) },
    )
    await body.bytes()

    expect(reports.at(-1)).toMatchObject({ transferred: 40, total: 40 })
  })
})

describe('what changes on the way', () => {
  const bytes = pattern(300_000)

  test('is noticed in what is stored, and sent again', async () => {
    oss.emulator.faults.add({ match: named('PutObject'), body: 'request', corrupt: 5 })

    await putObject(oss.encrypted, { ...at, body: bytes })

    expect(oss.count('PutObject')).toBe(2)
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('is noticed in what is read', async () => {
    await putObject(oss.encrypted, { ...at, body: bytes })
    oss.emulator.faults.add({ match: named('GetObject'), corrupt: 5 })

    await expect(read()).rejects.toThrow(IntegrityError)
  })

  test.each([
    ['a connection that is cut', { dropAfterBytes: 150_000, body: 'request' }],
    ['a 503', { status: 503 }],
    ['an answer that is lost', { dropAnswer: true }],
  ] as const)('%s is sent again as the same cipher text', async (_, fault) => {
    const crcs = new Set<string>()
    const kinds: (() => Body)[] = [() => bytes, () => new Blob([bytes]), () => () => chunked(bytes, 9999)]
    for (const make of kinds) {
      const before = oss.count('PutObject')
      oss.emulator.faults.add({ match: named('PutObject'), ...fault })
      await putObject(oss.encrypted, { ...at, body: make() })
      expect(oss.count('PutObject') - before).toBe(2)
      expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
      crcs.add((await oss.head('a.bin')).hashCrc64!)
    }
    expect(crcs.size).toBe(3)
  })

  test('a stream is sent once', async () => {
    oss.emulator.faults.add({ match: named('PutObject'), status: 503 })

    const error = await failureOf(putObject(oss.encrypted, { ...at, body: new Blob([bytes]).stream() }))

    expect(error).toMatchObject({ name: 'ServiceError', status: 503 })
    expect(oss.count('PutObject')).toBe(1)
  })

  test.each([
    ['other bytes', pattern(300_000, 11)],
    ['fewer bytes', pattern(100_000)],
    ['a byte that differs at the end of what was sent', pattern(300_000).fill(9, 199_990)],
  ])('a body that brings %s when it is opened again is not sent to its end', async (_, others) => {
    let opened = 0
    const body = () => chunked(opened++ === 0 ? bytes : others, 10_000)
    oss.emulator.faults.add({ match: named('PutObject'), body: 'request', dropAfterBytes: 250_000 })

    const error = await failureOf(putObject(oss.encrypted, { ...at, body }))

    expect(error).toMatchObject({ name: 'ValidationError', field: 'body' })
    expect(await isObjectExist(oss.client, at)).toBe(false)
  })

  /** What leaves of a body, attempt by attempt; all but the last fail after so many bytes. */
  async function leaving(body: () => Body, ...sizes: number[]): Promise<{ left: Buffer[]; error: unknown }> {
    const left: Buffer[] = []
    const transport: Transport = async ({ body }) => {
      const attempt = left.push(Buffer.alloc(0)) - 1
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        left[attempt] = Buffer.concat([left[attempt]!, chunk])
        if (left[attempt].length >= (sizes[attempt] ?? Infinity)) throw new RequestError('cut')
      }
      return { status: 200, headers: {}, body: null }
    }
    const error = await putObject(oss.encryptedWith({ transport }), { ...at, body }).catch((error) => error)
    return { left, error }
  }

  test('nothing of another text is sent under the key of what was sent before', async () => {
    let opened = 0
    const other = pattern(300_000, 11)
    const changed = () => chunked(opened++ === 0 ? bytes : Buffer.concat([bytes.subarray(0, 150_000), other]), 10_000)

    const { left, error } = await leaving(changed, 200_000)

    expect(error).toMatchObject({ name: 'ValidationError', field: 'body' })
    expect(left.length).toBe(2)
    expect(left[1]!.length).toBeGreaterThan(60_000)
    expect(left[1]!.length).toBeLessThanOrEqual(150_000)
    expect(isSame(left[1]!, left[0]!.subarray(0, left[1]!.length))).toBe(true)
  })

  test('what is cut otherwise each time is the same text', async () => {
    let opened = 0
    const again = () => chunked(bytes, [9999, 65_536, 1000][opened++]!)

    const { left, error } = await leaving(again, 100_000, 199_999)

    expect(error).not.toBeInstanceOf(Error)
    expect(left[2]!.length).toBe(bytes.length)
    for (const part of left) expect(isSame(part, left[2]!.subarray(0, part.length))).toBe(true)
  })

  test('a reading that is given up lets go of the connection', async () => {
    await putObject(oss.encrypted, { ...at, body: pattern(3 * mib) })
    const { body } = await getObject(oss.encrypted, at)

    for await (const chunk of body) {
      expect(isSame(chunk, pattern(3 * mib).subarray(0, chunk.length))).toBe(true)
      break
    }
    const unread = await getObject(oss.encrypted, at)
    await unread.body.cancel()

    expect(isSame(await read(), pattern(3 * mib))).toBe(true)
  })

  test('tokens that expire are renewed', async () => {
    let tokens = 0
    const { accessKeyId, accessKeySecret } = oss.emulator
    const client = oss.encryptedWith({
      credentialsProvider: {
        async getCredentials() {
          tokens += 1
          return tokens === 1 ? { accessKeyId: 'gone', accessKeySecret } : { accessKeyId, accessKeySecret }
        },
        invalidate() {},
      },
    })

    await putObject(client, { ...at, body: bytes })

    expect(tokens).toBe(2)
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })
})

describe('what would go past the encryption', () => {
  const unwrapped = { name: 'ValidationError', field: 'client', message: expect.stringContaining('unwrap()') }
  const uploading = { ...at, uploadId: 'x', partNumber: 1 }
  const ownUpload = operation({ name: 'PutElsewhere', route: 'PUT /{bucket}/{key}', input: { bytes: upload } })
  const ownUploadOf = <I extends Fields>(name: string, input: I | Document<I>) =>
    operation({ name, route: 'PUT /{bucket}/{key}', input })
  const ownDownload = operation({ name: 'GetElsewhere', route: 'GET /{bucket}/{key}', output: { bytes: download } })
  const response = { requestRoute: 'route', requestToken: 'token', fwdStatus: '200' }
  const copied = { ...at, sourceKey: 'b' }
  const absent = undefined as unknown as string
  const expression = 'select * from ossobject'
  const refused: [string, () => Promise<unknown>][] = [
    ['AppendObject', () => appendObject(oss.encrypted, { ...at, position: 0, body: 'plain' })],
    ['UploadPartCopy', () => uploadPartCopy(oss.encrypted, { ...uploading, sourceKey: 'b' })],
    ['CopyObject', () => copyObject(oss.encrypted, { ...at, sourceKey: 'b', metadataDirective: 'REPLACE' })],
    [
      'CopyObject',
      () =>
        copyObject(oss.encrypted, { ...at, sourceKey: 'b' }, { headers: { 'X-Oss-Metadata-Directive': 'replace' } }),
    ],
    [
      'SelectObject',
      () => selectObject(oss.encrypted, { ...at, process: 'csv/select', selectRequest: { expression } }),
    ],
    [
      'CreateSelectObjectMeta',
      () => createSelectObjectMeta(oss.encrypted, { ...at, process: 'csv/meta', selectMetaRequest: {} }),
    ],
    ['ProcessObject', () => processObject(oss.encrypted, { ...at, process: 'image/resize,w_1|sys/saveas,o_eA' })],
    ['GetObject', () => getObject(oss.encrypted, { ...at, process: 'image/resize,w_1' })],
    ['GetObject', () => getObject(oss.encrypted, at, { query: { 'x-oss-process': 'image/info' } })],
    ['GetObject', () => getObject(oss.encrypted, at, { query: { 'X-Oss-Process': absent, 'x-oss-process': 'a' } })],
    ['CopyObject', () => copyObject(oss.encrypted, copied, { headers: { 'x-oss-metadata-directive': ' REPLACE ' } })],
    [
      'CopyObject',
      () =>
        copyObject(oss.encrypted, copied, {
          headers: { 'X-Oss-Metadata-Directive': 'COPY', 'x-oss-metadata-directive': 'REPLACE' },
        }),
    ],
    ['WriteGetObjectResponse', () => writeGetObjectResponse(oss.encrypted, { ...response, body: 'plain' })],
    ['PutElsewhere', () => ownUpload(oss.encrypted, { ...at, bytes: 'plain' })],
    ['PutObject', () => ownUploadOf('PutObject', { bytes: upload })(oss.encrypted, { ...at, bytes: 'plain' })],
    ['PutText', () => ownUploadOf('PutText', { content: text() })(oss.encrypted, { ...at, content: 'plain' })],
    ['PutBytes', () => ownUploadOf('PutBytes', { body: payload })(oss.encrypted, { ...at, body: 'plain' })],
    ['PutXml', () => ownUploadOf('PutXml', xml('Root', { text: string }))(oss.encrypted, { ...at, text: 'plain' })],
    ['GetElsewhere', () => ownDownload(oss.encrypted, at)],
    ['signature', () => presign(oss.encrypted, putObject, at)],
    ['signature', () => presign(oss.encrypted, getObject, at)],
    ['signature', () => presignParts(oss.encrypted, { ...at, uploadId: 'x', partNumbers: [1] })],
    ['signature', () => createPostPolicy(oss.encrypted, { ...at, expiresInSeconds: 60 })],
  ]

  test.each(refused)('%s is refused before anything is sent', async (name, call) => {
    const before = oss.emulator.requests.length

    const error = await failureOf(call())

    expect(error).toMatchObject(unwrapped)
    expect(error.message).toContain(name)
    expect(oss.emulator.requests.length).toBe(before)
  })

  test('appending to a file is refused, and stores nothing', async () => {
    const file = await appendFile(oss.encrypted, at)

    await expect(file.write('plain')).rejects.toMatchObject(unwrapped)
    expect(await isObjectExist(oss.client, at)).toBe(false)
  })

  test('copying in parts is refused, and leaves no upload', async () => {
    await putObject(oss.encrypted, { ...at, body: pattern(300_000) })
    const copier = new Copier(oss.encrypted, { multipartCopyThreshold: 1, disableShallowCopy: true, partSize })

    await expect(copier.copy({ bucket: 'files', key: 'b', sourceKey: 'a.bin' })).rejects.toThrow(
      /Copier takes unwrap\(\)/,
    )
    expect(await oss.openUploads()).toEqual([])
  })

  test('everything else goes as it does without encryption', async () => {
    await putObject(oss.encrypted, { ...at, body: 'text' })

    await putObjectAcl(oss.encrypted, { ...at, acl: 'private' })
    await putObjectTagging(oss.encrypted, { ...at, tagging: { tagSet: { tags: [{ key: 'a', value: 'b' }] } } })
    await putSymlink(oss.encrypted, { bucket: 'files', key: 'link', target: 'a.bin' })
    const pages = paginate(oss.encrypted, listObjectsV2, { bucket: 'files' }, { limit: 1 })
    const keys: string[] = []
    for await (const { contents } of pages) keys.push(...contents.map(({ key }) => key))

    expect(keys).toEqual(['a.bin', 'link'])
    expect(await isObjectExist(oss.encrypted, at)).toBe(true)
    expect((await getObjectMeta(oss.encrypted, at)).contentLength).toBe(4)
    expect(new TextDecoder().decode(await read(oss.encrypted, { key: 'link' }))).toBe('text')
    expect(oss.encrypted.unwrap()).toBe(oss.client)
  })

  test('without WebCrypto nothing is sent, and the error says what to do', async () => {
    const before = oss.emulator.requests.length
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    try {
      for (const call of [putObject(oss.encrypted, { ...at, body: 'x' }), getObject(oss.encrypted, at)])
        await expect(call).rejects.toThrow(/^crypto: .*https, or on localhost/)
    } finally {
      vi.unstubAllGlobals()
    }
    expect(oss.emulator.requests.length).toBe(before)
  })
})

describe('an upload in parts', () => {
  const bytes = pattern(3 * partSize + 777)
  const partOf = (number: number) => bytes.subarray((number - 1) * partSize, number * partSize)
  const begin = (client: EncryptionClient = oss.encrypted, input = {}) =>
    initiateMultipartUpload(client, { ...at, csePartSize: partSize, cseDataSize: bytes.length, ...input })
  const send = (uploadId: string, partNumber: number, body: Body = partOf(partNumber), client = oss.encrypted) =>
    uploadPart(client, { ...at, uploadId, partNumber, body }).then(({ etag = '' }) => ({ partNumber, etag }))
  const complete = (uploadId: string, parts: { partNumber: number; etag: string }[], client = oss.encrypted) =>
    completeMultipartUpload(client, { ...at, uploadId, completeMultipartUpload: { parts } })

  test('is one cipher text, in whatever order the parts come, and from wherever', async () => {
    const { uploadId } = await begin(oss.encrypted, { metadata: { mine: 'yes' } })
    const bodies = new Map<number, Body>([
      [4, new Blob([partOf(4)])],
      [2, chunked(partOf(2), 3333)],
      [3, () => chunked(partOf(3), 100)],
      [1, partOf(1)],
    ])
    const parts: { partNumber: number; etag: string }[] = []
    for (const [number, body] of bodies) parts.push(await send(uploadId, number, body))

    await complete(
      uploadId,
      parts.sort((a, b) => a.partNumber - b.partNumber),
    )

    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
    expect(isSame(await read(), bytes)).toBe(true)
    expect((await oss.head('a.bin')).metadata).toMatchObject({
      mine: 'yes',
      'client-side-encryption-part-size': String(partSize),
      'client-side-encryption-data-size': String(bytes.length),
    })
  })

  test('says of each part how it is encrypted', async () => {
    const sent: Record<string, string>[] = []
    const send = fetchTransport()
    const spying: Transport = (request) => {
      sent.push(request.headers)
      return send(request)
    }
    const client = oss.encryptedWith({ transport: spying })
    const { uploadId } = await begin(client)
    await uploadPart(client, { ...at, uploadId, partNumber: 1, body: partOf(1) })

    const [initiated, part] = sent.map((headers) =>
      Object.entries(headers)
        .filter(([name]) => name.startsWith('x-oss-meta-client-side-encryption-'))
        .sort(),
    )
    expect(initiated!.length).toBe(6)
    expect(part).toEqual(initiated)
  })

  test('goes on with another client, which asks OSS for the key', async () => {
    const { uploadId } = await begin()
    const first = await send(uploadId, 1)
    const elsewhere = oss.encryptedWith()

    const others: { partNumber: number; etag: string }[] = []
    for (const number of [2, 3, 4]) others.push(await send(uploadId, number, partOf(number), elsewhere))
    await complete(uploadId, [first, ...others], elsewhere)

    expect(oss.count('ListParts')).toBe(1)
    expect(isSame(await oss.decrypted('a.bin'), bytes)).toBe(true)
  })

  test('goes on with a client whose own master key is a later one', async () => {
    const { uploadId } = await begin()
    const first = await send(uploadId, 1)
    const later = rsaMasterCipher({
      matDesc: { key: 'B' },
      publicKey: keysB.publicSpki,
      privateKey: keysB.privatePkcs8,
    })
    const client = new EncryptionClient(oss.client, later, { decryptMasterCiphers: [masterA()] })

    await complete(
      uploadId,
      [
        first,
        await send(uploadId, 2, partOf(2), client),
        await send(uploadId, 3, partOf(3), client),
        await send(uploadId, 4, partOf(4), client),
      ],
      client,
    )

    expect(isSame(await read(), bytes)).toBe(true)
  })

  test('is not gone on with by who cannot decrypt its key', async () => {
    const { uploadId } = await begin()
    const writer = oss.encryptedWith({}, publicA())

    const error = await failureOf(send(uploadId, 1, partOf(1), writer))

    expect(error).toBeInstanceOf(DecryptionError)
    expect(error.message).toMatch(/^oss:\/\/files\/a\.bin: upload .*privateKey/)
    expect(oss.count('UploadPart')).toBe(0)
  })

  test('is forgotten once it is over', async () => {
    const { uploadId } = await begin()
    await abortMultipartUpload(oss.encrypted, { ...at, uploadId })

    await expect(send(uploadId, 1)).rejects.toMatchObject({ code: 'NoSuchUpload' })
    expect(oss.count('UploadPart')).toBe(0)
  })

  test.each([
    ['larger than a part', 1, pattern(partSize + 1)],
    ['smaller than a part', 2, pattern(partSize - 1)],
    ['larger than what is left', 4, pattern(778)],
    ['behind the end', 5, pattern(1)],
  ])('refuses a part that is %s', async (_, number, body) => {
    const { uploadId } = await begin()

    for (const made of [body, new Blob([body])])
      await expect(send(uploadId, number, made)).rejects.toMatchObject({ name: 'ValidationError', field: 'body' })
    expect(oss.count('UploadPart')).toBe(0)
    await expect(send(uploadId, number, chunked(body, 50_000))).rejects.toMatchObject({ field: 'body' })
    expect((await listParts(oss.client, { ...at, uploadId })).parts).toEqual([])
  })

  test('of unknown size refuses what is larger than a part, and parts that are small in its middle', async () => {
    const { uploadId } = await begin(oss.encrypted, { cseDataSize: undefined })
    await expect(send(uploadId, 1, pattern(partSize + 1))).rejects.toMatchObject({ field: 'body' })
    const first = await send(uploadId, 1)
    const small = await send(uploadId, 2, pattern(partSize - 16))
    const third = await send(uploadId, 3)

    await expect(complete(uploadId, [first, small, third])).rejects.toMatchObject({ field: 'parts' })
    await expect(complete(uploadId, [first, third])).rejects.toMatchObject({ field: 'parts' })
    expect(oss.count('CompleteMultipartUpload')).toBe(0)
    await complete(uploadId, [first, await send(uploadId, 2), third])
    expect(isSame(await read(), bytes.subarray(0, 3 * partSize))).toBe(true)
  })

  test.each([
    ['a gap', [1, 3], /^parts: .*without gaps/],

    ['no gap, but a part that another client sent too small', [1, 2, 3], /^parts: part 2 has not the 102400 bytes/],
  ])('is not completed with all parts that are there where they have %s', async (_, numbers, message) => {
    const { uploadId } = await begin(oss.encrypted, { cseDataSize: undefined })
    const other = new EncryptionClient(oss.client, masterA())
    for (const number of numbers)
      await send(uploadId, number, number === 2 ? 'small' : pattern(partSize), number === 2 ? other : oss.encrypted)

    for (const all of [{ completeAll: 'yes' } as const, {}]) {
      const headers = all.completeAll ? {} : { 'X-Oss-Complete-All': 'yes' }
      const error = await failureOf(completeMultipartUpload(oss.encrypted, { ...at, uploadId, ...all }, { headers }))
      expect(error).toMatchObject({ name: 'ValidationError', message: expect.stringMatching(message) })
    }
    expect(await isObjectExist(oss.client, at)).toBe(false)
  })

  test('is completed with all parts that are there', async () => {
    const { uploadId } = await begin()
    for (const number of [4, 2, 1, 3]) await send(uploadId, number)

    await completeMultipartUpload(oss.encrypted, { ...at, uploadId, completeAll: 'yes' })

    expect(isSame(await read(), bytes)).toBe(true)
  })

  test('refuses part numbers that are none', async () => {
    const { uploadId } = await begin()

    for (const partNumber of [0, 1.5, 10_001, Number.NaN])
      await expect(send(uploadId, partNumber, 'x')).rejects.toMatchObject({ field: 'partNumber' })
    await expect(uploadPart(oss.encrypted, { ...at, partNumber: 1, body: 'x' } as never)).rejects.toMatchObject({
      field: 'uploadId',
    })
  })
})

describe('master ciphers', () => {
  test("of one's own may take their time", async () => {
    const kms: MasterCipher = {
      wrapAlgorithm: 'KMS/ALICLOUD',
      matDesc: { region: 'cn-hangzhou' },
      encrypt: async (data) => data.map((byte) => byte ^ 0x5a),
      decrypt: async (data) => data.map((byte) => byte ^ 0x5a),
    }
    const client = new EncryptionClient(oss.client, kms)

    await putObject(client, { ...at, body: 'by a service' })

    expect(new TextDecoder().decode(await read(client))).toBe('by a service')
    const { metadata } = await oss.head('a.bin')
    expect(metadata['client-side-encryption-wrap-alg']).toBe('KMS/ALICLOUD')
    expect(metadata['client-side-encryption-matdesc']).toBe('{"region":"cn-hangzhou"}')
  })

  const memory = new Uint8Array(32)
  const kept = (data: Uint8Array) => {
    memory.fill(0).set(data)
    return memory.subarray(0, data.length)
  }
  const cleared = (data: Uint8Array<ArrayBuffer>) => {
    const copy = data.slice()
    data.fill(0)
    return copy
  }
  const pooled = (data: Uint8Array) => Buffer.from(Buffer.from(data).toString('hex'), 'hex')

  test.each([
    ['give a part of memory that others use as well', pooled],
    ['give the same memory each time', kept],
    ['clear what they were given', cleared],
  ])('that %s are understood', async (_, change) => {
    const kms: MasterCipher = { wrapAlgorithm: 'own', encrypt: change, decrypt: change }
    const bytes = pattern(2 * mib + 100_000)
    await putObject(new EncryptionClient(oss.client, kms), { ...at, body: bytes })
    const client = new EncryptionClient(oss.client, kms)

    const whole = await read(client)
    const range = await read(client, { range: 'bytes=1000000-1500000' })

    expect(isSame(whole, bytes)).toBe(true)
    expect(isSame(range, bytes.subarray(1_000_000, 1_500_001))).toBe(true)
  })

  test('that fail tell why, and are asked again the next time', async () => {
    let isDown = true
    const kms: MasterCipher = {
      wrapAlgorithm: 'KMS/ALICLOUD',
      encrypt: (data) => data,
      async decrypt(data) {
        if (isDown) throw new Error('the service is down')
        return data
      },
    }
    const client = new EncryptionClient(oss.client, kms)
    await putObject(client, { ...at, body: 'text' })

    const error = await failureOf(read(client))
    isDown = false

    expect(error).toBeInstanceOf(DecryptionError)
    expect(error).toMatchObject({
      cause: new Error('the service is down'),
      isRetryable: undefined,
      path: 'oss://files/a.bin',
    })
    expect(new TextDecoder().decode(await read(client))).toBe('text')
  })

  test('that give back something else than a key are told of', async () => {
    const short: MasterCipher = { wrapAlgorithm: 'own', encrypt: (data) => data, decrypt: (data) => data.slice(1) }
    const client = new EncryptionClient(oss.client, short)
    await putObject(client, { ...at, body: 'text' })

    await expect(read(client)).rejects.toThrow(/not encrypted with this key/)
  })

  test('are asked by one client, not by two around each other', () => {
    expect(() => new EncryptionClient(oss.encrypted, masterA())).toThrow(/^client: it encrypts already/)
  })

  test('that stand still do not hold up an abort', async () => {
    const stuck: MasterCipher = { ...masterA(), encrypt: () => new Promise(() => {}) }
    const client = new EncryptionClient(oss.client, stuck)
    const controller = new AbortController()
    const reason = new Error('enough')

    const putting = putObject(client, { ...at, body: 'text' }, { signal: controller.signal })
    controller.abort(reason)

    await expect(putting).rejects.toBe(reason)
    expect(oss.count('PutObject')).toBe(0)
  })

  test('that stand still do not hold up a call beyond its time', async () => {
    const never = () => new Promise<never>(() => {})
    const writer = new EncryptionClient(oss.client, { ...masterA(), encrypt: never })
    const reader = new EncryptionClient(oss.client, { ...masterA(), decrypt: never })
    await putObject(oss.encrypted, { ...at, body: 'text' })
    const { uploadId } = await initiateMultipartUpload(oss.encrypted, { ...at, csePartSize: partSize })
    const before = oss.count('PutObject') + oss.count('InitiateMultipartUpload')
    const brief = { timeoutMs: 200 }

    const errors = await Promise.all([
      failureOf(putObject(writer, { ...at, body: 'text' }, brief)),
      failureOf(initiateMultipartUpload(writer, { ...at, csePartSize: partSize }, brief)),
      failureOf(getObject(reader, at, brief)),
      failureOf(uploadPart(reader, { ...at, uploadId, partNumber: 1, body: 'text' }, brief)),
    ])

    expect(errors.map(({ name, message }) => `${name}: ${message}`)).toEqual(
      ['PutObject', 'InitiateMultipartUpload', 'GetObject', 'UploadPart'].map(
        (name) => `TimeoutError: ${name}: took longer than the 200 ms of timeoutMs`,
      ),
    )
    expect(oss.count('PutObject') + oss.count('InitiateMultipartUpload')).toBe(before)
  })

  test('that stood still once are asked anew', async () => {
    const master = masterA()
    let isStuck = true
    const kms: MasterCipher = { ...master, decrypt: (data) => (isStuck ? new Promise(() => {}) : master.decrypt(data)) }
    const client = new EncryptionClient(oss.client, kms)
    await putObject(client, { ...at, body: 'text' })
    const { uploadId } = await initiateMultipartUpload(oss.encrypted, { ...at, csePartSize: partSize })
    const part = { ...at, uploadId, partNumber: 1, body: 'text' }
    await failureOf(getObject(client, at, { timeoutMs: 100 }))
    await failureOf(uploadPart(client, part, { signal: AbortSignal.timeout(100) }))
    isStuck = false

    const text = new TextDecoder().decode(await read(client))

    expect(text).toBe('text')
    await expect(uploadPart(client, part)).resolves.toHaveProperty('etag')
  })

  test('that are asked in vain once an upload is known do not make it forgotten', async () => {
    const client = new EncryptionClient(oss.client, publicA())
    const { uploadId } = await initiateMultipartUpload(client, { ...at, csePartSize: partSize })
    const part = { ...at, uploadId, partNumber: 1, body: 'text' }
    await failureOf(uploadPart(client, part, { signal: AbortSignal.abort() }))

    await expect(uploadPart(client, part)).resolves.toHaveProperty('etag')
  })

  test('are asked once for all ranges of an object', async () => {
    const master = masterA()
    const decrypt = vi.fn(master.decrypt)
    const client = new EncryptionClient(oss.client, { ...master, decrypt })
    await putObject(client, { ...at, body: pattern(1000) })

    for (let start = 0; start < 1000; start += 100) await read(client, { range: { start } })

    expect(decrypt).toHaveBeenCalledTimes(2)
  })

  test('of an earlier key without description are found by that', async () => {
    await putObject(oss.encrypted, { ...at, body: 'old' })
    const later = rsaMasterCipher({
      matDesc: { key: 'B' },
      publicKey: keysB.publicSpki,
      privateKey: keysB.privatePkcs8,
    })
    const client = new EncryptionClient(oss.client, later, { decryptMasterCiphers: [masterA()] })

    expect(new TextDecoder().decode(await read(client))).toBe('old')
  })

  test('show no key, and neither do clients and errors', async () => {
    const secrets = [keysA.privatePkcs8, keysA.privatePkcs1].map((pem) => pem.split('\n')[5]!)
    const other = rsaMasterCipher({ publicKey: keysB.publicSpki, privateKey: keysB.privatePkcs8 })
    await putObject(oss.encrypted, { ...at, body: 'x' })
    const error = await failureOf(read(new EncryptionClient(oss.client, other)))
    const shown = [masterA(), oss.encrypted, error].map(
      (one) => inspect(one, { depth: 9, showHidden: true }) + JSON.stringify(one),
    )

    for (const text of shown) for (const secret of secrets) expect(text).not.toContain(secret)
    expect(JSON.stringify(oss.encrypted)).toBe('{}')
    expect(error.message).toMatch(/not encrypted with this key; give the EncryptionClient the master key/)
  })
})

test.each([
  ['the metadata', []],
  [
    'the metadata, but what is often listed',
    ['etag', 'date', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-object-type'],
  ],
  ['the key alone', [...envelope.slice(1), ...plainness]],
])('a page that is not shown %s is told so, and gets no cipher text', async (_, names) => {
  await putObject(oss.encrypted, { ...at, body: 'secret' })
  const client = oss.encryptedWith({ transport: exposing(...names) })

  await expect(read(client)).rejects.toThrow(/ExposeHeader/)
  const file = await openFile(client, at)
  await expect(file.read()).rejects.toThrow(/ExposeHeader/)
})

test('a page reads what is encrypted, what is not, and links where it is shown them', async () => {
  await putObject(oss.encrypted, { ...at, body: 'secret' })
  await putObject(oss.client, { bucket: 'files', key: 'plain', body: 'as it is' })
  for (const target of ['a.bin', 'plain'])
    await putSymlink(oss.client, { bucket: 'files', key: `to ${target}`, target })
  const client = oss.encryptedWith({ transport: exposing(...envelope, ...plainness, 'x-oss-symlink-target') })
  const texts: string[] = []

  for (const key of ['a.bin', 'plain', 'to a.bin', 'to plain'])
    texts.push(new TextDecoder().decode(await read(client, { key })))

  expect(texts).toEqual(['secret', 'as it is', 'secret', 'as it is'])
})

test.each([
  ['its kind', [...envelope, 'x-oss-server-time', 'x-oss-symlink-target']],
  ['its target', [...envelope, ...plainness]],
])('a page that is not shown %s of a link to what is encrypted gets no cipher text', async (_, names) => {
  await putObject(oss.encrypted, { ...at, body: 'secret' })
  await putSymlink(oss.client, { bucket: 'files', key: 'link', target: 'a.bin' })
  const client = oss.encryptedWith({ transport: exposing(...names) })

  await expect(read(client, { key: 'link' })).rejects.toThrow(/ExposeHeader/)
})

describe('a link', () => {
  const link = { bucket: 'files', key: 'link' }

  test.each(['目 标+1%.txt', 'a/b c.txt'])('to %s is read, also in parts and as a file', async (key) => {
    const bytes = pattern(300_000)
    await putObject(oss.encrypted, { bucket: 'files', key, body: bytes })
    await putSymlink(oss.client, { ...link, target: encodeURIComponent(key) })

    const blob = await new Downloader(oss.encrypted, { partSize }).downloadBlob(link)
    const file = await openFile(oss.encrypted, link)

    expect(isSame(await read(oss.encrypted, link), bytes)).toBe(true)
    expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes)).toBe(true)
    expect(isSame(await file.read(), bytes)).toBe(true)
  })

  test('with the metadata of what it stood for is read by the key of what it stands for', async () => {
    await putObject(oss.encrypted, { ...at, body: 'before' })
    const { metadata } = await headObject(oss.client, at)
    await putSymlink(oss.client, { ...link, target: 'a.bin', metadata })
    await putObject(oss.encrypted, { ...at, body: 'after' })

    expect(new TextDecoder().decode(await read(oss.encrypted, link))).toBe('after')
  })

  test('is read as the version that was asked for, and paid for by who asks', async () => {
    await putBucketVersioning(oss.client, { bucket: 'files', versioningConfiguration: { status: 'Enabled' } })
    await putObject(oss.encrypted, { ...at, key: 'first', body: 'first' })
    await putObject(oss.encrypted, { ...at, key: 'second', body: 'second' })
    const { versionId } = await putSymlink(oss.client, { ...link, target: 'first' })
    await putSymlink(oss.client, { ...link, target: 'second' })
    const asked: HttpRequest[] = []
    const send = fetchTransport()
    const client = oss.encryptedWith({
      transport: (request) => {
        asked.push(request)
        return send(request)
      },
    })

    const blob = await new Downloader(client).downloadBlob({ ...link, versionId, requestPayer: 'requester' })

    expect(await blob.text()).toBe('first')
    expect(asked.map(({ headers }) => headers['x-oss-request-payer'])).toEqual(asked.map(() => 'requester'))
  })

  test('whose target was replaced in between is no other text', async () => {
    await putObject(oss.encrypted, { ...at, body: 'before' })
    await putSymlink(oss.client, { ...link, target: 'a.bin' })
    const send = fetchTransport()
    const client = oss.encryptedWith({
      transport: async (request) => {
        const answer = await send(request)
        if (request.url.endsWith('?symlink')) await putObject(oss.encrypted, { ...at, body: 'after!' })
        return answer
      },
    })

    await expect(read(client, link)).rejects.toMatchObject({ name: 'ServiceError', status: 412 })
  })
})
