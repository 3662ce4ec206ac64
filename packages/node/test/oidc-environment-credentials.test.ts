import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { noRetry, oidcEnvironmentCredentials, oidcTokenFile, type Transport } from '../src/index.ts'
import { emulator, failure, home, isLetIn, keep, providerArn, sts, tokenOf } from './home-with-sts.ts'

describe('the OIDC token of a pod', () => {
  const env = (file: string) => ({
    ALIBABA_CLOUD_ROLE_ARN: emulator.roleArn,
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: providerArn,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
  })

  test('takes the role that the environment names', async () => {
    const file = await keep('token', `${tokenOf('pod')}\n`)

    expect(await isLetIn(oidcEnvironmentCredentials({ env: env(file), ...sts() }))).toBe(200)
    const [call] = emulator.requests.filter(({ operation }) => operation === 'AssumeRoleWithOIDC')
    expect(call).toBeDefined()
  })

  test('is read again each time, as it is replaced', async () => {
    const file = await keep('token', 'canary-too-old')
    const provider = oidcEnvironmentCredentials({ env: env(file), ...sts() })
    expect((await failure(provider)).message).toMatch(/^AssumeRoleWithOIDC: 400 AuthenticationFail\.OIDCToken\.Invalid/)

    await writeFile(file, tokenOf('pod'))

    expect(await isLetIn(provider)).toBe(200)
    expect(await oidcTokenFile(file)()).toMatch(/^ey/)
  })

  test('is missed by its path', async () => {
    const file = join(home, 'token')

    const error = await failure(oidcEnvironmentCredentials({ env: env(file), ...sts() }))

    expect(error.message).toBe(`the OIDC token file ${file} cannot be read: ENOENT`)
    expect(error.isAbsent).toBeUndefined()
  })

  it.each([
    [{}, 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set', true],
    [
      { ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r' },
      'ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set',
      true,
    ],
    [{ ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token' }, 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set', undefined],
    [
      { ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token', ALIBABA_CLOUD_OIDC_PROVIDER_ARN: providerArn },
      'ALIBABA_CLOUD_ROLE_ARN is not set',
      undefined,
    ],
  ])('names the variable that is missing, case %#', async (variables, problem, isAbsent) => {
    const error = await failure(oidcEnvironmentCredentials({ env: variables }))

    expect(error.message).toContain(problem)
    expect(error.isAbsent).toBe(isAbsent)
  })

  test('goes to the STS of the region that the environment names, unless an option says otherwise', async () => {
    const file = await keep('token', tokenOf('pod'))
    const urls: string[] = []
    const transport: Transport = async ({ url }) => {
      urls.push(url)
      throw new Error('not sent')
    }
    const variables = {
      ...env(file),
      ALIBABA_CLOUD_STS_REGION: 'cn-beijing',
      ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true',
    }

    for (const place of [{}, { region: undefined, endpoint: undefined }, { region: 'cn-shanghai' }]) {
      await failure(oidcEnvironmentCredentials({ env: variables, transport, retryer: noRetry, ...place }))
    }

    expect(urls).toEqual([
      'https://sts-vpc.cn-beijing.aliyuncs.com/',
      'https://sts-vpc.cn-beijing.aliyuncs.com/',
      'https://sts.cn-shanghai.aliyuncs.com/',
    ])
  })

  test('is not asked for with a wrong role', async () => {
    const variables = { ...env('/token'), ALIBABA_CLOUD_ROLE_ARN: 'worker' }

    expect((await failure(oidcEnvironmentCredentials({ env: variables }))).message).toBe(
      'roleArn: expected acs:ram::{account id}:role/{name}, got "worker"',
    )
  })
})
