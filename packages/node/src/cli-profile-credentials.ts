import { CredentialsError, type CredentialsProvider } from '@oss-js/core'
import { valueIn } from './environment-credentials.ts'
import { cliSettings } from './home-file.ts'
import { lazyCredentials } from './lazy-credentials.ts'
import { type ProfileOptions, type ProfileWord, providerOf } from './profile.ts'
import { readSettingsFile } from './read-settings-file.ts'

/** Modes of the CLI, as the ini file of the SDKs calls them. */
const types: Readonly<Record<string, string>> = {
  AK: 'access_key',
  StsToken: 'sts',
  RamRoleArn: 'ram_role_arn',
  ChainableRamRoleArn: 'ram_role_arn',
  EcsRamRole: 'ecs_ram_role',
  OIDC: 'oidc_role_arn',
  CredentialsURI: 'credentials_uri',
  // Logged in, the CLI keeps what STS gave it beside them.
  CloudSSO: 'sts',
  OAuth: 'sts',
}

/** What the CLI calls otherwise than the ini file. */
const names: Readonly<Partial<Record<ProfileWord, string>>> = {
  security_token: 'sts_token',
  role_arn: 'ram_role_arn',
  role_session_name: 'ram_session_name',
  role_session_expiration: 'expired_seconds',
  role_name: 'ram_role_name',
  oidc_token_file_path: 'oidc_token_file',
}

interface Configuration {
  readonly current?: unknown
  readonly profiles: readonly Readonly<Record<string, unknown>>[]
}

/**
 * Credentials from a profile of Alibaba Cloud CLI, as `aliyun configure` writes them to `~/.aliyun/config.json`, or to the
 * file that `ALIBABA_CLOUD_CONFIG_FILE` names. The profile is the option, `ALIBABA_CLOUD_PROFILE`, or the CLI's current one. Its
 * mode is `AK`, `StsToken`, `RamRoleArn`, `ChainableRamRoleArn`, `EcsRamRole`, `OIDC` or `CredentialsURI`; of `CloudSSO` and
 * `OAuth` the token that the CLI got last is used, and it is the CLI that renews it. The file is read when credentials are
 * first needed, and again when OSS refused them.
 *
 * Requests reject with a CredentialsError that names the file, the profile and what is wrong; it `isAbsent` if there is no
 * file, no such profile, or no key in it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/cli/configure-credentials Alibaba Cloud CLI: configure credentials}
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: cliProfileCredentials() })
 */
export function cliProfileCredentials(options: ProfileOptions = {}): CredentialsProvider {
  const { env = process.env } = options
  return lazyCredentials(async () => {
    const file = options.file ?? cliSettings(env)
    const configuration = parseConfiguration(await readSettingsFile(file), file)
    const current = String(configuration.current || 'default')
    return open(configuration, options.profile ?? valueIn(env, 'ALIBABA_CLOUD_PROFILE') ?? current, file, options, [])
  })
}

function open(
  configuration: Configuration,
  name: string,
  file: string,
  options: ProfileOptions,
  takenFrom: readonly string[],
): CredentialsProvider {
  const where = `${file}: profile ${name}`
  if (takenFrom.includes(name)) throw new CredentialsError(`${where} takes its role from itself`)
  const words = configuration.profiles.find((one) => one.name === name)
  if (!words) {
    const isAbsent = takenFrom.length === 0
    throw new CredentialsError(`${file}: there is no profile ${name}`, { ...(isAbsent && { isAbsent }) })
  }
  const nameOf = (word: ProfileWord) => names[word] ?? word
  const mode = String(words.mode || 'AK')
  const from = mode === 'ChainableRamRoleArn' ? String(words.source_profile ?? '') : undefined
  const profile = {
    where,
    type: (Object.hasOwn(types, mode) && types[mode]) || mode,
    read: (word: ProfileWord) => String(words[nameOf(word)] ?? '').trim() || undefined,
    nameOf,
    source: from === undefined ? undefined : () => open(configuration, from, file, options, [...takenFrom, name]),
  }
  return providerOf(profile, options)
}

function parseConfiguration(text: string, file: string): Configuration {
  const value = parsed(text, file)
  if (Array.isArray(value?.profiles)) return { ...value, profiles: value.profiles.filter(Boolean) }
  throw new CredentialsError(`${file}: profiles is missing or not a list`)
}

/** The error of the parser would quote the file. */
function parsed(text: string, file: string): Partial<Configuration> | null {
  try {
    return JSON.parse(text)
  } catch {
    throw new CredentialsError(`${file} is not JSON`)
  }
}
