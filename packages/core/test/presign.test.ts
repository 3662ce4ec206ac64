import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Client, createClient } from '../src/client/client.ts'
import type { ClientConfig } from '../src/client/config.ts'
import { OSSClient } from '../src/client/oss-client.ts'
import { CredentialsError, ValidationError } from '../src/errors.ts'
import { upload } from '../src/http/upload-words.ts'
import { operation, type Route } from '../src/operation.ts'
import { putBucketPolicy } from '../src/operations/bucket-policy.ts'
import { putBucketResourceGroup } from '../src/operations/bucket-resource-group.ts'
import { getObject, headObject, putObject } from '../src/operations/object-basic.ts'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  initiateMultipartUpload,
  listParts,
} from '../src/operations/object-multipart.ts'
import { processObject } from '../src/operations/object-process.ts'
import { putObjectTagging } from '../src/operations/object-tagging.ts'
import { presign } from '../src/presign.ts'
import { presignParts } from '../src/presign-parts.ts'
import { required } from '../src/schema/words.ts'
import v1Vectors from './conformance/vectors/sign-v1-query.json' with { type: 'json' }
import v4Vectors from './conformance/vectors/sign-v4-query.json' with { type: 'json' }

interface Input {
  operation: string
  bucket: string
  key: string
  query: Record<string, string | null>
  headers: Record<string, string>
  additionalHeaders?: string[]
  credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }
  region: string
  signingTime: string
  endpoint: string
  addressStyle?: string
  cloudBoxId?: string
  signatureVersion?: 'v4' | 'v1'
  expiresSeconds?: number
  expiration?: string
}

interface Case {
  id: string
  input: Input
  expected: {
    method: string
    baseUrl: string
    queryParams: Record<string, string | null>
    signedHeaders: Record<string, string>
    expiration: string
  }
}

const v4Cases = v4Vectors.cases as unknown as Case[]
const v1Cases = v1Vectors.cases as unknown as Case[]
const caseOf = (id: string, cases = v4Cases) => cases.find((one) => one.id === id) as Case

const clientOf = (input: Input, config: Partial<ClientConfig> = {}): Client =>
  createClient({
    region: input.region,
    endpoint: input.endpoint,
    credentialsProvider: input.credentials,
    cloudBoxId: input.cloudBoxId,
    usePathStyle: input.addressStyle === 'path',
    useCname: input.addressStyle === 'cname',
    additionalHeaders: input.additionalHeaders,
    signatureVersion: input.signatureVersion,
    now: () => Date.parse(input.signingTime),
    ...config,
  })

const methods: Record<string, string> = {
  GetObject: 'GET',
  HeadObject: 'HEAD',
  PutObject: 'PUT',
  UploadPart: 'PUT',
  InitiateMultipartUpload: 'POST',
  CompleteMultipartUpload: 'POST',
  AbortMultipartUpload: 'DELETE',
}

/** The recorded request as an operation that fixes nothing but its method. */
const bareOperation = (name: string) => operation({ name, route: `${methods[name]} /{bucket}/{key}` as Route })

const optionsOf = ({ query, headers, expiresSeconds, expiration }: Input) => ({
  query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? ''])),
  headers,
  expiresInSeconds: expiresSeconds,
  expiresAt: expiration === undefined ? undefined : new Date(expiration),
})

const md5Of = (text: string) => createHash('md5').update(text).digest('base64')

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const withoutNulls = (query: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? '']))

const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams)

const examplePath = { bucket: 'examplebucket', key: 'dir/example object.txt' }
const example = clientOf(caseOf('get').input)

test('the recorded cases are 26 and 17', () => {
  expect([v4Cases.length, v1Cases.length]).toEqual([26, 17])
})

const versions = { v4: v4Cases, v1: v1Cases }
for (const [version, cases] of Object.entries(versions)) {
  test.each(cases)(`${version} $id: the URL, headers and expiry are the recorded ones`, async ({ input, expected }) => {
    const client = clientOf(input, { signatureVersion: version as 'v4' | 'v1' })
    const { bucket, key } = input

    const presigned = await presign(client, bareOperation(input.operation), { bucket, key }, optionsOf(input))

    expect(presigned.method).toBe(expected.method)
    expect(presigned.url.split('?')[0]).toBe(expected.baseUrl)
    expect(parametersOf(presigned.url)).toEqual(withoutNulls(expected.queryParams))
    expect(presigned.headers).toMatchObject(lowerCased(expected.signedHeaders))
    expect(presigned.headers).toEqual(lowerCased(input.headers))
    expect(presigned.expiresAt).toEqual(new Date(expected.expiration))
  })
}

const fields: Record<string, string> = {
  'expires-too-long': 'expiresInSeconds',
  'invalid-bucket': 'bucket',
  'invalid-key': 'key',
}
const refusedInputs = v4Vectors.errors as unknown as { id: string; input: Input; expected: { error?: string } }[]

test.each(refusedInputs.filter(({ expected }) => fields[expected.error ?? '']))(
  '$id: is refused with the name of the field',
  async ({ input, expected }) => {
    const { bucket, key } = input

    const refusal = presign(clientOf(input), bareOperation(input.operation), { bucket, key }, optionsOf(input))

    await expect(refusal).rejects.toThrow(ValidationError)
    await expect(refusal).rejects.toMatchObject({ field: fields[expected.error ?? ''] })
  },
)

test('empty-secret: is refused when the client is made', () => {
  const { input } = refusedInputs.find(({ id }) => id === 'empty-secret')!

  expect(() => clientOf(input)).toThrow(CredentialsError)
})

test('seconds that lead beyond the last Date are refused where there is no limit', async () => {
  const client = clientOf(caseOf('get', v1Cases).input, { signatureVersion: 'v1' })
  const input = { bucket: 'examplebucket', key: 'a' }

  const presigned = presign(client, getObject, input, { expiresInSeconds: 9_000_000_000_000 })

  await expect(presigned).rejects.toMatchObject({ name: 'ValidationError', field: 'expiresInSeconds' })
})

test('v1-has-no-limit: thirty days are accepted', async () => {
  const { input } = refusedInputs.find(({ id }) => id === 'v1-has-no-limit')!

  const { expiresAt } = await presign(clientOf(input), getObject, examplePath, optionsOf(input))

  expect(expiresAt).toEqual(new Date('2024-04-14T08:30:45Z'))
})

test('fields of the input give the recorded URLs', async () => {
  const [process, version, part, head] = ['get-process', 'get-version', 'multipart-part', 'head'].map((id) =>
    caseOf(id),
  )
  const seconds = { expiresInSeconds: 600 }

  const processed = await presign(
    example,
    getObject,
    { ...examplePath, key: '照片/猫.jpg', process: 'image/resize,m_fill,h_100,w_200/format,webp' },
    seconds,
  )
  const versioned = await presign(
    example,
    getObject,
    { ...examplePath, versionId: 'CAEQMxiBgICbof2D0BYiIGRh' },
    seconds,
  )
  const parts = await presignParts(
    example,
    { ...examplePath, uploadId: '0004B9895DBBB6EC98E36', partNumbers: [2] },
    seconds,
  )
  const headed = await presign(example, headObject, examplePath, seconds)

  expect(parametersOf(processed.url)).toEqual(process?.expected.queryParams)
  expect(parametersOf(versioned.url)).toEqual(version?.expected.queryParams)
  expect(parts.map(({ partNumber, method, url }) => [partNumber, method, parametersOf(url)])).toEqual([
    [2, 'PUT', part?.expected.queryParams],
  ])
  expect([headed.method, parametersOf(headed.url)]).toEqual(['HEAD', head?.expected.queryParams])
})

test('fields that travel as headers are the recorded headers, and those not signed are to be sent as well', async () => {
  const { expected } = caseOf('put-signed-headers')

  const { url, headers } = await presign(
    example,
    putObject,
    {
      ...examplePath,
      contentType: 'text/plain',
      contentMd5: 'XrY7u+Ae7tCTyyK7j1rNww==',
      metadata: { author: 'alice' },
      storageClass: 'IA',
      cacheControl: 'no-store',
    },
    { expiresInSeconds: 600 },
  )

  expect(parametersOf(url)).toEqual(expected.queryParams)
  expect(headers).toEqual({ ...lowerCased(expected.signedHeaders), 'cache-control': 'no-store' })
})

const calls = {
  getObject: () => presign(example, getObject, examplePath),
  putObject: () => presign(example, putObject, { ...examplePath, key: 'photo.jpg' }),
  initiateMultipartUpload: () => presign(example, initiateMultipartUpload, { ...examplePath, key: 'photo.jpg' }),
  completeMultipartUpload: () => presign(example, completeMultipartUpload, { ...examplePath, uploadId: 'ID' }),
  abortMultipartUpload: () => presign(example, abortMultipartUpload, { ...examplePath, uploadId: 'ID' }),
  listParts: () => presign(example, listParts, { ...examplePath, uploadId: 'ID' }),
}

test.each(Object.entries(calls))(
  '%s needs no header: nothing is guessed and nothing derived from a body',
  async (_, call) => {
    const { headers } = await call()

    expect(headers).toEqual({})
  },
)

test('bytes in the input are refused', async () => {
  const storeNote = operation({
    name: 'StoreNote',
    route: 'PUT /{bucket}/{key}?note',
    input: { note: required(upload) },
  })

  const put = presign(example, putObject, { ...examplePath, body: 'text' } as typeof examplePath)
  const note = presign(example, storeNote, { ...examplePath, note: 'text' })

  await expect(put).rejects.toMatchObject({ name: 'ValidationError', field: 'body' })
  await expect(note).rejects.toMatchObject({ name: 'ValidationError', field: 'input' })
})

const tagging = {
  tagSet: { tags: [{ key: 'owner', value: '杭州 & co' }] },
}

test('a document is handed out as text, its type and MD5 as headers', async () => {
  const tagged = await presign(example, putObjectTagging, { ...examplePath, tagging })
  const grouped = await presign(example, putBucketResourceGroup, {
    bucket: 'examplebucket',
    bucketResourceGroupConfiguration: { resourceGroupId: 'rg-aek27tc' },
  })
  const processed = await presign(example, processObject, { ...examplePath, process: 'image/resize,w_100' })

  expect(tagged.body).toBe(
    '<Tagging><TagSet><Tag><Key>owner</Key><Value>杭州 &#38; co</Value></Tag></TagSet></Tagging>',
  )
  expect(tagged.headers).toEqual({
    'content-type': 'application/octet-stream',
    'content-md5': md5Of(tagged.body as string),
  })
  expect(grouped.body).toContain('<ResourceGroupId>rg-aek27tc</ResourceGroupId>')
  expect(grouped.headers).toEqual({
    'content-type': 'application/xml',
    'content-md5': md5Of(grouped.body as string),
  })
  expect([processed.body, processed.headers['content-md5']]).toEqual([
    'x-oss-process=image/resize,w_100',
    md5Of('x-oss-process=image/resize,w_100'),
  ])
})

test('a Content-Type and Content-MD5 of the options stand before those of the document', async () => {
  const headers = { 'Content-Type': 'text/xml', 'Content-MD5': 'XrY7u+Ae7tCTyyK7j1rNww==' }

  const tagged = await presign(example, putObjectTagging, { ...examplePath, tagging }, { headers })

  expect(tagged.headers).toEqual({ 'content-type': 'text/xml', 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==' })
})

test('a required body, and a document that is not required, are left to whoever sends the request', async () => {
  const policy = await presign(example, putBucketPolicy, { bucket: 'examplebucket' })
  const complete = await presign(example, completeMultipartUpload, { ...examplePath, uploadId: 'ID' })
  const tags = presign(example, putObjectTagging, examplePath as Parameters<typeof putObjectTagging>[1])

  expect([policy, complete].map(({ body, headers }) => [body, headers])).toEqual([
    [undefined, {}],
    [undefined, {}],
  ])
  await expect(tags).rejects.toMatchObject({ name: 'ValidationError', field: 'tagging' })
})

test.each([
  [{ expiresInSeconds: 0 }, 'expiresInSeconds'],
  [{ expiresInSeconds: 1.5 }, 'expiresInSeconds'],
  [{ expiresInSeconds: Number.NaN }, 'expiresInSeconds'],
  [{ expiresAt: new Date('2024-03-15T08:30:45Z') }, 'expiresAt'],
  [{ expiresAt: new Date('never') }, 'expiresAt'],
  [{ expiresAt: '2024-03-16T00:00:00Z' as unknown as Date }, 'expiresAt'],
  [{ expiresAt: new Date('2024-03-22T08:30:46Z') }, 'expiresAt'],
])('the lifetime %o is refused', async (lifetime, field) => {
  await expect(presign(example, getObject, examplePath, lifetime)).rejects.toMatchObject({
    name: 'ValidationError',
    field,
  })
})

test('fractions of a second lengthen no lifetime', async () => {
  const client = clientOf(caseOf('get').input, { now: () => Date.parse('2024-03-15T08:30:45.900Z') })

  const week = await presign(client, getObject, examplePath, { expiresAt: new Date('2024-03-22T08:30:45.950Z') })
  const minute = await presign(client, getObject, examplePath, { expiresInSeconds: 60 })

  expect(parametersOf(week.url)['x-oss-expires']).toBe('604800')
  expect(week.expiresAt).toEqual(new Date('2024-03-22T08:30:45Z'))
  expect(minute.expiresAt).toEqual(new Date('2024-03-15T08:31:45Z'))
})

test('a URL that outlives its token expires with the token', async () => {
  const expiration = new Date('2024-03-15T08:40:00Z')
  const { input } = caseOf('get-sts')
  const client = clientOf(input, { credentialsProvider: { ...input.credentials, expiration } })

  const [short, long] = await Promise.all(
    [60, 3600].map((expiresInSeconds) => presign(client, getObject, examplePath, { expiresInSeconds })),
  )

  expect(short?.expiresAt).toEqual(new Date('2024-03-15T08:31:45Z'))
  expect(long?.expiresAt).toEqual(expiration)
})

test('additional headers of one URL win over those of the client', async () => {
  const { input, expected } = caseOf('get-additional-headers')
  const client = clientOf(input, { additionalHeaders: ['user-agent'] })
  const options = { ...optionsOf(input), additionalHeaders: input.additionalHeaders }

  const { url } = await presign(client, getObject, examplePath, options)

  expect(parametersOf(url)).toEqual(expected.queryParams)
})

test('restrictions of who may use a URL are signed with both versions', async () => {
  const query = {
    'x-oss-ac-source-ip': '192.0.2.0',
    'x-oss-ac-subnet-mask': '24',
    'x-oss-ac-vpc-id': 'vpc-t4nlw426y44rd3iq4',
  }
  const v1 = clientOf(caseOf('get', v1Cases).input, { signatureVersion: 'v1' })

  const urls = await Promise.all([example, v1].map((client) => presign(client, getObject, examplePath, { query })))
  const open = await Promise.all([example, v1].map((client) => presign(client, getObject, examplePath)))

  expect(urls.map(({ url }) => parametersOf(url))).toEqual([
    expect.objectContaining(query),
    expect.objectContaining(query),
  ])
  const signatures = [...urls, ...open].map(({ url }) => /signature=([^&]+)/i.exec(url)?.[1])
  expect(new Set(signatures).size).toBe(4)
})

test('header values beyond ASCII are handed out as the bytes that fetch sends', async () => {
  const { headers } = await presign(example, putObject, { ...examplePath, metadata: { name: ' 杭州 ' } })

  expect(headers).toEqual({ 'x-oss-meta-name': '\xe6\x9d\xad\xe5\xb7\x9e' })
})

test('a full client presigns as a light one does, and so does a copy', async () => {
  const { input, expected } = caseOf('get')
  const full = new OSSClient({
    region: input.region,
    credentialsProvider: input.credentials,
    now: () => Date.parse(input.signingTime),
  })
  const options = { expiresInSeconds: 600 }

  const method = await full.presign(getObject, examplePath, options)
  const urls = await Promise.all(
    [full, { ...example }].map((client) => presign(client, getObject, examplePath, options)),
  )

  expect([method, ...urls].map(({ url }) => parametersOf(url))).toEqual(Array(3).fill(expected.queryParams))
})

test('an anonymous client and one that oss-js did not make are refused', async () => {
  const anonymous = clientOf(caseOf('get').input, { credentialsProvider: 'anonymous' })
  const foreign: Client = { send: async () => ({}) }

  await expect(presign(anonymous, getObject, examplePath)).rejects.toThrow(CredentialsError)
  await expect(presign(foreign, getObject, examplePath)).rejects.toMatchObject({ field: 'client' })
})

test('credentials are asked for once for many parts, and not for a wrong input', async () => {
  let asked = 0
  const { credentials } = caseOf('get').input
  const client = clientOf(caseOf('get').input, {
    credentialsProvider: async () => {
      asked += 1
      return credentials
    },
  })
  const upload = { ...examplePath, uploadId: 'ID' }

  await expect(presignParts(client, { ...upload, partNumbers: [1, 10_001] })).rejects.toMatchObject({
    field: 'partNumbers',
  })
  await expect(presign(client, getObject, { ...examplePath, key: '' })).rejects.toMatchObject({ field: 'key' })
  expect(asked).toBe(0)

  const parts = await presignParts(client, { ...upload, partNumbers: [3, 1, 10_000] })
  expect(parts.map(({ partNumber }) => partNumber)).toEqual([3, 1, 10_000])
  expect(asked).toBe(1)
})

test('the secret is neither in what is presigned nor in what the client shows', async () => {
  const { input } = caseOf('get-sts')
  const client = clientOf(input)

  const presigned = await presign(client, putObject, examplePath)

  expect(JSON.stringify([presigned, client, Object.values(client)])).not.toContain(input.credentials.accessKeySecret)
  expect(Object.keys(client)).toEqual(['send'])
})
