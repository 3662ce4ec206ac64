import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { bucketKey, versionKey } from '../src/storage/keys.ts'
import { bucketRecord, objectRecord, seededService } from './seeded-service.ts'
import { settableClock } from './settable-clock.ts'
import { contentMd5, element, signedClient, type TestCall } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07.500Z')
let emulator: Emulator
let client: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now })
  client = signedClient(emulator)
})
beforeEach(async () => {
  clock.set('2026-03-04T05:06:07.500Z')
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  client(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })
const codeOf = ({ status, text }: { status: number; text: string }) => [status, element(text, 'Code')]

test('what is put comes back with its bytes, digests and metadata', async () => {
  const headers = {
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'content-disposition': 'attachment',
    'content-language': 'de',
    expires: 'whenever',
    'x-oss-meta-Author': 'Zoë 你好',
    'x-oss-storage-class': 'IA',
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
  }
  const put = await oss('PUT', { key: 'greeting', body: 'hello', headers })
  expect(put.status).toBe(200)
  expect(put.headers).toMatchObject({
    etag: '"5D41402ABC4B2A76B9719D911017C592"',
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
    'x-oss-hash-crc64ecma': '11177612005948864433',
    'content-length': '0',
  })
  const get = await oss('GET', { key: 'greeting' })
  expect(get.text).toBe('hello')
  expect(get.headers).toMatchObject({
    'content-length': '5',
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'content-disposition': 'attachment',
    'content-language': 'de',
    expires: 'whenever',
    etag: '"5D41402ABC4B2A76B9719D911017C592"',
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
    'x-oss-hash-crc64ecma': '11177612005948864433',
    'last-modified': 'Wed, 04 Mar 2026 05:06:07 GMT',
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'IA',
    'accept-ranges': 'bytes',
  })
  const head = await oss('HEAD', { key: 'greeting' })
  const authors = [get, head].map(({ headers }) =>
    Buffer.from(String(headers['x-oss-meta-author']), 'latin1').toString(),
  )
  expect(authors).toEqual(['Zoë 你好', 'Zoë 你好'])
})

test('an object without type is an octet stream, and an empty one has the CRC 0', async () => {
  await oss('PUT', { key: 'picture.jpg' })
  const { headers } = await oss('HEAD', { key: 'picture.jpg' })
  expect([headers['content-type'], headers['x-oss-hash-crc64ecma']]).toEqual(['application/octet-stream', '0'])
})

test('a wrong Content-MD5 stores nothing', async () => {
  const answer = await oss('PUT', { key: 'greeting', body: 'hello', headers: { 'content-md5': contentMd5('other') } })
  expect(codeOf(answer)).toEqual([400, 'InvalidDigest'])
  expect((await oss('HEAD', { key: 'greeting' })).status).toBe(404)
})

test.each([
  ['bytes=1-3', 206, 'ell', 'bytes 1-3/5'],
  ['bytes=3-', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=0-0', 206, 'h', 'bytes 0-0/5'],
  ['bytes=3-9', 200, 'hello', undefined],
  ['bytes=5-', 200, 'hello', undefined],
  ['bytes=3-1', 200, 'hello', undefined],
  ['lines=1-2', 200, 'hello', undefined],
])('the range %s is answered %i', async (range, status, text, contentRange) => {
  await oss('PUT', { key: 'greeting', body: 'hello' })
  const answer = await oss('GET', { key: 'greeting', headers: { range } })
  expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([status, text, contentRange])
})

test.each([
  ['bytes=3-9', 206, 'lo', 'bytes 3-4/5'],
  ['bytes=-9', 206, 'hello', 'bytes 0-4/5'],
])('with the standard behaviour the range %s is clipped', async (range, status, text, contentRange) => {
  await oss('PUT', { key: 'greeting', body: 'hello' })
  const answer = await oss('GET', { key: 'greeting', headers: { range, 'x-oss-range-behavior': 'standard' } })
  expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([status, text, contentRange])
})

test('with the standard behaviour a range behind the end is refused', async () => {
  await oss('PUT', { key: 'greeting', body: 'hello' })
  const headers = { range: 'bytes=5-', 'x-oss-range-behavior': 'standard' }
  expect(codeOf(await oss('GET', { key: 'greeting', headers }))).toEqual([416, 'InvalidRange'])
})

test.each([
  ['if-match', '"5D41402ABC4B2A76B9719D911017C592"', 200, undefined],
  ['if-match', '"0"', 412, 'If-Match'],
  ['if-none-match', '"5D41402ABC4B2A76B9719D911017C592"', 304, undefined],
  ['if-none-match', '"0"', 200, undefined],
  ['if-modified-since', 'Wed, 04 Mar 2026 05:06:06 GMT', 200, undefined],
  ['if-modified-since', 'Wed, 04 Mar 2026 05:06:07 GMT', 304, undefined],
  ['if-unmodified-since', 'Wed, 04 Mar 2026 05:06:07 GMT', 200, undefined],
  ['if-unmodified-since', 'Wed, 04 Mar 2026 05:06:06 GMT', 412, 'If-Unmodified-Since'],
])('the condition %s: %s is answered %i', async (name, value, status, condition) => {
  await oss('PUT', { key: 'greeting', body: 'hello' })
  const answer = await oss('GET', { key: 'greeting', headers: { [name]: value } })
  expect([answer.status, element(answer.text, 'Condition')]).toEqual([status, condition])
})

test('a signed request overrides headers of the answer, an anonymous one may not', async () => {
  await oss('PUT', { key: 'page', body: 'hello', headers: { 'x-oss-object-acl': 'public-read' } })
  const query = { 'response-content-type': 'text/html', 'response-content-disposition': 'inline' }
  const answer = await oss('GET', { key: 'page', query })
  expect([answer.headers['content-type'], answer.headers['content-disposition']]).toEqual(['text/html', 'inline'])
  expect((await oss('GET', { key: 'page', query, isAnonymous: true })).status).toBe(400)
})

test('a compressible object of a kilobyte goes out compressed to who accepts it', async () => {
  const body = 'a'.repeat(1024)
  await oss('PUT', { key: 'text', body, headers: { 'content-type': 'text/plain' } })
  const answer = await oss('GET', { key: 'text', headers: { 'accept-encoding': 'gzip' } })
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(answer.headers['content-length']).toBeUndefined()
  expect(answer.headers.etag).toBeUndefined()
  expect(gunzipSync(answer.bytes).toString()).toBe(body)
  expect((await oss('GET', { key: 'text' })).text).toBe(body)
})

test('GetObjectMeta tells size and digests alone', async () => {
  await oss('PUT', { key: 'greeting', body: 'hello', headers: { 'x-oss-meta-a': 'b' } })
  const { status, headers } = await oss('HEAD', { key: 'greeting', query: { objectMeta: null } })
  expect([status, headers['content-length'], headers['x-oss-hash-crc64ecma']]).toEqual([
    200,
    '5',
    '11177612005948864433',
  ])
  expect(headers['x-oss-meta-a']).toBeUndefined()
})

test('an overwrite that is forbidden is a conflict', async () => {
  const put = () => oss('PUT', { key: 'once', body: 'a', headers: { 'x-oss-forbid-overwrite': 'true' } })
  expect((await put()).status).toBe(200)
  expect(codeOf(await put())).toEqual([409, 'FileAlreadyExists'])
})

test.each(['/leading', '\\leading', 'a'.repeat(1024)])('the key %s is invalid', async (key) => {
  expect(codeOf(await oss('PUT', { key }))).toEqual([400, 'InvalidObjectName'])
})

test.each(['a+b %=&?#', '空格 emoji 😀', 'a\u0001b', 'é/'.repeat(300)])('the key %j is kept as it is', async (key) => {
  await oss('PUT', { key, body: key })
  expect((await oss('GET', { key })).text).toBe(key)
})

test('deleting is answered 204, whether there was an object or not', async () => {
  await oss('PUT', { key: 'gone', body: 'a' })
  const first = await oss('DELETE', { key: 'gone' })
  expect([first.status, (await oss('DELETE', { key: 'gone' })).status]).toEqual([204, 204])
  expect(first.headers['x-oss-version-id']).toBeUndefined()
  expect((await oss('GET', { key: 'gone' })).status).toBe(404)
})

function multiDelete(keys: string[], extra = '', query: Record<string, string | null> = {}) {
  const body = `<Delete>${extra}${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
  return oss('POST', { query: { delete: null, ...query }, body, headers: { 'content-md5': contentMd5(body) } })
}

test('a multi-delete tells every key, missing ones too, and encodes them when asked', async () => {
  await oss('PUT', { key: 'a&b\u0001', body: 'a' })
  const answer = await multiDelete(['a&amp;b&#x1;', 'missing'], '', { 'encoding-type': 'url' })
  expect(answer.text).toContain(
    '<EncodingType>url</EncodingType><Deleted><Key>a%26b%01</Key></Deleted><Deleted><Key>missing</Key></Deleted>',
  )
  expect((await oss('HEAD', { key: 'a&b\u0001' })).status).toBe(404)
})

test('a quiet multi-delete has no body', async () => {
  const answer = await multiDelete(['a'], '<Quiet>true</Quiet>')
  expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0'])
})

test('a multi-delete of 1001 keys, without MD5 or of broken XML is refused', async () => {
  const many = await multiDelete(Array.from({ length: 1001 }, (_, index) => `key${index}`))
  const broken = '<Delete><Object>'
  const headers = { 'content-md5': contentMd5(broken) }
  expect([...codeOf(many), many.headers['x-oss-ec']]).toEqual([400, 'MalformedXML', '0016-00000609'])
  expect(codeOf(await oss('POST', { query: { delete: null }, body: broken, headers }))).toEqual([400, 'MalformedXML'])
  expect((await oss('POST', { query: { delete: null }, body: '<Delete/>' })).status).toBe(400)
})

test('a copy keeps bytes, digests, metadata and tags, and not the ACL', async () => {
  const headers = {
    'x-oss-meta-a': 'b',
    'x-oss-tagging': 'k=v',
    'x-oss-object-acl': 'public-read',
    'content-type': 'text/css',
  }
  await oss('PUT', { key: 'source +', body: 'hello', headers })
  const copy = await oss('PUT', { key: 'copy', headers: { 'x-oss-copy-source': '/demo-bucket/source%20%2B' } })
  expect(element(copy.text, 'ETag')).toBe('"5D41402ABC4B2A76B9719D911017C592"')
  expect(element(copy.text, 'LastModified')).toBe('2026-03-04T05:06:07.500Z')
  expect(copy.headers['x-oss-hash-crc64ecma']).toBe('11177612005948864433')
  await oss('DELETE', { key: 'source +' })
  const get = await oss('GET', { key: 'copy' })
  expect(get.text).toBe('hello')
  expect(get.headers).toMatchObject({ 'x-oss-meta-a': 'b', 'x-oss-tagging-count': '1', 'content-type': 'text/css' })
  expect(element((await oss('GET', { key: 'copy', query: { acl: null } })).text, 'Grant')).toBe('default')
})

test('a copy onto itself replaces the metadata and keeps the bytes', async () => {
  await oss('PUT', { key: 'same', body: 'hello', headers: { 'x-oss-meta-a': 'b' } })
  const headers = {
    'x-oss-copy-source': '/demo-bucket/same',
    'x-oss-metadata-directive': 'REPLACE',
    'x-oss-meta-c': 'd',
  }
  await oss('PUT', { key: 'same', headers })
  const get = await oss('GET', { key: 'same' })
  expect([get.text, get.headers['x-oss-meta-a'], get.headers['x-oss-meta-c']]).toEqual(['hello', undefined, 'd'])
})

test.each([
  [{ 'x-oss-copy-source-if-match': '"0"' }, 412],
  [{ 'x-oss-copy-source-if-none-match': '"5D41402ABC4B2A76B9719D911017C592"' }, 304],
  [{ 'x-oss-copy-source-if-modified-since': 'Wed, 04 Mar 2026 05:06:07 GMT' }, 304],
  [{ 'x-oss-copy-source-if-unmodified-since': 'Wed, 04 Mar 2026 05:06:06 GMT' }, 412],
  [{ 'x-oss-copy-source': '/demo-bucket/missing' }, 404],
  [{ 'x-oss-copy-source': 'nonsense' }, 400],
])('a copy with %o is answered %i', async (headers, status) => {
  await oss('PUT', { key: 'source', body: 'hello' })
  const answer = await oss('PUT', {
    key: 'copy',
    headers: { 'x-oss-copy-source': '/demo-bucket/source', ...headers },
  })
  expect(answer.status).toBe(status)
})

test.each<[string, string, object, Record<string, string>, number]>([
  ['5 GiB to another bucket', 'other-bucket', { size: 5 * 1024 ** 3 }, {}, 200],
  ['more than 5 GiB to another bucket', 'other-bucket', { size: 5 * 1024 ** 3 + 1 }, {}, 400],
  ['more than 5 GiB within a bucket', 'demo-bucket', { size: 48 * 1024 ** 3 }, {}, 200],
  ['1 GiB to another class', 'demo-bucket', { size: 1024 ** 3 }, { 'x-oss-storage-class': 'IA' }, 200],
  ['more than 1 GiB to another class', 'demo-bucket', { size: 1024 ** 3 + 1 }, { 'x-oss-storage-class': 'IA' }, 400],
  [
    'more than 1 GiB to another encryption',
    'demo-bucket',
    { size: 1024 ** 3 + 1 },
    { 'x-oss-server-side-encryption': 'AES256' },
    400,
  ],
  [
    'more than 1 GiB with the encryption that it has',
    'demo-bucket',
    { size: 1024 ** 3 + 1, encryption: { algorithm: 'AES256' } },
    { 'x-oss-server-side-encryption': 'AES256' },
    200,
  ],
])('a copy of %s in one request is answered as on the service', async (_, bucket, more, headers, status) => {
  const service = await seededService({}, (transaction) => {
    for (const name of ['demo-bucket', 'other-bucket']) transaction.put(bucketKey(name), bucketRecord(name))
    transaction.put(versionKey('demo-bucket', 'source', 1), objectRecord('source', more))
  })
  const { accessKeyId, accessKeySecret, region } = emulator
  const answer = await signedClient({ ...service, accessKeyId, accessKeySecret, region })('PUT', {
    bucket,
    key: 'target',
    headers: { 'x-oss-copy-source': '/demo-bucket/source', ...headers },
  })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([status, status === 200 ? undefined : 'EntityTooLarge'])
})

test('appending continues where the object ends', async () => {
  const append = (position: number, body: string, headers = {}) =>
    oss('POST', { key: 'log', query: { append: null, position: String(position) }, body, headers })
  const first = await append(0, 'hel', { 'x-oss-meta-a': 'first' })
  expect(first.headers['x-oss-next-append-position']).toBe('3')
  const second = await append(3, 'lo', { 'x-oss-meta-a': 'second' })
  expect(second.headers['x-oss-next-append-position']).toBe('5')
  expect(second.headers['x-oss-hash-crc64ecma']).toBe('11177612005948864433')
  const wrong = await append(3, 'x')
  expect([...codeOf(wrong), wrong.headers['x-oss-next-append-position']]).toEqual([
    409,
    'PositionNotEqualToLength',
    '5',
  ])
  expect(codeOf(await append(0, 'x'))).toEqual([409, 'PositionNotEqualToLength'])
  const get = await oss('GET', { key: 'log' })
  expect(get.text).toBe('hello')
  expect(get.headers).toMatchObject({
    'x-oss-meta-a': 'first',
    'x-oss-object-type': 'Appendable',
    'x-oss-next-append-position': '5',
  })
  await oss('PUT', { key: 'normal', body: 'a' })
  const onto = await oss('POST', { key: 'normal', query: { append: null, position: '1' }, body: 'b' })
  expect(codeOf(onto)).toEqual([409, 'ObjectNotAppendable'])
})

test('an empty appendable object is appended to at position 0', async () => {
  const append = (body: string) => oss('POST', { key: 'log', query: { append: null, position: '0' }, body })
  expect((await append('')).headers['x-oss-next-append-position']).toBe('0')
  expect((await append('hello')).headers['x-oss-next-append-position']).toBe('5')
  expect((await oss('GET', { key: 'log' })).text).toBe('hello')
})

test('tags are set, told and removed', async () => {
  await oss('PUT', { key: 'tagged', body: 'a', headers: { 'x-oss-tagging': 'a=b&%E4%BD%A0=%E5%A5%BD+x' } })
  const tagging = { key: 'tagged', query: { tagging: null } }
  const text = (await oss('GET', tagging)).text
  expect(text).toContain(
    '<TagSet><Tag><Key>a</Key><Value>b</Value></Tag><Tag><Key>你</Key><Value>好 x</Value></Tag></TagSet>',
  )
  expect((await oss('HEAD', { key: 'tagged' })).headers['x-oss-tagging-count']).toBe('2')
  const body = '<Tagging><TagSet><Tag><Key>c</Key><Value></Value></Tag></TagSet></Tagging>'
  expect((await oss('PUT', { ...tagging, body })).status).toBe(200)
  expect((await oss('GET', tagging)).text).toContain('<TagSet><Tag><Key>c</Key><Value></Value></Tag></TagSet>')
  expect((await oss('DELETE', tagging)).status).toBe(204)
  expect((await oss('GET', tagging)).text).toContain('<Tagging><TagSet></TagSet></Tagging>')
})

test.each([
  ['eleven tags', Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&')],
  ['an empty key', '=v'],
  ['a key of 129 letters', `${'k'.repeat(129)}=v`],
  ['a forbidden letter', 'a!=b'],
  ['a key twice', 'a=b&a=c'],
])('%s are refused', async (_, tagging) => {
  expect(codeOf(await oss('PUT', { key: 'tagged', headers: { 'x-oss-tagging': tagging } }))).toEqual([
    400,
    'InvalidTag',
  ])
})

test('a symlink gives the bytes of its target and its own metadata', async () => {
  await oss('PUT', { key: 'the target', body: 'hello', headers: { 'x-oss-meta-a': 'target' } })
  const headers = { 'x-oss-symlink-target': 'the%20target', 'x-oss-meta-a': 'link' }
  await oss('PUT', { key: 'link', query: { symlink: null }, headers })
  const get = await oss('GET', { key: 'link' })
  expect(get.text).toBe('hello')
  expect(get.headers).toMatchObject({
    'x-oss-meta-a': 'link',
    'x-oss-object-type': 'Symlink',
    etag: '"5D41402ABC4B2A76B9719D911017C592"',
  })
  const told = await oss('GET', { key: 'link', query: { symlink: null } })
  expect(told.headers['x-oss-symlink-target']).toBe('the%20target')
  await oss('PUT', { key: 'link2', query: { symlink: null }, headers: { 'x-oss-symlink-target': 'link' } })
  expect(codeOf(await oss('GET', { key: 'link2' }))).toEqual([400, 'InvalidTargetType'])
  await oss('DELETE', { key: 'the target' })
  expect(codeOf(await oss('GET', { key: 'link' }))).toEqual([404, 'SymlinkTargetNotExist'])
})

test('an archived object is read after it was restored', async () => {
  const key = 'cold'
  await oss('PUT', { key, body: 'hello', headers: { 'x-oss-storage-class': 'Archive' } })
  const restore = () => oss('POST', { key, query: { restore: null } })
  expect(codeOf(await oss('GET', { key }))).toEqual([403, 'InvalidObjectState'])
  expect((await restore()).status).toBe(202)
  expect(codeOf(await restore())).toEqual([409, 'RestoreAlreadyInProgress'])
  expect((await oss('HEAD', { key })).headers['x-oss-restore']).toBe('ongoing-request="true"')
  clock.advanceSeconds(60)
  expect((await oss('GET', { key })).text).toBe('hello')
  expect((await oss('HEAD', { key })).headers['x-oss-restore']).toBe(
    'ongoing-request="false", expiry-date="Thu, 05 Mar 2026 05:07:07 GMT"',
  )
  expect((await restore()).status).toBe(200)
})

test.each([
  ['ColdArchive', 'Expedited', 3600],
  ['ColdArchive', 'Standard', 18_000],
  ['ColdArchive', 'Bulk', 43_200],
  ['DeepColdArchive', 'Expedited', 43_200],
  ['DeepColdArchive', 'Standard', 172_800],
])('an object of the class %s is restored in the tier %s after %i seconds', async (storageClass, tier, seconds) => {
  await oss('PUT', { key: 'cold', body: 'hello', headers: { 'x-oss-storage-class': storageClass } })
  const body = `<RestoreRequest><Days>2</Days><JobParameters><Tier>${tier}</Tier></JobParameters></RestoreRequest>`
  const answer = await oss('POST', { key: 'cold', query: { restore: null }, body })
  expect([answer.status, answer.headers['x-oss-object-restore-priority']]).toEqual([202, tier])
  clock.advanceSeconds(seconds - 1)
  expect((await oss('GET', { key: 'cold' })).status).toBe(403)
  clock.advanceSeconds(1)
  expect((await oss('GET', { key: 'cold' })).text).toBe('hello')
})

test('an archived object is not copied, whole or in part, before it is restored', async () => {
  await oss('PUT', { key: 'cold', body: 'hello', headers: { 'x-oss-storage-class': 'Archive' } })
  const headers = { 'x-oss-copy-source': '/demo-bucket/cold' }
  const uploadId = element((await oss('POST', { key: 'big', query: { uploads: null } })).text, 'UploadId') ?? ''
  expect(codeOf(await oss('PUT', { key: 'copy', headers }))).toEqual([403, 'InvalidObjectState'])
  const part = await oss('PUT', { key: 'big', query: { uploadId, partNumber: '1' }, headers })
  expect(codeOf(part)).toEqual([403, 'InvalidObjectState'])
})

test('a bucket can have its objects of the class Archive read directly', async () => {
  for (const storageClass of ['Archive', 'ColdArchive']) {
    await oss('PUT', { key: storageClass, body: 'hello', headers: { 'x-oss-storage-class': storageClass } })
  }
  const body = '<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>'
  await oss('PUT', { query: { bucketArchiveDirectRead: null }, body })
  expect((await oss('GET', { key: 'Archive' })).text).toBe('hello')
  expect((await oss('GET', { key: 'ColdArchive' })).status).toBe(403)
})

test('an object of the standard class is not restored', async () => {
  await oss('PUT', { key: 'warm', body: 'hello' })
  expect(codeOf(await oss('POST', { key: 'warm', query: { restore: null } }))).toEqual([400, 'OperationNotSupported'])
})

test('encryption is told where it was asked for', async () => {
  await oss('PUT', { key: 'safe', body: 'a', headers: { 'x-oss-server-side-encryption': 'KMS' } })
  const { headers } = await oss('HEAD', { key: 'safe' })
  expect(headers['x-oss-server-side-encryption']).toBe('KMS')
  expect(headers['x-oss-server-side-encryption-key-id']).toMatch(/./)
  const wrong = { 'x-oss-server-side-encryption': 'ROT13' }
  expect(codeOf(await oss('PUT', { key: 'x', headers: wrong }))).toEqual([400, 'InvalidEncryptionAlgorithmError'])
})

test('a response header that is asked for without a value stays as it is', async () => {
  const headers = { 'content-type': 'text/plain', 'content-disposition': 'attachment' }
  await oss('PUT', { key: 'key', body: 'kept', headers })
  const get = await oss('GET', {
    key: 'key',
    query: { 'response-content-type': '', 'response-content-disposition': '' },
  })
  expect([get.status, get.text]).toEqual([200, 'kept'])
  expect(get.headers).toMatchObject(headers)
})
