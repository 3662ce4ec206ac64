import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { contentMd5, signedClient, type TestCall } from './signed-client.ts'

// All control characters but U+0000, and what XML, URLs and paths make something else of.
const control = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('')
const keys = [`a/${control}`, 'a/b c+d', 'a/é<&>"\'', 'x\u007f', '你']

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: () => new Date('2026-03-04T05:06:07.089Z'), seed: 1 })
  await oss('PUT')
  for (const key of keys) await oss('PUT', { key, body: 'a' })
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, {
    bucket: 'list-bucket',
    signedAt: new Date('2026-03-04T05:06:07Z'),
    ...call,
  })
const list = async (query: Record<string, string | null>, key?: string) =>
  (await oss('GET', { query: { 'encoding-type': 'url', ...query }, ...(key !== undefined && { key }) })).text

const escapedControl = Array.from(
  { length: 31 },
  (_, index) => `%${(index + 1).toString(16).toUpperCase().padStart(2, '0')}`,
).join('')
const listed = [`a%2F${escapedControl}`, 'a%2Fb%20c%2Bd', 'a%2F%C3%A9%3C%26%3E%22%27', 'x%7F', '%E4%BD%A0']
const xml = '<?xml version="1.0" encoding="UTF-8"?>\n'
const owner = '<Owner><ID>1234567890123456</ID><DisplayName>1234567890123456</DisplayName></Owner>'
const described =
  '<LastModified>2026-03-04T05:06:07.089Z</LastModified><ETag>"0CC175B9C0F1B6A831C399E269772661"</ETag><Type>Normal</Type><Size>1</Size><StorageClass>Standard</StorageClass>'

test('a listing is this, byte for byte', async () => {
  expect(await list({ 'max-keys': '4', marker: 'A b' })).toBe(
    `${xml}<ListBucketResult><Name>list-bucket</Name><Prefix></Prefix><Marker>A%20b</Marker><MaxKeys>4</MaxKeys><Delimiter></Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextMarker>x%7F</NextMarker>${listed
      .slice(0, 4)
      .map((key) => `<Contents><Key>${key}</Key>${described}${owner}</Contents>`)
      .join('')}</ListBucketResult>`,
  )
})

test('a listing of the second version is this, byte for byte', async () => {
  expect(await list({ 'list-type': '2', delimiter: '/', 'start-after': 'A' })).toBe(
    `${xml}<ListBucketResult><Name>list-bucket</Name><Prefix></Prefix><StartAfter>A</StartAfter><MaxKeys>100</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><KeyCount>3</KeyCount>${listed
      .slice(3)
      .map((key) => `<Contents><Key>${key}</Key>${described}</Contents>`)
      .join('')}<CommonPrefixes><Prefix>a%2F</Prefix></CommonPrefixes></ListBucketResult>`,
  )
})

test('a listing of versions is this, byte for byte', async () => {
  expect(await list({ versions: null, prefix: 'a/', 'key-marker': 'a/b', 'max-keys': '1' })).toBe(
    `${xml}<ListVersionsResult><Name>list-bucket</Name><Prefix>a%2F</Prefix><KeyMarker>a%2Fb</KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>1</MaxKeys><Delimiter></Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a%2Fb%20c%2Bd</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker><Version><Key>a%2Fb%20c%2Bd</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>${described}${owner}</Version></ListVersionsResult>`,
  )
})

test('listings of uploads and of parts are these, byte for byte', async () => {
  const key = keys[0]!
  const initiated = await oss('POST', { key, query: { uploads: null, 'encoding-type': 'url' } })
  const uploadId = /<UploadId>([0-9A-F]{32})<\/UploadId>/.exec(initiated.text)?.[1] ?? ''
  expect(initiated.text).toBe(
    `${xml}<InitiateMultipartUploadResult><EncodingType>url</EncodingType><Bucket>list-bucket</Bucket><Key>${listed[0]}</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
  )
  await oss('PUT', { key, query: { partNumber: '7', uploadId }, body: 'a' })
  expect(await list({ uploads: null })).toBe(
    `${xml}<ListMultipartUploadsResult><EncodingType>url</EncodingType><Bucket>list-bucket</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker><Delimiter></Delimiter><Prefix></Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated><Upload><Key>${listed[0]}</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass><Initiated>2026-03-04T05:06:07.089Z</Initiated></Upload></ListMultipartUploadsResult>`,
  )
  expect(await list({ uploadId }, key)).toBe(
    `${xml}<ListPartsResult><EncodingType>url</EncodingType><Bucket>list-bucket</Bucket><Key>${listed[0]}</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>7</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated><Part><PartNumber>7</PartNumber><LastModified>2026-03-04T05:06:07.089Z</LastModified><ETag>"0CC175B9C0F1B6A831C399E269772661"</ETag><HashCrc64ecma>3675645893302102789</HashCrc64ecma><Size>1</Size></Part></ListPartsResult>`,
  )
})

test('a key of control characters is read, and deleted among many', async () => {
  const key = keys[0]!
  const references = Array.from({ length: 31 }, (_, index) => `&#x${(index + 1).toString(16)};`).join('')
  const body = `<Delete><Object><Key>a/${references}</Key></Object><Object><Key>x&#127;</Key></Object></Delete>`
  expect((await oss('GET', { key })).text).toBe('a')
  const headers = { 'content-md5': contentMd5(body) }
  const deleted = await oss('POST', { query: { delete: null, 'encoding-type': 'url' }, body, headers })
  expect(deleted.text).toBe(
    `${xml}<DeleteResult><EncodingType>url</EncodingType><Deleted><Key>${listed[0]}</Key></Deleted><Deleted><Key>x%7F</Key></Deleted></DeleteResult>`,
  )
  expect((await list({})).match(/(?<=<Key>)[^<]*/g)).toEqual([listed[1], listed[2], listed[4]])
})
