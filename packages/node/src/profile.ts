import {
  assumeRoleCredentials,
  type Credentials,
  CredentialsError,
  type CredentialsProvider,
  type EcsRamRoleOptions,
  ecsRamRoleCredentials,
  oidcRoleCredentials,
  type RefreshingOptions,
  type StsOptions,
  staticCredentials,
  uriCredentials,
  ValidationError,
} from '@oss-js/core'
import { type Environment, valueIn } from './environment-credentials.ts'
import { oidcTokenFile } from './oidc-token-file.ts'
import { withStsIn } from './sts-options-in.ts'

/** Which profile of a file is used, and how the role that it may name is taken. */
export interface ProfileOptions extends RefreshingOptions {
  /** The profile's name. @default the environment variable `ALIBABA_CLOUD_PROFILE`, or the one that the file prefers */
  profile?: string | undefined
  /** Where the file is. @default see the function */
  file?: string | undefined
  /** The environment variables. @default process.env */
  env?: Environment | undefined
  /** How STS is called, if the profile takes a role. */
  sts?: Omit<StsOptions, 'now'> | undefined
  /** How the metadata service of ECS is asked, if the profile wants the role of the instance. */
  ecs?: Omit<EcsRamRoleOptions, keyof RefreshingOptions> | undefined
}

/** What profiles of both kinds of file say, in the words of the ini file. */
export type ProfileWord =
  | 'access_key_id'
  | 'access_key_secret'
  | 'security_token'
  | 'sts_expiration'
  | 'role_arn'
  | 'role_session_name'
  | 'role_session_expiration'
  | 'policy'
  | 'external_id'
  | 'role_name'
  | 'oidc_provider_arn'
  | 'oidc_token_file_path'
  | 'credentials_uri'
  | 'sts_region'
  | 'enable_vpc'

/** A profile. */
export interface Profile {
  /** The file and the profile's name, for errors. */
  readonly where: string
  /** In the words of the ini file, as in `access_key`. */
  readonly type: string
  /** The value of a word. */
  readonly read: (word: ProfileWord) => string | undefined
  /** What the file calls it. */
  readonly nameOf: (word: ProfileWord) => string
  /** The provider of the profile that this one takes its role from, if it is another. */
  readonly source?: (() => CredentialsProvider) | undefined
}

type Make = (profile: Profile, options: ProfileOptions) => CredentialsProvider

const makers: Readonly<Record<string, Make>> = {
  access_key: (profile) => {
    const { read, where } = profile
    if (read('access_key_id') || read('access_key_secret')) return staticCredentials(keyOf(profile))
    throw new CredentialsError(`${where}: there is no access key`, { isAbsent: true })
  },
  sts: (profile, options) => {
    const securityToken = required(profile, 'security_token')
    return staticCredentials({ ...keyOf(profile), securityToken, expiration: expirationOf(profile, options) })
  },
  ram_role_arn: (profile, options) =>
    assumeRoleCredentials({
      ...roleOf(profile, options),
      credentialsProvider: profile.source?.() ?? {
        ...keyOf(profile),
        securityToken: profile.read('security_token'),
      },
      externalId: profile.read('external_id'),
    }),
  oidc_role_arn: (profile, options) =>
    oidcRoleCredentials({
      ...roleOf(profile, options),
      oidcProviderArn: required(profile, 'oidc_provider_arn'),
      oidcToken: oidcTokenFile(required(profile, 'oidc_token_file_path')),
    }),
  ecs_ram_role: (profile, { ecs, ...options }) =>
    ecsRamRoleCredentials({ ...options, ...ecs, roleName: ecs?.roleName ?? profile.read('role_name') }),
  credentials_uri: (profile, options) => uriCredentials(required(profile, 'credentials_uri'), options),
}

/** The provider that a profile describes. Throws a CredentialsError for what it says wrong. */
export function providerOf(profile: Profile, options: ProfileOptions): CredentialsProvider {
  const { type, where } = profile
  const make = Object.hasOwn(makers, type) ? makers[type] : undefined
  if (!make) throw new CredentialsError(`${where}: credentials of the kind ${type} are not supported`)
  try {
    return insisting(make(profile, options), where)
  } catch (problem) {
    if (problem instanceof ValidationError) throw new CredentialsError(`${where}: ${problem.message}`)
    if (profile.source && problem instanceof CredentialsError) throw new CredentialsError(problem.message)
    throw problem
  }
}

/** A profile says who is asking: if what it names has no credentials, nobody is to go on as somebody else. */
const insisting = (provider: CredentialsProvider, where: string): CredentialsProvider => ({
  getCredentials: () =>
    provider.getCredentials().catch((problem) => {
      if (!problem.isAbsent) throw problem
      throw new CredentialsError(`${where}: ${problem.message}`, {
        ...('cause' in problem && { cause: problem.cause }),
      })
    }),
  invalidate: () => provider.invalidate?.(),
})

const keyOf = (profile: Profile): Credentials => ({
  accessKeyId: required(profile, 'access_key_id'),
  accessKeySecret: required(profile, 'access_key_secret'),
})

/** In seconds since 1970, 0 if it is not known. */
function expirationOf({ read, where }: Profile, { now = Date.now }: ProfileOptions): Date | undefined {
  const ms = Number(read('sts_expiration') ?? 0) * 1000
  if (!ms) return undefined
  if (Math.abs(ms) > 8.64e15) throw new CredentialsError(`${where}: sts_expiration is not a date`)
  if (ms > now()) return new Date(ms)
  throw new CredentialsError(`${where}: the token expired at ${new Date(ms).toISOString()}, log in again`)
}

function roleOf(profile: Profile, options: ProfileOptions) {
  const { env = process.env, sts = {}, refreshAheadMs, timeoutMs, now, random } = options
  const { read } = profile
  const isVpc = read('enable_vpc') ? read('enable_vpc') === 'true' : undefined
  const seconds = Number(read('role_session_expiration') ?? 0)
  return {
    ...withStsIn(env, sts, read('sts_region'), isVpc),
    ...{ refreshAheadMs, timeoutMs, now, random },
    roleArn: required(profile, 'role_arn'),
    roleSessionName: read('role_session_name') ?? valueIn(env, 'ALIBABA_CLOUD_ROLE_SESSION_NAME') ?? 'oss-js',
    // The CLI writes 0 for none.
    durationSeconds: seconds === 0 ? undefined : seconds,
    policy: read('policy'),
  }
}

function required({ read, nameOf, where }: Profile, word: ProfileWord): string {
  const value = read(word)
  if (value) return value
  throw new CredentialsError(`${where}: ${nameOf(word)} is missing`)
}
