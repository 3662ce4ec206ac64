import { CredentialsError, type CredentialsProvider } from '@oss-js/core'
import { valueIn } from './environment-credentials.ts'
import { sharedProfiles } from './home-file.ts'
import { parseIni } from './ini.ts'
import { lazyCredentials } from './lazy-credentials.ts'
import { type ProfileOptions, providerOf } from './profile.ts'
import { readSettingsFile } from './read-settings-file.ts'

/**
 * Credentials from a profile of the file that the SDKs of Alibaba Cloud share: `ALIBABA_CLOUD_CREDENTIALS_FILE`, or
 * `~/.alibabacloud/credentials`. The profile is the option, `ALIBABA_CLOUD_PROFILE`, or `default`. Its `type` is `access_key`,
 * `sts`, `ram_role_arn`, `oidc_role_arn`, `ecs_ram_role` or `credentials_uri`. The file is read when credentials are first
 * needed, and again when OSS refused them.
 *
 * Requests reject with a CredentialsError that names the file, the line or the profile, and what is wrong; it `isAbsent` if
 * there is no file, no such profile, no key in it, or `enable = false`.
 *
 * @see {@link https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-node-js-access-credentials Credentials file}
 * @example
 * const credentialsProvider = profileCredentials({ profile: 'backup' })
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider })
 */
export function profileCredentials(options: ProfileOptions = {}): CredentialsProvider {
  const { env = process.env } = options
  return lazyCredentials(async () => {
    const file = options.file ?? sharedProfiles(env)
    const name = options.profile ?? valueIn(env, 'ALIBABA_CLOUD_PROFILE') ?? 'default'
    const words = parseIni(await readSettingsFile(file), file).get(name)
    const where = `${file}: profile ${name}`
    if (!words) throw new CredentialsError(`${file}: there is no profile ${name}`, { isAbsent: true })
    if (words.get('enable')?.toLowerCase() === 'false')
      throw new CredentialsError(`${where} is not enabled`, { isAbsent: true })
    const type = words.get('type')
    if (!type) throw new CredentialsError(`${where}: type is missing`)
    return providerOf({ where, type, read: (word) => words.get(word) || undefined, nameOf: (word) => word }, options)
  })
}
