import { afterEach, expect, test } from 'vitest'
import { Downloader, deleteObject, putObject } from '../src/index.ts'
import { bucket, client } from './emulated-client.ts'

const object = { bucket, key: 'packed.bin' }
afterEach(() => deleteObject(client, object))

test('what is stored packed arrives as it is stored, though the browser unpacks and CORS rules hide it', async () => {
  const random = new Uint8Array(300_000)
  for (let at = 0; at < random.length; at += 50_000) crypto.getRandomValues(random.subarray(at, at + 50_000))
  const gzip = new Blob([random]).stream().pipeThrough(new CompressionStream('gzip'))
  const packed = new Uint8Array(await new Response(gzip).arrayBuffer())
  await putObject(client, { ...object, body: packed, contentEncoding: 'gzip' })
  const chunks: Uint8Array<ArrayBuffer>[] = []

  await new Downloader(client, { partSize: 102_400 }).downloadTo(
    object,
    new WritableStream({ write: (chunk) => void chunks.push(chunk.slice()) }),
  )

  const arrived = new Uint8Array(await new Blob(chunks).arrayBuffer())
  expect(arrived.length).toBe(packed.length)
  expect(arrived.every((byte, index) => byte === packed[index])).toBe(true)
})
