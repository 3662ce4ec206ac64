import { Uploader } from '@oss-js/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emulated, isSame, named, pattern } from './emulated.ts'

const partSize = 102_400
const bytes = pattern(450_000)
const tenths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

let oss: Awaited<ReturnType<typeof emulated>>
beforeAll(async () => {
  oss = await emulated()
})
afterAll(() => oss.emulator.close())

/** Bytes of the request's body, or of the answer's where the request has none. */
const cuts: [operation: string, size: number, source: Uint8Array<ArrayBuffer>][] = [
  ['PutObject', 90_000, bytes.subarray(0, 90_000)],
  ['InitiateMultipartUpload', 250, bytes],
  ['UploadPart', partSize, bytes],
  ['CompleteMultipartUpload', 500, bytes],
]
test.each(cuts)('a connection that is cut at any tenth of %s does no harm', async (operation, size, source) => {
  for (const tenth of tenths) {
    const key = `${operation}-${tenth}`
    oss.emulator.faults.add({ match: named(operation), dropAfterBytes: Math.round((size * tenth) / 10) })

    await new Uploader(oss.client, { partSize }).uploadFrom({ bucket: 'files', key }, source)

    expect(isSame(await oss.stored(key), source), key).toBe(true)
    oss.emulator.faults.clear()
  }
})

test('a lost answer to any request does no harm', async () => {
  for (const operation of ['PutObject', 'InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload']) {
    const source = operation === 'PutObject' ? bytes.subarray(0, 90_000) : bytes
    oss.emulator.faults.add({ match: named(operation), dropAnswer: true })

    await new Uploader(oss.client, { partSize }).uploadFrom({ bucket: 'files', key: operation }, source)

    expect(isSame(await oss.stored(operation), source), operation).toBe(true)
  }
})
