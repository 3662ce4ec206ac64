import { expect, test } from 'vitest'
import { RequestError, ServiceError } from '../src/errors.ts'
import { isBucketExist, isObjectExist } from '../src/exist.ts'
import { recordingClient } from './wire/recording-client.ts'

const object = { bucket: 'examplebucket', key: 'cat.jpg' }
const document = (code: string): string => `<Error><Code>${code}</Code><Message>No.</Message></Error>`
const hidden = { status: 404, headers: {}, body: '' }
const head = (status: number, code: string) => ({
  status,
  headers: { 'x-oss-err': Buffer.from(document(code)).toString('base64') },
  body: '',
})

test('an object that OSS answers for exists', async () => {
  const { client, sent } = recordingClient(() => ({ status: 200, headers: { 'content-length': '3' }, body: '' }))

  expect(await isObjectExist(client, object)).toBe(true)
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'HEAD https://examplebucket.oss-cn-hangzhou.aliyuncs.com/cat.jpg?objectMeta',
  ])
})

test('an object that OSS does not know does not exist', async () => {
  const { client, sent } = recordingClient(() => head(404, 'NoSuchKey'))

  expect(await isObjectExist(client, object)).toBe(false)
  expect(sent).toHaveLength(1)
})

test.each([head(404, 'NoSuchBucket'), head(403, 'AccessDenied'), { status: 503, headers: {}, body: '' }])(
  'whether an object exists is not told by $status $headers',
  async (answer) => {
    const { client } = recordingClient(() => answer)

    await expect(isObjectExist(client, object)).rejects.toBeInstanceOf(ServiceError)
  },
)

test('where the headers of an answer are hidden, the body of another one tells that an object does not exist', async () => {
  const { client, sent } = recordingClient(({ method }) =>
    method === 'HEAD' ? hidden : { status: 404, headers: {}, body: document('NoSuchKey') },
  )

  expect(await isObjectExist(client, { ...object, versionId: 'v1' })).toBe(false)
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'HEAD https://examplebucket.oss-cn-hangzhou.aliyuncs.com/cat.jpg?objectMeta&versionId=v1',
    'GET https://examplebucket.oss-cn-hangzhou.aliyuncs.com/cat.jpg?versionId=v1',
  ])
})

test('where the headers of an answer are hidden, a missing bucket is still an error', async () => {
  const { client } = recordingClient(({ method }) =>
    method === 'HEAD' ? hidden : { status: 404, headers: {}, body: document('NoSuchBucket') },
  )

  await expect(isObjectExist(client, object)).rejects.toMatchObject({ code: 'NoSuchBucket' })
})

test('a bucket that OSS answers for exists', async () => {
  const acl = '<AccessControlPolicy><AccessControlList><Grant>private</Grant></AccessControlList></AccessControlPolicy>'
  const { client } = recordingClient(() => ({ status: 200, headers: {}, body: acl }))

  expect(await isBucketExist(client, { bucket: 'examplebucket' })).toBe(true)
})

test('a bucket that OSS does not know does not exist', async () => {
  const { client } = recordingClient(() => ({ status: 404, headers: {}, body: document('NoSuchBucket') }))

  expect(await isBucketExist(client, { bucket: 'examplebucket' })).toBe(false)
})

test('a bucket that OSS lets nobody else see exists', async () => {
  const { client } = recordingClient(() => ({ status: 403, headers: {}, body: document('AccessDenied') }))

  expect(await isBucketExist(client, { bucket: 'examplebucket' })).toBe(true)
})

test.each([
  { what: 'a failure of OSS', status: 503, body: document('ServiceUnavailable') },
  { what: 'a refusal of the key', status: 403, body: document('InvalidAccessKeyId') },
  { what: 'a proxy that refuses', status: 403, body: '<html>Forbidden</html>' },
])('whether a bucket exists is not told by $what', async ({ status, body }) => {
  const { client } = recordingClient(() => ({ status, headers: {}, body }))

  await expect(isBucketExist(client, { bucket: 'examplebucket' })).rejects.toMatchObject({ status })
})

test('whether a bucket exists is not told by a lost connection', async () => {
  const { client } = recordingClient(() => {
    throw new RequestError('connection reset')
  })

  await expect(isBucketExist(client, { bucket: 'examplebucket' })).rejects.toBeInstanceOf(RequestError)
})
