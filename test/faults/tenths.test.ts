/** One connection that is cut, at every tenth of every kind of request and of its answer. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putObject } from '@oss-js/core'
import { Copier, Downloader, Uploader } from '@oss-js/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSame, pattern } from '../../packages/core/test/transfer/emulated.ts'
import { type FaultyService, startFaultyService } from './faulty-service.ts'
import { partSize } from './schedule.ts'
import type { WireFault } from './wire-fault.ts'

const bytes = pattern(350_000)
const tenths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

let oss: FaultyService
let folder: string
beforeAll(async () => {
  oss = await startFaultyService()
  folder = await mkdtemp(join(tmpdir(), 'oss-js-tenths-'))
  await putObject(oss.client, { bucket: 'files', key: 'source', body: bytes, tagging: { a: 'b' } })
})
afterAll(async () => {
  await oss[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

type Over = ReturnType<FaultyService['faultyClient']>

const upload = (size: number) => async (client: Over, key: string) => {
  const to = { bucket: 'files', key }
  await new Uploader(client, { partSize }).uploadFrom(to, bytes.subarray(0, size))
  return [await oss.stored(key), bytes.subarray(0, size)] as const
}

/** Fails with the third part, and goes on then: only that asks for the parts that are there. */
async function resumeUpload(client: Over, key: string) {
  const path = join(folder, key)
  await writeFile(path, bytes)
  const options = { partSize, parallelNum: 1, enableCheckpoint: true, checkpointDir: folder }
  const start = () => new Uploader(client, options).uploadFile({ bucket: 'files', key }, path)
  const refuse = oss.emulator.faults.add({
    match: ({ operation, query }) => operation === 'UploadPart' && query.get('partNumber') === '3',
    status: 403,
    code: 'AccessDenied',
  })
  await expect(start()).rejects.toThrow('AccessDenied')
  refuse()
  await start()
  return [await oss.stored(key), bytes] as const
}

async function download(client: Over) {
  const chunks: Uint8Array[] = []
  const target = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) })
  await new Downloader(client, { partSize }).downloadTo({ bucket: 'files', key: 'source' }, target)
  return [Buffer.concat(chunks), bytes] as const
}

const copy = (multipartCopyThreshold: number) => async (client: Over, key: string) => {
  const options = { partSize, multipartCopyThreshold, disableShallowCopy: true }
  await new Copier(client, options).copy({ bucket: 'files', key, sourceKey: 'source' })
  return [await oss.stored(key), bytes] as const
}

const transfers = [
  ['PutObject', upload(90_000)],
  ['InitiateMultipartUpload', upload(350_000)],
  ['UploadPart', upload(350_000)],
  ['CompleteMultipartUpload', upload(350_000)],
  ['ListParts', resumeUpload],
  ['HeadObject', download],
  ['GetObject', download],
  ['CopyObject', copy(1_000_000)],
  ['UploadPartCopy', copy(partSize)],
  ['GetObjectTagging', copy(partSize)],
] as const

const cases = transfers.flatMap(([operation, run]) =>
  (['there', 'back'] as const).map((way) => [operation, way, run] as const),
)
test.each(cases)('a connection cut at any tenth of %s, on its way %s, does no harm', async (operation, way, run) => {
  for (const tenth of tenths) {
    const key = `${operation}-${way}-${tenth}`
    const cut: WireFault = { operation, way, kind: 'cut', at: tenth / 10, skip: 0, times: 1, status: 0 }
    const before = oss.proxy.operations.filter((name) => name === operation).length
    oss.proxy.setFaults([cut])

    const [actual, expected] = await run(oss.faultyClient(tenth % 2 === 0 ? 'undici' : 'fetch'), key)

    const asked = oss.proxy.operations.filter((name) => name === operation).length - before
    expect(actual && isSame(actual, expected), key).toBe(true)
    expect(asked, `${key} was cut`).toBeGreaterThan(0)
    expect((await oss.openUploads(key)).filter((uploadId) => oss.proxy.namedUploads.has(uploadId))).toEqual([])
  }
})
