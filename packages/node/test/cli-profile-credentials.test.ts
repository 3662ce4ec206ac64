import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { issuedFor, metadataService } from '../../core/test/credentials/metadata-service.ts'
import { cliProfileCredentials, type ProfileOptions } from '../src/index.ts'
import { emulator, failure, home, idOf, inAnHour, isLetIn, keep, providerArn, sts, tokenOf } from './home-with-sts.ts'
import { httpServer } from './local-server.ts'

describe('the file of the CLI', () => {
  const key = () => ({ access_key_id: emulator.accessKeyId, access_key_secret: emulator.accessKeySecret })
  const temporary = { access_key_id: 'STS.id', access_key_secret: 'canary-secret', sts_token: 'canary-token' }
  const profiles = (): Record<string, unknown>[] => [
    { name: 'main', mode: 'AK', ...key(), sts_token: 'canary-stale', region_id: 'cn-hangzhou' },
    { name: 'token', mode: 'StsToken', ...temporary },
    {
      name: 'role',
      mode: 'RamRoleArn',
      ...key(),
      ram_role_arn: emulator.roleArn,
      ram_session_name: 'worker',
      expired_seconds: 900,
    },
    {
      name: 'chained',
      mode: 'ChainableRamRoleArn',
      source_profile: 'role',
      ram_role_arn: emulator.roleArn,
      expired_seconds: 0,
    },
    {
      name: 'pod',
      mode: 'OIDC',
      ram_role_arn: emulator.roleArn,
      oidc_provider_arn: providerArn,
      oidc_token_file: `${home}/token`,
    },
    { name: 'instance', mode: 'EcsRamRole', ram_role_name: '' },
    { name: 'endless', mode: 'ChainableRamRoleArn', source_profile: 'endless', ram_role_arn: emulator.roleArn },
    { name: 'lost', mode: 'ChainableRamRoleArn', source_profile: 'nobody', ram_role_arn: emulator.roleArn },
    { name: 'new', mode: 'AK', access_key_id: '', access_key_secret: '' },
    { name: 'half', mode: 'StsToken', access_key_id: 'canary', access_key_secret: 'canary' },
    { name: 'sso', mode: 'CloudSSO', ...temporary, sts_expiration: 1_772_604_367 },
    { name: 'out', mode: 'OAuth' },
    { name: 'program', mode: 'External', process_command: 'canary' },
    { name: 'odd', mode: 'toString' },
    { name: 'long', mode: 'RamRoleArn', ...key(), ram_role_arn: emulator.roleArn, expired_seconds: 'canary' },
  ]
  const configuration = (more: object = {}) =>
    JSON.stringify({ current: 'main', profiles: profiles(), ...more }, null, 1)
  const provider = async (options: ProfileOptions = {}, text = configuration()) =>
    cliProfileCredentials({ env: {}, file: await keep('config.json', text), sts: sts(), ...options })

  it.each(['role', 'chained', 'pod', undefined])('has the profile %s', async (profile) => {
    await keep('token', tokenOf('pod'))

    expect(await isLetIn(await provider({ profile }))).toBe(200)
  })

  test('takes a chained role with the credentials of the role before it', async () => {
    await isLetIn(await provider({ profile: 'chained' }))

    expect(emulator.requests.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(2)
  })

  test('has temporary keys', async () => {
    expect((await (await provider({ profile: 'token' })).getCredentials()).securityToken).toBe('canary-token')
  })

  test('has the token of whoever is logged in, as long as that is in force', async () => {
    const expiresAt = Date.parse('2026-03-04T06:06:07Z')
    const loggedIn = await provider({ profile: 'sso', now: () => expiresAt - 1 })
    const loggedOut = await provider({ profile: 'sso', now: () => expiresAt })

    expect((await loggedIn.getCredentials()).expiration).toEqual(new Date(expiresAt))
    expect((await failure(loggedOut)).message).toBe(
      `${join(home, 'config.json')}: profile sso: the token expired at 2026-03-04T06:06:07.000Z, log in again`,
    )
  })

  test('sends to the metadata service for the role of the instance', async () => {
    await using service = await metadataService({ roles: { backup: () => issuedFor('first', inAnHour()) } })

    expect(await idOf(await provider({ profile: 'instance', ecs: { endpoint: service.url } }))).toBe('STS.first')
  })

  test('sends to a URL', async () => {
    await using broker = await httpServer((_, response) => response.end(issuedFor('uri', inAnHour())))
    const profile = { name: 'uri', mode: 'CredentialsURI', credentials_uri: broker.url }

    expect(await idOf(await provider({ profile: 'uri' }, JSON.stringify({ profiles: [profile] })))).toBe('STS.uri')
  })

  test('is asked for the profile of the option before that of the environment, and that before the current one', async () => {
    const env = { ALIBABA_CLOUD_PROFILE: 'token' }

    expect(await idOf(await provider({ env }))).toBe('STS.id')
    expect(await idOf(await provider({ env, profile: 'main' }))).toBe(emulator.accessKeyId)
    expect(await idOf(await provider({}, configuration({ current: 'token' })))).toBe('STS.id')
  })

  test('may come from Windows', async () => {
    expect(await isLetIn(await provider({}, `\uFEFF${configuration().replaceAll('\n', '\r\n')}`))).toBe(200)
  })

  it.each([
    ['nobody', 'there is no profile nobody', true],
    ['new', 'profile new: there is no access key', true],
    ['half', 'profile half: sts_token is missing', undefined],
    ['out', 'profile out: sts_token is missing', undefined],
    ['program', 'profile program: credentials of the kind External are not supported', undefined],
    ['odd', 'profile odd: credentials of the kind toString are not supported', undefined],
    ['endless', 'profile endless takes its role from itself', undefined],
    ['lost', 'there is no profile nobody', undefined],
    ['long', 'profile long: durationSeconds: expected a whole number from 900 to 43200, got null', undefined],
  ])('says of the profile %s what is wrong with it', async (profile, problem, isAbsent) => {
    const error = await failure(await provider({ profile }))

    expect(error.message).toBe(`${join(home, 'config.json')}: ${problem}`)
    expect(error.isAbsent).toBe(isAbsent)
  })

  it.each([
    ['{"canary', 'is not JSON'],
    ['null', 'profiles is missing or not a list'],
    ['{"profiles":{}}', 'profiles is missing or not a list'],
    ['{"profiles":[null]}', 'there is no profile default'],
  ])('is described when it is not understood: %s', async (text, problem) => {
    expect((await failure(await provider({}, text))).message).toMatch(
      new RegExp(`^${join(home, 'config.json')}:? ${problem}$`),
    )
  })
})
