import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { issuedFor, metadataService } from '../../core/test/credentials/metadata-service.ts'
import { noRetry, type ProfileOptions, profileCredentials, type Transport } from '../src/index.ts'
import { emulator, failure, home, idOf, inAnHour, isLetIn, keep, providerArn, sts, tokenOf } from './home-with-sts.ts'

describe('the file of the SDKs', () => {
  const ini = () => `# keys
[default]
type = access_key   # the usual
access_key_id = ${emulator.accessKeyId}
access_key_secret=${emulator.accessKeySecret}

; others
[temporary]
enable = true
type = sts
access_key_id = STS.id
access_key_secret = canary-secret=
security_token = canary-token==

[role]
type = ram_role_arn
access_key_id = ${emulator.accessKeyId}
access_key_secret = ${emulator.accessKeySecret}
role_arn = ${emulator.roleArn}
role_session_name = worker
role_session_expiration = 900
policy = {"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}

[pod]
type = oidc_role_arn
role_arn = ${emulator.roleArn}
oidc_provider_arn = ${providerArn}
oidc_token_file_path = ${home}/token

[instance]
type = ecs_ram_role
role_name = backup

[off]
enable = false
type = access_key

[shut]
enable = False
type = access_key
access_key_id = canary
access_key_secret = canary

[ancient]
type = sts
access_key_id = canary
access_key_secret = canary
security_token = canary
sts_expiration = -1e300

[half]
type = access_key
access_key_id = canary

[none]
type = access_key

[untyped]
access_key_id = canary

[wrong]
type = ram_role_arn
access_key_id = canary
access_key_secret = canary
role_arn = worker

[pair]
type = rsa_key_pair
`
  const provider = async (options: ProfileOptions = {}, text = ini()) =>
    profileCredentials({ env: {}, file: await keep('credentials', text), sts: sts(), ...options })

  it.each(['default', 'role', 'pod'])('has the profile %s', async (profile) => {
    await keep('token', tokenOf('pod'))

    expect(await isLetIn(await provider({ profile }))).toBe(200)
  })

  test('has temporary keys', async () => {
    expect(await (await provider({ profile: 'temporary' })).getCredentials()).toMatchObject({
      accessKeyId: 'STS.id',
      accessKeySecret: 'canary-secret=',
      securityToken: 'canary-token==',
    })
  })

  test('sends to the metadata service for the role of the instance', async () => {
    await using service = await metadataService({ roles: { backup: () => issuedFor('first', inAnHour()) } })

    expect(await idOf(await provider({ profile: 'instance', ecs: { endpoint: service.url } }))).toBe('STS.first')
    expect(service.asked.at(-1)).toBe('GET /latest/meta-data/ram/security-credentials/backup 200')
  })

  test('is asked for the profile that the environment names', async () => {
    expect(await idOf(await provider({ env: { ALIBABA_CLOUD_PROFILE: 'temporary' } }))).toBe('STS.id')
  })

  test('may come from Windows', async () => {
    const text = `\uFEFF${ini().replaceAll('\n', '\r\n')}`

    expect(await isLetIn(await provider({}, text))).toBe(200)
  })

  it.each([
    ['off', 'profile off is not enabled', true],
    ['shut', 'profile shut is not enabled', true],
    ['ancient', 'profile ancient: sts_expiration is not a date', undefined],
    ['nobody', 'there is no profile nobody', true],
    ['none', 'profile none: there is no access key', true],
    ['half', 'profile half: access_key_secret is missing', undefined],
    ['untyped', 'profile untyped: type is missing', undefined],
    ['wrong', 'profile wrong: roleArn: expected acs:ram::{account id}:role/{name}, got "worker"', undefined],
    ['pair', 'profile pair: credentials of the kind rsa_key_pair are not supported', undefined],
  ])('says of the profile %s what is wrong with it', async (profile, problem, isAbsent) => {
    const error = await failure(await provider({ profile }))

    expect(error.message).toBe(`${join(home, 'credentials')}: ${problem}`)
    expect(error.isAbsent).toBe(isAbsent)
  })

  it.each([
    ['[default]\ncanary', 2],
    ['access_key_id = canary', 1],
    ['[default]\n\n= canary', 3],
  ])('names the line that it does not understand, and does not quote it, case %#', async (text, line) => {
    const error = await failure(await provider({}, text))

    const problem = `line ${line} is neither [a profile] nor, in one, name = value`
    expect(error.message).toBe(`${join(home, 'credentials')}: ${problem}`)
  })

  test('is missed by its path', async () => {
    const file = join(home, 'none')

    const error = await failure(profileCredentials({ file, env: {} }))

    expect([error.message, error.isAbsent]).toEqual([`there is no ${file}`, true])
  })

  test('that is a folder cannot be read', async () => {
    const error = await failure(profileCredentials({ file: home, env: {} }))

    expect([error.message, error.isAbsent]).toEqual([`${home} cannot be read: EISDIR`, undefined])
  })

  test('goes to the STS that the environment or the file names, unless an option says otherwise', async () => {
    const urls: string[] = []
    const transport: Transport = async ({ url }) => {
      urls.push(url)
      throw new Error('not sent')
    }
    const env = { ALIBABA_CLOUD_STS_REGION: 'cn-beijing', ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true' }

    for (const place of [{ region: undefined, endpoint: undefined }, { region: 'cn-shanghai' }]) {
      await failure(await provider({ profile: 'role', env, sts: { transport, retryer: noRetry, ...place } }))
    }

    expect(urls).toEqual(['https://sts-vpc.cn-beijing.aliyuncs.com/', 'https://sts.cn-shanghai.aliyuncs.com/'])
  })

  test('takes its role once, however often OSS refuses meanwhile', async () => {
    const credentials = await provider({ profile: 'role' })

    const asked = [credentials.getCredentials()]
    credentials.invalidate?.()
    asked.push(credentials.getCredentials())
    credentials.invalidate?.()
    asked.push(credentials.getCredentials())

    expect(new Set((await Promise.all(asked)).map(({ accessKeyId }) => accessKeyId)).size).toBe(1)
    expect(emulator.requests.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1)
  })

  test('is read again when OSS refused its key', async () => {
    const old = ini().replace(emulator.accessKeyId, 'LTAIold')
    const credentials = await provider({}, old)
    expect(await idOf(credentials)).toBe('LTAIold')

    await keep('credentials', ini())

    expect(await isLetIn(credentials)).toBe(200)
  })
})
