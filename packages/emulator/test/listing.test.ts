import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, elements, signedClient } from './signed-client.ts'

// In the order of UTF-8 bytes, which differs from that of UTF-16 units in the last two.
const keys = ['a', 'a b', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/1', 'c&d', 'é', '你', '\uffff', '😀']
let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator()
  oss = signedClient(emulator)
  await oss('PUT', { bucket: 'list-bucket' })
  for (const key of keys.toReversed()) await oss('PUT', { bucket: 'list-bucket', key, body: key })
})
afterAll(() => emulator.close())

const list = async (query: Record<string, string | null> = {}) =>
  (await oss('GET', { bucket: 'list-bucket', query: { 'encoding-type': 'url', ...query } })).text

/** Keys and common prefixes of a page, decoded. */
function names(text: string, name: 'Key' | 'Prefix'): string[] {
  const source = name === 'Key' ? text : text.replace(/^.*?<\/Prefix>/s, '')
  return elements(source, name).map(decodeURIComponent)
}

test('keys are listed in the order of their bytes', async () => {
  expect(names(await list(), 'Key')).toEqual(keys)
  expect(names(await list({ 'list-type': '2' }), 'Key')).toEqual(keys)
})

test('all elements of paging are there, also when they are empty', async () => {
  const first = await list()
  expect(first).toContain(
    '<ListBucketResult><Name>list-bucket</Name><Prefix></Prefix><Marker></Marker><MaxKeys>100</MaxKeys>' +
      '<Delimiter></Delimiter><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><Contents><Key>a</Key>',
  )
  expect(first).toMatch(
    /<Contents><Key>a<\/Key><LastModified>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z<\/LastModified><ETag>"0CC175B9C0F1B6A831C399E269772661"<\/ETag><Type>Normal<\/Type><Size>1<\/Size><StorageClass>Standard<\/StorageClass><Owner><ID>1234567890123456<\/ID>/,
  )
  const second = await list({ 'list-type': '2' })
  expect(second).not.toContain('<Owner>')
  expect(await list({ 'list-type': '2', 'fetch-owner': 'true' })).toContain('<Owner>')
  expect([element(second, 'KeyCount'), element(second, 'StartAfter')]).toEqual(['12', ''])
})

test('texts are encoded only when asked for', async () => {
  expect(elements(await list({ prefix: 'a/' }), 'Key')).toEqual(['a%2F1', 'a%2F2', 'a%2Fb%2F3'])
  const plain = (await oss('GET', { bucket: 'list-bucket', query: { prefix: 'c' } })).text
  expect(elements(plain, 'Key')).toEqual(['c&amp;d'])
  expect(plain).not.toContain('EncodingType')
})

test('a delimiter rolls keys up, and prefixes count toward the page', async () => {
  const text = await list({ delimiter: '/', 'max-keys': '3' })
  expect([names(text, 'Key'), names(text, 'Prefix')]).toEqual([['a', 'a b'], ['a/']])
  expect([element(text, 'IsTruncated'), element(text, 'NextMarker')]).toEqual(['true', 'a%2F'])
  const rest = await list({ delimiter: '/', marker: 'a/' })
  expect([names(rest, 'Key'), names(rest, 'Prefix')]).toEqual([['a0', 'c&d', 'é', '你', '\uffff', '😀'], ['b/']])
})

test('a prefix and a delimiter list one folder', async () => {
  const text = await list({ prefix: 'a/', delimiter: '/' })
  expect([names(text, 'Key'), names(text, 'Prefix')]).toEqual([['a/1', 'a/2'], ['a/b/']])
})

test.each(['1', '2', '5'])('pages of %s keys give every key once, by marker', async (size) => {
  const found: string[] = []
  let marker = ''
  for (let isTruncated = true; isTruncated; ) {
    const text = await list({ marker, 'max-keys': size })
    found.push(...names(text, 'Key'))
    isTruncated = element(text, 'IsTruncated') === 'true'
    marker = decodeURIComponent(element(text, 'NextMarker') ?? '')
  }
  expect(found).toEqual(keys)
})

test.each(['1', '3'])('pages of %s keys give every key and prefix once, by token', async (size) => {
  const found: string[] = []
  let token = ''
  for (let isTruncated = true; isTruncated; ) {
    const query = { 'list-type': '2', delimiter: '/', 'max-keys': size, 'continuation-token': token }
    const text = await list(query)
    found.push(...names(text, 'Key'), ...names(text, 'Prefix'))
    isTruncated = element(text, 'IsTruncated') === 'true'
    token = element(text, 'NextContinuationToken') ?? ''
  }
  expect(new Set(found).size).toBe(found.length)
  expect(found).toHaveLength(10)
})

test('start-after skips keys and prefixes up to it', async () => {
  const text = await list({ 'list-type': '2', 'start-after': 'a/', delimiter: '/' })
  expect([names(text, 'Key')[0], names(text, 'Prefix')]).toEqual(['a0', ['b/']])
})

test.each([
  ['max-keys', '1001'],
  ['max-keys', '0'],
  ['max-keys', 'many'],
  ['prefix', 'p'.repeat(1025)],
  ['delimiter', 'd'.repeat(1025)],
  ['marker', 'm'.repeat(1025)],
  ['encoding-type', 'base64'],
])('the parameter %s refuses what is out of its limits', async (name, value) => {
  const answer = await oss('GET', { bucket: 'list-bucket', query: { [name]: value } })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidArgument'])
})

test('a token that the server did not give out is refused', async () => {
  const text = await list({ 'list-type': '2', 'continuation-token': 'guess' })
  expect(element(text, 'Code')).toBe('InvalidArgument')
})

test('in a bucket without versioning every object is the version null', async () => {
  const text = await list({ versions: null })
  expect(names(text, 'Key')).toEqual(keys)
  expect(new Set(elements(text, 'VersionId'))).toEqual(new Set(['null']))
  expect(new Set(elements(text, 'IsLatest'))).toEqual(new Set(['true']))
})
