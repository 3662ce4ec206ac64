/** What a program in Node writes, with no type of the DOM in sight; and what the compiler refuses it. */
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { OSSDataProcessClient } from '@oss-js/core/dataprocess'
import { OSSTablesClient } from '@oss-js/core/tables'
import { OSSVectorsClient } from '@oss-js/core/vectors'
import { anyXml } from '@oss-js/core/xml'
import { startEmulator } from '@oss-js/emulator'
import {
  type Complete,
  type CorsConfiguration,
  type CorsRule,
  createClient,
  environmentCredentials,
  fileCheckpoints,
  getBucketCors,
  getObject,
  type InputOf,
  listObjectsV2,
  OSSClient,
  type OutputOf,
  operation,
  paginate,
  presign,
  putBucketCors,
  putObject,
  putObjectFromFile,
  required,
  ServiceError,
  Uploader,
} from '@oss-js/node'

const region = 'cn-hangzhou'
const bucket = 'photos'
const key = 'cat.jpg'

const client = createClient({ region, credentialsProvider: environmentCredentials(), maxConnections: 8 })
const full = new OSSClient({ region, credentialsProvider: { accessKeyId: 'id', accessKeySecret: 'secret' } })

const { etag } = await putObject(client, { bucket, key, body: 'text', storageClass: 'IA', metadata: { a: 'b' } })
etag satisfies string | undefined
await full.putObject(
  { bucket, key, body: createReadStream('cat.jpg') },
  { onProgress: ({ transferred }) => transferred },
)
await full.putObject({ bucket, key, body: Readable.from(['a']) })
await full.putObject({ bucket, key, body: Buffer.from('a'), expires: new Date() })
await putObjectFromFile(client, { bucket, key, acl: 'private' }, './cat.jpg')

const { body } = await getObject(client, { bucket, key, range: { start: 0, end: 99 } })
await pipeline(body, createWriteStream('cat.jpg'))
body.stream() satisfies import('node:stream/web').ReadableStream<Uint8Array>

const page = await listObjectsV2(client, { bucket })
page.contents.map(({ key, size }) => [key.length, size?.toFixed()])
for await (const { contents, commonPrefixes } of paginate(client, listObjectsV2, { bucket }, { limit: 10 })) {
  contents.length + commonPrefixes.length
}
const rule: CorsRule = { allowedOrigins: ['*'], allowedMethods: ['GET'], maxAgeSeconds: 10 }
await putBucketCors(client, { bucket, corsConfiguration: { corsRules: [rule] } })
const { corsConfiguration } = await getBucketCors(client, { bucket })
corsConfiguration satisfies InputOf<typeof putBucketCors>['corsConfiguration']
corsConfiguration satisfies Complete<CorsConfiguration>
for (const { exposeHeaders } of corsConfiguration.corsRules) exposeHeaders satisfies string[]

const { url, headers, expiresAt } = await presign(client, getObject, { bucket, key }, { expiresInSeconds: 60 })
url.length + Object.keys(headers).length + expiresAt.getTime()

const uploader = new Uploader(client, { partSize: 1_048_576, checkpointStore: fileCheckpoints('./checkpoints') })
await uploader.uploadFile({ bucket, key }, './cat.jpg')

const getBucketCallbackPolicy = operation({
  name: 'GetBucketCallbackPolicy',
  route: 'GET /{bucket}?policy&comp=callback',
  output: { document: required(anyXml()) },
})
const kept: OutputOf<typeof getBucketCallbackPolicy> = await getBucketCallbackPolicy(client, { bucket })
kept.response.status satisfies number

new OSSVectorsClient({ region, credentialsProvider: 'anonymous', accountId: '123' }).listVectorBuckets()
new OSSTablesClient({ region, credentialsProvider: 'anonymous' }).listTableBuckets()
new OSSDataProcessClient({ region, credentialsProvider: 'anonymous' }).listDatasets({ bucket })

const emulator = await startEmulator()
await emulator.close()

try {
  await full.headObject({ bucket, key })
} catch (error) {
  if (error instanceof ServiceError) error.code satisfies string
}

// @ts-expect-error a mistyped field
await putObject(client, { bucket, key, boddy: 'text' })
// @ts-expect-error a mistyped field of a method
await full.putObject({ bucket, kee: key })
// @ts-expect-error a word that is none of the few
await putObject(client, { bucket, key, storageClass: 'Cold' })
// @ts-expect-error the key left out
await putObject(client, { bucket, body: 'text' })
// @ts-expect-error the key left out of a method's input
await full.getObject({ bucket })
// @ts-expect-error a field further in left out
await putBucketCors(client, { bucket, corsConfiguration: { corsRules: [{ allowedOrigins: ['*'] }] } })
// @ts-expect-error text where a number belongs
await listObjectsV2(client, { bucket, maxKeys: '10' })
// @ts-expect-error lists are always there, and are lists
page.contents satisfies undefined
// @ts-expect-error what need not be there may be undefined
page.isTruncated satisfies boolean
// @ts-expect-error only Node's client knows proxies, and only as text or options
createClient({ region, credentialsProvider: 'anonymous', proxy: 8080 })
// @ts-expect-error nothing of pages is known here
document.title
// @ts-expect-error an input that is no input of the operation
const wrong: InputOf<typeof getObject> = { bucket, key, storageClass: 'IA' }
void wrong
