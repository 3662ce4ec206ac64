import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { contentMd5, element, sendTo, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const signedAt = new Date('2026-03-04T05:06:07Z')
let emulator: Emulator
let uploadId = ''

beforeAll(async () => {
  emulator = await startEmulator({ clock: () => signedAt })
  await oss('PUT')
  await oss('PUT', { key: 'a', body: 'a' })
  await oss('PUT', { key: 'frozen', body: 'a', headers: { 'x-oss-storage-class': 'Archive' } })
  await oss('POST', { key: 'frozen', query: { restore: null } })
  await oss('PUT', {
    key: 'stream',
    query: { live: null },
    body: '<LiveChannelConfiguration><Target><Type>HLS</Type></Target></LiveChannelConfiguration>',
  })
  uploadId = element((await oss('POST', { key: 'big', query: { uploads: null } })).text, 'UploadId') ?? ''
  for (const partNumber of ['1', '2']) await oss('PUT', { key: 'big', query: { partNumber, uploadId }, body: 'small' })
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}): Promise<TestAnswer> =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', signedAt, ...call })
const as = (more: object, method: string, call: TestCall = {}): Promise<TestAnswer> =>
  signedClient({ ...emulator, ...more })(method, { bucket: 'demo-bucket', signedAt, ...call })
const unsigned = (path: string): Promise<TestAnswer> => sendTo(emulator)('GET', path, { host: 'localhost' })
const complete = (numbers: readonly number[], headers: Record<string, string> = {}): Promise<TestAnswer> =>
  oss('POST', {
    key: 'big',
    query: { uploadId },
    headers,
    body: `<CompleteMultipartUpload>${numbers
      .map((number) => `<Part><PartNumber>${number}</PartNumber><ETag>EB5C1399A871211C7E7ED732D15E3A8B</ETag></Part>`)
      .join('')}</CompleteMultipartUpload>`,
  })
const remove = (keys: number): Promise<TestAnswer> => {
  const body = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(keys)}</Delete>`
  return oss('POST', { query: { delete: null }, headers: { 'content-md5': contentMd5(body) }, body })
}
const noUpload =
  'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.'
const malformed = 'The XML you provided was not well-formed or did not validate against our published schema.'
const longCallback = (name: string): TestCall => ({
  key: 'told',
  headers: {
    'x-oss-callback': Buffer.from('{"callbackUrl":"http://a.test","callbackBody":"a"}').toString('base64'),
    [name]: Buffer.from(JSON.stringify({ 'x:a': 'a'.repeat(6000) })).toString('base64'),
  },
})

test.each<[ec: string, status: number, code: string, message: string | RegExp, send: () => Promise<TestAnswer>]>([
  [
    '0002-00000040',
    403,
    'SignatureDoesNotMatch',
    /^The request signature we calculated does not match/,
    () => as({ accessKeySecret: 'x' }, 'GET'),
  ],
  [
    '0002-00000069',
    403,
    'AccessDenied',
    'Request has expired.',
    () => unsigned('/demo-bucket/a?OSSAccessKeyId=a&Expires=1&Signature=a'),
  ],
  [
    '0002-00000070',
    403,
    'AccessDenied',
    /date/,
    () => unsigned('/demo-bucket/a?OSSAccessKeyId=a&Expires=soon&Signature=a'),
  ],
  [
    '0002-00000226',
    400,
    'InvalidArgument',
    'Invalid signing region in Authorization header.',
    () => as({ region: 'cn-beijing' }, 'GET'),
  ],
  [
    '0002-00000504',
    403,
    'RequestTimeTooSkewed',
    /too large/,
    () => oss('GET', { signedAt: new Date('2026-03-04T04:00:00Z') }),
  ],
  [
    '0002-00000902',
    403,
    'InvalidAccessKeyId',
    'The OSS Access Key Id you provided does not exist in our records.',
    () => as({ accessKeyId: 'x' }, 'GET'),
  ],
  [
    '0003-00000001',
    403,
    'AccessDenied',
    'You have no right to access this object because of bucket acl.',
    () => unsigned('/demo-bucket/a'),
  ],
  ['0007-00000001', 400, 'InvalidArgument', /callback/, () => oss('PUT', longCallback('x-oss-callback'))],
  ['0007-00000101', 400, 'InvalidArgument', /callback/, () => oss('PUT', longCallback('x-oss-callback-var'))],
  [
    '0015-00000001',
    400,
    'InvalidBucketName',
    'The specified bucket is not valid.',
    () => oss('PUT', { bucket: 'Under_Score' }),
  ],
  [
    '0015-00000101',
    404,
    'NoSuchBucket',
    'The specified bucket does not exist.',
    () => as({ accessKeyId: 'x' }, 'GET', { bucket: 'nowhere' }),
  ],
  ['0015-00000231', 400, 'MalformedXML', malformed, () => oss('PUT', { query: { website: null }, body: '<Broken>' })],
  [
    '0016-00000513',
    400,
    'OperationNotSupported',
    'SealAppendable is not supported.',
    () => oss('POST', { key: 'a', query: { seal: null, position: '1' } }),
  ],
  ['0016-00000609', 400, 'MalformedXML', /./, () => remove(1001)],
  [
    '0016-00000718',
    409,
    'ArchiveRestoreFileStale',
    /./,
    () => oss('POST', { key: 'a', query: { cleanRestoredObject: null } }),
  ],
  [
    '0016-00000719',
    409,
    'ArchiveRestoreNotFinished',
    /./,
    () => oss('POST', { key: 'frozen', query: { cleanRestoredObject: null } }),
  ],
  ['0026-00000001', 404, 'NoSuchKey', 'The specified key does not exist.', () => oss('GET', { key: 'missing' })],
  [
    '0037-00000001',
    400,
    'OperationNotSupported',
    'The operation is not supported for this resource',
    () => oss('PUT', { key: 'a', query: { legalHold: null }, body: '<LegalHold><Status>ON</Status></LegalHold>' }),
  ],
  [
    '0039-00000003',
    400,
    'ResourceGroupIdPreCheckError',
    /^The resource group id precheck error/,
    () =>
      oss('PUT', {
        query: { resourceGroup: null },
        body: '<BucketResourceGroupConfiguration><ResourceGroupId>rg-x</ResourceGroupId></BucketResourceGroupConfiguration>',
      }),
  ],
  ['0042-00000002', 404, 'NoSuchUpload', noUpload, () => oss('DELETE', { key: 'big', query: { uploadId: 'x' } })],
  ['0042-00000002', 404, 'NoSuchUpload', noUpload, () => oss('GET', { key: 'big', query: { uploadId: 'x' } })],
  [
    '0042-00000104',
    404,
    'NoSuchUpload',
    noUpload,
    () => oss('PUT', { key: 'big', query: { partNumber: '1', uploadId: 'x' }, body: 'a' }),
  ],
  [
    '0042-00000311',
    404,
    'NoSuchUpload',
    noUpload,
    () =>
      oss('PUT', {
        key: 'big',
        query: { partNumber: '1', uploadId: 'x' },
        headers: { 'x-oss-copy-source': '/demo-bucket/a' },
      }),
  ],
  ['0042-00000209', 400, 'InvalidPartOrder', /./, () => complete([2, 1])],
  ['0042-00000213', 400, 'EntityTooSmall', /./, () => complete([1, 2])],
  [
    '0042-00000216',
    400,
    'InvalidArgument',
    'Should not speficy both complete all header and http body.',
    () => complete([1], { 'x-oss-complete-all': 'yes' }),
  ],
  [
    '0044-00000308',
    400,
    'InvalidArgument',
    /./,
    () => oss('GET', { key: 'stream', query: { vod: null, startTime: '1', endTime: '2' } }),
  ],
])('the fine-grained code %s goes with %i %s', async (ec, status, code, message, send) => {
  const answer = await send()
  expect([answer.status, element(answer.text, 'Code'), element(answer.text, 'EC')]).toEqual([status, code, ec])
  expect(answer.headers['x-oss-ec']).toBe(ec)
  expect(element(answer.text, 'Message')).toMatch(message)
})

test('an account has a hundred buckets, and an object 8 KB of user metadata', async () => {
  for (let number = 2; number <= 100; number += 1) await oss('PUT', { bucket: `bucket-${number}` })
  const bucket = await oss('PUT', { bucket: 'bucket-101' })
  const metadata = (size: number): TestCall => ({ key: 'm', headers: { 'x-oss-meta-a': 'v'.repeat(size) } })
  const [fits, tooLarge] = [await oss('PUT', metadata(8000)), await oss('PUT', metadata(8200))]
  expect([bucket.status, element(bucket.text, 'Code')]).toEqual([400, 'TooManyBuckets'])
  expect([fits.status, tooLarge.status]).toEqual([200, 400])
  await oss('DELETE', { bucket: 'bucket-100' })
  expect((await oss('PUT', { bucket: 'bucket-101' })).status).toBe(200)
})
