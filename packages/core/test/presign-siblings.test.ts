import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createClient } from '../src/client/client.ts'
import { createDataset, OSSDataProcessClient } from '../src/dataprocess.ts'
import { type Presigned, presign } from '../src/presign.ts'
import { createNamespace, createTablesClient, listTableBuckets, OSSTablesClient } from '../src/tables.ts'
import {
  createVectorsClient,
  getVectors,
  listVectorBuckets,
  OSSVectorsClient,
  putBucketPolicy,
} from '../src/vectors.ts'

const config = {
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
  credentialsProvider: {
    accessKeyId: 'LTAI5tExampleAccessKeyId',
    accessKeySecret: 'exampleAccessKeySecret0123456789',
    securityToken: 'a+token/==',
  },
  now: () => Date.parse('2024-03-15T08:30:45Z'),
}

const tableBucketArn = 'acs:osstables:cn-hangzhou:1234567890123456:bucket/my-table-bucket'

/** What a server verifies of a presigned request, worked out from what arrives and the path that its service signs. */
function signatureOf({ method, url, headers }: Presigned, uri: string, product: string): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const query = [...new URL(url).searchParams]
    .filter(([name]) => name !== 'x-oss-signature')
    .map(([name, value]) => encode(name) + (value && `=${encode(value)}`))
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, uri, query.sort().join('&'), lines.sort().join(''), '', 'UNSIGNED-PAYLOAD'].join('\n')
  const scope = ['20240315', 'cn-hangzhou', product, 'aliyun_v4_request']
  const text = `OSS4-HMAC-SHA256\n20240315T083045Z\n${scope.join('/')}\n${createHash('sha256').update(canonical).digest('hex')}`
  const key = scope.reduce<string | Buffer>(hmac, 'aliyun_v4exampleAccessKeySecret0123456789')
  return hmac(key, text).toString('hex')
}

const parameterOf = ({ url }: Presigned, name: string) => new URL(url).searchParams.get(name)

const md5Of = (text: string) => createHash('md5').update(text).digest('base64')

const vectors = { light: createVectorsClient(config), full: new OSSVectorsClient(config) }
const tables = { light: createTablesClient(config), full: new OSSTablesClient(config) }
const dataprocess = { light: createClient(config), full: new OSSDataProcessClient(config) }
const weights = ['light', 'full'] as const

test('the verification agrees with the recorded URL of an object', () => {
  const recorded = {
    method: 'GET',
    url: 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/example%20object.txt?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20240315T083045Z&x-oss-expires=600&x-oss-credential=LTAI5tExampleAccessKeyId%2F20240315%2Fcn-hangzhou%2Foss%2Faliyun_v4_request',
    headers: {},
    expiresAt: new Date('2024-03-15T08:40:45Z'),
  }

  expect(signatureOf(recorded, '/examplebucket/dir/example%20object.txt', 'oss')).toBe(
    'bc91e1a63b26425b096e946f9f6cea8506532091e2fdc01477a5aee5c6e7cb62',
  )
})

test.each(weights)('a %s client of vectors presigns for its account', async (weight) => {
  const client = vectors[weight]

  const one = await presign(client, getVectors, { bucket: 'films', indexName: 'plots', keys: ['杭州'] })
  const all = await presign(client, listVectorBuckets, { prefix: 'a b' }, { expiresInSeconds: 600 })

  expect(one).toMatchObject({
    method: 'POST',
    url: expect.stringMatching(
      /^https:\/\/films-1234567890123456\.cn-hangzhou\.oss-vectors\.aliyuncs\.com\/\?getVectors&/,
    ),
    headers: { 'content-type': 'application/json', 'content-md5': md5Of(one.body as string) },
    expiresAt: new Date('2024-03-15T08:45:45Z'),
  })
  expect(JSON.parse(one.body as string)).toEqual({ indexName: 'plots', keys: ['杭州'] })
  expect(parameterOf(one, 'x-oss-security-token')).toBe('a+token/==')
  expect(parameterOf(one, 'x-oss-signature')).toBe(
    signatureOf(one, '/acs%3Aossvector%3Acn-hangzhou%3A1234567890123456%3Afilms/', 'oss'),
  )
  expect(all.url).toMatch(/^https:\/\/cn-hangzhou\.oss-vectors\.aliyuncs\.com\/\?prefix=a%20b&/)
  expect([all.body, all.headers]).toEqual([undefined, {}])
  expect(parameterOf(all, 'x-oss-signature')).toBe(signatureOf(all, '/acs%3Aossvector%3Acn-hangzhou%3A%3A/', 'oss'))
})

test('the policy of a vector bucket is left to whoever sends it', async () => {
  const { method, url, headers, body } = await presign(vectors.light, putBucketPolicy, { bucket: 'films' })

  expect([method, headers, body]).toEqual(['PUT', {}, undefined])
  expect(url).toMatch(/^https:\/\/films-1234567890123456\.cn-hangzhou\.oss-vectors\.aliyuncs\.com\/\?policy&/)
})

test.each(weights)('a %s client of tables presigns for the product and the bucket of its ARNs', async (weight) => {
  const client = tables[weight]

  const create = await presign(client, createNamespace, { tableBucketArn, namespace: ['my_ns'] })
  const list = await presign(client, listTableBuckets, {})

  const arn = 'acs%3Aosstables%3Acn-hangzhou%3A1234567890123456%3Abucket%2Fmy-table-bucket'
  const signedArn = 'acs%3Aosstables%3Acn-hangzhou%3A1234567890123456%3Abucket/my-table-bucket'
  expect(create.url.split('?')[0]).toBe(
    `https://my-table-bucket-1234567890123456.cn-hangzhou.oss-tables.aliyuncs.com/namespaces/${arn}`,
  )
  expect(create.headers).toEqual({
    'content-type': 'application/json',
    'content-md5': md5Of(create.body as string),
  })
  expect(create.body).toBe('{"namespace":["my_ns"]}')
  expect(parameterOf(create, 'x-oss-credential')).toBe(
    'LTAI5tExampleAccessKeyId/20240315/cn-hangzhou/osstables/aliyun_v4_request',
  )
  expect(parameterOf(create, 'x-oss-signature')).toBe(
    signatureOf(create, `/${signedArn}/namespaces/${signedArn}`, 'osstables'),
  )
  expect(list.url.split('?')[0]).toBe('https://cn-hangzhou.oss-tables.aliyuncs.com/buckets')
  expect(parameterOf(list, 'x-oss-signature')).toBe(
    signatureOf(list, '/acs%3Aosstables%3Acn-hangzhou%3A%3Abucket//buckets', 'osstables'),
  )
})

test.each(weights)('a %s client presigns data processing as requests to a bucket', async (weight) => {
  const create = await presign(dataprocess[weight], createDataset, { bucket: 'photos', datasetName: 'cats' })

  expect(create.url).toMatch(
    /^https:\/\/photos\.oss-cn-hangzhou\.aliyuncs\.com\/\?action=createDataset&datasetName=cats&metaQuery&/,
  )
  expect(create.method).toBe('POST')
  expect(parameterOf(create, 'x-oss-signature')).toBe(signatureOf(create, '/photos/', 'oss'))
})

test('the full clients presign as the function does', async () => {
  const films = { bucket: 'films', indexName: 'plots', keys: ['a'] }
  const cats = { bucket: 'photos', datasetName: 'cats' }

  expect(await vectors.full.presign(getVectors, films)).toEqual(await presign(vectors.light, getVectors, films))
  expect(await tables.full.presign(listTableBuckets, {})).toEqual(await presign(tables.light, listTableBuckets, {}))
  expect(await dataprocess.full.presign(createDataset, cats, { expiresInSeconds: 60 })).toEqual(
    await presign(dataprocess.light, createDataset, cats, { expiresInSeconds: 60 }),
  )
})
