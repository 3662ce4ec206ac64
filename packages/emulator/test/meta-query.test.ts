import { createClient, doMetaQuery, openMetaQuery, putBucket, putObject } from '@oss-js/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'

let emulator: Emulator
let client: ReturnType<typeof createClient>
const bucket = 'demo-bucket'

beforeAll(async () => {
  emulator = await startEmulator()
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  client = createClient({ endpoint, region, credentialsProvider: { accessKeyId, accessKeySecret } })
  await putBucket(client, { bucket })
  await putObject(client, { bucket, key: 'a.txt', body: 'a', contentType: 'text/plain', tagging: 'kind=small' })
  await putObject(client, { bucket, key: 'b.txt', body: 'b'.repeat(20), metadata: { owner: 'Bob' } })
  await putObject(client, { bucket, key: 'c.jpg', body: 'c'.repeat(300), storageClass: 'IA' })
})
afterAll(() => emulator.close())

const ask = (query: object, more: object = {}) =>
  doMetaQuery(client, { bucket, metaQuery: { query: JSON.stringify(query), ...more } })
const found = async (query: object, more: object = {}) =>
  (await ask(query, more)).files?.file?.map(({ filename }) => filename) ?? []

test('a bucket is asked once it was opened', async () => {
  await expect(ask({ Field: 'Size', Value: '0', Operation: 'gt' })).rejects.toMatchObject({ code: 'MetaQueryNotExist' })
  await openMetaQuery(client, { bucket })
  expect(await found({ Field: 'Size', Value: '0', Operation: 'gt' })).toHaveLength(3)
})

test.each([
  ['size', { Field: 'Size', Value: '20', Operation: 'gte' }, ['b.txt', 'c.jpg']],
  ['prefix', { Field: 'Filename', Value: 'a', Operation: 'prefix' }, ['a.txt']],
  ['match', { Field: 'Filename', Value: 'TXT', Operation: 'match' }, ['a.txt', 'b.txt']],
  ['class', { Field: 'OSSStorageClass', Value: 'IA', Operation: 'eq' }, ['c.jpg']],
  ['type', { Field: 'ContentType', Value: 'image/', Operation: 'prefix' }, ['c.jpg']],
  ['tag', { Field: 'OSSTagging.kind', Value: 'small', Operation: 'eq' }, ['a.txt']],
  ['metadata', { Field: 'OSSUserMeta.owner', Value: 'Bob', Operation: 'eq' }, ['b.txt']],
  ['time', { Field: 'FileModifiedTime', Value: '2000-01-01T00:00:00.000+08:00', Operation: 'lt' }, []],
  [
    'all of several',
    {
      Operation: 'and',
      SubQueries: [
        { Field: 'Size', Value: '1', Operation: 'gt' },
        { Field: 'Size', Value: '300', Operation: 'lt' },
      ],
    },
    ['b.txt'],
  ],
  [
    'none of several',
    { Operation: 'not', SubQueries: [{ Field: 'Size', Value: '1', Operation: 'eq' }] },
    ['b.txt', 'c.jpg'],
  ],
])('objects are found by %s', async (_, query, expected) => {
  await openMetaQuery(client, { bucket })
  expect(await found(query)).toEqual(expected)
})

const all = { Field: 'Size', Value: '0', Operation: 'gt' }

test('what is found is sorted, and comes a page at a time', async () => {
  await openMetaQuery(client, { bucket })
  const sorting = { sort: 'Size', order: 'desc', maxResults: 2 } as const
  const first = await ask(all, sorting)
  expect(first.files?.file?.map(({ filename }) => filename)).toEqual(['c.jpg', 'b.txt'])
  expect(await found(all, { ...sorting, nextToken: first.nextToken })).toEqual(['a.txt'])
  expect((await ask(all, { ...sorting, nextToken: first.nextToken })).nextToken).toBeUndefined()
})

test('numbers are computed over what is found', async () => {
  await openMetaQuery(client, { bucket })
  const aggregations = [
    { field: 'Size', operation: 'sum' },
    { field: 'Size', operation: 'average' },
    { field: 'OSSStorageClass', operation: 'group' },
  ]
  const { aggregations: told } = await ask(all, { aggregations: { aggregations } })
  expect(told?.aggregations).toMatchObject([
    { value: 321 },
    { value: 107 },
    {
      groups: {
        groups: [
          { value: 'Standard', count: 2 },
          { value: 'IA', count: 1 },
        ],
      },
    },
  ])
})

test('what is not known of objects is not searched for', async () => {
  await openMetaQuery(client, { bucket })
  const field = { Field: 'ImageHeight', Value: '1', Operation: 'gt' }
  await expect(ask(field)).rejects.toMatchObject({ status: 501 })
  await expect(ask({ Operation: 'like' })).rejects.toMatchObject({ code: 'InvalidArgument' })
})
