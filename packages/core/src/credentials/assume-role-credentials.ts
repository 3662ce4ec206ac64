import { type AssumeRoleInput, assumeRole, assumeRoleParameters } from './assume-role.ts'
import { byLocalClock } from './by-local-clock.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asCredentialsError } from './credentials-error.ts'
import { type RefreshingOptions, refreshing } from './refreshing.ts'
import { toCredentialsProvider } from './resolve-credentials.ts'

/** Which role is taken, by whom, and when that is repeated. */
export interface AssumeRoleCredentialsOptions extends Omit<AssumeRoleInput, 'signal'>, RefreshingOptions {}

/**
 * Credentials of a RAM role, taken with `assumeRole` when they are first needed and again shortly before they expire, once
 * for all who wait.
 *
 * Throws a ValidationError that names the field. Requests reject with a CredentialsError whose `cause` says why the role
 * could not be taken.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole AssumeRole}
 * @example
 * const credentialsProvider = assumeRoleCredentials({
 *   credentialsProvider: { accessKeyId, accessKeySecret },
 *   roleArn: 'acs:ram::1234567890123456:role/uploader',
 *   roleSessionName: 'nightly-backup',
 * })
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider })
 */
export function assumeRoleCredentials(options: AssumeRoleCredentialsOptions): CredentialsProvider {
  const { now = Date.now } = options
  assumeRoleParameters(options)
  toCredentialsProvider(options.credentialsProvider)
  return refreshing(async ({ signal }) => {
    const { credentials, response } = await assumeRole({ ...options, signal }).catch(asCredentialsError)
    return byLocalClock(credentials, response.headers.date, now())
  }, options)
}
