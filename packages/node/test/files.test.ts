import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uncaughtErrors } from '../../core/test/transfer/uncaught-errors.ts'
import {
  Downloader,
  fixedRetryer,
  getObject,
  getObjectToFile,
  IntegrityError,
  OSSClient,
  type Progress,
  putObject,
  putObjectFromFile,
  RequestError,
  type Retryer,
  SerializationError,
  ServiceError,
  TimeoutError,
  type Transport,
  undiciTransport,
  ValidationError,
} from '../src/index.ts'
import { clientOf, configOf, emulated } from './emulated.ts'
import { passOn, tcpServer } from './local-server.ts'

const body = new Uint8Array(3_000_000).map((_, index) => (index * 7) % 251)

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-files-'))
  path = join(folder, 'file.bin')
})
afterEach(() => rm(folder, { recursive: true }))

test('a file goes up and comes back, with progress to the last byte', async () => {
  await using oss = await emulated()
  const client = new OSSClient(configOf(oss.emulator))
  await writeFile(path, body)
  const up: Progress[] = []
  const down: Progress[] = []

  const put = await client.putObjectFromFile({ bucket: 'files', key: 'a.png' }, path, { onProgress: (p) => up.push(p) })
  const got = await client.getObjectToFile({ bucket: 'files', key: 'a.png' }, `${path}.back`, {
    onProgress: (p) => down.push(p),
  })

  expect((await readFile(`${path}.back`)).equals(body)).toBe(true)
  expect(got).toMatchObject({ etag: put.etag, contentLength: 3_000_000, contentType: 'image/png' })
  expect(got).not.toHaveProperty('body')
  expect(up.at(-1)).toMatchObject({ transferred: 3_000_000, total: 3_000_000 })
  expect(down.at(-1)).toMatchObject({ transferred: 3_000_000, total: 3_000_000 })
  expect(await readdir(folder)).toEqual(['file.bin', 'file.bin.back'])
})

test('a listener that throws does not change a download', async () => {
  await using oss = await emulated()
  await using uncaught = uncaughtErrors()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  const onProgress = () => {
    throw new Error('mine')
  }

  await getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, path, { onProgress })

  expect((await readFile(path)).equals(body)).toBe(true)
  expect(new Set(uncaught.messages)).toEqual(new Set(['mine']))
})

test('a stream of a file is a body, as it is and from a function', async () => {
  await using oss = await emulated()
  await writeFile(path, body)

  await putObject(oss.client, { bucket: 'files', key: 'once', body: createReadStream(path) })
  await putObject(oss.client, { bucket: 'files', key: 'again', body: () => createReadStream(path) })

  for (const key of ['once', 'again']) {
    const stored = await getObject(oss.client, { bucket: 'files', key })
    expect(Buffer.from(await stored.body.bytes()).equals(body)).toBe(true)
  }
})

test('a range is downloaded into a file', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body: '0123456789' })

  await getObjectToFile(oss.client, { bucket: 'files', key: 'a', range: 'bytes=2-5' }, path)

  expect(await readFile(path, 'utf8')).toBe('2345')
})

test('a missing file is refused before anything is sent', async () => {
  await using oss = await emulated()
  const before = oss.emulator.requests.length

  await expect(putObjectFromFile(oss.client, { bucket: 'files', key: 'a' }, path)).rejects.toThrow(
    new ValidationError('path', `cannot read ${path}: there is no such file`),
  )
  expect(oss.emulator.requests.length).toBe(before)
})

test('a folder that is missing, or in the way, is refused before anything is sent', async () => {
  await using oss = await emulated()
  const before = oss.emulator.requests.length
  const inMissing = join(folder, 'missing', 'file')

  await expect(getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, inMissing)).rejects.toThrow(
    new ValidationError('path', `cannot write ${inMissing}: there is no such folder`),
  )
  await expect(getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, folder)).rejects.toThrow(
    new ValidationError('path', `${folder} is a folder`),
  )
  expect(oss.emulator.requests.length).toBe(before)
})

test('what is there and no file is refused before anything is sent, and stays', async () => {
  await using oss = await emulated()
  const before = oss.emulator.requests.length
  execFileSync('mkfifo', [path])
  const refusal = new ValidationError('path', `${path} is not a file`)

  await expect(getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, path)).rejects.toThrow(refusal)
  await expect(new Downloader(oss.client).downloadFile({ bucket: 'files', key: 'a' }, path)).rejects.toThrow(refusal)

  expect((await stat(path)).isFIFO()).toBe(true)
  expect(oss.emulator.requests.length).toBe(before)
})

test('a name may be as long as the file system takes', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body: 'hello' })
  const name = '长'.repeat(85)
  const inFolder = new Downloader(oss.client, { enableCheckpoint: true, checkpointDir: folder })

  for (const download of [
    () => getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, join(folder, name)),
    () => inFolder.downloadFile({ bucket: 'files', key: 'a' }, join(folder, name)),
  ]) {
    await download()
    expect(await readFile(join(folder, name), 'utf8')).toBe('hello')
    expect(await readdir(folder)).toEqual([name])
    await rm(join(folder, name))
  }
})

test('an object that is missing leaves the file as it was', async () => {
  await using oss = await emulated()
  await writeFile(path, 'old')

  await expect(getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, path)).rejects.toThrow(ServiceError)

  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file.bin'])
})

test('bytes that changed on the way leave the file as it was', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  await writeFile(path, 'old')

  const flipped = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => controller.enqueue(chunk.map((byte) => byte ^ 1)),
  })
  const client = clientOf(oss.emulator, { transport: changed(flipped) })
  await expect(getObjectToFile(client, { bucket: 'files', key: 'a' }, path)).rejects.toThrow(IntegrityError)

  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file.bin'])
})

test('an abort leaves the file as it was', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  await writeFile(path, 'old')
  const controller = new AbortController()
  const reason = new Error('changed my mind')

  const download = getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, path, {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  })
  await expect(download).rejects.toBe(reason)

  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file.bin'])
})

test.each([
  ['the whole object', undefined, body],
  ['a range', 'bytes=1000-2500000', body.subarray(1000, 2_500_001)],
])('a download of %s goes on where the connection broke', async (_name, range, expected) => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  await using flaky = await tcpServer(cutting(oss.emulator.endpoint, [600_000, 700_000]))
  const reports: number[] = []

  const { response } = await getObjectToFile(
    clientOf(oss.emulator, { endpoint: flaky.url }),
    { bucket: 'files', key: 'a', range },
    path,
    { onProgress: ({ transferred }) => reports.push(transferred) },
  )

  expect(response.status).toBe(range ? 206 : 200)
  expect((await readFile(path)).equals(expected)).toBe(true)
  expect(flaky.connections).toBe(3)
  expect(reports).toEqual([...reports].sort((a, b) => a - b))
  expect(reports.at(-1)).toBe(expected.byteLength)
})

test('a download is not pieced together from two versions of an object', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  await writeFile(path, 'old')
  await using flaky = await tcpServer(cutting(oss.emulator.endpoint, [600_000]))
  let isReplaced = false

  const download = getObjectToFile(
    clientOf(oss.emulator, { endpoint: flaky.url, transport: replacing() }),
    { bucket: 'files', key: 'a' },
    path,
  )
  await expect(download).rejects.toMatchObject({ status: 412, code: 'PreconditionFailed' })

  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file.bin'])

  function replacing(): Transport {
    const send = undiciTransport()
    return async (request) => {
      if (request.headers.range && !isReplaced) {
        isReplaced = true
        await putObject(oss.client, { bucket: 'files', key: 'a', body: body.map((byte) => byte ^ 1) })
      }
      return send(request)
    }
  }
})

test('a connection that breaks again and again without a byte is given up after retryMaxAttempts', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  await using flaky = await tcpServer(cutting(oss.emulator.endpoint, [600_000, 0, 0, 0]))

  const download = getObjectToFile(
    clientOf(oss.emulator, { endpoint: flaky.url }),
    { bucket: 'files', key: 'a' },
    path,
    { retryMaxAttempts: 2 },
  )
  await expect(download).rejects.toThrow(RequestError)

  expect(flaky.connections).toBe(2)
  expect(await readdir(folder)).toEqual([])
})

test('a download goes on after the delays of the client, which begin anew with every byte, and as often as it tries', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  const attempts: number[] = []
  const retryer: Retryer = {
    ...fixedRetryer({ delayMs: 0, maxAttempts: 4 }),
    delayMs(attempt, error) {
      attempts.push(attempt)
      expect(error).toBeInstanceOf(RequestError)
      return 0
    },
  }
  const client = clientOf(oss.emulator, { retryer })
  for (const dropAfterBytes of [600_000, 0, 0, 700_000, 0, 0, 0, 0]) oss.emulator.faults.add({ dropAfterBytes })

  const download = getObjectToFile(client, { bucket: 'files', key: 'a' }, path)
  await expect(download).rejects.toThrow(RequestError)
  oss.emulator.faults.add({ dropAfterBytes: 0, times: 'always' })
  const once = getObjectToFile(clientOf(oss.emulator, { retryMaxAttempts: 1 }), { bucket: 'files', key: 'a' }, path)
  await expect(once).rejects.toThrow(RequestError)

  expect(attempts).toEqual([1, 1, 2, 1, 1, 2, 3])
  expect(oss.emulator.requests.filter(({ operation }) => operation === 'GetObject')).toHaveLength(9)
  expect(await readdir(folder)).toEqual([])
})

test('a connection that breaks behind the headers is given up after as many attempts as the client makes', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  await using flaky = await tcpServer(
    cutting(
      oss.emulator.endpoint,
      Array.from({ length: 20 }, () => 0),
    ),
  )
  const client = clientOf(oss.emulator, { endpoint: flaky.url, retryer: fixedRetryer({ delayMs: 0, maxAttempts: 5 }) })

  await expect(getObjectToFile(client, { bucket: 'files', key: 'a' }, path)).rejects.toThrow(RequestError)

  expect(flaky.connections).toBe(5)
})

test('a download that waits before it goes on is ended at once, as is one whose time is over', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  const ending = new AbortController()
  const retryer: Retryer = {
    ...fixedRetryer({ delayMs: 600_000 }),
    delayMs() {
      ending.abort('enough')
      return 600_000
    },
  }
  oss.emulator.faults.add({ dropAfterBytes: 600_000 })
  oss.emulator.faults.add({ bytesPerSecond: 1000 })

  const aborted = getObjectToFile(clientOf(oss.emulator, { retryer }), { bucket: 'files', key: 'a' }, path, {
    signal: ending.signal,
  })
  await expect(aborted).rejects.toBe('enough')
  const late = getObjectToFile(oss.client, { bucket: 'files', key: 'a' }, path, { timeoutMs: 300 })
  await expect(late).rejects.toThrow(new TimeoutError('GetObject: took longer than the 300 ms of timeoutMs'))

  expect(await readdir(folder)).toEqual([])
})

test('a download is not pieced together from an answer with other bytes than those that are missing', async () => {
  await using oss = await emulated()
  await putObject(oss.client, { bucket: 'files', key: 'a', body })
  oss.emulator.faults.add({ dropAfterBytes: 600_000 })
  const send = undiciTransport()
  // As a cache does that knows no ranges.
  const transport: Transport = (request) => {
    const { range = '' } = request.headers
    return send(range.startsWith('bytes=1000-') ? request : { ...request, headers: withoutRange(request.headers) })
  }

  const download = getObjectToFile(
    clientOf(oss.emulator, { transport }),
    { bucket: 'files', key: 'a', range: 'bytes=1000-2500000' },
    path,
  )
  await expect(download).rejects.toThrow(new SerializationError('GetObject: asked for bytes 601000-2500000, got all'))

  expect(await readdir(folder)).toEqual([])
})

const withoutRange = ({ range: _, ...headers }: Record<string, string>) => headers

/** Passes connections on, but ends the first ones after so many bytes of the answer's body. */
function cutting(endpoint: string, limits: number[]): (socket: Socket) => void {
  return (socket) => {
    const limit = limits.shift()
    const server = passOn(socket, new URL(endpoint).host)
    if (limit === undefined) return
    server.unpipe(socket)
    server.once('data', (head: Buffer) => {
      let left = head.indexOf('\r\n\r\n') + 4 + limit
      const pass = (chunk: Buffer) => {
        if (left > 0) socket.write(chunk.subarray(0, left))
        left -= chunk.byteLength
        if (left <= 0) socket.end()
      }
      pass(head)
      server.on('data', pass)
    })
    server.resume()
  }
}

/** Lets the body of every answer run through a stream. */
function changed(stream: TransformStream<Uint8Array, Uint8Array>): Transport {
  const send = undiciTransport()
  return async (request) => {
    const response = await send(request)
    return { ...response, body: response.body?.pipeThrough(stream) ?? null }
  }
}
