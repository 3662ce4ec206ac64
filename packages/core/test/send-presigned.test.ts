import { expect, test } from 'vitest'
import { ServiceError } from '../src/errors.ts'
import { isObjectExist } from '../src/exist.ts'
import { fetchTransport } from '../src/http/fetch-transport.ts'
import { putBucketVersioning } from '../src/operations/bucket-basic.ts'
import { getBucketCors, putBucketCors } from '../src/operations/bucket-cors.ts'
import { getBucketPolicy, putBucketPolicy } from '../src/operations/bucket-policy.ts'
import { listObjectsV2 } from '../src/operations/list-objects.ts'
import { getObject, headObject, putObject } from '../src/operations/object-basic.ts'
import { deleteMultipleObjects } from '../src/operations/object-delete.ts'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  initiateMultipartUpload,
  listParts,
  uploadPart,
} from '../src/operations/object-multipart.ts'
import { getObjectTagging, putObjectTagging } from '../src/operations/object-tagging.ts'
import { percentEncode } from '../src/percent-encode.ts'
import { presign } from '../src/presign.ts'
import { presignParts } from '../src/presign-parts.ts'
import { sendPresigned } from '../src/send-presigned.ts'
import { assumedRole } from './assumed-role.ts'
import { bucket, clientOf, emulator } from './timed-emulator.ts'

const failureOf = async (promise: Promise<unknown>): Promise<ServiceError> => {
  const error = await promise.catch((reason: unknown) => reason)
  if (error instanceof ServiceError) return error
  throw new Error(`expected a ServiceError, got ${error}`)
}

/** A transport that adds a header on the way, as browsers do for text and typed Blobs. */
const adding = (name: string, value: string) =>
  fetchTransport((input, init) => fetch(input, { ...init, headers: { ...(init?.headers as {}), [name]: value } }))

/** A transport that loses a header on the way. */
const losing = (name: string) =>
  fetchTransport((input, init) => {
    const headers = new Headers(init?.headers)
    headers.delete(name)
    return fetch(input, { ...init, headers })
  })

const elementOf = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] as string

const versions = ['v4', 'v1'] as const

test.each(versions)('%s: what is presigned is stored and read through plain fetch', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const object = { bucket, key: "a+b c%d/~*!'()/中文😀.txt" }
  const description = { contentType: 'text/x-note', metadata: { author: '杭州' }, cacheControl: 'no-store' }

  const put = await presign(client, putObject, { ...object, ...description })
  const stored = await fetch(put.url, { method: put.method, headers: put.headers, body: 'a text' })
  const get = await presign(client, getObject, {
    ...object,
    responseContentDisposition: 'attachment; filename="a b+c"',
  })
  const read = await fetch(get.url)

  expect(stored.status).toBe(200)
  expect([read.status, await read.text()]).toEqual([200, 'a text'])
  expect(read.headers.get('content-disposition')).toBe('attachment; filename="a b+c"')
  const { contentType, metadata, cacheControl } = await headObject(clientOf(), object)
  expect({ contentType, metadata: Object.values(metadata), cacheControl }).toEqual({
    contentType: 'text/x-note',
    metadata: ['杭州'],
    cacheControl: 'no-store',
  })
})

test.each(versions)('%s: a client with this version sends and reads by itself', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })

  await putObject(client, { bucket, key: 'a b/杭.txt', body: 'text' })
  const { body } = await getObject(client, { bucket, key: 'a b/杭.txt', responseCacheControl: 'no-cache' })

  expect(await body.text()).toBe('text')
})

test.each(versions)('%s: temporary credentials sign URLs that carry their token', async (signatureVersion) => {
  const role = await assumedRole(emulator, emulator.clock.now())
  const client = clientOf({ signatureVersion, credentialsProvider: role })

  const put = await presign(client, putObject, { bucket, key: 'a.txt' }, { expiresInSeconds: 3600 })
  const { status } = await sendPresigned(put, 'text')

  expect(status).toBe(200)
  expect(put.url).toContain(`security-token=${percentEncode(role.securityToken as string)}`)
  expect(put.url).not.toContain(percentEncode(role.accessKeySecret))
  expect(put.expiresAt).toEqual(role.expiration)
})

test.each(versions)('%s: a URL works until it expires', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  await putObject(client, { bucket, key: 'a.txt', body: 'text' })
  const get = await presign(client, getObject, { bucket, key: 'a.txt' }, { expiresInSeconds: 60 })

  emulator.clock.set(get.expiresAt)
  const { body } = await sendPresigned(get)
  emulator.clock.advanceSeconds(1)
  const refusal = await failureOf(sendPresigned(get))

  expect(await body.text()).toBe('text')
  expect(refusal).toMatchObject({ status: 403, code: 'AccessDenied', reason: 'Request has expired.' })
})

test.each(versions)('%s: a page that holds no secret does a whole multipart upload', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const object = { bucket, key: 'video.mp4' }
  const bytes = Uint8Array.from({ length: 250_000 }, (_, index) => (index * 7) & 255)

  const begin = await presign(client, initiateMultipartUpload, { ...object, contentType: 'video/mp4' })
  const uploadId = elementOf(await (await sendPresigned(begin)).body.text(), 'UploadId')
  const upload = { ...object, uploadId }
  const parts = await presignParts(client, { ...upload, partNumbers: [1, 2, 3] })
  for (const part of parts) {
    const slice = bytes.subarray((part.partNumber - 1) * 102_400, part.partNumber * 102_400)
    const { body } = await sendPresigned(part, new Blob([slice], { type: 'video/mp4' }))
    await body.cancel()
  }
  const list = await presign(client, listParts, upload)
  const listed = await (await sendPresigned(list)).body.text()
  const numbers = [...listed.matchAll(/<PartNumber>(\d+)<\/PartNumber>[\s\S]*?<ETag>([^<]*)<\/ETag>/g)]
  const document = numbers
    .map(([, n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join('')
  const complete = await presign(client, completeMultipartUpload, upload)
  await sendPresigned(complete, `<CompleteMultipartUpload>${document}</CompleteMultipartUpload>`)

  const stored = await getObject(clientOf(), object)
  expect(numbers.map(([, n]) => n)).toEqual(['1', '2', '3'])
  expect(stored.contentType).toBe('video/mp4')
  expect(await stored.body.bytes()).toEqual(bytes)
})

test('an upload is completed without naming its parts, and another one aborted, by presigned requests', async () => {
  const client = clientOf()
  const object = { bucket, key: 'a.bin' }
  const [first, second] = [await initiateMultipartUpload(client, object), await initiateMultipartUpload(client, object)]

  const [part] = await presignParts(client, { ...object, uploadId: first.uploadId, partNumbers: [1] })
  await sendPresigned(part!, 'the only part')
  await sendPresigned(
    await presign(client, completeMultipartUpload, { ...object, uploadId: first.uploadId, completeAll: 'yes' }),
  )
  const { status } = await sendPresigned(
    await presign(client, abortMultipartUpload, { ...object, uploadId: second.uploadId }),
  )

  expect(await (await getObject(client, object)).body.text()).toBe('the only part')
  expect(status).toBe(204)
  await expect(listParts(client, { ...object, uploadId: second.uploadId })).rejects.toMatchObject({
    code: 'NoSuchUpload',
  })
})

const corsRule = { allowedOrigins: ['https://a.example'], allowedMethods: ['GET' as const] }

test.each(versions)('%s: documents are presigned, and sent by plain fetch', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const owner = clientOf()
  const at = (key: string) => ({ bucket, key })
  for (const key of ['kept 杭州', 'a & b', '<c>']) await putObject(owner, { ...at(key), body: key })
  const { uploadId } = await initiateMultipartUpload(owner, at('joined'))
  const { etag = '' } = await uploadPart(owner, { ...at('joined'), uploadId, partNumber: 1, body: 'one part' })

  const requests = [
    await presign(client, putBucketCors, { bucket, corsConfiguration: { corsRules: [corsRule] } }),
    await presign(client, deleteMultipleObjects, { bucket, objects: [{ key: 'a & b' }, { key: '<c>' }] }),
    await presign(client, putObjectTagging, {
      ...at('kept 杭州'),
      tagging: { tagSet: { tags: [{ key: 'owner', value: '杭州' }] } },
    }),
    await presign(client, completeMultipartUpload, {
      ...at('joined'),
      uploadId,
      completeMultipartUpload: { parts: [{ partNumber: 1, etag }] },
    }),
  ]
  const handedOn = JSON.parse(JSON.stringify(requests)) as typeof requests
  const answers = await Promise.all(handedOn.map(({ url, ...request }) => fetch(url, request as RequestInit)))

  expect(await Promise.all(answers.map(async (answer) => [answer.status, answer.ok || (await answer.text())]))).toEqual(
    Array(4).fill([200, true]),
  )
  const { corsConfiguration } = await getBucketCors(owner, { bucket })
  expect(corsConfiguration?.corsRules).toMatchObject([corsRule])
  const { contents = [] } = await listObjectsV2(owner, { bucket })
  expect(contents.map(({ key }) => key)).toEqual(['joined', 'kept 杭州'])
  const { tagSet } = await getObjectTagging(owner, at('kept 杭州'))
  expect(tagSet?.tags).toEqual([{ key: 'owner', value: '杭州' }])
  expect(await (await getObject(owner, at('joined'))).body.text()).toBe('one part')
})

test.each(versions)('%s: another document than the presigned one is refused', async (signatureVersion) => {
  await putObject(clientOf(), { bucket, key: 'a', body: 'text' })
  const one = await presign(clientOf({ signatureVersion }), deleteMultipleObjects, { bucket, objects: [{ key: 'b' }] })

  const other = await failureOf(sendPresigned(one, '<Delete><Object><Key>a</Key></Object></Delete>'))
  const md5 = 'q2wVz+e3PmyWYYS/9OtbEA=='
  const resigned = await failureOf(sendPresigned({ ...one, headers: { ...one.headers, 'content-md5': md5 } }))
  const { status } = await sendPresigned(one)

  expect([other.status, other.code]).toEqual([400, 'InvalidDigest'])
  expect([resigned.status, resigned.code]).toEqual([403, 'SignatureDoesNotMatch'])
  expect(status).toBe(200)
  expect(await isObjectExist(clientOf(), { bucket, key: 'a' })).toBe(true)
})

test('a policy that whoever sends the request gives is stored', async () => {
  const policy = JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Principal: ['*'], Action: ['oss:GetObject'], Resource: [`acs:oss:*:*:${bucket}/*`] },
    ],
  })

  const { status } = await sendPresigned(await presign(clientOf(), putBucketPolicy, { bucket }), policy)

  expect(status).toBe(200)
  const { body } = await getBucketPolicy(clientOf(), { bucket })
  expect(JSON.parse(body)).toEqual(JSON.parse(policy))
})

test.each(versions)('%s: a limit of speed is signed as a header and as a parameter', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const object = { bucket, key: 'slow.txt' }
  const query = { 'x-oss-traffic-limit': '819200' }

  const put = await presign(client, putObject, { ...object, trafficLimit: 819_200 })
  const { status } = await sendPresigned(put, 'text')
  const get = await presign(client, getObject, object, { query })
  const read = await fetch(get.url)
  const faster = await fetch(get.url.replace('819200', '838860800'))

  expect(put.headers).toEqual({ 'x-oss-traffic-limit': '819200' })
  expect([status, read.status, await read.text(), faster.status]).toEqual([200, 200, 'text', 403])
})

test.each(versions)('%s: a version is read through its URL, and no other', async (signatureVersion) => {
  const client = clientOf({ signatureVersion })
  const object = { bucket, key: 'a.txt' }
  await putBucketVersioning(clientOf(), { bucket, versioningConfiguration: { status: 'Enabled' } })
  const first = await putObject(clientOf(), { ...object, body: 'first' })
  const second = await putObject(clientOf(), { ...object, body: 'second' })

  const get = await presign(client, getObject, { ...object, versionId: first.versionId })
  const read = await fetch(get.url)
  const other = await fetch(get.url.replace(first.versionId as string, second.versionId as string))

  expect([await read.text(), other.status]).toEqual(['first', 403])
})

test("a Blob's own type is not sent", async () => {
  const put = await presign(clientOf(), putObject, { bucket, key: 'photo' })

  await sendPresigned(put, new Blob(['pixels'], { type: 'image/png' }))

  const { contentType } = await headObject(clientOf(), { bucket, key: 'photo' })
  expect(contentType).toBe('application/octet-stream')
})

test('what travelled as JSON is sent, and progress told', async () => {
  const put = await presign(clientOf(), putObject, { bucket, key: 'a.txt', contentType: 'text/plain' })
  const reports: number[] = []

  const answer = await sendPresigned(JSON.parse(JSON.stringify(put)), 'text', {
    onProgress: ({ transferred }) => reports.push(transferred),
  })

  expect(answer.status).toBe(200)
  expect(answer.headers.etag).toBe('"1CB251EC0D568DE6A929B520C4AED8D1"')
  expect(reports).toEqual([4])
})

test.each(versions)('%s: a header that was added on the way is named', async (signatureVersion) => {
  const put = await presign(clientOf({ signatureVersion }), putObject, { bucket, key: 'a.txt' })

  const refusal = await failureOf(sendPresigned(put, 'text', { transport: adding('content-type', 'text/plain') }))

  expect(refusal).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
  expect(refusal.message).toContain('content-type arrived as "text/plain" and was not to be sent.')
})

test.each(versions)('%s: headers that were lost or changed on the way are named', async (signatureVersion) => {
  const input = { bucket, key: 'a.txt', contentType: 'text/plain', metadata: { author: '杭州' } }
  const put = await presign(clientOf({ signatureVersion }), putObject, input)

  const lost = await failureOf(sendPresigned(put, 'text', { transport: losing('x-oss-meta-author') }))
  const changed = await failureOf(sendPresigned(put, 'text', { transport: adding('content-type', 'text/html') }))

  expect(lost.hint).toBe('x-oss-meta-author was to be sent as "杭州" and did not arrive.')
  expect(changed.hint).toBe('content-type was to be sent as "text/plain" and arrived as "text/html".')
})

test('an additional header that differs is named', async () => {
  const options = { headers: { range: 'bytes=0-9' }, additionalHeaders: ['range'] }
  const get = await presign(clientOf(), getObject, { bucket, key: 'a.txt' }, options)

  const refusal = await failureOf(sendPresigned(get, undefined, { transport: adding('range', 'bytes=0-99') }))

  expect(refusal.hint).toBe('range was to be sent as "bytes=0-9" and arrived as "bytes=0-99".')
})

test('where no header differs, the URL itself is said to be wrong', async () => {
  const get = await presign(clientOf(), getObject, { bucket, key: 'a.txt' })

  const refusal = await failureOf(sendPresigned({ ...get, url: `${get.url}&added=1` }))

  expect(refusal.hint).toMatch(/^Every signed header arrived as it was to be sent/)
})

test.each(versions)(
  '%s: a refusal tells neither the secret nor the token nor a signature',
  async (signatureVersion) => {
    const role = await assumedRole(emulator, emulator.clock.now())
    const put = await presign(clientOf({ signatureVersion, credentialsProvider: role }), putObject, {
      bucket,
      key: 'a.txt',
    })
    const token = role.securityToken as string
    const signature = new URL(put.url).searchParams.get(signatureVersion === 'v4' ? 'x-oss-signature' : 'Signature')

    const refusal = await failureOf(sendPresigned(put, 'text', { transport: adding('content-type', 'text/plain') }))

    const shown = `${refusal.message} ${refusal.stack} ${JSON.stringify(refusal)} ${Object.values(refusal.fields).join(' ')}`
    const secrets = [role.accessKeySecret, token, percentEncode(token), Buffer.from(token).toString('hex'), signature]
    expect(secrets.filter((secret) => shown.includes(secret as string))).toEqual([])
    expect(shown.replaceAll(' ', '').toLowerCase()).not.toContain(Buffer.from(token).toString('hex'))
    expect(Object.keys(refusal.fields)).toContain('StringToSign')
  },
)

test.each(versions)('%s: a proxy that quotes the URL brings its signature into no error', async (signatureVersion) => {
  const { method, url, headers } = await presign(clientOf({ signatureVersion }), getObject, { bucket, key: 'a.txt' })
  const query = new URL(url).searchParams
  const signature = query.get('x-oss-signature') ?? query.get('Signature')
  const body = `cannot GET ?${url.slice(url.search(/x-oss-signature=|Signature=/))}`
  const transport = async () => ({ status: 502, headers: {}, body: new Blob([body]).stream() })

  const refusal = await failureOf(sendPresigned({ method, url, headers }, undefined, { transport }))

  expect(refusal).toMatchObject({ status: 502, isRetryable: true })
  expect(refusal.message).toContain('ignature=***')
  expect(decodeURIComponent(refusal.message)).not.toContain(signature)
})

test('a URL with an empty token is quoted as it is', async () => {
  const transport = async () => ({ status: 400, headers: {}, body: new Blob(['no']).stream() })
  const request = { method: 'GET', url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/a?security-token=', headers: {} }

  const refusal = await failureOf(sendPresigned(request, undefined, { transport }))

  expect(refusal.reason).toBe('no error document: no')
})

test('an aborted signal ends the sending with its reason', async () => {
  const put = await presign(clientOf(), putObject, { bucket, key: 'a.txt' })
  const reason = new Error('changed my mind')

  await expect(sendPresigned(put, 'text', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('a callback that fails after the object was stored is an error', async () => {
  const callback = { callbackUrl: 'http://127.0.0.1:1/stored', callbackBody: 'a=1' }
  const client = clientOf()
  const put = await presign(client, putObject, { bucket, key: 'told.txt', callback })

  const error = await failureOf(sendPresigned(put, 'a text'))

  expect([error.status, error.code]).toEqual([203, 'CallbackFailed'])
  expect(await isObjectExist(client, { bucket, key: 'told.txt' })).toBe(true)
})
