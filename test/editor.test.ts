/** What users see in their editor, of the packages as they are built. */
import { expect, test } from 'vitest'
import { openEditor } from '../scripts/editor.mjs'

const editor = openEditor(`
  import { createClient, getBucketCors, OSSClient, paginate, listObjectsV2, presign, putBucketCors, putObject, Uploader } from '@oss-js/browser'
  import { putVectors } from '@oss-js/core/vectors'
  import { createTable } from '@oss-js/core/tables'

  const light = createClient({ region: 'cn-hangzhou', credentialsProvider: 'anonymous', retryMaxAttempts: 2 })
  const client = new OSSClient({ region: 'cn-hangzhou', credentialsProvider: 'anonymous' })
  await client.putObject(
    { bucket: 'photos', key: 'cat.jpg', body: 'x', storageClass: 'IA', forbidOverwrite: true, trafficLimit: 819200,
      cacheControl: 'no-cache', metadata: {}, contentMd5: 'x' },
    { onProgress: () => {}, timeoutMs: 1000 },
  )
  await putBucketCors(light, { bucket: 'photos', corsConfiguration: { corsRules: [
    { allowedOrigins: ['*'], allowedMethods: ['GET'], maxAgeSeconds: 60 },
  ] } })
  const { contents } = await client.listObjectsV2({ bucket: 'photos', maxKeys: 10, startAfter: 'a' })
  contents[0]?.lastModified
  const { corsConfiguration } = await getBucketCors(light, { bucket: 'photos' })
  corsConfiguration.corsRules[0]?.exposeHeaders.length
  client.
  await client.putObject({  })
  await putObject(light, { storageClass: '' })
`)

test.each([
  ["body: 'x', storageClass", "How the object is kept.\n@default the bucket's"],
  [
    'forbidOverwrite',
    'Fails with `FileAlreadyExists` instead of replacing an object with the same key.\n@default false',
  ],
  ['trafficLimit', 'Bits per second at most: 245760 (30 KB/s) to 838860800 (100 MB/s).\n@default unlimited'],
  ['cacheControl', 'How long caches may keep the object, as in `max-age=3600`.'],
  ['metadata', 'User metadata, 8 KB at most in all. Names are case-insensitive and come back in lower case.'],
  ['contentMd5', 'MD5 of the body, in base64. OSS refuses the request with `InvalidDigest` if it is another.'],
  ['bucket', "The bucket's name: 3 to 63 lowercase letters, digits and hyphens, no hyphen at either end."],
  ['key', "The object's key: 1 to 1023 bytes of UTF-8, with no segment that is `.` or `..`."],
  ['onProgress', 'Told how many bytes of the body have moved.'],
  ['timeoutMs', 'Milliseconds for the whole call, all attempts and waits together.'],
  ['retryMaxAttempts', "Attempts in all, the first included. Wins over the retryer's own number."],
  ['maxAgeSeconds', 'Seconds that a browser may cache the answer to a preflight request.'],
  ['startAfter', 'Only keys that come after this one.'],
  ['.lastModified', 'When the content last changed.'],
  ['{ corsConfiguration', 'The rules that the bucket has.'],
  ['corsConfiguration.corsRules', 'At most 20. The first that matches decides.'],
  ['?.exposeHeaders', 'Response headers that scripts may read, as in `ETag` and `x-oss-request-id`; no `*`.'],
])('the editor explains the field at the end of "%s"', (phrase, documentation) => {
  expect(editor.hover(phrase)).toContain(documentation)
})

test.each([
  ['client.putObject', 'Uploads an object of up to 5 GB in one request, replacing any object with the same key.'],
  ['import { createClient', 'Makes a client '],
  ['presign, putBucketCors', 'Sets the CORS rules of a bucket, replacing any it had.'],
  ['paginate', 'Yields one page after another until OSS has no more.'],
  ['Uploader', 'An Uploader that keeps its checkpoints in the browser, and pauses while there is no network.'],
  ['putVectors', 'Stores vectors, replacing those with the same key.'],
  ['createTable', 'Creates a table in a namespace.'],
])('the editor explains what "%s" ends with', (phrase, documentation) => {
  expect(editor.hover(phrase)).toContain(documentation)
})

test('the editor offers the fields of an input, those that are required first', () => {
  const fields = editor.complete('client.putObject({ ')

  expect(fields.slice(0, 2)).toEqual(['bucket', 'key'])
  expect(fields).toEqual(expect.arrayContaining(['acl', 'body', 'callback', 'metadata', 'storageClass', 'tagging']))
  expect(fields).not.toContain('onProgress')
})

test('the editor offers the words that a field may be', () => {
  expect(editor.complete("storageClass: '")).toEqual(
    expect.arrayContaining(['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']),
  )
})

test('the editor offers every operation of OSS as a method', () => {
  const methods = editor.complete('exposeHeaders.length\n  client.')

  expect(methods.length).toBeGreaterThanOrEqual(154)
  expect(methods).toEqual(expect.arrayContaining(['putObject', 'listObjectsV2', 'putBucketCors', 'describeRegions']))
})
