import { generateKeyPairSync, sign } from 'node:crypto'
import { inspect } from 'node:util'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { type AssumeRoleWithOIDCInput, assumeRoleWithOIDC } from '../../src/credentials/assume-role-with-oidc.ts'
import { oidcRoleCredentials } from '../../src/credentials/oidc-role-credentials.ts'
import { CredentialsError, ServiceError, ValidationError } from '../../src/errors.ts'
import { putBucket } from '../../src/operations/bucket-basic.ts'
import { putObject } from '../../src/operations/object-basic.ts'
import { fixedRetryer } from '../../src/retry/retryer.ts'

const start = Date.parse('2026-03-04T05:06:07Z')
const bucket = 'examplebucket'
const arn = 'acs:ram::1234567890123456:oidc-provider/ci'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
let emulator: Emulator

beforeAll(async () => {
  const jwks = { keys: [publicKey.export({ format: 'jwk' })] }
  const provider = { arn, issuer: 'https://ci.test', clientIds: ['sts.aliyuncs.com'], jwks }
  emulator = await startEmulator({ clock: () => new Date(start), oidcProviders: [provider] })
})
beforeEach(async () => {
  await emulator.reset()
  await putBucket(clientOf(emulator), { bucket })
})
afterAll(() => emulator.close())

const now = () => emulator.clock.now().getTime()

const clientOf = (credentialsProvider: Parameters<typeof createClient>[0]['credentialsProvider']) =>
  createClient({ region: emulator.region, endpoint: emulator.endpoint, credentialsProvider, now })

/** A token as the provider issues it. */
function tokenOf(claims: object = {}): string {
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = now() / 1000
  const usual = { iss: 'https://ci.test', sub: 'repo:shop', aud: 'sts.aliyuncs.com', exp: seconds + 600 }
  const signed = `${base64url({ alg: 'RS256' })}.${base64url({ ...usual, ...claims })}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

const inputOf = (changes: Partial<AssumeRoleWithOIDCInput> = {}): AssumeRoleWithOIDCInput => ({
  endpoint: emulator.stsEndpoint,
  roleArn: emulator.roleArn,
  oidcProviderArn: arn,
  oidcToken: tokenOf(),
  roleSessionName: 'build-7',
  now,
  retryer: fixedRetryer({ delayMs: 0 }),
  ...changes,
})

describe('assumeRoleWithOIDC', () => {
  it('gets credentials that put objects, and tells what the token says', async () => {
    const { credentials, assumedRoleUser, oidcTokenInfo } = await assumeRoleWithOIDC(inputOf())

    await putObject(clientOf(credentials), { bucket, key: 'a', body: 'a' })
    expect(credentials.expiration).toEqual(new Date(start + 3_600_000))
    expect(assumedRoleUser.arn).toBe('acs:ram::1234567890123456:role/emulator/build-7')
    expect(oidcTokenInfo).toEqual({
      subject: 'repo:shop',
      issuer: 'https://ci.test',
      clientIds: 'sts.aliyuncs.com',
      expirationTime: new Date(start + 600_000),
    })
  })

  it('asks a function for the token, and takes no notice of a line end', async () => {
    const { credentials } = await assumeRoleWithOIDC(inputOf({ oidcToken: async () => `${tokenOf()}\r\n` }))

    await putObject(clientOf(credentials), { bucket, key: 'a', body: 'a' })
  })

  it('narrows lifetime and rights', async () => {
    const statement = { Effect: 'Allow', Action: 'oss:PutObject', Resource: `acs:oss:*:*:${bucket}/a/*` }
    const policy = { Version: '1', Statement: [statement] }

    const { credentials } = await assumeRoleWithOIDC(inputOf({ durationSeconds: 900, policy }))

    expect(credentials.expiration).toEqual(new Date(start + 900_000))
    await putObject(clientOf(credentials), { bucket, key: 'a/1', body: 'a' })
    await expect(putObject(clientOf(credentials), { bucket, key: 'b', body: 'b' })).rejects.toThrow('AccessDenied')
  })

  it.each([
    ['an expired token', { exp: start / 1000 - 1 }, {}, 'AuthenticationFail.OIDCToken.Expired'],
    ['a token for others', { aud: 'others' }, {}, 'AuthenticationFail.OIDCToken.AudienceNotMatch'],
    ['an unknown provider', {}, { oidcProviderArn: `${arn}-2` }, 'AuthenticationFail.NoPermission'],
    ['an unknown role', {}, { roleArn: 'acs:ram::1234567890123456:role/none' }, 'EntityNotExist.Role'],
  ])('rejects with what STS says of %s, and never with the token', async (_, claims, changes, code) => {
    const oidcToken = tokenOf(claims)

    const error = await assumeRoleWithOIDC(inputOf({ oidcToken, ...changes })).catch((problem) => problem)

    expect(error).toBeInstanceOf(ServiceError)
    expect(error).toMatchObject({ operation: 'AssumeRoleWithOIDC', code, hint: expect.any(String), isRetryable: false })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(oidcToken.split('.')[2])
  })

  it.each([
    ['oidcProviderArn', { oidcProviderArn: 'ci' }],
    ['oidcToken', { oidcToken: '' }],
    ['oidcToken', { oidcToken: 'canary with spaces' }],
    ['oidcToken', { oidcToken: () => 'canary with spaces' }],
    ['oidcToken', { oidcToken: undefined as never }],
    ['roleArn', { roleArn: '' }],
    ['roleSessionName', { roleSessionName: 'ö' }],
  ])('refuses a wrong %s before anything is sent, case %#', async (field, changes) => {
    const error = await assumeRoleWithOIDC(inputOf(changes)).catch((problem) => problem)

    expect(error).toBeInstanceOf(ValidationError)
    expect(error.field).toBe(field)
    expect(error.message).not.toContain('canary')
    expect(emulator.requests.map(({ operation }) => operation)).not.toContain('AssumeRoleWithOIDC')
  })

  it('rejects with the failure of the function that gets the token', async () => {
    const failure = new Error('no token')
    const oidcToken = () => {
      throw failure
    }

    await expect(assumeRoleWithOIDC(inputOf({ oidcToken }))).rejects.toBe(failure)
  })
})

describe('oidcRoleCredentials', () => {
  it('asks for a token each time that it takes the role', async () => {
    const tokens: string[] = []
    const oidcToken = () => {
      tokens.push(tokenOf())
      return tokens.at(-1)!
    }
    const client = clientOf(oidcRoleCredentials(inputOf({ oidcToken, durationSeconds: 900 })))

    await putObject(client, { bucket, key: 'a', body: 'a' })
    emulator.clock.advanceSeconds(900)
    await putObject(client, { bucket, key: 'b', body: 'b' })

    expect(new Set(tokens).size).toBe(2)
  })

  it('says through the client what was wrong with the token', async () => {
    const client = clientOf(oidcRoleCredentials(inputOf({ oidcToken: tokenOf({ exp: 1 }) })))

    const error = await putObject(client, { bucket, key: 'a', body: 'a' }).catch((problem) => problem)

    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toMatch(/^AssumeRoleWithOIDC: 400 AuthenticationFail\.OIDCToken\.Expired: /)
  })

  it('finds wrong use when it is made', () => {
    expect(() => oidcRoleCredentials(inputOf({ oidcProviderArn: 'ci' }))).toThrow(ValidationError)
  })
})
