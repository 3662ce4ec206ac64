import { crc32, deflateRawSync } from 'node:zlib'
import { Reader, TextWriter, ZipReader } from '@zip.js/zip.js'
import { expect, test } from 'vitest'
import {
  type Client,
  completeMultipartUpload,
  headObject,
  initiateMultipartUpload,
  openFile,
  putObject,
  type ReadOnlyFile,
  uploadPart,
  uploadPartCopy,
} from '../src/index.ts'
import { countingProxy } from './counting-proxy.ts'
import { clientOf, emulated } from './emulated.ts'

const mebibyte = 2 ** 20
const fillerSize = 16 * mebibyte
const fillers = 64
const poem = '静夜思 床前明月光\n'.repeat(5000)
const archive = { bucket: 'files', key: 'archive.zip' }

interface Entry {
  name: string
  method: number
  crc: number
  packedSize: number
  size: number
  offset: number
}

/** What both the local and the central header of an entry have. */
function commonHeader({ method, crc, packedSize, size, name }: Entry): Buffer {
  const header = Buffer.alloc(26)
  header.writeUInt16LE(20, 0)
  header.writeUInt16LE(0x0800, 2)
  header.writeUInt16LE(method, 4)
  header.writeUInt16LE(0x21, 8)
  header.writeUInt32LE(crc, 10)
  header.writeUInt32LE(packedSize, 14)
  header.writeUInt32LE(size, 18)
  header.writeUInt16LE(Buffer.byteLength(name), 22)
  return header
}

const localHeader = (entry: Entry) =>
  Buffer.concat([Buffer.from('PK\x03\x04'), commonHeader(entry), Buffer.from(entry.name)])

function centralHeader(entry: Entry): Buffer {
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(entry.offset, 10)
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), commonHeader(entry), rest, Buffer.from(entry.name)])
}

function endOfDirectory(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries, 4)
  end.writeUInt16LE(entries, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([Buffer.from('PK\x05\x06'), end])
}

/** A zip of a little more than 1 GiB: a stored entry of zeros, of which the service copies most, between small ones. */
async function uploadArchive(client: Client): Promise<number> {
  const zeros = Buffer.alloc(fillerSize)
  let crc = 0
  for (let count = 0; count < fillers; count++) crc = crc32(zeros, crc)
  const packed = deflateRawSync(poem)
  const textEntry = { method: 8, crc: crc32(poem), packedSize: packed.length, size: Buffer.byteLength(poem) }
  const size = fillerSize * fillers
  const first: Entry = { ...textEntry, name: 'first.txt', offset: 0 }
  const start = localHeader(first).length + packed.length
  const zero: Entry = { name: 'zeros.bin', method: 0, crc, packedSize: size, size, offset: start }
  const dataStart = start + localHeader(zero).length
  const last: Entry = { ...textEntry, name: '诗/静夜思.txt', offset: dataStart + size }
  const entries = [first, zero, last]
  const directory = Buffer.concat(entries.map(centralHeader))
  const directoryOffset = last.offset + localHeader(last).length + packed.length
  const head = Buffer.concat([localHeader(first), packed, localHeader(zero), zeros])
  const tail = Buffer.concat([
    localHeader(last),
    packed,
    directory,
    endOfDirectory(entries.length, directory.length, directoryOffset),
  ])

  await putObject(client, { bucket: 'files', key: 'zeros', body: zeros })
  const { uploadId } = await initiateMultipartUpload(client, archive)
  const parts = [
    { partNumber: 1, etag: (await uploadPart(client, { ...archive, uploadId, partNumber: 1, body: head })).etag },
  ]
  for (let partNumber = 2; partNumber <= fillers; partNumber++) {
    const copied = await uploadPartCopy(client, { ...archive, uploadId, partNumber, sourceKey: 'zeros' })
    parts.push({ partNumber, etag: copied.etag })
  }
  const partNumber = fillers + 1
  parts.push({ partNumber, etag: (await uploadPart(client, { ...archive, uploadId, partNumber, body: tail })).etag })
  const listed = parts.map(({ partNumber, etag = '' }) => ({ partNumber, etag }))
  await completeMultipartUpload(client, { ...archive, uploadId, completeMultipartUpload: { parts: listed } })
  return head.length + fillerSize * (fillers - 1) + tail.length
}

/** What zip.js reads from, over an open file. */
class FileReader extends Reader<ReadOnlyFile> {
  readonly #file: ReadOnlyFile

  constructor(file: ReadOnlyFile) {
    super(file)
    this.#file = file
    this.size = file.size
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    this.#file.seek(index)
    return this.#file.read(length)
  }
}

test('one entry of a zip of 1 GiB is read with less than 1 % of it', async () => {
  await using oss = await emulated()
  const size = await uploadArchive(oss.client)
  await using proxy = await countingProxy(oss.emulator.port)
  const client = clientOf(oss.emulator, { endpoint: proxy.endpoint })
  const before = oss.emulator.requests.length

  await using file = await openFile(client, archive)
  const zip = new ZipReader(new FileReader(file))
  const entries = await zip.getEntries()
  const entry = entries.find(({ filename }) => filename === '诗/静夜思.txt')
  const text = entry?.directory === false && (await entry.getData(new TextWriter(), { checkSignature: true }))

  expect(text).toBe(poem)
  expect(entries.map(({ filename, uncompressedSize }) => [filename, uncompressedSize])).toEqual([
    ['first.txt', 130_000],
    ['zeros.bin', 2 ** 30],
    ['诗/静夜思.txt', 130_000],
  ])
  expect((await headObject(oss.client, archive)).contentLength).toBe(size)
  expect(size).toBeGreaterThan(2 ** 30)
  expect(proxy.received()).toBeLessThan(size / 100)
  const asked = oss.emulator.requests.slice(before).map(({ operation }) => operation)
  expect(asked.filter((operation) => operation === 'GetObject').length).toBeLessThan(10)
}, 60_000)
