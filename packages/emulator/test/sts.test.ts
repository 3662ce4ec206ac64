import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { settableClock } from './settable-clock.ts'
import { contentMd5, element, sendTo, signedClient } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07Z')
const lines: string[] = []
let emulator: Emulator
let oss: ReturnType<typeof signedClient>
const now = () => clock.now()

beforeAll(async () => {
  const logger = { info: (line: string) => lines.push(line), error: () => {} }
  emulator = await startEmulator({ clock: now, minimumTokenSeconds: 60, logger })
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  lines.length = 0
  await oss('PUT', { bucket: 'app-bucket', signedAt: now() })
  await oss('PUT', { bucket: 'app-bucket', key: 'user/a.txt', body: 'a', signedAt: now() })
})
afterAll(() => emulator.close())

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Signs and sends an RPC request as the documentation of STS says. */
async function rpc(method: 'GET' | 'POST', parameters: Record<string, string>, secret = emulator.accessKeySecret) {
  const all: Record<string, string> = {
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    AccessKeyId: emulator.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: now().toISOString().replace(/\.\d+/, ''),
    RoleArn: emulator.roleArn,
    RoleSessionName: 'browser-user',
    ...parameters,
  }
  const canonical = Object.keys(all)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${encode(name)}=${encode(all[name]!)}`)
    .join('&')
  const text = `${method}&%2F&${encode(canonical)}`
  const signature = createHmac('sha1', `${secret}&`).update(text).digest('base64')
  const form = `${canonical}&Signature=${encode(signature)}`
  const host = { host: `127.0.0.1:${emulator.port}` }
  if (method === 'GET') return sendTo(emulator)('GET', `/?${form}`, host)
  const headers = { ...host, 'content-type': 'application/x-www-form-urlencoded' }
  return sendTo(emulator)('POST', '/', headers, form)
}

const policyFor = (...statements: object[]): string => JSON.stringify({ Version: '1', Statement: statements })

async function sessionClient(parameters: Record<string, string> = {}) {
  const { Credentials } = JSON.parse((await rpc('POST', parameters)).text)
  const credentials = {
    accessKeyId: Credentials.AccessKeyId as string,
    accessKeySecret: Credentials.AccessKeySecret as string,
    securityToken: Credentials.SecurityToken as string,
  }
  return { credentials, call: signedClient({ ...emulator, ...credentials }) }
}

test.each(['GET', 'POST'] as const)(
  'AssumeRole by %s gives out credentials and says when they expire',
  async (method) => {
    const answer = await rpc(method, { DurationSeconds: '900' })
    const body = JSON.parse(answer.text)
    expect(answer.status).toBe(200)
    expect(body.RequestId).toMatch(/^[0-9A-F-]{36}$/)
    expect(body.AssumedRoleUser.Arn).toBe('acs:ram::1234567890123456:role/emulator/browser-user')
    expect(body.AssumedRoleUser.AssumedRoleId).toMatch(/^\d+:browser-user$/)
    expect(body.Credentials.AccessKeyId).toMatch(/^STS\./)
    expect(body.Credentials.Expiration).toBe('2026-03-04T05:21:07Z')
  },
)

test('AssumeRole answers XML unless JSON is asked for', async () => {
  const answer = await rpc('GET', { Format: 'XML' })
  expect(answer.headers['content-type']).toContain('xml')
  expect(answer.text).toMatch(/<AssumeRoleResponse><RequestId>/)
  expect(element(answer.text, 'AccessKeyId')).toMatch(/^STS\./)
})

test.each([
  [{ RoleSessionName: 'a' }, 400, 'InvalidParameter.RoleSessionName'],
  [{ RoleSessionName: 'with space' }, 400, 'InvalidParameter.RoleSessionName'],
  [{ DurationSeconds: '59' }, 400, 'InvalidParameter.DurationSeconds'],
  [{ DurationSeconds: '3601' }, 400, 'InvalidParameter.DurationSeconds'],
  [{ DurationSeconds: 'soon' }, 400, 'InvalidParameter.DurationSeconds'],
  [{ Policy: '{"Statement":[]' }, 400, 'InvalidParameter.PolicyGrammar'],
  [
    { Policy: '{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}' },
    400,
    'InvalidParameter.PolicyGrammar',
  ],
  [{ RoleArn: 'acs:ram::1234567890123456:role/other' }, 404, 'EntityNotExist.Role'],
  [{ AccessKeyId: 'LTAIunknown' }, 404, 'InvalidAccessKeyId.NotFound'],
  [{ Timestamp: '2026-03-04T04:00:00Z' }, 400, 'InvalidTimeStamp.Expired'],
  [{ Action: 'Nonsense' }, 404, 'InvalidAction.NotFound'],
  [{ Action: 'AssumeRoleWithSAML' }, 501, 'NotImplemented'],
])('AssumeRole with %o is refused', async (parameters, status, code) => {
  const answer = await rpc('POST', parameters as unknown as Record<string, string>)
  const body = JSON.parse(answer.text)
  expect([answer.status, body.Code]).toEqual([status, code])
  expect(Object.keys(body).sort((a, b) => a.localeCompare(b))).toEqual(['Code', 'HostId', 'Message', 'RequestId'])
})

test('a signature is read right whatever characters its Base64 has', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => rpc('GET', { RoleSessionName: 'a.b@c_d-e' })))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('a wrong RPC signature is refused', async () => {
  const answer = await rpc('GET', {}, 'wrong')
  expect([answer.status, JSON.parse(answer.text).Code]).toEqual([400, 'SignatureDoesNotMatch'])
})

test('a wrong policy is named as the service names it', async () => {
  const answer = await rpc('POST', { Policy: 'no json' })
  expect(JSON.parse(answer.text).Message).toBe('The parameter Policy has not passed grammar check.')
})

const allowed = { Effect: 'Allow', Action: 'oss:*', Resource: '*' }

test.each([
  ['no object', '[]'],
  ['no version', JSON.stringify({ Statement: [allowed] })],
  ['another version', JSON.stringify({ Version: '2', Statement: [allowed] })],
  ['no statements', '{"Version":"1"}'],
  ['a statement that is no list', JSON.stringify({ Version: '1', Statement: allowed })],
  ['no effect', policyFor({ Action: 'oss:*', Resource: '*' })],
  ['no action', policyFor({ Effect: 'Allow', Resource: '*' })],
  ['no resource', policyFor({ Effect: 'Allow', Action: 'oss:*' })],
  ['an action that is a number', policyFor({ ...allowed, Action: 1 })],
  ['a list of no actions', policyFor({ ...allowed, Action: [] })],
  ['a condition that is a text', policyFor({ ...allowed, Condition: 'always' })],
  ['a condition without values', policyFor({ ...allowed, Condition: { StringEquals: { 'oss:Prefix': {} } } })],
])('a policy with %s breaks the grammar, in JSON and in XML', async (_, policy) => {
  const parameters = { Policy: policy }
  const [json, xml] = [await rpc('POST', parameters), await rpc('GET', { ...parameters, Format: 'XML' })]
  expect([json.status, JSON.parse(json.text).Code]).toEqual([400, 'InvalidParameter.PolicyGrammar'])
  expect([xml.status, element(xml.text, 'Code'), xml.text.includes('<Error><RequestId>')]).toEqual([
    400,
    'InvalidParameter.PolicyGrammar',
    true,
  ])
})

test('the service minimum of 900 seconds is the default', async () => {
  await using strict = await startEmulator({ clock: now })
  const previous = emulator
  emulator = strict
  const answers = [await rpc('POST', { DurationSeconds: '899' }), await rpc('POST', { DurationSeconds: '900' })]
  emulator = previous
  expect(answers.map(({ status }) => status)).toEqual([400, 200])
})

test('temporary credentials stop working when they expire', async () => {
  const { call } = await sessionClient({ DurationSeconds: '60' })
  const get = () => call('GET', { bucket: 'app-bucket', key: 'user/a.txt', signedAt: now() })
  expect((await get()).text).toBe('a')
  clock.advanceSeconds(59)
  expect((await get()).status).toBe(200)
  clock.advanceSeconds(1)
  const expired = await get()
  expect([expired.status, element(expired.text, 'Code')]).toEqual([403, 'SecurityTokenExpired'])
  expect(expired.headers['x-oss-ec']).toBe('0002-00000007')
})

test('a temporary key without its token is unknown, and with another token invalid', async () => {
  const { credentials } = await sessionClient()
  const { securityToken, ...bare } = credentials
  const call = { bucket: 'app-bucket', key: 'user/a.txt', signedAt: now() }
  const without = await signedClient({ ...emulator, ...bare })('GET', call)
  const other = await signedClient({ ...emulator, ...bare, securityToken: `${securityToken}x` })('GET', call)
  expect(element(without.text, 'Code')).toBe('InvalidAccessKeyId')
  expect(element(other.text, 'Code')).toBe('InvalidSecurityToken')
  expect(other.headers['x-oss-ec']).toBe('0002-00000006')
})

test('the log shows no token', async () => {
  const { credentials } = await sessionClient()
  await signedClient({ ...emulator, ...credentials, accessKeySecret: 'wrong' })('GET', {
    bucket: 'app-bucket',
    signedAt: now(),
  })
  expect(lines.at(-1)).toContain('SignatureDoesNotMatch')
  expect(lines.at(-1)).toContain('x-oss-security-token:***')
  expect(lines.join('\n')).not.toContain(credentials.securityToken)
})

test('a session policy limits what the credentials may do', async () => {
  const Policy = policyFor(
    { Effect: 'Allow', Action: ['oss:Get*', 'oss:PutObject'], Resource: 'acs:oss:*:*:app-bucket/user/*' },
    { Effect: 'Deny', Action: 'oss:*', Resource: ['acs:oss:*:*:app-bucket/user/locked*'] },
  )
  const { call } = await sessionClient({ Policy })
  const put = (key: string) => call('PUT', { bucket: 'app-bucket', key, body: 'b', signedAt: now() })
  const denied = await put('other/b.txt')
  expect([denied.status, element(denied.text, 'Code')]).toEqual([403, 'AccessDenied'])
  expect(element(denied.text, 'Message')).toBe("Access denied by authorizer's policy.")
  const statuses = [
    await put('user/b.txt'),
    await put('user/locked.txt'),
    await call('GET', { bucket: 'app-bucket', key: 'user/a.txt', signedAt: now() }),
    await call('DELETE', { bucket: 'app-bucket', key: 'user/a.txt', signedAt: now() }),
    await call('GET', { bucket: 'app-bucket', signedAt: now() }),
    await call('POST', { bucket: 'app-bucket', key: 'user/big', query: { uploads: null }, signedAt: now() }),
  ].map(({ status }) => status)
  expect(statuses).toEqual([200, 403, 200, 403, 403, 200])
})

test('a condition on the prefix limits what may be listed', async () => {
  const Policy = policyFor({
    Effect: 'Allow',
    Action: 'oss:ListObjects',
    Resource: 'acs:oss:*:*:app-bucket',
    Condition: { StringLike: { 'oss:Prefix': ['user/*'] } },
  })
  const { call } = await sessionClient({ Policy })
  const list = (prefix: string) =>
    call('GET', { bucket: 'app-bucket', query: { 'list-type': '2', prefix }, signedAt: now() })
  expect([(await list('user/')).status, (await list('other/')).status, (await list('')).status]).toEqual([
    200, 403, 403,
  ])
})

test('a multi-delete is denied as a whole when one key may not be deleted', async () => {
  const Policy = policyFor({ Effect: 'Allow', Action: 'oss:DeleteObject', Resource: 'acs:oss:*:*:app-bucket/user/*' })
  const { call } = await sessionClient({ Policy })
  const remove = (...keys: string[]) => {
    const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
    const headers = { 'content-md5': contentMd5(body) }
    return call('POST', { bucket: 'app-bucket', query: { delete: null }, headers, body, signedAt: now() })
  }
  expect((await remove('user/a.txt', 'other/b.txt')).status).toBe(403)
  expect((await oss('HEAD', { bucket: 'app-bucket', key: 'user/a.txt', signedAt: now() })).status).toBe(200)
  expect((await remove('user/a.txt')).status).toBe(200)
})

test('a copy needs the right to read its source', async () => {
  const Policy = policyFor({ Effect: 'Allow', Action: 'oss:PutObject', Resource: '*' })
  const { call } = await sessionClient({ Policy })
  const headers = { 'x-oss-copy-source': '/app-bucket/user/a.txt' }
  const answer = await call('PUT', { bucket: 'app-bucket', key: 'user/c.txt', headers, signedAt: now() })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'AccessDenied'])
})
