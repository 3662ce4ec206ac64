import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { contentMd5, element, elements, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}): Promise<TestAnswer> =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', ...call })
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code')]
const keepVersions = () =>
  oss('PUT', {
    query: { versioning: null },
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  })
const copy = (source: string, key: string, headers: Record<string, string> = {}) =>
  oss('PUT', { key, headers: { 'x-oss-copy-source': `/demo-bucket/${source}`, ...headers } })
const tagsOf = async (key: string) => elements((await oss('GET', { key, query: { tagging: null } })).text, 'Key')

test('pages of versions with a delimiter tell each common prefix once', async () => {
  await keepVersions()
  for (let count = 0; count < 50; count += 1) await oss('PUT', { key: 'key', body: String(count) })
  for (const key of ['a/1', 'a/2', 'z/1']) await oss('PUT', { key, body: '' })
  const [versions, prefixes]: [string[], string[]] = [[], []]
  let page: Record<string, string> = {}
  for (let isTruncated = true; isTruncated; ) {
    const query = { versions: null, delimiter: '/', 'max-keys': '20', ...page }
    const { text } = await oss('GET', { query })
    versions.push(...elements(text, 'VersionId'))
    prefixes.push(...[...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/g)].map((match) => match[1]!))
    isTruncated = element(text, 'IsTruncated') === 'true'
    page = {
      'key-marker': element(text, 'NextKeyMarker') ?? '',
      'version-id-marker': element(text, 'NextVersionIdMarker') ?? '',
    }
  }
  expect([versions.length, new Set(versions).size, prefixes]).toEqual([50, 50, ['a/', 'z/']])
})

test('without versioning the version null is the object', async () => {
  await oss('PUT', { key: 'a', body: 'hello' })
  const named = { key: 'a', query: { versionId: 'null' } }
  expect((await oss('GET', named)).text).toBe('hello')
  const deleted = await oss('DELETE', named)
  expect([deleted.status, deleted.headers['x-oss-version-id'], deleted.headers['x-oss-delete-marker']]).toEqual([
    204,
    undefined,
    undefined,
  ])
  expect((await oss('GET', { key: 'a' })).status).toBe(404)
})

test('a multi-delete where versions are kept tells the markers that it made', async () => {
  await keepVersions()
  await oss('PUT', { key: 'a', body: 'hello' })
  const body = '<Delete><Object><Key>a</Key></Object></Delete>'
  const { text } = await oss('POST', { query: { delete: null }, headers: { 'content-md5': contentMd5(body) }, body })
  const marker = element(text, 'DeleteMarkerVersionId') ?? ''
  expect([element(text, 'DeleteMarker'), marker.length > 0, element(text, 'VersionId')]).toEqual([
    'true',
    true,
    undefined,
  ])
  expect(codeOf(await oss('GET', { key: 'a', query: { versionId: marker } }))).toEqual([405, 'MethodNotAllowed'])
})

test('a copy takes the tags of its source or those of the request, as the directive says', async () => {
  await oss('PUT', { key: 'a', body: 'a', headers: { 'x-oss-tagging': 'old=1' } })
  await copy('a', 'same')
  await copy('a', 'ignored', { 'x-oss-tagging': 'new=1' })
  await copy('a', 'other', { 'x-oss-tagging': 'new=1', 'x-oss-tagging-directive': 'REPLACE' })
  expect([await tagsOf('same'), await tagsOf('ignored'), await tagsOf('other')]).toEqual([['old'], ['old'], ['new']])
})

test('a copy of a symlink is a symlink, and of a delete marker there is none', async () => {
  await oss('PUT', { key: 'target', body: 'hello' })
  await oss('PUT', { key: 'link', query: { symlink: null }, headers: { 'x-oss-symlink-target': 'target' } })
  await copy('link', 'second')
  const told = await oss('GET', { key: 'second', query: { symlink: null } })
  expect([told.headers['x-oss-symlink-target'], (await oss('GET', { key: 'second' })).text]).toEqual([
    'target',
    'hello',
  ])
  await keepVersions()
  await oss('DELETE', { key: 'target' })
  expect(codeOf(await copy('target', 'third'))).toEqual([404, 'NoSuchKey'])
})

test('metadata, ACL, tags and encryption of an appendable object are those of the first append', async () => {
  const append = (position: string, headers: Record<string, string>) =>
    oss('POST', { key: 'log', query: { append: null, position }, body: 'hello', headers })
  await append('0', { 'x-oss-object-acl': 'public-read', 'x-oss-tagging': 'first=1', 'x-oss-meta-a': 'first' })
  const later = await append('5', {
    'x-oss-object-acl': 'private',
    'x-oss-tagging': 'second=1',
    'x-oss-meta-a': 'second',
    'x-oss-server-side-encryption': 'AES256',
  })
  const { headers } = await oss('HEAD', { key: 'log' })
  const acl = await oss('GET', { key: 'log', query: { acl: null } })
  expect([later.status, headers['x-oss-meta-a'], headers['x-oss-server-side-encryption']]).toEqual([
    200,
    'first',
    undefined,
  ])
  expect([element(acl.text, 'Grant'), await tagsOf('log')]).toEqual(['public-read', ['first']])
})

test('objects without a class take that of their bucket', async () => {
  const bucket = 'seldom-bucket'
  const body = '<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>'
  await oss('PUT', { bucket, body })
  await oss('PUT', { bucket, key: 'a', body: 'a' })
  await oss('PUT', { bucket, key: 'b', body: 'b', headers: { 'x-oss-storage-class': 'Standard' } })
  expect(elements((await oss('GET', { bucket })).text, 'StorageClass')).toEqual(['IA', 'Standard'])
})

test('encryption belongs to the begin of an upload, not to its parts', async () => {
  const uploadId = element((await oss('POST', { key: 'a', query: { uploads: null } })).text, 'UploadId')!
  const headers = { 'x-oss-server-side-encryption': 'AES256' }
  const part = await oss('PUT', { key: 'a', query: { partNumber: '1', uploadId }, body: 'a', headers })
  const complete = { key: 'a', query: { uploadId }, headers: { ...headers, 'x-oss-complete-all': 'yes' } }
  expect([codeOf(part), codeOf(await oss('POST', complete))]).toEqual([
    [400, 'InvalidArgument'],
    [400, 'InvalidArgument'],
  ])
})

test('the buckets are listed by who asks for the regions too', async () => {
  const answer = await signedClient(emulator)('GET', { query: { regionList: null } })
  expect(elements(answer.text, 'Name')).toEqual(['demo-bucket'])
})

test('a signed Content-Length holds the body to it', async () => {
  const put = (body: string, signed: string) =>
    oss('PUT', {
      key: 'a',
      body,
      headers: { 'content-length': signed },
      additionalHeaders: ['content-length'],
      tamper: (headers) => {
        headers['content-length'] = String(body.length)
      },
    })
  expect((await put('hello', '5')).status).toBe(200)
  expect(codeOf(await put('hello!', '5'))).toEqual([403, 'SignatureDoesNotMatch'])
})

test('the statistics of a bucket count what is in it, by class', async () => {
  await keepVersions()
  await oss('PUT', { key: 'a', body: 'hello' })
  await oss('PUT', { key: 'a', body: 'hello, again' })
  await oss('PUT', { key: 'b', body: 'x'.repeat(100_000), headers: { 'x-oss-storage-class': 'IA' } })
  await oss('PUT', { key: 'gone', body: '123' })
  await oss('DELETE', { key: 'gone' })
  const uploadId = element((await oss('POST', { key: 'c', query: { uploads: null } })).text, 'UploadId')!
  await oss('PUT', { key: 'c', query: { partNumber: '1', uploadId }, body: '1234567' })
  const { text } = await oss('GET', { query: { stat: null } })
  const names = [
    'MultipartUploadCount',
    'StandardObjectCount',
    'StandardStorage',
    'InfrequentAccessObjectCount',
    'InfrequentAccessStorage',
    'DeleteMarkerCount',
  ]
  expect(Object.fromEntries(names.map((name) => [name, element(text, name)]))).toEqual({
    MultipartUploadCount: '1',
    StandardObjectCount: '3',
    StandardStorage: '20',
    InfrequentAccessObjectCount: '1',
    InfrequentAccessStorage: '100000',
    DeleteMarkerCount: '1',
  })
})

test('buckets are listed by their resource group', async () => {
  const list = (group: string) => signedClient(emulator)('GET', { headers: { 'x-oss-resource-group-id': group } })
  const group = element((await oss('GET', { query: { resourceGroup: null } })).text, 'ResourceGroupId') ?? ''
  expect(elements((await list(group)).text, 'Name')).toEqual(['demo-bucket'])
  expect(elements((await list('rg-other')).text, 'Name')).toEqual([])
})
