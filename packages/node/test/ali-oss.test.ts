/** Objects, signed URLs and forms are handed over between this SDK and the npm package `ali-oss`, in both directions. */
import { createRequire } from 'node:module'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assumedRole } from '../../core/test/assumed-role.ts'
import {
  type Client,
  type Credentials,
  createPostPolicy,
  getObject,
  listObjectsV2,
  postObject,
  presign,
  putBucket,
  putObject,
  sendPresigned,
} from '../src/index.ts'
import { clientOf } from './emulated.ts'

/** What is used of `ali-oss`, which comes without types. */
interface AliOss {
  put(name: string, content: Buffer, options?: object): Promise<{ res: { status: number } }>
  get(name: string, options?: object): Promise<{ content: Buffer; res: { headers: Record<string, string> } }>
  listV2(query: object): Promise<{ objects: { name: string; etag: string }[] }>
  multipartUpload(name: string, content: Buffer, options: object): Promise<unknown>
  signatureUrl(name: string, options: object, isStrict: boolean): string
  signatureUrlV4(method: string, expires: number, request: object, name: string): Promise<string>
  calculatePostSignature(policy: object | string): Record<'OSSAccessKeyId' | 'Signature' | 'policy', string>
  signPostObjectPolicyV4(policy: object | string, date: Date): string
  urllib: {
    request(url: string, options?: object): Promise<{ status: number; data: Buffer; headers: Record<string, string> }>
  }
}
const AliOss = createRequire(import.meta.url)('ali-oss') as new (options: object) => AliOss

const bucket = 'handed-over'
const versions = ['v4', 'v1'] as const
type Version = (typeof versions)[number]

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
  await putBucket(clientOf(emulator), { bucket })
})
afterAll(() => emulator.close())

const longLived = (): Credentials => ({
  accessKeyId: emulator.accessKeyId,
  accessKeySecret: emulator.accessKeySecret,
})

const ours = (signatureVersion: Version, credentialsProvider = longLived()): Client =>
  clientOf(emulator, { signatureVersion, credentialsProvider })

/** It makes no URLs for an IP address. */
const theirs = (version: Version, { securityToken, ...key }: Credentials = longLived()): AliOss =>
  new AliOss({
    ...key,
    stsToken: securityToken,
    refreshSTSToken: async () => ({ ...key, stsToken: securityToken }),
    region: `oss-${emulator.region}`,
    endpoint: `http://localhost:${emulator.port}`,
    sldEnable: true,
    bucket,
    authorizationV4: version === 'v4',
  })

const theirUrl = (
  version: Version,
  client: AliOss,
  method: string,
  key: string,
  headers: Record<string, string> = {},
) =>
  version === 'v4'
    ? client.signatureUrlV4(method, 60, { headers }, key)
    : client.signatureUrl(key, { method, expires: 60, ...headers }, false)

const keys = [
  'plain/name.txt',
  '中文/日本語 한국어/файл é ñ 😀.txt',
  "a+b c%d%20e~f'g(h)i*j&k=l?m#n",
  '?begins=with&a#question',
  '%E4%B8%AD%2F is no slash',
  '!"$,:;@[]^`{|}<>\\ all of ASCII',
  'double//slash/',
]

const both = versions.flatMap((version) => keys.map((key) => [version, key] as const))

test.each(both)('%s: %j is put by us and read by ali-oss', async (version, key) => {
  const input = { bucket, key, contentType: 'text/x-note', metadata: { author: '杭州' }, cacheControl: 'no-store' }
  const { etag } = await putObject(ours(version), { ...input, body: `ours ${key}` })

  const { content, res } = await theirs(version).get(key)

  expect(content.toString()).toBe(`ours ${key}`)
  expect(res.headers).toMatchObject({ etag, 'content-type': 'text/x-note', 'cache-control': 'no-store' })
  expect(Buffer.from(res.headers['x-oss-meta-author'] as string, 'latin1').toString()).toBe('杭州')
})

test.each(both)('%s: %j is put by ali-oss and read by us', async (version, key) => {
  const options = { mime: 'text/x-note', meta: { author: 'someone' }, headers: { 'Cache-Control': 'no-store' } }
  await theirs(version).put(key, Buffer.from(`theirs ${key}`), options)

  const { body, contentType, cacheControl, metadata } = await getObject(ours(version), { bucket, key })

  expect(await body.text()).toBe(`theirs ${key}`)
  expect([contentType, cacheControl, metadata]).toEqual(['text/x-note', 'no-store', { author: 'someone' }])
})

test.each(both)("%s: %j is read and put by ali-oss's own HTTP client through URLs of ours", async (version, key) => {
  const put = await presign(ours(version), putObject, { bucket, key, contentType: 'text/plain' })
  const get = await presign(ours(version), getObject, { bucket, key, responseCacheControl: 'no-cache' })
  const { urllib } = theirs(version)

  const stored = await urllib.request(put.url, { method: put.method, headers: put.headers, content: `sent ${key}` })
  const read = await urllib.request(get.url)

  expect([stored.status, read.status, read.data.toString()]).toEqual([200, 200, `sent ${key}`])
  expect(read.headers).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'no-cache' })
})

test.each(both)('%s: %j is put and read by us through URLs of ali-oss', async (version, key) => {
  const client = theirs(version)
  const headers = { 'content-type': 'text/plain' }
  const put = await theirUrl(version, client, 'PUT', key, version === 'v4' ? headers : { 'Content-Type': 'text/plain' })
  const get = await theirUrl(version, client, 'GET', key)

  const stored = await sendPresigned({ method: 'PUT', url: put, headers }, `sent ${key}`)
  const { body } = await sendPresigned({ method: 'GET', url: get, headers: {} })
  const fetched = await fetch(get)

  expect([stored.status, await body.text(), await fetched.text()]).toEqual([200, `sent ${key}`, `sent ${key}`])
})

test.each(versions)('%s: URLs that a token signed are read by the other side', async (version) => {
  const role = await assumedRole(emulator, new Date())
  const key = 'of a role +.txt'
  await putObject(ours(version, role), { bucket, key, body: 'text' })

  const { url } = await presign(ours(version, role), getObject, { bucket, key })
  const read = await theirs(version).urllib.request(url)
  const theirsRead = await sendPresigned({
    method: 'GET',
    url: await theirUrl(version, theirs(version, role), 'GET', key),
    headers: {},
  })

  expect([read.data.toString(), await theirsRead.body.text()]).toEqual(['text', 'text'])
})

test.each(versions)('%s: both list the same keys', async (version) => {
  const listed = await theirs(version).listV2({ 'max-keys': 1000 })
  const { contents } = await listObjectsV2(ours(version), { bucket, maxKeys: 1000 })

  expect(contents.map(({ key, etag }) => [key, etag])).toEqual(listed.objects.map(({ name, etag }) => [name, etag]))
  expect(contents.map(({ key }) => key)).toEqual(expect.arrayContaining(keys))
})

test.each(versions)('%s: what ali-oss uploads in parts is read by us with its CRC-64 compared', async (version) => {
  const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 255))
  await theirs(version).multipartUpload('parts.bin', bytes, { partSize: 102_400 })

  const { body, hashCrc64, objectType } = await getObject(ours(version), { bucket, key: 'parts.bin' })

  expect(Buffer.from(await body.bytes()).equals(bytes)).toBe(true)
  expect([hashCrc64, objectType]).toEqual([expect.stringMatching(/^\d+$/), 'Multipart'])
})

const policyInput = {
  bucket,
  keyPrefix: "formulär/+%~'()*/",
  metadata: { author: '杭州' },
  conditions: [['content-length-range', 1, 100]],
} as const

const textOf = (policy: string) => Buffer.from(policy, 'base64').toString()

test('V1: ali-oss signs the text of our policy as we do', async () => {
  const { fields } = await createPostPolicy(ours('v1'), policyInput)

  const { OSSAccessKeyId, policy, Signature } = fields
  expect(theirs('v1').calculatePostSignature(textOf(policy as string))).toEqual({ OSSAccessKeyId, policy, Signature })
})

test('V4: ali-oss signs the text of our policy as we do', async () => {
  const { fields } = await createPostPolicy(ours('v4'), policyInput)

  const date = new Date((fields['x-oss-date'] as string).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'))
  const signature = theirs('v4').signPostObjectPolicyV4(textOf(fields.policy as string), date)
  expect(signature).toBe(fields['x-oss-signature'])
})

test('our postObject sends a form that ali-oss signed, and ali-oss reads what it stored', async () => {
  const expiration = new Date(Date.now() + 60_000).toISOString()
  const conditions = [{ bucket }, ['starts-with', '$key', 'forms/'], ['content-length-range', 1, 100]]
  const signed = theirs('v1').calculatePostSignature({ expiration, conditions })

  const { status } = await postObject({ url: `${emulator.endpoint}/${bucket}/`, fields: { ...signed } }, 'a text', {
    key: 'forms/a+b 中.txt',
  })

  expect(status).toBe(204)
  expect((await theirs('v4').get('forms/a+b 中.txt')).content.toString()).toBe('a text')
})

test.each(versions)('%s: ali-oss reads what a form of ours stored', async (version) => {
  const policy = await createPostPolicy(ours(version), policyInput)

  await postObject(policy, new File(['a text'], 'a+b 中.txt', { type: 'text/plain' }))

  const { content } = await theirs(version).get("formulär/+%~'()*/a+b 中.txt")
  expect(content.toString()).toBe('a text')
})
