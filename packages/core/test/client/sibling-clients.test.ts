import { expect, test } from 'vitest'
import { OSSDataProcessClient } from '../../src/dataprocess.ts'
import type { HttpRequest } from '../../src/http/transport.ts'
import { operation } from '../../src/operation.ts'
import { createTablesClient, deleteNamespace, OSSTablesClient } from '../../src/tables.ts'
import { createVectorsClient, getVectors, listVectors, OSSVectorsClient } from '../../src/vectors.ts'
import { required, segment } from '../../src/words.ts'

const tableBucketArn = 'acs:osstables:cn-hangzhou:1234567890123456:bucket/my-table-bucket'

const configOf = (sent: HttpRequest[], body = '{}') => ({
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
  credentialsProvider: {
    accessKeyId: 'LTAI5tExampleAccessKeyId',
    accessKeySecret: 'exampleAccessKeySecret0123456789',
  },
  now: () => Date.parse('2024-03-15T08:30:45Z'),
  async transport(request: HttpRequest) {
    sent.push(request)
    return { status: 200, headers: {}, body: new Response(body).body }
  },
})

test('what is signed is the recorded request', async () => {
  const sent: HttpRequest[] = []
  const getVectorBucket = operation({
    name: 'GetVectorBucket',
    route: 'GET /{bucket}?bucketInfo',
    contentType: '',
    contentMd5: false,
  })
  const getOneNamespace = operation({
    name: 'GetNamespace',
    route: 'GET /namespaces/{tableBucketArn}/{namespace}',
    contentMd5: false,
    input: { tableBucketArn: required(segment), namespace: required(segment) },
  })

  await getVectorBucket(createVectorsClient(configOf(sent)), { bucket: 'vector-bucket' })
  await getOneNamespace(createTablesClient(configOf(sent)), { tableBucketArn, namespace: 'my_ns' })

  expect(sent.map(({ headers }) => headers.authorization)).toEqual([
    'OSS4-HMAC-SHA256 Credential=LTAI5tExampleAccessKeyId/20240315/cn-hangzhou/oss/aliyun_v4_request,Signature=706555d794484ae54219617d2cdd2dc06455f6cd43590e6b016822bf724c2c27',
    'OSS4-HMAC-SHA256 Credential=LTAI5tExampleAccessKeyId/20240315/cn-hangzhou/osstables/aliyun_v4_request,Signature=521e37c1c9bd9b2f05091c8dc6720e6518d18f9cc04e2674ad08cad45589c1da',
  ])
})

test('every segment of a path is encoded, and one that URL parsers would remove is refused', async () => {
  const sent: HttpRequest[] = []
  const client = createTablesClient(configOf(sent))

  await deleteNamespace(client, { tableBucketArn, namespace: 'a/b?{name} $&' })

  expect(sent[0]!.url).toBe(
    'https://my-table-bucket-1234567890123456.cn-hangzhou.oss-tables.aliyuncs.com/namespaces/acs%3Aosstables%3Acn-hangzhou%3A1234567890123456%3Abucket%2Fmy-table-bucket/a%2Fb%3F%7Bname%7D%20%24%26',
  )
  for (const namespace of ['', '.', '..']) {
    await expect(deleteNamespace(client, { tableBucketArn, namespace })).rejects.toMatchObject({ field: 'namespace' })
  }
})

test('the full clients have the operations as methods, and send them as the functions do', async () => {
  const sent: HttpRequest[] = []
  const vectors = new OSSVectorsClient(configOf(sent))
  const tables = new OSSTablesClient(configOf(sent))
  const dataprocess = new OSSDataProcessClient(configOf(sent, ''))

  await vectors.getVectors({ bucket: 'films', indexName: 'plots', keys: ['a'] })
  await getVectors(vectors, { bucket: 'films', indexName: 'plots', keys: ['a'] })
  await tables.listTableBuckets()
  await dataprocess.deleteDataset({ bucket: 'photos', datasetName: 'cats' })

  expect(sent.map(({ url, headers }) => [url, headers['content-type']])).toEqual([
    ['https://films-1234567890123456.cn-hangzhou.oss-vectors.aliyuncs.com/?getVectors', 'application/json'],
    ['https://films-1234567890123456.cn-hangzhou.oss-vectors.aliyuncs.com/?getVectors', 'application/json'],
    ['https://cn-hangzhou.oss-tables.aliyuncs.com/buckets', 'application/json'],
    ['https://photos.oss-cn-hangzhou.aliyuncs.com/?action=deleteDataset&datasetName=cats&metaQuery', 'application/xml'],
  ])
})

test('a full client pages', async () => {
  const client = new OSSVectorsClient(configOf([], '{"vectors":[{"key":"a"}]}'))
  const found: unknown[] = []

  for await (const { vectors } of client.paginate(listVectors, { bucket: 'films', indexName: 'plots' }))
    found.push(...vectors)

  expect(found).toEqual([{ key: 'a' }])
})
