import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { canonicalParameters } from './assume-role.ts'
import { element, send, signedClient } from './signed-client.ts'

const now = new Date('2026-03-04T05:06:07Z')
const seconds = now.getTime() / 1000
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const arn = 'acs:ram::1234567890123456:oidc-provider/ci'
const issuer = 'https://ci.test'
let emulator: Emulator

beforeAll(async () => {
  const keys = [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec' },
  ]
  emulator = await startEmulator({
    clock: () => now,
    oidcProviders: [
      { arn, issuer, clientIds: ['sts.aliyuncs.com'], jwks: { keys } },
      { arn: 'acs:ram::99:oidc-provider/foreign', issuer, clientIds: ['sts.aliyuncs.com'], jwks: { keys } },
    ],
  })
})
beforeEach(async () => {
  await emulator.reset()
  await signedClient(emulator)('PUT', { bucket: 'oidc-bucket', signedAt: now })
})
afterAll(() => emulator.close())

const usual = { iss: issuer, sub: 'repo:shop', aud: 'sts.aliyuncs.com', iat: seconds - 10, exp: seconds + 600 }
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token, signed by the rules of JWS. */
function tokenOf(claims: object = {}, header: object = { alg: 'RS256', kid: 'rsa' }, key = rsa.privateKey): string {
  const signed = `${base64url({ typ: 'JWT', ...header })}.${base64url({ ...usual, ...claims })}`
  const form = key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key
  return `${signed}.${sign('sha256', Buffer.from(signed), form).toString('base64url')}`
}

function call(parameters: Record<string, string> = {}, method: 'GET' | 'POST' = 'POST') {
  const form = canonicalParameters({
    Action: 'AssumeRoleWithOIDC',
    Version: '2015-04-01',
    Format: 'JSON',
    OIDCProviderArn: arn,
    OIDCToken: tokenOf(),
    RoleArn: emulator.roleArn,
    RoleSessionName: 'build-7',
    ...parameters,
  })
  const host = { host: 'sts.cn-hangzhou.aliyuncs.com' }
  if (method === 'GET') return send(emulator.port, 'GET', `/?${form}`, host)
  return send(emulator.port, 'POST', '/', { ...host, 'content-type': 'application/x-www-form-urlencoded' }, form)
}

test.each(['GET', 'POST'] as const)('a token of a known provider takes a role by %s', async (method) => {
  const answer = await call({}, method)
  const body = JSON.parse(answer.text)
  expect(answer.status).toBe(200)
  expect(body.OIDCTokenInfo).toEqual({
    Subject: 'repo:shop',
    Issuer: 'https://ci.test',
    ClientIds: 'sts.aliyuncs.com',
    IssuanceTime: '2026-03-04T05:05:57Z',
    ExpirationTime: '2026-03-04T05:16:07Z',
    VerificationInfo: 'Success',
  })
  expect(body.AssumedRoleUser.Arn).toBe('acs:ram::1234567890123456:role/emulator/build-7')
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = body.Credentials
  expect(Expiration).toBe('2026-03-04T06:06:07Z')
  const credentials = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken }
  const put = { bucket: 'oidc-bucket', key: 'a', body: 'a', signedAt: now }
  expect((await signedClient({ ...emulator, ...credentials })('PUT', put)).status).toBe(200)
})

test('the answer is XML unless JSON is asked for', async () => {
  const { text } = await call({ Format: 'XML' })
  expect(text).toMatch(/<AssumeRoleWithOIDCResponse><RequestId>/)
  expect(element(text, 'Subject')).toBe('repo:shop')
  expect(element(text, 'AccessKeyId')).toMatch(/^STS\./)
})

test('tokens of several algorithms and audiences are taken', async () => {
  const elliptic = tokenOf({}, { alg: 'ES256', kid: 'ec' }, ec.privateKey)
  const several = tokenOf({ aud: ['other', 'sts.aliyuncs.com'] }, { alg: 'RS256' })
  expect((await call({ OIDCToken: elliptic })).status).toBe(200)
  expect((await call({ OIDCToken: several })).status).toBe(200)
})

const none = `${base64url({ alg: 'none' })}.${base64url(usual)}.`
const [head, , signature] = tokenOf().split('.')
const forged = `${head}.${base64url({ ...usual, sub: 'admin' })}.${signature}`

test.each([
  [
    'another key',
    { OIDCToken: tokenOf({}, { alg: 'RS256', kid: 'rsa' }, stranger.privateKey) },
    400,
    'AuthenticationFail.OIDCToken.Invalid',
  ],
  ['other claims than were signed', { OIDCToken: forged }, 400, 'AuthenticationFail.OIDCToken.Invalid'],
  ['no signature', { OIDCToken: none }, 400, 'AuthenticationFail.OIDCToken.Invalid'],
  ['no token at all', { OIDCToken: 'nonsense' }, 400, 'AuthenticationFail.OIDCToken.Invalid'],
  [
    'a token that begins later',
    { OIDCToken: tokenOf({ nbf: seconds + 60 }) },
    400,
    'AuthenticationFail.OIDCToken.Invalid',
  ],
  ['an expired token', { OIDCToken: tokenOf({ exp: seconds }) }, 400, 'AuthenticationFail.OIDCToken.Expired'],
  [
    'another issuer',
    { OIDCToken: tokenOf({ iss: 'https://other.test' }) },
    400,
    'AuthenticationFail.OIDCToken.IssuerNotMatch',
  ],
  ['another audience', { OIDCToken: tokenOf({ aud: 'other' }) }, 400, 'AuthenticationFail.OIDCToken.AudienceNotMatch'],
  ['an unknown provider', { OIDCProviderArn: 'acs:ram::1:oidc-provider/none' }, 403, 'AuthenticationFail.NoPermission'],
  [
    'a provider that the role does not trust',
    { OIDCProviderArn: 'acs:ram::99:oidc-provider/foreign' },
    403,
    'AuthenticationFail.NoPermission',
  ],
  ['an unknown role', { RoleArn: 'acs:ram::1234567890123456:role/none' }, 404, 'EntityNotExist.Role'],
  ['an empty token', { OIDCToken: '' }, 400, 'MissingOIDCToken'],
  ['a wrong policy', { Policy: '{}' }, 400, 'InvalidParameter.PolicyGrammar'],
  ['a wrong session name', { RoleSessionName: 'a b' }, 400, 'InvalidParameter.RoleSessionName'],
  ['too long a session', { DurationSeconds: '3601' }, 400, 'InvalidParameter.DurationSeconds'],
])('%s is refused', async (_, parameters, status, code) => {
  const answer = await call(parameters as unknown as Record<string, string>)
  expect([answer.status, JSON.parse(answer.text).Code]).toEqual([status, code])
})

test('neither log nor journal shows the token', async () => {
  await call({ OIDCToken: tokenOf({ exp: 1 }) }, 'GET')
  expect(JSON.stringify(emulator.requests)).not.toContain(head)
})
