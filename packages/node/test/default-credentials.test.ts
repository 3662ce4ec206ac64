import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { issuedFor, metadataService } from '../../core/test/credentials/metadata-service.ts'
import { defaultCredentials } from '../src/index.ts'
import { emulator, failure, home, idOf, inAnHour, isLetIn, keep, providerArn, sts, tokenOf } from './home-with-sts.ts'
import { httpServer } from './local-server.ts'

/** No file of this machine, and no service beyond it. */
const nowhere = () => ({ homeDirectory: home, sts: sts(), ecs: { endpoint: 'http://127.0.0.1:1' } })

describe('defaultCredentials', () => {
  const cli = (id: string) =>
    JSON.stringify({ profiles: [{ name: 'default', mode: 'AK', access_key_id: id, access_key_secret: 'secret' }] })
  const shared = (id: string) => `[default]\ntype = access_key\naccess_key_id = ${id}\naccess_key_secret = secret\n`

  test('finds what is there in the documented order', async () => {
    await using service = await metadataService({ roles: { backup: () => issuedFor('instance', inAnHour()) } })
    await using broker = await httpServer((_, response) => response.end(issuedFor('uri', inAnHour())))
    const token = await keep('token', tokenOf('pod'))
    const config = await keep('.aliyun/config.json', cli('cli'))
    const credentials = await keep('.alibabacloud/credentials', shared('shared'))
    const env: Record<string, string> = {
      OSS_ACCESS_KEY_ID: 'oss',
      OSS_ACCESS_KEY_SECRET: 'secret',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'alibaba-cloud',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'token',
      ALIBABA_CLOUD_ROLE_ARN: emulator.roleArn,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: providerArn,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: token,
      ALIBABA_CLOUD_ECS_METADATA: 'backup',
      ALIBABA_CLOUD_CREDENTIALS_URI: broker.url,
    }
    const find = async () => idOf(defaultCredentials({ ...nowhere(), env, ecs: { endpoint: service.url } }))
    const without = (...names: string[]) => {
      for (const name of names) delete env[name]
    }

    expect(await find()).toBe('oss')
    without('OSS_ACCESS_KEY_ID', 'OSS_ACCESS_KEY_SECRET')
    expect(await find()).toBe('alibaba-cloud')
    without('ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET')
    expect(await find()).toMatch(/^STS\..{16}/)
    without('ALIBABA_CLOUD_OIDC_TOKEN_FILE', 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN')
    expect(await find()).toBe('cli')
    await rm(config)
    expect(await find()).toBe('shared')
    await rm(credentials)
    expect(await find()).toBe('STS.instance')
    env.ALIBABA_CLOUD_ECS_METADATA_DISABLED = 'true'
    expect(await find()).toBe('STS.uri')
  })

  test('says of every place why it has none', async () => {
    const env = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }

    const error = await failure(defaultCredentials({ ...nowhere(), env }))

    expect(error.message.split('; ')).toEqual([
      'no credentials: the environment variable OSS_ACCESS_KEY_ID is not set',
      'the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID is not set',
      'the environment variables ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set',
      `there is no ${join(home, '.aliyun/config.json')}`,
      `there is no ${join(home, '.alibabacloud/credentials')}`,
      'switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED',
      'the environment variable ALIBABA_CLOUD_CREDENTIALS_URI is not set',
    ])
  })

  test('does without files where there is no home directory', async () => {
    vi.stubEnv('HOME', '')
    const key = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' }
    const off = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }

    expect(await idOf(defaultCredentials({ env: key }))).toBe('id')
    expect((await failure(defaultCredentials({ env: off }))).message).toContain(
      `; there is no home directory for ${join('.aliyun', 'config.json')}; there is no home directory for `,
    )
    vi.unstubAllEnvs()
  })

  test('does not pass over half a key or a file with a mistake', async () => {
    await keep('.aliyun/config.json', '{"canary')

    const half = await failure(defaultCredentials({ ...nowhere(), env: { OSS_ACCESS_KEY_ID: 'canary' } }))
    const broken = await failure(defaultCredentials({ ...nowhere(), env: {} }))

    expect(half.message).toBe('the environment variable OSS_ACCESS_KEY_SECRET is not set')
    expect(broken.message).toBe(`${join(home, '.aliyun/config.json')} is not JSON`)
  })

  test('does not pass over a profile that does not get its role', async () => {
    await keep('.alibabacloud/credentials', shared('shared'))
    const instance = { name: 'default', mode: 'EcsRamRole' }
    const chained = { name: 'chained', mode: 'ChainableRamRoleArn', ram_role_arn: emulator.roleArn }
    const profiles = [instance, { ...chained, source_profile: 'empty' }, { name: 'empty', mode: 'AK' }]
    const config = await keep('.aliyun/config.json', JSON.stringify({ profiles }))

    const alone = await failure(defaultCredentials({ ...nowhere(), env: {} }))
    const taken = await failure(defaultCredentials({ ...nowhere(), env: { ALIBABA_CLOUD_PROFILE: 'chained' } }))

    expect(alone.message).toMatch(`${config}: profile default: ECS RAM role: no metadata service at 127.0.0.1:1`)
    expect(alone.isRetryable).toBe(true)
    expect(taken.message).toBe(`${config}: profile empty: there is no access key`)
    expect([alone.isAbsent, taken.isAbsent]).toEqual([undefined, undefined])
  })

  test('goes on as nobody else when the metadata service falls silent', async () => {
    await using broker = await httpServer((_, response) => response.end(issuedFor('uri', inAnHour())))
    const service = await metadataService({ roles: { backup: () => issuedFor('instance', inAnHour()) } })
    const env = { ALIBABA_CLOUD_CREDENTIALS_URI: broker.url }
    const provider = defaultCredentials({ ...nowhere(), env, ecs: { endpoint: service.url } })
    expect(await idOf(provider)).toBe('STS.instance')
    await service[Symbol.asyncDispose]()

    provider.invalidate?.()

    expect((await failure(provider)).message).toMatch(/^ECS RAM role: the metadata service at .+ does not answer: /)
  })

  test('says what is wrong with the name of a role', async () => {
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'a/b' }

    expect((await failure(defaultCredentials({ ...nowhere(), env }))).message).toBe(
      'roleName: expected the name of a RAM role, got "a/b"',
    )
  })

  test('takes what is undefined for what the environment says', async () => {
    await using service = await metadataService({ roles: { backup: () => issuedFor('x', inAnHour()) }, kind: 'old' })
    const ecs = { endpoint: service.url, roleName: undefined, mode: undefined }
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'backup', ALIBABA_CLOUD_IMDSV1_DISABLED: 'true' }

    const error = await failure(defaultCredentials({ ...nowhere(), env, ecs }))

    expect(error.message).toMatch(/asked for a token of the session, the metadata service answered 404$/)
  })

  test('leaves the file of the CLI alone when it is told to', async () => {
    await keep('.aliyun/config.json', cli('cli'))
    await keep('.alibabacloud/credentials', shared('shared'))

    const env = { ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'TRUE' }

    expect(await idOf(defaultCredentials({ ...nowhere(), env }))).toBe('shared')
  })

  test('looks for the files where the environment says', async () => {
    const env = { ALIBABA_CLOUD_CONFIG_FILE: await keep('elsewhere.json', cli('elsewhere')) }
    const sharedEnv = { ALIBABA_CLOUD_CREDENTIALS_FILE: await keep('elsewhere.ini', shared('shared-elsewhere')) }

    expect(await idOf(defaultCredentials({ ...nowhere(), env }))).toBe('elsewhere')
    expect(await idOf(defaultCredentials({ ...nowhere(), env: sharedEnv }))).toBe('shared-elsewhere')
  })

  test('wants a token of the metadata service where the environment says so', async () => {
    await using service = await metadataService({ roles: { backup: () => issuedFor('x', inAnHour()) }, kind: 'old' })
    const env = { ALIBABA_CLOUD_IMDSV1_DISABLED: 'true' }

    const error = await failure(defaultCredentials({ ...nowhere(), env, ecs: { endpoint: service.url } }))

    expect(error.message).toMatch(/asked for a token of the session, the metadata service answered 404$/)
  })

  test('goes on with what it found, and fetches it afresh when OSS refused it', async () => {
    const file = await keep('.alibabacloud/credentials', shared('LTAIold'))
    const provider = defaultCredentials({ ...nowhere(), env: {} })
    expect(await idOf(provider)).toBe('LTAIold')
    const { accessKeyId, accessKeySecret } = emulator
    await keep('.aliyun/config.json', cli('cli'))

    await writeFile(file, shared(accessKeyId).replace('= secret', `= ${accessKeySecret}`))

    expect(await isLetIn(provider)).toBe(200)
  })
})
