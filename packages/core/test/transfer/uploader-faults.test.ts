import { Uploader } from '@oss-js/core'
import type { Fault } from '@oss-js/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emulated, isSame, named, pattern, randomOf } from './emulated.ts'

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

/** Anything that can befall a part, or the completion. */
function randomFault(random: () => number): Fault {
  const operation = random() < 0.85 ? 'UploadPart' : 'CompleteMultipartUpload'
  const skip = Math.floor(random() * 6)
  const kinds: Partial<Fault>[] = [
    { status: 503, times: 1 + Math.floor(random() * 3) },
    { status: 500, code: 'InternalError' },
    { dropAfterBytes: Math.floor(random() * partSize) },
    { dropAnswer: true, times: 1 + Math.floor(random() * 3) },
    { corrupt: operation === 'UploadPart' },
    { delayMs: Math.floor(random() * 20) },
    { status: 403, code: 'SecurityTokenExpired' },
    { status: 403, code: 'AccessDenied' },
  ]
  return { match: named(operation), skip, ...kinds[Math.floor(random() * kinds.length)] }
}

const seeds = (process.env.OSS_SEEDS ?? Array.from({ length: 20 }, (_, index) => index + 1).join())
  .split(',')
  .map(Number)
test.each([1, 3, 8])('%d parts at once lose, change and leave nothing under faults', async (parallelNum) => {
  for (const seed of seeds) {
    const random = randomOf(seed * 10 + parallelNum)
    const key = `seed-${parallelNum}-${seed}`
    const size = Math.floor(random() * 1_000_000)
    const source = pattern(size, seed)
    for (let count = Math.floor(random() * 5); count > 0; count--) oss.emulator.faults.add(randomFault(random))
    const told = `seed ${seed}: ${size} bytes`

    const error = await new Uploader(oss.client, { partSize, parallelNum })
      .uploadFrom({ bucket: 'files', key }, random() < 0.5 ? source : new Blob([source]).stream())
      .then(
        () => undefined,
        (reason) => reason,
      )

    oss.emulator.faults.clear()
    const stored = await oss.stored(key).catch(() => undefined)
    expect(error === undefined ? stored && isSame(stored, source) : stored === undefined, `${told}: ${error}`).toBe(
      true,
    )
    expect(
      (await oss.openUploads()).filter((upload) => upload.key === key),
      told,
    ).toEqual([])
  }
})
