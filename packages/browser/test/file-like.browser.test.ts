import { afterEach, expect, test } from 'vitest'
import {
  appendFile,
  type Client,
  deleteObject,
  getObject,
  ObjectChangedError,
  openFile,
  putObject,
} from '../src/index.ts'
import { bucket, client } from './emulated-client.ts'

const of = { bucket, key: 'dir/文件 😀+~.bin' }
const bytes = new Uint8Array(1_000_000).map((_, index) => (index * 7 + (index >> 8)) % 251)
const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index])
const stored = async () => (await getObject(client, of)).body.text()

afterEach(() => deleteObject(client, of))

/** Notes which ranges are asked for. */
function noting() {
  const ranges: unknown[] = []
  const noted: Client = {
    send(definition, input, options) {
      if (definition.name === 'GetObject') ranges.push(input.range)
      return client.send(definition, input, options)
    },
  }
  return { ranges, client: noted }
}

test('an object is read from any place, to its end and not beyond', async () => {
  await putObject(client, { ...of, body: bytes })
  const file = await openFile(client, of)

  expect([...(await file.read(1)), ...(await file.read(1))]).toEqual([...bytes.subarray(0, 2)])
  file.seek(-10, 'end')
  expect(isSame(await file.read(100), bytes.subarray(-10))).toBe(true)
  expect(await file.read(new Uint8Array(1))).toBe(0)
  file.seek(400_000)
  expect(isSame(await file.read(), bytes.subarray(400_000))).toBe(true)
  expect(() => file.seek(1, 'current')).toThrow(/^offset: /)
  await file.close()
  await expect(file.read(1)).rejects.toThrow(/the file is closed$/)
})

test('an empty object is read without any request', async () => {
  await putObject(client, of)
  const noted = noting()
  const file = await openFile(noted.client, of)

  expect(await file.read()).toHaveLength(0)
  expect(noted.ranges).toEqual([])
})

test('enough bytes in order switch to parallel chunks that cover the rest once', async () => {
  await putObject(client, { ...of, body: bytes })
  const noted = noting()
  const options = { enablePrefetch: true, prefetchThreshold: 100_000, chunkSize: 300_000 }
  const file = await openFile(noted.client, of, options)

  expect(isSame(await file.read(), bytes)).toBe(true)

  expect(noted.ranges).toEqual([
    { start: 0 },
    { start: 100_000, end: 399_999 },
    { start: 400_000, end: 699_999 },
    { start: 700_000 },
  ])
})

test('a stream of a range feeds what takes streams', async () => {
  await putObject(client, { ...of, body: bytes })
  const file = await openFile(client, of)

  const blob = await new Response(file.stream({ start: 10, end: 900_000 })).blob()

  expect(isSame(new Uint8Array(await blob.arrayBuffer()), bytes.subarray(10, 900_000))).toBe(true)
})

test('an object that is replaced between reads is noticed', async () => {
  await putObject(client, { ...of, body: bytes })
  const file = await openFile(client, of)
  await file.read(10)
  await putObject(client, { ...of, body: bytes.slice().reverse() })
  file.seek(500_000)

  await expect(file.read(10)).rejects.toBeInstanceOf(ObjectChangedError)
})

test('text, bytes, Blobs and streams are added one after the other', async () => {
  const file = await appendFile(client, of)

  await file.write('one ')
  await file.write(new TextEncoder().encode('two '))
  await file.writeFrom(new File(['three '], 'three.txt'))
  await file.writeFrom(new Blob(['four']).stream())

  expect(file.tell()).toBe(18)
  expect(await stored()).toBe('one two three four')
  expect((await appendFile(client, of)).tell()).toBe(18)
})

test('a file that is flushed without a byte is there, and goes on', async () => {
  const file = await appendFile(client, of)
  await file.flush()
  expect(await stored()).toBe('')
  await file.write('hello')
  expect(await stored()).toBe('hello')
})

test('of two files that race for one object one is told', async () => {
  const one = await appendFile(client, of)
  const other = await appendFile(client, of)

  const [first, second] = await Promise.allSettled([one.write('aaa'), other.write('bbb')])

  expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
  expect(await stored()).toBe(first.status === 'fulfilled' ? 'aaa' : 'bbb')
})

test('an object that was not made by appending is not added to, also where CORS rules hide what it is', async () => {
  await putObject(client, { ...of, body: 'hello' })
  const file = await appendFile(client, of)

  await expect(file.write('a')).rejects.toMatchObject({ name: 'FileError', cause: { code: 'ObjectNotAppendable' } })
  expect(await stored()).toBe('hello')
})
