/** Uploads, downloads and copies under faults that a seed decides. `npm run soak` runs more of them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putObject, type TransferTask } from '@oss-js/core'
import { Copier, Downloader, fileCheckpoints, Uploader } from '@oss-js/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSame, pattern } from '../../packages/core/test/transfer/emulated.ts'
import { type FaultyService, startFaultyService } from './faulty-service.ts'
import { type Draw, drawFaults, drawOf, isHarmless, partSize, seedsToRun, tellFaults } from './schedule.ts'

let oss: FaultyService
let folder: string
beforeAll(async () => {
  oss = await startFaultyService()
  folder = await mkdtemp(join(tmpdir(), 'oss-js-faults-'))
})
afterAll(async () => {
  await oss[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const seeds = seedsToRun()
const timeoutMs = 30_000 + seeds.length * 3000
const parallels = [1, 3, 8]
const table = { parallels, seeds: `${seeds[0]} to ${seeds.at(-1)}` }

/** What a transfer came to: undefined is a success. */
const endOf = (task: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(task).then(
    () => undefined,
    (error) => error ?? 'rejected with nothing',
  )

/** Pauses a transfer once, somewhere, and lets it go on. */
function pauseOnce<T>(draw: Draw, task: TransferTask<T>): TransferTask<T> {
  if (draw.chance(0.7)) return task
  let reportsLeft = draw.below(20)
  task.on('progress', () => {
    reportsLeft -= 1
    if (reportsLeft !== 0) return
    task.pause()
    setTimeout(() => task.resume(), 2)
  })
  return task
}

/** Opens what a seed decides about any transfer, and sets its faults. */
function begin(kind: string, seed: number, parallelNum: number, operations: readonly string[]) {
  const draw = drawOf(seed * 10 + parallelNum)
  oss.setAhead(0)
  const size = draw.chance(0.1) ? draw.below(2) * partSize * 2 : draw.below(1_000_000)
  const transport = draw.oneOf(['undici', 'fetch'] as const)
  // As fetch does not tell how far an upload is, it allows for a slow one, for seconds.
  const faults = drawFaults(draw, operations, transport === 'undici')
  const key = `${kind}-${parallelNum}-${seed}`
  const told = `OSS_SEED=${seed}, ${parallelNum} at once: ${size} bytes over ${transport}; ${tellFaults(faults)}`
  return { draw, size, faults, key, told, client: oss.faultyClient(transport), bytes: pattern(size, 1 + (seed % 250)) }
}

/** An upload whose id no request ever named is one whose id nobody learned. */
const leftBehind = async (key: string): Promise<string[]> =>
  (await oss.openUploads(key)).filter((uploadId) => oss.proxy.namedUploads.has(uploadId))

const uploadRequests = [
  'UploadPart',
  'InitiateMultipartUpload',
  'CompleteMultipartUpload',
  'PutObject',
  'ListParts',
  'HeadObject',
]

test.each(parallels)(
  `uploads with %d parts at once are whole or fail, seeds ${table.seeds}`,
  async (parallelNum) => {
    for (const seed of seeds) {
      const { draw, faults, key, told, client, bytes } = begin('upload', seed, parallelNum, uploadRequests)
      const path = join(folder, key)
      const source = draw.oneOf(['bytes', 'blob', 'stream', 'file', 'file'] as const)
      const enableCheckpoint = source === 'file' && draw.chance(0.7)
      if (source === 'file') await writeFile(path, bytes)
      const options = { partSize, parallelNum, enableCheckpoint, checkpointDir: folder }
      const start = (over: typeof client) => {
        const uploader = new Uploader(over, options)
        const to = { bucket: 'files', key }
        if (source === 'file') return uploader.uploadFile(to, path)
        const body = source === 'bytes' ? bytes : new Blob([bytes])
        return uploader.uploadFrom(to, source === 'stream' ? (body as Blob).stream() : body)
      }

      oss.proxy.setFaults(faults)
      const error = await endOf(pauseOnce(draw, start(client)))
      oss.proxy.setFaults([])

      const stored = await oss.stored(key)
      expect(isHarmless(stored, bytes, error), `${told}: ${error}`).toBe(true)
      if (error === undefined || !enableCheckpoint) expect(await leftBehind(key), `${told}: ${error}`).toEqual([])
      if (error === undefined) continue
      expect(await endOf(start(oss.client)), told).toBeUndefined()
      expect(isSame((await oss.stored(key))!, bytes), told).toBe(true)
      expect(await leftBehind(key), told).toEqual([])
      expect(await fileCheckpoints(folder).list(), told).toEqual([])
    }
  },
  timeoutMs,
)

test.each(parallels)(
  `downloads with %d parts at once are whole or fail, seeds ${table.seeds}`,
  async (parallelNum) => {
    for (const seed of seeds) {
      const { draw, faults, key, told, client, bytes } = begin('download', seed, parallelNum, [
        'GetObject',
        'HeadObject',
      ])
      const path = join(folder, key)
      const from = { bucket: 'files', key }
      await putObject(oss.client, { ...from, body: bytes })
      const chunks: Uint8Array[] = []
      const isStream = draw.chance(0.3)
      const enableCheckpoint = !isStream && draw.chance(0.7)
      const options = { partSize, parallelNum, enableCheckpoint, checkpointDir: folder, verifyData: draw.chance(0.7) }
      const start = (over: typeof client) => {
        const downloader = new Downloader(over, options)
        chunks.length = 0
        if (!isStream) return downloader.downloadFile(from, path)
        return downloader.downloadTo(from, new WritableStream({ write: (chunk) => void chunks.push(chunk) }))
      }
      const arrived = async () => (isStream ? Buffer.concat(chunks) : readFile(path))

      oss.proxy.setFaults(faults)
      const errors = [await endOf(pauseOnce(draw, start(client)))]
      oss.proxy.setFaults([])

      const present = isStream && errors[0] ? undefined : await arrived().catch(() => undefined)
      expect(errors[0] ? present === undefined : present && isSame(present, bytes), `${told}: ${errors}`).toBe(true)
      // What was spoiled before the failure is noticed at the end of the second attempt.
      while (errors.at(-1) && errors.length < 3) errors.push(await endOf(start(oss.client)))
      expect(errors.at(-1), `${told}: ${errors}`).toBeUndefined()
      expect(errors.length, `${told}: ${errors}`).toBeLessThanOrEqual(enableCheckpoint ? 3 : 2)
      expect(isSame(await arrived(), bytes), told).toBe(true)
      expect(await fileCheckpoints(folder).list(), told).toEqual([])
      await rm(path, { force: true })
    }
  },
  timeoutMs,
)

const copyRequests = [
  'UploadPartCopy',
  'InitiateMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'HeadObject',
  'GetObjectTagging',
]

test.each(parallels)(
  `copies with %d parts at once are whole or fail, seeds ${table.seeds}`,
  async (parallelNum) => {
    for (const seed of seeds) {
      const { draw, faults, key, told, client, bytes } = begin('copy', seed, parallelNum, copyRequests)
      const sourceKey = `source-of-${key}`
      const tagging = draw.chance(0.5) ? { a: 'b' } : undefined
      await putObject(oss.client, { bucket: 'files', key: sourceKey, body: bytes, tagging })
      const options = {
        partSize,
        parallelNum,
        multipartCopyThreshold: 2 * partSize,
        disableShallowCopy: draw.chance(0.7),
        shallowCopyTimeoutMs: 800,
      }
      const start = (over: typeof client) => new Copier(over, options).copy({ bucket: 'files', key, sourceKey })

      oss.proxy.setFaults(faults)
      const error = await endOf(pauseOnce(draw, start(client)))
      oss.proxy.setFaults([])

      const stored = await oss.stored(key)
      expect(stored ? isSame(stored, bytes) : error !== undefined, `${told}: ${error}`).toBe(true)
      expect(await leftBehind(key), `${told}: ${error}`).toEqual([])
      expect(await endOf(start(oss.client)), told).toBeUndefined()
      expect(isSame((await oss.stored(key))!, bytes), told).toBe(true)
    }
  },
  timeoutMs,
)
