import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, elements, signedClient } from './signed-client.ts'

let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator()
  oss = signedClient(emulator)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const bucket = 'demo-bucket'

test('a bucket is made, told and removed', async () => {
  const body =
    '<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>'
  const made = await oss('PUT', { bucket, body, headers: { 'x-oss-acl': 'public-read' } })
  expect([made.status, made.headers.location]).toEqual([200, '/demo-bucket'])
  const info = (await oss('GET', { bucket, query: { bucketInfo: null } })).text
  expect(
    ['Name', 'Location', 'StorageClass', 'DataRedundancyType', 'Grant', 'SSEAlgorithm', 'Comment'].map((name) =>
      element(info, name),
    ),
  ).toEqual(['demo-bucket', 'oss-cn-hangzhou', 'IA', 'ZRS', 'public-read', 'None', ''])
  expect((await oss('GET', { bucket, query: { location: null } })).text).toContain(
    '<LocationConstraint>oss-cn-hangzhou</LocationConstraint>',
  )
  await oss('PUT', { bucket, key: 'key', body: 'a' })
  expect(element((await oss('GET', { bucket })).text, 'StorageClass')).toBe('IA')
  const refused = await oss('DELETE', { bucket })
  expect([refused.status, element(refused.text, 'Code')]).toEqual([409, 'BucketNotEmpty'])
  await oss('DELETE', { bucket, key: 'key' })
  expect([(await oss('DELETE', { bucket })).status, (await oss('DELETE', { bucket })).status]).toEqual([204, 404])
})

test('making a bucket again keeps what it holds', async () => {
  await oss('PUT', { bucket })
  await oss('PUT', { bucket, key: 'key', body: 'a' })
  expect((await oss('PUT', { bucket })).status).toBe(200)
  expect((await oss('GET', { bucket, key: 'key' })).text).toBe('a')
})

test('setting the ACL of a missing bucket makes it', async () => {
  const acl = { bucket, query: { acl: null } }
  expect((await oss('PUT', { ...acl, headers: { 'x-oss-acl': 'public-read-write' } })).status).toBe(200)
  const { text } = await oss('GET', acl)
  expect([element(text, 'Grant'), element(text, 'ID')]).toEqual(['public-read-write', '1234567890123456'])
  expect((await oss('PUT', { ...acl, headers: { 'x-oss-acl': 'everyone' } })).status).toBe(400)
})

test('the statistics of an empty bucket are all there and zero', async () => {
  await oss('PUT', { bucket })
  const { text } = await oss('GET', { bucket, query: { stat: null } })
  const counters = [...text.matchAll(/<(\w+)>(\d+)<\/\1>/g)].filter(([, name]) => name !== 'LastModifiedTime')
  expect(counters.map(([, name]) => name)).toEqual([
    'Storage',
    'ObjectCount',
    'MultipartUploadCount',
    'LiveChannelCount',
    'StandardStorage',
    'StandardObjectCount',
    'InfrequentAccessStorage',
    'InfrequentAccessRealStorage',
    'InfrequentAccessObjectCount',
    'ArchiveStorage',
    'ArchiveRealStorage',
    'ArchiveObjectCount',
    'ColdArchiveStorage',
    'ColdArchiveRealStorage',
    'ColdArchiveObjectCount',
    'DeepColdArchiveStorage',
    'DeepColdArchiveRealStorage',
    'DeepColdArchiveObjectCount',
    'DeleteMarkerCount',
  ])
  expect(new Set(counters.map(([, , count]) => count))).toEqual(new Set(['0']))
})

test('the buckets are listed by name, in pages', async () => {
  for (const name of ['b-bucket', 'a-bucket', 'a-other']) await oss('PUT', { bucket: name })
  const { text } = await oss('GET', { query: { prefix: 'a-', 'max-keys': '1' } })
  expect(elements(text, 'Name')).toEqual(['a-bucket'])
  expect(['IsTruncated', 'NextMarker', 'MaxKeys', 'Region'].map((name) => element(text, name))).toEqual([
    'true',
    'a-bucket',
    '1',
    'cn-hangzhou',
  ])
  expect(elements((await oss('GET', { query: { marker: 'a-bucket' } })).text, 'Name')).toEqual(['a-other', 'b-bucket'])
})

test('the regions are described', async () => {
  const one = (await oss('GET', { query: { regions: 'oss-cn-hangzhou' } })).text
  expect(one).toContain(
    '<RegionInfoList><RegionInfo><Region>oss-cn-hangzhou</Region>' +
      '<InternetEndpoint>oss-cn-hangzhou.aliyuncs.com</InternetEndpoint>' +
      '<InternalEndpoint>oss-cn-hangzhou-internal.aliyuncs.com</InternalEndpoint>' +
      '<AccelerateEndpoint>oss-accelerate.aliyuncs.com</AccelerateEndpoint></RegionInfo></RegionInfoList>',
  )
  expect(elements((await oss('GET', { query: { regions: null } })).text, 'Region').length).toBeGreaterThan(10)
  expect(element((await oss('GET', { query: { regions: 'oss-nowhere' } })).text, 'Code')).toBe('NoSuchRegion')
})

test.each([
  ['PUT', { qosInfo: null }, 'PutBucketQoSInfo'],
  ['POST', { metaQuery: null, action: 'createDataset' }, 'DoMetaQueryAction'],
])('%s with %o is not implemented, and named', async (method, query, operation) => {
  await oss('PUT', { bucket })
  const answer = await oss(method, { bucket, query: query as Record<string, string | null> })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([501, 'NotImplemented'])
  expect(element(answer.text, 'Message')).toBe(`${operation} is not implemented by this emulator.`)
})

test('a sub-resource that nobody knows is not taken for a listing', async () => {
  await oss('PUT', { bucket })
  const answer = await oss('GET', { bucket, query: { mystery: null } })
  expect([answer.status, element(answer.text, 'Message')]).toEqual([
    501,
    'GET on a bucket with the parameters mystery is not implemented by this emulator.',
  ])
})
