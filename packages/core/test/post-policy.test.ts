import { expect, test } from 'vitest'
import { createClient } from '../src/client/client.ts'
import type { ClientConfig } from '../src/client/config.ts'
import { createPostPolicy, type PostPolicyInput } from '../src/create-post-policy.ts'
import { CredentialsError, ServiceError } from '../src/errors.ts'
import type { HttpRequest } from '../src/http/transport.ts'
import { postObject } from '../src/post-object.ts'
import { webCryptoHasher } from '../src/signing/hasher.ts'
import { type PostCondition, v1PolicyFields, v4PolicyFields } from '../src/signing/post-policy.ts'
import { createV1Signer } from '../src/signing/v1.ts'
import { createV4Signer } from '../src/signing/v4.ts'
import v1Vectors from './conformance/vectors/post-policy-v1.json' with { type: 'json' }
import v4Vectors from './conformance/vectors/post-policy-v4.json' with { type: 'json' }

interface Case {
  id: string
  input: {
    credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }
    region?: string
    product?: string
    signingTime?: string
    expiration: string
    conditions: PostCondition[]
  }
  expected: { policyText: string; stringToSign: string; formFields: Record<string, string> }
}

const v4Cases = v4Vectors.cases as unknown as Case[]
const v1Cases = v1Vectors.cases as unknown as Case[]
const caseOf = (id: string, cases = v4Cases) => cases.find((one) => one.id === id) as Case

const signingTime = '2024-03-15T08:30:45Z'
const hour = { expiresInSeconds: 3600 }

const scopeOf = ({ region = '', product = '', signingTime: at = signingTime }: Case['input']) => ({
  region,
  product,
  now: new Date(at),
})

const clientOf = ({ credentials }: Case['input'], config: Partial<ClientConfig> = {}) =>
  createClient({
    region: 'cn-hangzhou',
    credentialsProvider: credentials,
    now: () => Date.parse(signingTime),
    ...config,
  })

const policyOf = (fields: Record<string, string>) =>
  JSON.parse(Buffer.from(fields.policy as string, 'base64').toString('utf8'))

const client = clientOf(caseOf('bucket-only').input)
const bucket = 'examplebucket'

test('the recorded cases are 11 and 7', () => {
  expect([v4Cases.length, v1Cases.length]).toEqual([11, 7])
})

test.each(v4Cases)('v4 $id: the form fields are the recorded ones', async ({ input, expected }) => {
  const policy = { expiresAt: new Date(input.expiration), conditions: input.conditions }

  const fields = await v4PolicyFields(policy, input.credentials, scopeOf(input), createV4Signer(webCryptoHasher))

  expect(Buffer.from(fields.policy as string, 'base64').toString('utf8')).toBe(expected.policyText)
  expect(fields).toEqual(expected.formFields)
})

test.each(v1Cases)('v1 $id: the form fields are the recorded ones', async ({ input, expected }) => {
  const policy = { expiresAt: new Date(input.expiration), conditions: input.conditions }

  const fields = await v1PolicyFields(policy, input.credentials, scopeOf(input), createV1Signer(webCryptoHasher))

  expect(Buffer.from(fields.policy as string, 'base64').toString('utf8')).toBe(expected.policyText)
  expect(fields).toEqual(expected.formFields)
})

const inputs: [string, PostPolicyInput, Record<string, string>][] = [
  [
    'key-eq',
    { bucket, key: 'user/eric/photo.jpg', ...hour },
    { key: 'user/eric/photo.jpg', ...caseOf('key-eq').expected.formFields },
  ],
  [
    'key-starts-with',
    { bucket, keyPrefix: 'user/eric/', ...hour },
    { key: 'user/eric/$' + '{filename}', ...caseOf('key-starts-with').expected.formFields },
  ],
  [
    'cjk',
    { bucket, keyPrefix: '用户/小明/', expiresAt: new Date('2024-03-15T09:30:45Z') },
    { key: '用户/小明/$' + '{filename}', ...caseOf('cjk').expected.formFields },
  ],
]

test.each(inputs)('%s: a client signs the recorded policy', async (_, input, fields) => {
  const policy = await createPostPolicy(client, input)

  expect(policy).toEqual({
    url: 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/',
    fields,
    expiresAt: new Date('2024-03-15T09:30:45Z'),
  })
})

test('a client with signatureVersion v1 signs the recorded policy', async () => {
  const { input, expected } = caseOf('cjk', v1Cases)
  const v1 = clientOf(input, { signatureVersion: 'v1' })

  const { fields } = await createPostPolicy(v1, { bucket, key: '用户/文件.txt', ...hour })

  expect(fields).toEqual({ key: '用户/文件.txt', ...expected.formFields })
})

test('what is said about the object is both a field and a condition', async () => {
  const { fields } = await createPostPolicy(client, {
    bucket,
    key: 'a.png',
    acl: 'private',
    storageClass: 'IA',
    forbidOverwrite: true,
    metadata: { Author: 'alice' },
    contentType: 'image/png',
    expires: new Date('2024-04-01T00:00:00Z'),
    successActionStatus: 201,
    conditions: [
      ['content-length-range', 1, 10_485_760],
      ['not-in', '$cache-control', ['no-cache']],
    ],
  })

  expect(fields).toMatchObject({
    key: 'a.png',
    'x-oss-object-acl': 'private',
    'x-oss-storage-class': 'IA',
    'x-oss-forbid-overwrite': 'true',
    'x-oss-meta-author': 'alice',
    'Content-Type': 'image/png',
    Expires: 'Mon, 01 Apr 2024 00:00:00 GMT',
    success_action_status: '201',
  })
  expect(policyOf(fields)).toEqual({
    expiration: '2024-03-15T08:45:45.000Z',
    conditions: [
      { bucket },
      ['eq', '$key', 'a.png'],
      ['eq', '$x-oss-object-acl', 'private'],
      ['eq', '$x-oss-storage-class', 'IA'],
      ['eq', '$x-oss-forbid-overwrite', 'true'],
      ['eq', '$content-type', 'image/png'],
      ['eq', '$expires', 'Mon, 01 Apr 2024 00:00:00 GMT'],
      ['eq', '$success_action_status', '201'],
      ['eq', '$x-oss-meta-author', 'alice'],
      ['content-length-range', 1, 10_485_760],
      ['not-in', '$cache-control', ['no-cache']],
      { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' },
      { 'x-oss-credential': 'LTAI5tExampleAccessKeyId/20240315/cn-hangzhou/oss/aliyun_v4_request' },
      { 'x-oss-date': '20240315T083045Z' },
    ],
  })
})

test('a callback and its values are fields of the form', async () => {
  const { fields } = await createPostPolicy(client, {
    bucket,
    key: 'a.png',
    callback: { callbackUrl: 'https://example.com', callbackBody: 'u=$' + '{x:user}' },
    callbackVar: { 'x:user': '42' },
  })

  expect(JSON.parse(Buffer.from(fields.callback as string, 'base64').toString('utf8'))).toEqual({
    callbackUrl: 'https://example.com',
    callbackBody: 'u=$' + '{x:user}',
  })
  expect(fields['x:user']).toBe('42')
})

test('a form that outlives its token expires with the token, though the policy says later', async () => {
  const { credentials } = caseOf('sts').input
  const expiration = new Date('2024-03-15T08:40:00Z')
  const temporary = clientOf(caseOf('sts').input, { credentialsProvider: { ...credentials, expiration } })

  const { fields, expiresAt } = await createPostPolicy(temporary, { bucket, keyPrefix: '', ...hour })

  expect(expiresAt).toEqual(expiration)
  expect(policyOf(fields).expiration).toBe('2024-03-15T09:30:45.000Z')
  expect(fields['x-oss-security-token']).toBe(credentials.securityToken)
  expect(JSON.stringify(fields)).not.toContain(credentials.accessKeySecret)
})

test.each([
  [{ bucket }, 'key'],
  [{ bucket, key: 'a', keyPrefix: 'b' }, 'key'],
  [{ bucket, key: 'a/$' + '{filename}' }, 'key'],
  [{ bucket: 'Bad_Bucket', key: 'a' }, 'bucket'],
  [{ bucket, key: 'a', expiresInSeconds: 0 }, 'expiresInSeconds'],
])('the policy %o is refused', async (input, field) => {
  await expect(createPostPolicy(client, input)).rejects.toMatchObject({ name: 'ValidationError', field })
})

test('an anonymous client signs no policy', async () => {
  const anonymous = createClient({ region: 'cn-hangzhou', credentialsProvider: 'anonymous' })

  await expect(createPostPolicy(anonymous, { bucket, key: 'a' })).rejects.toThrow(CredentialsError)
})

/** A transport that keeps requests and answers each of them alike. */
function answering(status: number, body = '') {
  const sent: HttpRequest[] = []
  const transport = async (request: HttpRequest) => {
    sent.push(request)
    return { status, headers: {}, body: body ? new Blob([body]).stream() : null }
  }
  return { sent, transport }
}

const formOf = async ({ headers, body }: HttpRequest) => {
  const form = await new Response(body as Blob, { headers }).formData()
  return [...form.entries()]
}

test('a file is posted as the last field of a form', async () => {
  const { sent, transport } = answering(204)
  const policy = await createPostPolicy(client, { bucket, keyPrefix: 'user/', ...hour })
  const file = new File(['pixels\r\n--'], 'a "b".png', { type: 'image/png' })

  const { status } = await postObject(policy, file, { transport, fields: { 'x:user': '小明' } })

  const [request] = sent as [HttpRequest]
  const entries = await formOf(request)
  expect(status).toBe(204)
  expect([request.method, request.url]).toEqual(['POST', policy.url])
  expect(entries.slice(0, -1)).toEqual([...Object.entries(policy.fields), ['x:user', '小明']])
  const [name, posted] = entries.at(-1) as [string, File]
  expect([name, posted.name, posted.type, await posted.text()]).toEqual([
    'file',
    'a "b".png',
    'image/png',
    'pixels\r\n--',
  ])
})

test('a page chooses the key that a prefix leaves open, and bytes have no name of their own', async () => {
  const { sent, transport } = answering(204)
  const policy = await createPostPolicy(client, { bucket, keyPrefix: 'user/', contentType: 'text/plain', ...hour })

  await postObject(policy, new Uint8Array([1, 2]), { transport, key: 'user/a.bin' })

  const entries = await formOf(sent[0] as HttpRequest)
  const file = entries.at(-1)?.[1] as File
  expect(Object.fromEntries(entries).key).toBe('user/a.bin')
  expect([file.name, file.type, file.size]).toEqual(['file', 'text/plain', 2])
})

test('fields of the page that are undefined or null leave the form as the policy has it', async () => {
  const { sent, transport } = answering(204)
  const policy = await createPostPolicy(client, { bucket, key: 'a', contentType: 'image/png' })
  const fields = { 'x:user': undefined, 'Content-Type': null, 'x:empty': '' } as unknown as Record<string, string>

  await postObject(policy, 'text', { transport, fields })

  const entries = await formOf(sent[0] as HttpRequest)
  expect(entries.slice(0, -1)).toEqual([...Object.entries(policy.fields), ['x:empty', '']])
})

test('a refused form is a ServiceError without the token', async () => {
  const { input } = caseOf('sts')
  const policy = await createPostPolicy(clientOf(input), { bucket, key: 'a' })
  const token = input.credentials.securityToken as string
  const { transport } = answering(
    403,
    `<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: ${token}</Message><EC>0006-00000227</EC></Error>`,
  )

  const error = await postObject(policy, 'text', { transport }).catch((reason: unknown) => reason)

  expect(error).toBeInstanceOf(ServiceError)
  expect(error).toMatchObject({
    operation: 'postObject',
    status: 403,
    code: 'AccessDenied',
    reason: 'Invalid according to Policy: ***',
    ec: '0006-00000227',
  })
})

test('a refused form does not quote the policy, which holds the token', async () => {
  const { input } = caseOf('sts')
  const policy = await createPostPolicy(clientOf(input), { bucket, key: 'a' })
  const quoted = policy.fields.policy as string
  const { transport } = answering(
    403,
    `<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message><StringToSign>${quoted}</StringToSign></Error>`,
  )

  const error = await postObject(policy, 'text', { transport }).catch((reason: unknown) => reason)

  expect(atob(quoted)).toContain(input.credentials.securityToken)
  expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', fields: { StringToSign: '***' } })
})

test.each([
  ['expires', { key: 'a', expires: new Date(Number.NaN) }],
  ['key', { key: 'a\ud800' }],
  ['key', { key: 'a/../b' }],
  ['key', { key: '' }],
  ['key', { key: 'a'.repeat(1024) }],
])('what no form could hold is refused as the field %s', async (field, input) => {
  await expect(createPostPolicy(client, { bucket, ...input })).rejects.toMatchObject({ name: 'ValidationError', field })
})

test.each<[string, object]>([
  ['bucket', { bucket: undefined }],
  ['bucket', { bucket: null }],
  ['key', { key: null }],
  ['keyPrefix', { key: undefined, keyPrefix: 'a\ud800' }],
  ['keyPrefix', { key: undefined, keyPrefix: 'a'.repeat(1023) }],
  ['keyPrefix', { key: undefined, keyPrefix: 'a/$' + '{filename}/' }],
  ['expiresInSeconds', { expiresInSeconds: 9_000_000_000_000 }],
  ['metadata.a b', { metadata: { 'a b': 'c' } }],
  ['metadata.', { metadata: { '': 'c' } }],
  ['metadata.größe', { metadata: { größe: 'c' } }],
  ['metadata.a', { metadata: { a: null } }],
  ['metadata.a', { metadata: { a: 'b\r\nc' } }],
  ['metadata.a', { metadata: { a: '\udc00' } }],
  ['contentType', { contentType: 7 }],
  ['contentType', { contentType: 'image/png\n' }],
  ['forbidOverwrite', { forbidOverwrite: 1 }],
  ['successActionStatus', { successActionStatus: Number.NaN }],
  ['callbackVar.x:User', { callbackVar: { 'x:User': '42' } }],
  ['callbackVar.user', { callbackVar: { user: '42' } }],
  ['callbackVar.x:user', { callbackVar: { 'x:user': null } }],
])('what OSS would refuse or misread is refused as the field %s: %o', async (field, input) => {
  const policy = createPostPolicy(client, { bucket, key: 'a', ...input })

  await expect(policy).rejects.toMatchObject({ name: 'ValidationError', field })
})

test('what is null is left out, as in every operation', async () => {
  const input = { bucket, key: null, keyPrefix: 'a/', acl: null, callback: null, metadata: null, conditions: null }

  const { fields } = await createPostPolicy(client, input as unknown as PostPolicyInput)

  expect(policyOf(fields).conditions.slice(0, 3)).toEqual([
    { bucket },
    ['starts-with', '$key', 'a/'],
    { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' },
  ])
  expect(Object.values(fields)).not.toContain('null')
  expect(fields).not.toHaveProperty('callback')
})

test.each<[string, ...unknown[]]>([
  ['no number', ['content-length-range', Number.NaN, 10]],
  ['half a byte', ['content-length-range', 0.5, 10]],
  ['less than nothing', ['content-length-range', -1, 10]],
  ['no last number', ['content-length-range', 1]],
  ['a reversed range', ['content-length-range', 10, 1]],
  ['a word that OSS does not know', ['ends-with', '$key', '.png']],
  ['a field without $', ['eq', 'key', 'a']],
  ['no value', ['eq', '$content-type', null]],
  ['a list for one value', ['eq', '$content-type', ['image/png']]],
  ['one value for a list', ['in', '$content-type', 'image/png']],
  ['an empty list', ['in', '$content-type', []]],
  ['two values', ['eq', '$content-type', 'image/png', 'image/gif']],
  ['a number as text', { 'x-oss-meta-a': 1 }],
  ['nothing', {}],
  ['null', null],
  ['half of a surrogate pair', ['eq', '$x-oss-meta-a', '\ud800']],
])('a condition of %s is refused', async (_, condition) => {
  const conditions = [['content-length-range', 0, 100], condition] as unknown as PostCondition[]

  await expect(createPostPolicy(client, { bucket, key: 'a', conditions })).rejects.toMatchObject({
    name: 'ValidationError',
    field: 'conditions[1]',
  })
})

test.each<[string, ...PostCondition[]]>([
  ['another bucket', { bucket: 'other' }],
  ['another key', ['eq', '$key', 'b.png']],
  ['a prefix that the key has not', ['starts-with', '$key', 'b/']],
  ['other types than the one given', ['in', '$Content-Type', ['image/jpeg', 'image/gif']]],
  ['not the type given', ['not-in', '$content-type', ['image/png']]],
  ['sizes that exclude each other', ['content-length-range', 1, 10], ['content-length-range', 11, 20]],
  ['prefixes that exclude each other', ['starts-with', '$x-oss-meta-a', 'b'], ['starts-with', '$x-oss-meta-a', 'c']],
  ['nothing of a list', ['in', '$cache-control', ['a', 'b']], ['not-in', '$cache-control', ['b', 'a']]],
  ['two lists with nothing in common', ['in', '$cache-control', ['a', 'b']], ['in', '$cache-control', ['c']]],
])('conditions that allow %s contradict what is there', async (_, ...conditions) => {
  await expect(
    createPostPolicy(client, { bucket, key: 'a.png', contentType: 'image/png', conditions }),
  ).rejects.toMatchObject({ name: 'ValidationError', field: `conditions[${conditions.length - 1}]` })
})

test('conditions that narrow each other are signed', async () => {
  const conditions: PostCondition[] = [
    ['starts-with', '$key', 'user/42/'],
    ['in', '$content-type', ['image/png', 'image/jpeg']],
    ['not-in', '$content-type', ['image/jpeg']],
    ['content-length-range', 0, 10],
    ['content-length-range', 10, 20],
    ['starts-with', '$x-oss-meta-a', ''],
  ]

  const { fields } = await createPostPolicy(client, { bucket, keyPrefix: 'user/', conditions })

  expect(policyOf(fields).conditions.slice(2, 8)).toEqual(conditions)
})
