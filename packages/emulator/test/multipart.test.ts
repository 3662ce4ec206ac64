import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, elements, signedClient, type TestCall } from './signed-client.ts'

let emulator: Emulator
let client: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator()
  client = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) => client(method, { bucket: 'demo-bucket', ...call })
const codeOf = ({ status, text, headers }: Awaited<ReturnType<typeof oss>>) => [
  status,
  element(text, 'Code'),
  headers['x-oss-ec'],
]
const filled = (size: number, letter: string) => Buffer.alloc(size, letter)

async function initiate(key = 'big', headers: Record<string, string> = {}): Promise<string> {
  const answer = await oss('POST', { key, query: { uploads: null }, headers })
  return element(answer.text, 'UploadId')!
}

const uploadPart = (uploadId: string, partNumber: number, body: Uint8Array, key = 'big') =>
  oss('PUT', { key, query: { uploadId, partNumber: String(partNumber) }, body })

function complete(uploadId: string, parts: [number: number, etag: string][], call: TestCall = {}) {
  const list = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
  const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
  return oss('POST', { key: 'big', query: { uploadId }, body, ...call })
}

test('an upload with client-side encryption tells what is needed to go on with it', async () => {
  const members = {
    key: 'a2V5',
    start: 'c3RhcnQ=',
    'cek-alg': 'AES/CTR/NoPadding',
    'wrap-alg': 'RSA/NONE/PKCS1Padding',
  }
  const told = { ...members, 'data-size': '500000', 'part-size': '102400', matdesc: '{"a":"b"}' }
  const headers = Object.entries(told).map(([name, value]) => [`x-oss-meta-client-side-encryption-${name}`, value])
  const encrypted = await initiate('big', Object.fromEntries(headers))
  const plain = await initiate('small')

  const { text } = await oss('GET', { key: 'big', query: { uploadId: encrypted } })

  expect(element(text, 'ClientEncryptionKey')).toBe('a2V5')
  expect(element(text, 'ClientEncryptionStart')).toBe('c3RhcnQ=')
  expect(element(text, 'ClientEncryptionCekAlg')).toBe('AES/CTR/NoPadding')
  expect(element(text, 'ClientEncryptionWrapAlg')).toBe('RSA/NONE/PKCS1Padding')
  expect(element(text, 'ClientEncryptionDataSize')).toBe('500000')
  expect(element(text, 'ClientEncryptionPartSize')).toBe('102400')
  const other = await oss('GET', { key: 'small', query: { uploadId: plain } })
  expect(other.text).not.toContain('ClientEncryption')
})

// MD5 of 102400 times "a", and of three times "b".
const etagA = '302D3A0C8E319EAA95B059B346DE1D1D'
const etagB = '08F8E0260C64418510CEFB2B06EEE5CD'

test('parts become an object, gaps between their numbers allowed', async () => {
  const uploadId = await initiate('big', { 'content-type': 'text/plain', 'x-oss-meta-a': 'b' })
  const part = await uploadPart(uploadId, 1, filled(102_400, 'a'))
  expect(part.headers.etag).toBe(`"${etagA}"`)
  expect(part.headers['x-oss-hash-crc64ecma']).toMatch(/^\d+$/)
  await uploadPart(uploadId, 5, filled(3, 'b'))
  const answer = await complete(uploadId, [
    [1, `"${etagA}"`],
    [5, etagB.toLowerCase()],
  ])
  expect(answer.status).toBe(200)
  expect(element(answer.text, 'Key')).toBe('big')
  expect(element(answer.text, 'ETag')).toMatch(/^"[0-9A-F]{32}-2"$/)
  const get = await oss('GET', { key: 'big' })
  expect(get.bytes.equals(Buffer.concat([filled(102_400, 'a'), filled(3, 'b')]))).toBe(true)
  expect(get.headers).toMatchObject({
    'content-type': 'text/plain',
    'x-oss-meta-a': 'b',
    'x-oss-object-type': 'Multipart',
    'x-oss-hash-crc64ecma': answer.headers['x-oss-hash-crc64ecma'],
  })
})

test('the CRC of the whole is that of the same bytes put at once', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(102_400, 'a'))
  await uploadPart(uploadId, 2, filled(70_001, 'b'))
  const answer = await oss('POST', { key: 'big', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } })
  const put = await oss('PUT', { key: 'whole', body: Buffer.concat([filled(102_400, 'a'), filled(70_001, 'b')]) })
  expect(answer.headers['x-oss-hash-crc64ecma']).toBe(put.headers['x-oss-hash-crc64ecma'])
})

test('a range that crosses parts is served', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(102_400, 'a'))
  await uploadPart(uploadId, 2, filled(3, 'b'))
  await oss('POST', { key: 'big', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } })
  expect((await oss('GET', { key: 'big', headers: { range: 'bytes=102398-102401' } })).text).toBe('aabb')
})

test('a part sent again takes the place of the first', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(3, 'a'))
  await uploadPart(uploadId, 1, filled(3, 'b'))
  expect((await complete(uploadId, [[1, etagB]])).status).toBe(200)
  expect((await oss('GET', { key: 'big' })).text).toBe('bbb')
})

test('a part below 100 KiB that is not the last is refused at completion, and the upload stays', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(3, 'b'))
  await uploadPart(uploadId, 2, filled(102_400, 'a'))
  const answer = await complete(uploadId, [
    [1, etagB],
    [2, etagA],
  ])
  expect(codeOf(answer)).toEqual([400, 'EntityTooSmall', '0042-00000213'])
  expect((await complete(uploadId, [[2, etagA]])).status).toBe(200)
})

test('parts out of order are refused', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(102_400, 'a'))
  await uploadPart(uploadId, 2, filled(3, 'b'))
  expect(
    codeOf(
      await complete(uploadId, [
        [2, etagB],
        [1, etagA],
      ]),
    ),
  ).toEqual([400, 'InvalidPartOrder', '0042-00000209'])
  expect(
    codeOf(
      await complete(uploadId, [
        [1, etagA],
        [1, etagA],
      ]),
    )[1],
  ).toBe('InvalidPartOrder')
})

test('an unknown part or ETag is refused', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(3, 'b'))
  expect(codeOf(await complete(uploadId, [[1, etagA]])).slice(0, 2)).toEqual([400, 'InvalidPart'])
  expect(codeOf(await complete(uploadId, [[2, etagB]])).slice(0, 2)).toEqual([400, 'InvalidPart'])
})

test('completing all parts takes no body', async () => {
  const uploadId = await initiate()
  await uploadPart(uploadId, 1, filled(3, 'b'))
  const headers = { 'x-oss-complete-all': 'yes' }
  const answer = await complete(uploadId, [[1, etagB]], { headers })
  expect(codeOf(answer)).toEqual([400, 'InvalidArgument', '0042-00000216'])
  expect(element(answer.text, 'Message')).toBe('Should not speficy both complete all header and http body.')
})

test.each(['0', '10001', 'one'])('the part number %s is refused', async (partNumber) => {
  const uploadId = await initiate()
  const answer = await oss('PUT', { key: 'big', query: { uploadId, partNumber }, body: 'a' })
  expect(codeOf(answer).slice(0, 2)).toEqual([400, 'InvalidArgument'])
})

test('an upload that was completed or aborted is gone', async () => {
  const done = await initiate()
  await uploadPart(done, 1, filled(3, 'b'))
  await complete(done, [[1, etagB]])
  const aborted = await initiate()
  expect((await oss('DELETE', { key: 'big', query: { uploadId: aborted } })).status).toBe(204)
  expect(codeOf(await complete(done, [[1, etagB]]))).toEqual([404, 'NoSuchUpload', '0042-00000002'])
  expect(codeOf(await oss('DELETE', { key: 'big', query: { uploadId: aborted } }))).toEqual([
    404,
    'NoSuchUpload',
    '0042-00000002',
  ])
  expect(codeOf(await oss('GET', { key: 'big', query: { uploadId: aborted } }))).toEqual([
    404,
    'NoSuchUpload',
    '0042-00000002',
  ])
  expect(codeOf(await uploadPart(aborted, 1, filled(1, 'a')))).toEqual([404, 'NoSuchUpload', '0042-00000104'])
})

test('a part is copied from a range of an object', async () => {
  await oss('PUT', { key: 'source', body: 'xxbbbxx' })
  const uploadId = await initiate()
  const headers = { 'x-oss-copy-source': '/demo-bucket/source', 'x-oss-copy-source-range': 'bytes=2-4' }
  const part = await oss('PUT', { key: 'big', query: { uploadId, partNumber: '1' }, headers })
  expect(element(part.text, 'ETag')).toBe(`"${etagB}"`)
  expect((await complete(uploadId, [[1, etagB]])).status).toBe(200)
  expect((await oss('GET', { key: 'big' })).text).toBe('bbb')
})

test('the parts are listed in pages', async () => {
  const uploadId = await initiate()
  for (const number of [1, 2, 10]) await uploadPart(uploadId, number, filled(3, 'b'))
  const list = (query: Record<string, string>) => oss('GET', { key: 'big', query: { uploadId, ...query } })
  const all = (await list({})).text
  expect(elements(all, 'PartNumber')).toEqual(['1', '2', '10'])
  expect([element(all, 'MaxParts'), element(all, 'IsTruncated'), element(all, 'Size')]).toEqual(['1000', 'false', '3'])
  expect(element(all, 'ETag')).toBe(`"${etagB}"`)
  const first = (await list({ 'max-parts': '2' })).text
  expect([element(first, 'IsTruncated'), element(first, 'NextPartNumberMarker')]).toEqual(['true', '2'])
  expect(elements((await list({ 'part-number-marker': '2' })).text, 'PartNumber')).toEqual(['10'])
})

test('the uploads are listed by key and id, in pages', async () => {
  const ids = [await initiate('a'), await initiate('a')].sort((a, b) => (a < b ? -1 : 1))
  const [first, second] = ids as [string, string]
  const third = await initiate('b/c')
  const list = (query: Record<string, string>) => oss('GET', { query: { uploads: null, ...query } })
  const all = (await list({})).text
  expect(elements(all, 'UploadId')).toEqual([first, second, third])
  expect(element(all, 'MaxUploads')).toBe('1000')
  const page = (await list({ 'max-uploads': '1' })).text
  expect([element(page, 'NextKeyMarker'), element(page, 'NextUploadIdMarker')]).toEqual(['a', first])
  const next = (await list({ 'key-marker': 'a', 'upload-id-marker': first })).text
  expect(elements(next, 'UploadId')).toEqual([second, third])
  expect(elements((await list({ 'upload-id-marker': third })).text, 'UploadId')).toEqual([first, second, third])
  expect((await list({ delimiter: '/' })).text).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>')
})

test.each([
  [undefined, 'big', (port: number) => `http://127.0.0.1:${port}/demo-bucket/big`],
  ['demo-bucket.localhost', 'demo-bucket', () => 'http://demo-bucket.localhost/demo-bucket'],
])('the location told to the host %s is the URL of the object %s', async (host, key, expected) => {
  const to = { key, ...(host !== undefined && { host }) }
  const uploadId = await initiate(key)
  await uploadPart(uploadId, 1, filled(3, 'b'), key)
  const answer = await complete(uploadId, [[1, etagB]], to)
  expect(element(answer.text, 'Location')).toBe(expected(emulator.port))
})
