import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { element, signedClient, type TestCall } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07Z')
const lines: string[] = []
let emulator: Emulator
let oss: ReturnType<typeof signedClient>
const signedAt = new Date('2026-03-04T05:06:07Z')

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now, logger: { info: (line) => lines.push(line), error: () => {} } })
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  lines.length = 0
  await oss('PUT', { bucket: 'private-bucket', signedAt })
  await oss('PUT', { bucket: 'private-bucket', key: 'key', body: 'secret', signedAt })
})
afterAll(() => emulator.close())

const get: TestCall = { bucket: 'private-bucket', key: 'key', signedAt }

test('a correctly signed request is let in', async () => {
  const answer = await oss('GET', { ...get, additionalHeaders: ['Host'], query: { 'response-expires': 'a b+c' } })
  expect([answer.status, answer.text, answer.headers.expires]).toEqual([200, 'secret', 'a b+c'])
})

test('a wrong secret is refused with everything the server computed, and the log tells the reason', async () => {
  const stranger = signedClient({ ...emulator, accessKeySecret: 'wrong' })
  const answer = await stranger('GET', get)
  expect(answer.status).toBe(403)
  expect(element(answer.text, 'Code')).toBe('SignatureDoesNotMatch')
  expect(element(answer.text, 'OSSAccessKeyId')).toBe(emulator.accessKeyId)
  expect(element(answer.text, 'SignatureProvided')).toMatch(/^[0-9a-f]{64}$/)
  expect(element(answer.text, 'StringToSign')).toMatch(
    /^OSS4-HMAC-SHA256\n20260304T050607Z\n20260304\/cn-hangzhou\/oss\//,
  )
  expect(element(answer.text, 'CanonicalRequest')).toBe(
    'GET\n/private-bucket/key\n\nx-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20260304T050607Z\n\n\nUNSIGNED-PAYLOAD',
  )
  expect(element(answer.text, 'StringToSignBytes')).toMatch(/^4F 53 53 34 2D /)
  expect(lines.at(-1)).toContain('SignatureDoesNotMatch')
  expect(lines.at(-1)).toContain('  GET\n  /private-bucket/key\n')
  expect(lines.at(-1)).not.toContain(emulator.accessKeySecret)
})

test('a signature is wrong whatever letters it is made of', async () => {
  const answer = await oss('GET', {
    ...get,
    tamper: (headers) => {
      headers.authorization = headers.authorization!.replace(/.$/, 'é')
    },
  })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
  const query = { 'x-oss-signature': '签'.repeat(64) }
  const form = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-date': '20260304T050607Z',
    'x-oss-expires': '60',
  }
  const credential = `${emulator.accessKeyId}/20260304/cn-hangzhou/oss/aliyun_v4_request`
  const url = await oss('GET', {
    ...get,
    isAnonymous: true,
    query: { ...form, 'x-oss-credential': credential, ...query },
  })
  expect([url.status, element(url.text, 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
})

test('a header that was changed after signing is refused', async () => {
  const answer = await oss('PUT', {
    ...get,
    headers: { 'content-type': 'text/plain' },
    tamper: (headers) => {
      headers['content-type'] = 'text/html'
    },
  })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
})

test('an x-oss header that was not signed is refused', async () => {
  const answer = await oss('GET', {
    ...get,
    tamper: (headers) => {
      headers['x-oss-extra'] = 'a'
    },
  })
  expect(element(answer.text, 'Code')).toBe('SignatureDoesNotMatch')
})

test('an unknown key is refused', async () => {
  const answer = await signedClient({ ...emulator, accessKeyId: 'LTAIunknown' })('GET', get)
  expect(answer.status).toBe(403)
  expect(answer.headers['x-oss-ec']).toBe('0002-00000902')
  expect(element(answer.text, 'Code')).toBe('InvalidAccessKeyId')
  expect(element(answer.text, 'Message')).toBe('The OSS Access Key Id you provided does not exist in our records.')
})

test('a missing bucket is told before the key is looked at, except to one who creates it', async () => {
  const stranger = signedClient({ ...emulator, accessKeyId: 'LTAIunknown' })
  const codes = [
    await stranger('GET', { bucket: 'no-such-bucket', signedAt }),
    await stranger('PUT', { bucket: 'no-such-bucket', signedAt }),
    await stranger('PUT', { bucket: 'no-such-bucket', query: { acl: null }, signedAt }),
    await stranger('GET', { signedAt }),
  ].map((answer) => element(answer.text, 'Code'))
  expect(codes).toEqual(['NoSuchBucket', 'InvalidAccessKeyId', 'InvalidAccessKeyId', 'InvalidAccessKeyId'])
})

test.each([
  ['2026-03-04T05:21:08Z', '2026-03-04T05:21:08.000Z'],
  ['2026-03-04T04:51:06Z', '2026-03-04T04:51:06.000Z'],
])('a request dated %s is too far from the clock', async (time, told) => {
  const answer = await oss('GET', { ...get, signedAt: new Date(time) })
  expect(answer.status).toBe(403)
  expect(answer.headers['x-oss-ec']).toBe('0002-00000504')
  expect(element(answer.text, 'Code')).toBe('RequestTimeTooSkewed')
  expect(element(answer.text, 'MaxAllowedSkewMilliseconds')).toBe('900000')
  expect(element(answer.text, 'RequestTime')).toBe(told)
  expect(element(answer.text, 'ServerTime')).toBe('2026-03-04T05:06:07.000Z')
})

test.each(['2026-03-04T05:21:07Z', '2026-03-04T04:51:07Z'])('a request dated %s is near enough', async (time) => {
  expect((await oss('GET', { ...get, signedAt: new Date(time) })).status).toBe(200)
})

test('a signature for another region is refused', async () => {
  const answer = await signedClient({ ...emulator, region: 'cn-beijing' })('GET', get)
  expect(answer.status).toBe(400)
  expect(answer.headers['x-oss-ec']).toBe('0002-00000226')
  expect(element(answer.text, 'Code')).toBe('InvalidArgument')
  expect(element(answer.text, 'Message')).toBe('Invalid signing region in Authorization header.')
})

test.each([
  ['date', '/20260304/', '/20260303/'],
  ['product', '/oss/', '/oss-cloudbox/'],
  ['terminator', '/aliyun_v4_request', '/aws4_request'],
])('a scope with another %s is refused', async (what, from, to) => {
  const answer = await oss('GET', {
    ...get,
    tamper: (headers) => {
      headers.authorization = headers.authorization!.replace(from, to)
    },
  })
  expect(answer.status).toBe(400)
  expect(element(answer.text, 'Message')).toBe(`Invalid signing ${what} in Authorization header.`)
})

test('an additional header that the request lacks is a bad request', async () => {
  const answer = await oss('GET', {
    ...get,
    headers: { 'x-custom': 'a' },
    additionalHeaders: ['x-custom'],
    tamper: (headers) => {
      delete headers['x-custom']
    },
  })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidArgument'])
})

test('an additional header is part of the signature', async () => {
  const call: TestCall = { ...get, headers: { 'x-custom': 'a' }, additionalHeaders: ['x-custom'] }
  const changed = await oss('GET', {
    ...call,
    tamper: (headers) => {
      headers['x-custom'] = 'b'
    },
  })
  expect((await oss('GET', call)).status).toBe(200)
  expect(element(changed.text, 'Code')).toBe('SignatureDoesNotMatch')
})

test.each(['OSS4-HMAC-SHA256 nonsense', 'Basic abc'])(
  'the Authorization %s is a bad request',
  async (authorization) => {
    const answer = await oss('GET', {
      ...get,
      tamper: (headers) => {
        headers.authorization = authorization
      },
    })
    expect([answer.status, element(answer.text, 'Code')]).toEqual([400, 'InvalidArgument'])
  },
)

test('an anonymous request to a private bucket is denied', async () => {
  const answer = await oss('GET', { ...get, isAnonymous: true })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'AccessDenied'])
  expect(answer.headers['x-oss-ec']).toBe('0003-00000001')
  expect(element(answer.text, 'EC')).toBe('0003-00000001')
})

test('anyone may read what is public-read, and not write it', async () => {
  await oss('PUT', {
    bucket: 'private-bucket',
    query: { acl: null },
    headers: { 'x-oss-acl': 'public-read' },
    signedAt,
  })
  expect((await oss('GET', { ...get, isAnonymous: true })).text).toBe('secret')
  expect((await oss('GET', { bucket: 'private-bucket', isAnonymous: true })).status).toBe(200)
  expect((await oss('PUT', { ...get, body: 'mine', isAnonymous: true })).status).toBe(403)
})

test('anyone may write what is public-read-write', async () => {
  const headers = { 'x-oss-acl': 'public-read-write' }
  await oss('PUT', { bucket: 'private-bucket', query: { acl: null }, headers, signedAt })
  expect((await oss('PUT', { ...get, body: 'mine', isAnonymous: true })).status).toBe(200)
  expect((await oss('GET', { ...get, isAnonymous: true })).text).toBe('mine')
})

test('the ACL of an object goes before that of its bucket', async () => {
  const acl = (value: string) => oss('PUT', { ...get, query: { acl: null }, headers: { 'x-oss-object-acl': value } })
  await acl('public-read')
  expect((await oss('GET', { ...get, isAnonymous: true })).status).toBe(200)
  await acl('default')
  expect((await oss('GET', { ...get, isAnonymous: true })).status).toBe(403)
})

test('the service itself is closed to anonymous requests', async () => {
  expect(element((await oss('GET', { isAnonymous: true })).text, 'Code')).toBe('AccessDenied')
})

test('another account is a stranger to a private bucket', async () => {
  const accounts = [
    { accessKeyId: 'LTAIfirst', accessKeySecret: 'one', accountId: '1' },
    { accessKeyId: 'LTAIsecond', accessKeySecret: 'two', accountId: '2' },
  ]
  await using shared = await startEmulator({ accounts, clock: clock.now })
  const [owner, other] = accounts.map((account) => signedClient({ ...shared, ...account }))
  await owner!('PUT', { bucket: 'owned-bucket', signedAt })
  expect((await other!('GET', { bucket: 'owned-bucket', signedAt })).status).toBe(403)
  expect(element((await other!('PUT', { bucket: 'owned-bucket', signedAt })).text, 'Code')).toBe('AccessDenied')
  expect((await other!('GET', { signedAt })).text).not.toContain('owned-bucket')
})

test('an error of a HEAD request travels in headers', async () => {
  const missing = await oss('HEAD', { ...get, key: 'missing' })
  const stranger = await signedClient({ ...emulator, accessKeyId: 'LTAIunknown' })('HEAD', get)
  const document = Buffer.from(String(missing.headers['x-oss-err']), 'base64').toString('utf8')
  expect([missing.status, missing.text, missing.headers['x-oss-ec']]).toEqual([404, '', '0026-00000001'])
  expect(element(document, 'Code')).toBe('NoSuchKey')
  expect(element(document, 'RequestId')).toBe(missing.headers['x-oss-request-id'])
  expect(Buffer.from(String(stranger.headers['x-oss-err']), 'base64').toString()).toContain('InvalidAccessKeyId')
})

test('every answer has the frame of the service', async () => {
  const answers = [await oss('GET', get), await oss('GET', { ...get, key: 'missing' }), await oss('HEAD', get)]
  for (const { headers } of answers) {
    expect(headers.server).toBe('AliyunOSS')
    expect(headers.date).toBe('Wed, 04 Mar 2026 05:06:07 GMT')
    expect(headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/)
    expect(headers['x-oss-server-time']).toMatch(/^\d+$/)
  }
})

test('an error document says what, where and how to go on', async () => {
  const answer = await oss('GET', { ...get, key: 'missing' })
  expect(answer.reason).toBe('Not Found')
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
      '<Message>The specified key does not exist.</Message>' +
      `<RequestId>${answer.headers['x-oss-request-id']}</RequestId><HostId>127.0.0.1:${emulator.port}</HostId>` +
      '<Key>missing</Key><EC>0026-00000001</EC>' +
      '<RecommendDoc>https://api.aliyun.com/troubleshoot?q=0026-00000001</RecommendDoc></Error>',
  )
})

test('the journal tells every request and why it was refused', async () => {
  await oss('GET', { ...get, isAnonymous: true })
  expect(emulator.requests.at(-1)).toMatchObject({
    method: 'GET',
    path: '/private-bucket/key',
    operation: 'GetObject',
    status: 403,
    code: 'AccessDenied',
    reason: 'the request is not signed, and the bucket acl is private',
  })
})

test('a refused HEAD tells its reason in a header that clients take, however long the key is', async () => {
  const stranger = signedClient({ ...emulator, accessKeySecret: 'wrong' })
  const answer = await stranger('HEAD', { ...get, key: '键'.repeat(340) })
  const document = Buffer.from(String(answer.headers['x-oss-err']), 'base64').toString()
  expect([answer.status, element(document, 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
  expect(element(document, 'StringToSign')).toMatch(/^OSS4-HMAC-SHA256\n/)
})
