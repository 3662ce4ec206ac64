import { appendFile, mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  FileChangedError,
  fileSource,
  getObject,
  putObject,
  RequestError,
  Uploader,
  ValidationError,
} from '../src/index.ts'
import { clientOf, emulated } from './emulated.ts'
import { passOn, tcpServer } from './local-server.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-js-file-'))
  path = join(folder, 'file.txt')
  await writeFile(path, 'a file of 21 bytes ok')
})
afterEach(() => rm(folder, { recursive: true }))

async function read(source: { open(): AsyncIterable<Uint8Array> }): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source.open()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('a file is read from its beginning each time', async () => {
  const source = await fileSource(path)

  expect(source.size).toBe(21)
  expect(await read(source)).toBe('a file of 21 bytes ok')
  expect(await read(source)).toBe('a file of 21 bytes ok')
})

test('a range of a file is what is read of it', async () => {
  const source = await fileSource(path, { start: 2, end: 6 })

  expect(source.size).toBe(4)
  expect(await read(source)).toBe('file')
})

test('a large file comes in order, in pieces that are not overwritten', async () => {
  await writeFile(path, Buffer.from(Uint32Array.from({ length: 300_000 }, (_, index) => index).buffer))

  const chunks: Uint8Array[] = []
  for await (const chunk of (await fileSource(path)).open()) chunks.push(chunk)

  expect(chunks.map((chunk) => chunk.byteLength)).toEqual([262_144, 262_144, 262_144, 262_144, 151_424])
  const words = new Uint32Array(new Uint8Array(Buffer.concat(chunks)).buffer)
  expect(words.findIndex((word, index) => word !== index)).toBe(-1)
})

test('a handle is read and stays open', async () => {
  const handle = await open(path)

  expect(await read(await fileSource(handle))).toBe('a file of 21 bytes ok')
  expect((await handle.stat()).size).toBe(21)
  await handle.close()
})

test('a file that is left half-read is closed', async () => {
  await writeFile(path, new Uint8Array(1_000_000))
  const opened: object[] = []
  const source = await fileSource(path)

  for await (const chunk of source.open()) {
    opened.push(chunk)
    break
  }

  expect(opened).toHaveLength(1)
  await rm(path)
})

test.each([
  ['is not there', () => join(folder, 'missing.txt'), /^path: cannot read .*missing\.txt: there is no such file$/],
  ['is a folder', () => folder, /^path: .* is not a file$/],
])('a path that %s is refused at once', async (_name, pathOf, message) => {
  const refused = fileSource(pathOf())

  await expect(refused).rejects.toThrow(ValidationError)
  await expect(refused).rejects.toThrow(message)
})

test.each([{ start: -1 }, { start: 22 }, { start: 3, end: 2 }, { end: 22 }, { start: 0.5 }])(
  'a range outside the file is refused: %o',
  async (range) => {
    await expect(fileSource(path, range)).rejects.toThrow(/^range: bytes .* are not within the 21 bytes of the file$/)
  },
)

test.each([
  ['grew', () => appendFile(path, '!')],
  ['has another time', () => utimes(path, 1, 1)],
  ['was removed', () => rm(path)],
])('a file that %s since is not sent', async (_name, change) => {
  const source = await fileSource(path)
  await change()

  await expect(read(source)).rejects.toThrow(new FileChangedError(path).message)
})

test('a file that changes while it is read fails before its last piece', async () => {
  await writeFile(path, new Uint8Array(600_000))
  const sizes: number[] = []

  const reading = (async () => {
    for await (const chunk of (await fileSource(path)).open()) {
      sizes.push(chunk.byteLength)
      await appendFile(path, '!')
    }
  })()

  await expect(reading).rejects.toThrow(FileChangedError)
  expect(sizes).toEqual([262_144, 262_144])
})

test('a file is uploaded again from its beginning when the connection breaks', async () => {
  await using oss = await emulated()
  const { host } = new URL(oss.emulator.endpoint)
  let attempts = 0
  await using flaky = await tcpServer((socket) => {
    attempts += 1
    if (attempts === 1) return socket.once('data', () => socket.destroy())
    return passOn(socket, host)
  })
  const client = clientOf(oss.emulator, { endpoint: flaky.url })

  await putObject(client, { bucket: 'files', key: 'a', body: await fileSource(path) })

  expect(attempts).toBe(2)
  const { body } = await getObject(oss.client, { bucket: 'files', key: 'a' })
  expect(await body.text()).toBe('a file of 21 bytes ok')
})

test('a Readable is uploaded, and not again when the connection breaks', async () => {
  await using oss = await emulated()
  let attempts = 0
  await using broken = await tcpServer((socket) => {
    attempts += 1
    socket.once('data', () => socket.destroy())
  })

  await putObject(oss.client, {
    bucket: 'files',
    key: 'a',
    body: Readable.from([Buffer.from('one '), Buffer.from('two')]),
  })
  const { body } = await getObject(oss.client, { bucket: 'files', key: 'a' })
  expect(await body.text()).toBe('one two')

  const failing = putObject(clientOf(oss.emulator, { endpoint: broken.url }), {
    bucket: 'files',
    key: 'a',
    body: Readable.from([Buffer.from('one')]),
  })
  await expect(failing).rejects.toThrow(RequestError)
  expect(attempts).toBe(1)
})

test('a Readable that was read before is refused, instead of an empty object being stored', async () => {
  await using oss = await emulated()
  const read = Readable.from([Buffer.from('a')])
  await putObject(oss.client, { bucket: 'files', key: 'a', body: read })
  const before = oss.emulator.requests.length
  const refusal = new ValidationError('body', 'the stream was read to its end before')

  await expect(putObject(oss.client, { bucket: 'files', key: 'a', body: read })).rejects.toThrow(refusal)
  await expect(new Uploader(oss.client).uploadFrom({ bucket: 'files', key: 'a' }, read)).rejects.toThrow(refusal)

  expect(oss.emulator.requests.length).toBe(before)
})
