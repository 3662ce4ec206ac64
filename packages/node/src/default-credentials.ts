import {
  CredentialsError,
  type CredentialsProvider,
  credentialsChain,
  type EcsRamRoleOptions,
  ecsRamRoleCredentials,
  type RefreshingOptions,
  type StsOptions,
  uriCredentials,
} from '@oss-js/core'
import { cliProfileCredentials } from './cli-profile-credentials.ts'
import { type Environment, environmentCredentials, keyIn, valueIn } from './environment-credentials.ts'
import { cliSettings, sharedProfiles } from './home-file.ts'
import { lazyCredentials, refuseSetting } from './lazy-credentials.ts'
import { oidcEnvironmentCredentials } from './oidc-environment-credentials.ts'
import { profileCredentials } from './profile-credentials.ts'
import { isTrue } from './sts-options-in.ts'

/** Where credentials are looked for. */
export interface DefaultCredentialsOptions extends RefreshingOptions {
  /** The environment variables. @default process.env */
  env?: Environment | undefined
  /** Whose files are read. @default the home directory of the user */
  homeDirectory?: string | undefined
  /** How STS is called, if a role is taken. */
  sts?: Omit<StsOptions, 'now'> | undefined
  /** How the metadata service of ECS is asked. */
  ecs?: Omit<EcsRamRoleOptions, keyof RefreshingOptions> | undefined
}

/**
 * The first credentials that are there, looked for in the order of Alibaba Cloud's default credentials chain, behind the
 * variables of the OSS SDKs:
 *
 * 1. `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET`, `OSS_SESSION_TOKEN`
 * 2. `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALIBABA_CLOUD_SECURITY_TOKEN`
 * 3. an OIDC token: `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN`
 * 4. the profile of Alibaba Cloud CLI in `~/.aliyun/config.json`, unless `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`
 * 5. the profile in `ALIBABA_CLOUD_CREDENTIALS_FILE` or `~/.alibabacloud/credentials`
 * 6. the RAM role of the ECS instance, `ALIBABA_CLOUD_ECS_METADATA` if that names one, unless
 *    `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`; with `ALIBABA_CLOUD_IMDSV1_DISABLED` only in security hardening mode
 * 7. the URL in `ALIBABA_CLOUD_CREDENTIALS_URI`
 *
 * Where they were found they are asked for from then on. What is there and does not work, as half a key or a file with a
 * mistake, is not passed over. Requests reject with a CredentialsError that says for each place why it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-node-js-access-credentials Default credentials chain}
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: defaultCredentials() })
 */
export function defaultCredentials(options: DefaultCredentialsOptions = {}): CredentialsProvider {
  const { env = process.env, homeDirectory, sts, ecs, ...refreshing } = options
  const inFile = { ...refreshing, env, sts, ecs }
  // Where no home directory is given, each looks for its file when it is asked: there may be none.
  const at = (find: typeof cliSettings) => (homeDirectory === undefined ? undefined : find(env, homeDirectory))
  return credentialsChain(
    environmentCredentials(env),
    { getCredentials: async () => keyIn(env, alibabaCloudKey) },
    oidcEnvironmentCredentials({ ...sts, ...refreshing, env }),
    unless(env, 'ALIBABA_CLOUD_CLI_PROFILE_DISABLED', () =>
      cliProfileCredentials({ ...inFile, file: at(cliSettings) }),
    ),
    profileCredentials({ ...inFile, file: at(sharedProfiles) }),
    unless(env, 'ALIBABA_CLOUD_ECS_METADATA_DISABLED', () =>
      ecsRamRoleCredentials({
        ...ecs,
        roleName: ecs?.roleName ?? valueIn(env, 'ALIBABA_CLOUD_ECS_METADATA'),
        mode: ecs?.mode ?? (isTrue(env, 'ALIBABA_CLOUD_IMDSV1_DISABLED') ? 'hardened' : 'auto'),
        ...refreshing,
      }),
    ),
    lazyCredentials(async () => {
      const uri = valueIn(env, 'ALIBABA_CLOUD_CREDENTIALS_URI')
      if (uri) return uriCredentials(uri, refreshing)
      throw new CredentialsError('the environment variable ALIBABA_CLOUD_CREDENTIALS_URI is not set', {
        isAbsent: true,
      })
    }),
  )
}

const alibabaCloudKey = {
  id: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  secret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  token: 'ALIBABA_CLOUD_SECURITY_TOKEN',
}

/** A provider that has nothing if a variable switches it off. It is made once, as it knows what it has found before. */
function unless(env: Environment, name: string, make: () => CredentialsProvider): CredentialsProvider {
  let made: CredentialsProvider | undefined
  const makeOnce = async (): Promise<CredentialsProvider> => {
    made ??= make()
    return made
  }
  return {
    async getCredentials() {
      if (isTrue(env, name)) throw new CredentialsError(`switched off by ${name}`, { isAbsent: true })
      return (await makeOnce().catch(refuseSetting)).getCredentials()
    },
    invalidate: () => made?.invalidate?.(),
  }
}
