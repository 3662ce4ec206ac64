import { expect, test } from 'vitest'
import { ValidationError } from '../../src/errors.ts'
import type { Progress } from '../../src/http/progress.ts'
import type { AnyOperation, InputOf } from '../../src/operation.ts'
import {
  appendObject,
  completeMultipartUpload,
  copyObject,
  deleteMultipleObjects,
  getObject,
  initiateMultipartUpload,
  listAccessPoints,
  putBucketLifecycle,
  putBucketPolicy,
  putObject,
} from '../../src/operations/index.ts'
import { recordingClient, type SentRequest } from '../wire/recording-client.ts'

const object = { bucket: 'examplebucket', key: 'cat.jpg' }

async function sentBy<F extends AnyOperation>(operation: F, input: InputOf<F>): Promise<SentRequest> {
  const { client, sent } = recordingClient()
  await operation(client, input).catch((error: unknown) => {
    if (error instanceof ValidationError) throw error
  })
  return sent[0]!
}

test('an HTTP date may be given as a Date', async () => {
  const { headers } = await sentBy(getObject, {
    ...object,
    ifModifiedSince: new Date('2015-11-13T14:47:53.123Z'),
    ifUnmodifiedSince: 'Mon, 13 Nov 2023 08:47:53 GMT',
  })

  expect(headers['if-modified-since']).toBe('Fri, 13 Nov 2015 14:47:53 GMT')
  expect(headers['if-unmodified-since']).toBe('Mon, 13 Nov 2023 08:47:53 GMT')
})

test.each([
  [{ start: 0, end: 99 }, 'bytes=0-99'],
  [{ start: 100 }, 'bytes=100-'],
  ['bytes=-500', 'bytes=-500'],
])('the range %o is sent as %s', async (range, expected) => {
  const { headers } = await sentBy(getObject, { ...object, range })

  expect(headers.range).toBe(expected)
})

test.each([{ start: -1 }, { start: 5, end: 4 }, { start: 0.5 }])('the range %o is refused', async (range) => {
  await expect(sentBy(getObject, { ...object, range })).rejects.toMatchObject({ field: 'range' })
})

test('tags may be given as a record', async () => {
  const { headers } = await sentBy(putObject, { ...object, tagging: { 'a b': 'c&d', e: '' } })

  expect(headers['x-oss-tagging']).toBe('a%20b=c%26d&e=')
})

test('a tag whose value is undefined has an empty one', async () => {
  const tagging: Record<string, string> = { a: 'b', flag: undefined as never }

  const { headers } = await sentBy(putObject, { ...object, tagging })

  expect(headers['x-oss-tagging']).toBe('a=b&flag=')
})

test('a callback may be given as an object', async () => {
  const { headers } = await sentBy(completeMultipartUpload, {
    ...object,
    uploadId: 'u1',
    callback: { callbackUrl: 'https://example.com/cb', callbackBody: '名=1&size=2' },
    callbackVar: { 'x:a': 'b' },
  })

  expect(JSON.parse(Buffer.from(headers['x-oss-callback']!, 'base64').toString())).toEqual({
    callbackUrl: 'https://example.com/cb',
    callbackBody: '名=1&size=2',
  })
  expect(headers['x-oss-callback-var']).toBe('eyJ4OmEiOiJiIn0=')
})

test.each([
  ['cat.jpg', new Blob(['x'], { type: 'image/webp' }), 'image/webp'],
  ['cat.jpg', new Blob(['x']), 'image/jpeg'],
  ['cat.jpg', 'x', 'image/jpeg'],
  ['cat', new Blob(['x'], { type: 'image/webp' }), 'image/webp'],
  ['cat', new Blob(['x']), 'application/octet-stream'],
  ['cat', 'x', 'application/octet-stream'],
])('the type of %s is that of its Blob, or guessed from its key', async (key, body, expected) => {
  const put = await sentBy(putObject, { ...object, key, body })
  const append = await sentBy(appendObject, { ...object, key, body, position: 0 })

  expect([put.headers['content-type'], append.headers['content-type']]).toEqual([expected, expected])
})

test('a type that the caller gives wins over a guess', async () => {
  const { headers } = await sentBy(initiateMultipartUpload, { ...object, contentType: 'image/x-cat' })

  expect(headers['content-type']).toBe('image/x-cat')
})

test.each([
  ['text', '{"Version":"1"}'],
  ['bytes', new TextEncoder().encode('{"Version":"1"}')],
])('a policy given as %s goes with its MD5', async (_kind, body) => {
  const { headers, bytes } = await sentBy(putBucketPolicy, { bucket: 'examplebucket', body })

  expect(new TextDecoder().decode(bytes)).toBe('{"Version":"1"}')
  expect(headers['content-md5']).toBe('4H7uJo/sUBcqsgIyIPk5IA==')
})

test('a policy given as a Blob is sent without an MD5', async () => {
  const { headers, bytes } = await sentBy(putBucketPolicy, { bucket: 'examplebucket', body: new Blob(['{}']) })

  expect(new TextDecoder().decode(bytes)).toBe('{}')
  expect(headers).not.toHaveProperty('content-md5')
})

test('the day of a change of storage class is sent as midnight in UTC', async () => {
  const createdBeforeDate = new Date('2026-01-31T17:30:00.123Z')
  const rules = [{ status: 'Enabled' as const, transitions: [{ createdBeforeDate, storageClass: 'IA' as const }] }]
  const { bytes } = await sentBy(putBucketLifecycle, { bucket: 'examplebucket', lifecycleConfiguration: { rules } })

  expect(new TextDecoder().decode(bytes)).toContain('<CreatedBeforeDate>2026-01-31T00:00:00.000Z</CreatedBeforeDate>')
})

test('a bucket that a listing may go without is checked where it is given', async () => {
  const { url } = await sentBy(listAccessPoints, { bucket: 'examplebucket' })

  expect(url).toBe('https://examplebucket.oss-cn-hangzhou.aliyuncs.com/?accessPoint')
  await expect(sentBy(listAccessPoints, { bucket: 'Example/Bucket' })).rejects.toMatchObject({ field: 'bucket' })
})

test('objects to delete may be given in one of two fields', async () => {
  const objects = [{ key: 'a' }]
  const request = await sentBy(deleteMultipleObjects, { bucket: 'examplebucket', delete: { objects } })

  expect(new TextDecoder().decode(request.bytes)).toBe('<Delete><Object><Key>a</Key></Object></Delete>')
  await expect(
    sentBy(deleteMultipleObjects, { bucket: 'examplebucket', objects, delete: { objects } }),
  ).rejects.toMatchObject({ field: 'objects', message: expect.stringContaining('given twice') })
  await expect(
    sentBy(deleteMultipleObjects, { bucket: 'examplebucket', quiet: true, delete: { objects } }),
  ).rejects.toMatchObject({ field: 'quiet', message: expect.stringContaining('given twice') })
  await expect(sentBy(deleteMultipleObjects, { bucket: 'examplebucket' })).rejects.toMatchObject({ field: 'objects' })
})

test('a copy source cannot smuggle in a header', async () => {
  const smuggled = { ...object, sourceKey: 'a', sourceVersionId: 'v1\r\nx-oss-object-acl: public-read' }

  await expect(sentBy(copyObject, smuggled)).rejects.toMatchObject({ field: 'sourceKey' })
})

test('appending does not compare the CRC-64 of the whole object with that of the piece', async () => {
  const { client } = recordingClient(() => ({ status: 200, headers: { 'x-oss-hash-crc64ecma': '1' }, body: '' }))

  expect(await appendObject(client, { ...object, position: 3, body: 'x' })).toMatchObject({ hashCrc64: '1' })
})

test.each([
  ['putObject', putObject],
  ['appendObject', appendObject],
])('%s tells how far its body is', async (_name, call) => {
  const progress: Progress[] = []
  const { client, sent } = recordingClient()

  await call(client, { ...object, position: 0, body: 'cat' }, { onProgress: (step) => progress.push(step) })
  sent[0]!.onUploadProgress!(3)

  expect(progress).toEqual([{ transferred: 3, total: 3, increment: 3 }])
})
