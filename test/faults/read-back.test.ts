/** What was uploaded, read by others: ali-oss, and fetch with nothing around it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { headObject } from '@oss-js/core'
import { Uploader } from '@oss-js/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSame, pattern } from '../../packages/core/test/transfer/emulated.ts'
import { type FaultyService, startFaultyService } from './faulty-service.ts'
import { partSize } from './schedule.ts'
import type { WireFault } from './wire-fault.ts'

interface AliOss {
  get(key: string): Promise<{ content: Buffer }>
  head(key: string): Promise<{ meta: Record<string, string>; res: { headers: Record<string, string> } }>
}
const AliOss: new (config: Record<string, unknown>) => AliOss = createRequire(import.meta.url)('ali-oss')

const bytes = pattern(450_000)
const described = { metadata: { place: 'here' }, contentType: 'text/x-mine', acl: 'public-read' } as const

let oss: FaultyService
let folder: string
let others: AliOss[]
beforeAll(async () => {
  oss = await startFaultyService()
  folder = await mkdtemp(join(tmpdir(), 'oss-js-read-back-'))
  const { endpoint, region, accessKeyId, accessKeySecret } = oss.emulator
  const config = { endpoint, region: `oss-${region}`, accessKeyId, accessKeySecret, bucket: 'files', secure: false }
  others = [new AliOss(config), new AliOss({ ...config, authorizationV4: true })]
})
afterAll(async () => {
  await oss[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const atPart: Omit<WireFault, 'kind'> = { operation: 'UploadPart', way: 'there', at: 0.5, skip: 1, times: 1, status: 0 }

async function resumedUpload(key: string): Promise<void> {
  const path = join(folder, key)
  await writeFile(path, bytes)
  const options = { partSize, parallelNum: 1, enableCheckpoint: true, checkpointDir: folder }
  const start = () =>
    new Uploader(oss.faultyClient('undici'), options).uploadFile({ bucket: 'files', key, ...described }, path)
  oss.proxy.setFaults([{ ...atPart, kind: 'refuse', status: 403 }])
  await expect(start()).rejects.toThrow('AccessDenied')
  oss.proxy.setFaults([
    { ...atPart, kind: 'cut' },
    { ...atPart, kind: 'corrupt', skip: 0 },
    { ...atPart, operation: 'CompleteMultipartUpload', kind: 'cut', at: 1, skip: 0 },
  ])
  await start()
  oss.proxy.setFaults([])
}

const upload = (key: string, size: number) =>
  new Uploader(oss.client, { partSize })
    .uploadFrom({ bucket: 'files', key, ...described }, bytes.subarray(0, size))
    .then(() => {})

test.each([
  ['in one request', 'single', 90_000, (key: string) => upload(key, 90_000)],
  ['in parts', 'parts', 450_000, (key: string) => upload(key, 450_000)],
  ['in parts that were cut, changed and gone on with', 'resumed', 450_000, resumedUpload],
])('what went up %s is read by ali-oss and by fetch', async (_, key, size, run) => {
  await run(key)

  const expected = bytes.subarray(0, size)
  const { hashCrc64 } = await headObject(oss.client, { bucket: 'files', key })
  for (const other of others) {
    const { meta, res } = await other.head(key)
    expect(meta).toEqual({ place: 'here' })
    expect(res.headers).toMatchObject({ 'content-type': 'text/x-mine', 'x-oss-hash-crc64ecma': hashCrc64 })
    expect(isSame((await other.get(key)).content, expected)).toBe(true)
  }
  const answer = await fetch(`${oss.emulator.endpoint}/files/${key}`)
  expect(answer.headers.get('content-type')).toBe('text/x-mine')
  expect(isSame(new Uint8Array(await answer.arrayBuffer()), expected)).toBe(true)
})
