import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { createClient, getObject, headObject, isObjectExist, listObjectsV2, putBucket, putObject } from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runtimes, startGateway } from '../runtimes.mjs'

const bucket = 'private'
const maxBytes = 21_000_000
const large = Buffer.from(new Uint8Array(20_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251))

let emulator: Emulator
const admin = () => {
  const { region, endpoint, accessKeyId, accessKeySecret } = emulator
  return createClient({ region, endpoint, credentialsProvider: { accessKeyId, accessKeySecret } })
}
const settings = () => ({
  GATEWAY_TOKEN: 'correct horse',
  MAX_BYTES: String(maxBytes),
  OSS_REGION: emulator.region,
  OSS_ENDPOINT: emulator.endpoint,
  OSS_BUCKET: bucket,
  OSS_ACCESS_KEY_ID: emulator.accessKeyId,
  OSS_ACCESS_KEY_SECRET: emulator.accessKeySecret,
})

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())
beforeEach(() => putBucket(admin(), { bucket }))
afterEach(() => emulator.reset())

/** What `fetch` wants beside a stream, and lib.dom does not know. */
const streaming: object = { duplex: 'half' }

const chunksOf = (bytes: Uint8Array): ReadableStream<Uint8Array> => {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.byteLength) return controller.close()
      controller.enqueue(bytes.slice(at, at + 65_536))
      at += 65_536
    },
  })
}

describe.each(runtimes)('in %s', (runtime) => {
  let gateway: Awaited<ReturnType<typeof startGateway>>
  beforeAll(async () => {
    gateway = await startGateway(runtime, settings())
  })
  afterAll(() => gateway?.close())

  const ask = (
    path: string,
    { headers = {}, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ) => fetch(`${gateway.url}/${path}`, { headers: { authorization: 'Bearer correct horse', ...headers }, ...init })
  const stored = async (key: string) => (await getObject(admin(), { bucket, key })).body.bytes()
  const keys = async () => (await listObjectsV2(admin(), { bucket })).contents.map(({ key }) => key)

  test('an object goes up and down under a key of all kinds of letters, with its type', async () => {
    const key = "photos/üñí 杭州 🦊 +%&=?#'().jpg"
    const path = encodeURIComponent(key)

    const put = await ask(path, { method: 'PUT', headers: { 'content-type': 'image/jpeg' }, body: 'meow' })
    const got = await ask(path)

    expect([put.status, put.headers.get('etag')]).toEqual([201, '"4A4BE40C96AC6314E91D93F38043A634"'])
    expect(await keys()).toEqual([key])
    expect([got.status, got.headers.get('content-type'), await got.text()]).toEqual([200, 'image/jpeg', 'meow'])
  })

  test('nothing of OSS but what is public is told of an object', async () => {
    await putObject(admin(), { bucket, key: 'a', body: 'hello', metadata: { owner: 'ann' }, cacheControl: 'max-age=9' })

    const got = await ask('a')

    expect(await got.text()).toBe('hello')
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'max-age=9',
      'content-type': 'application/octet-stream',
      etag: '"5D41402ABC4B2A76B9719D911017C592"',
      'last-modified': expect.stringMatching(/ GMT$/),
    })
    expect([...got.headers.keys()].filter((name) => /oss|meta|md5|server|disposition/.test(name))).toEqual([])
  })

  test('an empty body is an empty object', async () => {
    const put = await ask('empty', { method: 'PUT', body: '' })
    const got = await ask('empty')

    expect(put.status).toBe(201)
    expect((await headObject(admin(), { bucket, key: 'empty' })).contentLength).toBe(0)
    expect([got.status, await got.text()]).toEqual([200, ''])
  })

  test('20 MB of a known size go up and down byte for byte', async () => {
    const put = await ask('large', { method: 'PUT', body: large })
    const got = await ask('large')

    expect([put.status, got.status]).toEqual([201, 200])
    expect(large.equals(new Uint8Array(await got.arrayBuffer()))).toBe(true)
    expect(large.equals(await stored('large'))).toBe(true)
  })

  test('20 MB of a size that nobody knows before go up byte for byte', async () => {
    const put = await ask('large', { method: 'PUT', body: chunksOf(large), ...streaming })

    expect(put.status).toBe(201)
    expect(large.equals(await stored('large'))).toBe(true)
  })

  test('text that OSS could pack comes as it is stored', async () => {
    await putObject(admin(), { bucket, key: 'a.txt', body: 'text '.repeat(1000) })

    const got = await ask('a.txt')

    expect([got.status, got.headers.get('content-encoding'), (await got.text()).length]).toEqual([200, null, 5000])
  })

  test('what is stored packed is unpacked on its way', async () => {
    const body = gzipSync('text '.repeat(1000))
    await putObject(admin(), { bucket, key: 'a.txt', body, contentEncoding: 'gzip' })

    const got = await ask('a.txt')

    expect([got.status, await got.text()]).toEqual([200, 'text '.repeat(1000)])
  })

  test('a part of an object is 206, one behind its end 416', async () => {
    await putObject(admin(), { bucket, key: 'a', body: '0123456789' })

    const part = await ask('a', { headers: { range: 'bytes=2-5' } })
    const tail = await ask('a', { headers: { range: 'bytes=-3' } })
    const behind = await ask('a', { headers: { range: 'bytes=10-20' } })
    const unsure = await ask('a', { headers: { range: 'bytes=2-5', 'if-range': '"other"' } })

    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-5/10', '2345'])
    expect([tail.status, await tail.text()]).toEqual([206, '789'])
    expect([behind.status, await behind.text()]).toEqual([416, 'InvalidRange\n'])
    expect([unsure.status, await unsure.text()]).toEqual([200, '0123456789'])
  })

  test('what has not changed is 304', async () => {
    await putObject(admin(), { bucket, key: 'a', body: 'hello' })
    const etag = '"5D41402ABC4B2A76B9719D911017C592"'

    const same = await ask('a', { headers: { 'if-none-match': etag } })
    const sameHead = await ask('a', { method: 'HEAD', headers: { 'if-none-match': etag } })
    const { lastModified } = await headObject(admin(), { bucket, key: 'a' })
    const old = await ask('a', { headers: { 'if-modified-since': lastModified!.toUTCString() } })
    const other = await ask('a', { headers: { 'if-none-match': '"other"' } })

    expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, etag, ''])
    expect([sameHead.status, sameHead.headers.get('etag')]).toEqual([304, etag])
    expect([old.status, old.headers.get('etag')]).toEqual([304, etag])
    expect([other.status, await other.text()]).toEqual([200, 'hello'])
  })

  test('HEAD tells type and size', async () => {
    await putObject(admin(), { bucket, key: 'a.png', body: 'hello' })

    const head = await ask('a.png', { method: 'HEAD' })

    expect(head.status).toBe(200)
    expect([head.headers.get('content-type'), head.headers.get('content-length')]).toEqual(['image/png', '5'])
  })

  test('what is not there is 404', async () => {
    const got = await ask('missing')
    const head = await ask('missing', { method: 'HEAD' })

    expect([got.status, await got.text()]).toEqual([404, 'NoSuchKey\n'])
    expect(head.status).toBe(404)
  })

  test.each([
    ['none', {}],
    ['another', { authorization: 'Bearer correct hors' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['one of another kind', { authorization: 'Basic correct horse' }],
  ])('with %s instead of the token, nothing reaches OSS', async (_, headers) => {
    emulator.journal.clear()

    const answers = await Promise.all([
      fetch(`${gateway.url}/a`, { headers }),
      fetch(`${gateway.url}/a`, { headers, method: 'PUT', body: 'x' }),
      fetch(`${gateway.url}/sign?key=a&size=1`, { headers, method: 'POST' }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(emulator.requests).toEqual([])
  })

  test.each([
    ['that is empty', ''],
    ['that leads upwards', '..%2Fother'],
    ['with control characters', 'a%00b'],
    ['that cannot be decoded', '%E0%A4%A'],
    ['that is too long', 'x'.repeat(1024)],
  ])('a key %s is refused, and nothing reaches OSS', async (_, path) => {
    emulator.journal.clear()

    const got = await ask(path)

    expect([got.status, await got.text()]).toEqual([400, 'This is no key of an object\n'])
    expect(emulator.requests).toEqual([])
  })

  test('other methods are refused', async () => {
    const answer = await ask('a', { method: 'DELETE' })

    expect(answer.status).toBe(405)
  })

  test('a body that is declared too large is refused before it is sent', async () => {
    const headers = { authorization: 'Bearer correct horse', 'content-length': maxBytes + 1 }
    const asking = request(`${gateway.url}/huge`, { method: 'PUT', headers })
    asking.flushHeaders()
    const [answer] = await once(asking, 'response')
    asking.on('error', () => {}).destroy()

    expect(answer.statusCode).toBe(413)
    expect(await isObjectExist(admin(), { bucket, key: 'huge' })).toBe(false)
  })

  test('a body that turns out too large is refused, and nothing of it is stored', async () => {
    const body = chunksOf(new Uint8Array(maxBytes + 1))

    const put = await ask('huge', { method: 'PUT', body, ...streaming })

    expect([put.status, await put.text()]).toEqual([413, 'At most 21000000 bytes\n'])
    expect(await isObjectExist(admin(), { bucket, key: 'huge' })).toBe(false)
  })

  test('a body that is cut off on its way to the gateway is not stored', async () => {
    const headers = { authorization: 'Bearer correct horse' }
    const asking = request(`${gateway.url}/cut`, { method: 'PUT', headers })
    asking.on('error', () => {})
    const takeBack = emulator.faults.add({
      match({ operation }) {
        if (operation === 'PutObject') asking.destroy()
        return false
      },
    })

    asking.write(new Uint8Array(1_000_000))
    const { code } = await emulator.journal.waitFor({ operation: 'PutObject' })
    takeBack()

    expect(code).toBe('IncompleteBody')
    expect(await keys()).toEqual([])
  })

  test('what OSS refuses tells the asker the id of the request and no more', async () => {
    emulator.faults.add({ status: 403, code: 'InvalidAccessKeyId' })

    const got = await ask('a')

    expect(got.status).toBe(502)
    expect(await got.text()).toMatch(/^The storage refused \(request [0-9A-F]{24}\)\n$/)
  })

  test('an OSS that gives no answer is 504', async () => {
    emulator.faults.add({ times: 'always', dropAnswer: true })

    const got = await ask('a')

    expect([got.status, await got.text()]).toEqual([504, 'The storage does not answer\n'])
  })

  test('a bucket that is missing is not a missing object', async () => {
    await emulator.reset()

    const got = await ask('a')

    expect([got.status, await got.text()]).toEqual([502, expect.stringContaining('The storage refused')])
  })

  test('a page can upload to a signed URL, the size it asked for and no more', async () => {
    const signed = await ask('sign?key=photos/cat.jpg&type=image/jpeg&size=4', { method: 'POST' })
    const { method, url, headers } = (await signed.json()) as { method: string; url: string; headers: HeadersInit }
    const page = { 'content-type': new Headers(headers).get('content-type')! }

    const more = await fetch(url, { method, headers: page, body: 'meowmeow' })
    const put = await fetch(url, { method, headers: page, body: 'meow' })

    expect([more.status, put.status]).toEqual([403, 200])
    expect((await headObject(admin(), { bucket, key: 'photos/cat.jpg' })).contentType).toBe('image/jpeg')
  })

  test('a page gets no URL for what is too large, or without a key or a size', async () => {
    const paths = [`sign?key=a&size=${maxBytes + 1}`, 'sign?size=1', 'sign?key=a', 'sign?key=..%2Fa&size=1']

    const answers = await Promise.all(paths.map((path) => ask(path, { method: 'POST' })))

    expect(answers.map(({ status }) => status)).toEqual([413, 400, 400, 400])
  })

  test.each(['', '-1', '1.5', '0x10', '1e2', '%20'])('a page gets no URL for the size "%s"', async (size) => {
    const answer = await ask(`sign?key=a&size=${size}`, { method: 'POST' })

    expect([answer.status, await answer.text()]).toEqual([400, 'size: how many bytes?\n'])
  })

  test('a type that no header can have is refused, and nothing reaches OSS', async () => {
    emulator.journal.clear()

    const signed = await ask('sign?key=a&size=1&type=text/html%0D%0Ax-oss-object-acl:public-read', { method: 'POST' })
    const put = await ask('a', { method: 'PUT', headers: { 'content-type': 'text/\xe9' }, body: 'x' })

    expect([signed.status, await signed.text()]).toEqual([400, 'This is no type\n'])
    expect([put.status, await put.text()]).toEqual([400, 'This is no type\n'])
    expect(emulator.requests).toEqual([])
  })

  test('the first requests may come all at once', async () => {
    const fresh = await startGateway(runtime, settings())
    const headers = { authorization: 'Bearer correct horse' }
    const names = Array.from({ length: 20 }, (_, index) => `at-once-${index}`)
    try {
      const answers = await Promise.all(
        names.map((name) => fetch(`${fresh.url}/${name}`, { method: 'PUT', headers, body: name })),
      )
      const read = await Promise.all(
        names.map(async (name) => (await fetch(`${fresh.url}/${name}`, { headers })).text()),
      )

      expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201))
      expect(read).toEqual(names)
    } finally {
      await fresh.close()
    }
  })

  test('a gateway without its token lets nobody in', async () => {
    const open = await startGateway(runtime, { ...settings(), GATEWAY_TOKEN: '' })
    try {
      const answers = await Promise.all(
        ['Bearer ', 'Bearer undefined', 'Bearer x'].map((authorization) =>
          fetch(`${open.url}/a`, { headers: { authorization } }),
        ),
      )

      expect(answers.map(({ status }) => status)).toEqual([500, 500, 500])
    } finally {
      await open.close()
    }
  })
})

test.each(runtimes)('start.mjs starts the gateway in %s, checks it and ends', async (runtime) => {
  const start = fileURLToPath(new URL('../start.mjs', import.meta.url))

  const { stdout } = await promisify(execFile)(process.execPath, [start, '--once', '--runtime', runtime])

  expect(stdout).toBe(
    `Checked in ${runtime}: an object went up and came down through the gateway, another by a signed URL.\n`,
  )
})

test('start.mjs says what it takes', async () => {
  const start = fileURLToPath(new URL('../start.mjs', import.meta.url))

  const running = promisify(execFile)(process.execPath, [start, '--runtime', 'rhino'])

  await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('workerd, deno, bun') })
})
