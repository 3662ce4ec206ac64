import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'ali-oss'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { aliOss, bucket, cname, ways } from './ali-oss-client.ts'

const partSize = 100 * 1024
const bytes = Buffer.from(Array.from({ length: 4 * partSize + 1000 }, (_, index) => (index * 7 + (index >> 9)) & 255))

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ cnames: { [cname]: bucket } })
})
afterAll(() => emulator.close())

describe.each(ways)('ali-oss with %s', (_, way) => {
  let oss: Client

  beforeEach(async () => {
    await emulator.reset()
    oss = aliOss(emulator, way)
    await oss.putBucket!(bucket)
  })

  test('uploads in parts, from memory and from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ali-oss-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'video.mp4')
    writeFileSync(file, bytes)
    const shares: number[] = []

    const fromMemory = await oss.multipartUpload!('from memory', bytes, {
      partSize,
      parallel: 3,
      meta: { a: '1' },
      progress: (share: number) => shares.push(share),
    })
    await oss.multipartUpload!('from-file', file, { partSize, mime: 'video/mp4' })

    expect(fromMemory.etag).toMatch(/^"[0-9A-F]{32}-5"$/)
    expect([shares[0], shares.at(-1), shares.length]).toEqual([0, 1, 7])
    expect((await oss.get!('from memory')).content.equals(bytes)).toBe(true)
    expect((await oss.head!('from memory')).meta).toEqual({ a: '1' })
    const head = await oss.head!('from-file')
    expect([head.res.headers['content-type'], head.res.headers['content-length']]).toEqual(['video/mp4', '410600'])
    expect((await oss.get!('from-file')).content.equals(bytes)).toBe(true)
  })

  test('stops in the middle and resumes from its checkpoint', async () => {
    let checkpoint: { doneParts: { number: number }[]; uploadId: string } | undefined
    const cut = oss.multipartUpload!('resumed', bytes, {
      partSize,
      parallel: 1,
      progress: (_share: number, reached: typeof checkpoint) => {
        checkpoint = reached
        if (reached?.doneParts.length === 2) oss.cancel()
      },
    })
    await expect(cut).rejects.toMatchObject({ name: 'cancel' })
    const before = emulator.requests.length

    await oss.multipartUpload!('resumed', bytes, { partSize, parallel: 2, checkpoint })

    const after = emulator.requests.slice(before).map(({ operation }) => operation)
    expect(after).toEqual(['UploadPart', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload'])
    expect((await oss.get!('resumed')).content.equals(bytes)).toBe(true)
    expect((await oss.listUploads!({ 'max-uploads': 10 })).uploads).toEqual([])
  })

  test('resumes after the connection was cut', async () => {
    emulator.faults.add({ match: ({ operation }) => operation === 'UploadPart', skip: 1, dropAfterBytes: 50_000 })
    let checkpoint: object | undefined
    const cut = oss.multipartUpload!('cut', bytes, {
      partSize,
      parallel: 1,
      progress: (_share: number, reached: object) => {
        checkpoint = reached
      },
    })
    await expect(cut).rejects.toThrow('part')
    await oss.multipartUpload!('cut', bytes, { partSize, checkpoint })
    expect((await oss.get!('cut')).content.equals(bytes)).toBe(true)
  })

  test('goes through the steps one by one, lists what is there and aborts', async () => {
    const { uploadId } = await oss.initMultipartUpload!('step by step')
    const first = await oss.uploadPart!('step by step', uploadId, 1, bytes, 0, partSize)
    const second = await oss.uploadPart!('step by step', uploadId, 2, bytes, partSize, partSize + 10)
    const listed = await oss.listParts!('step by step', uploadId)
    const uploads = await oss.listUploads!({ prefix: 'step' })
    await oss.completeMultipartUpload!('step by step', uploadId, [
      { number: 2, etag: second.etag },
      { number: 1, etag: first.etag },
    ])
    const other = await oss.initMultipartUpload!('given up')
    await oss.abortMultipartUpload!('given up', other.uploadId)

    expect(listed.parts.map(({ PartNumber, Size }: Record<string, string>) => [PartNumber, Size])).toEqual([
      ['1', '102400'],
      ['2', '10'],
    ])
    expect(uploads.uploads).toMatchObject([{ name: 'step by step', uploadId }])
    expect((await oss.get!('step by step')).content.equals(bytes.subarray(0, partSize + 10))).toBe(true)
    await expect(oss.listParts!('given up', other.uploadId)).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchUpload',
    })
  })

  test('copies in parts', async () => {
    await oss.put!('源 文件', bytes)
    const copied = await oss.multipartUploadCopy!(
      'copied',
      { sourceKey: '源 文件', sourceBucketName: bucket },
      { partSize },
    )

    expect(copied.etag).toMatch(/-5"$/)
    expect((await oss.get!('copied')).content.equals(bytes)).toBe(true)
  })

  test('hears of a part that is too small', async () => {
    const { uploadId } = await oss.initMultipartUpload!('small')
    const parts = [1, 2].map((number) => oss.uploadPart!('small', uploadId, number, bytes, 0, 1000))
    const done = (await Promise.all(parts)).map(({ etag }, index) => ({ number: index + 1, etag }))
    const completed = oss.completeMultipartUpload!('small', uploadId, done)
    await expect(completed).rejects.toMatchObject({ status: 400, code: 'EntityTooSmall' })
  })
})
