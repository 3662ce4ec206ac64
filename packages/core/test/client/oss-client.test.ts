import { expect, test } from 'vitest'
import { OSSClient } from '../../src/client/oss-client.ts'
import type { HttpRequest } from '../../src/http/transport.ts'
import * as operations from '../../src/operations/index.ts'
import { listObjectsV2 } from '../../src/operations/index.ts'

function recording(body = '') {
  const sent: HttpRequest[] = []
  const client = new OSSClient({
    region: 'cn-hangzhou',
    credentialsProvider: 'anonymous',
    async transport(request) {
      sent.push(request)
      return { status: 200, headers: {}, body: new Blob([body]).stream() }
    },
  })
  return { client, sent }
}

test('every operation is a method', () => {
  const { client } = recording()

  const methods = Object.keys(operations).filter((name) => typeof client[name as 'putObject'] === 'function')

  expect(methods).toEqual(Object.keys(operations))
  expect(methods.length).toBeGreaterThan(40)
})

test('a method sends what its operation sends', async () => {
  const { client, sent } = recording()

  await client.deleteObject({ bucket: 'photos', key: 'a.txt', versionId: 'v' })

  expect(sent[0]).toMatchObject({
    method: 'DELETE',
    url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/a.txt?versionId=v',
  })
})

test('an input that may be empty may be left out', async () => {
  const { client, sent } = recording('<ListAllMyBucketsResult></ListAllMyBucketsResult>')

  const { buckets } = await client.listBuckets()

  expect(buckets).toEqual([])
  expect(sent[0]!.url).toBe('https://oss-cn-hangzhou.aliyuncs.com/')
})

test('helpers and paging are methods as well', async () => {
  const { client } = recording('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>')

  const pages: number[] = []
  for await (const { contents } of client.paginate(listObjectsV2, { bucket: 'photos' })) pages.push(contents.length)

  expect(pages).toEqual([0])
  await expect(client.isObjectExist({ bucket: 'photos', key: 'a.txt' })).resolves.toBe(true)
})
