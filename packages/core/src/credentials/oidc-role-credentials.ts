import { type AssumeRoleWithOIDCInput, assumeRoleWithOIDC, oidcParameters } from './assume-role-with-oidc.ts'
import { byLocalClock } from './by-local-clock.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asCredentialsError } from './credentials-error.ts'
import { type RefreshingOptions, refreshing } from './refreshing.ts'

/** Which role is taken, with which token, and when that is repeated. */
export interface OidcRoleCredentialsOptions extends Omit<AssumeRoleWithOIDCInput, 'signal'>, RefreshingOptions {}

/**
 * Credentials of a RAM role, taken with `assumeRoleWithOIDC` when they are first needed and again shortly before they
 * expire, once for all who wait. Tokens are short-lived: hand in a function, which is asked each time.
 *
 * Throws a ValidationError that names the field. Requests reject with a CredentialsError whose `cause` says why the role
 * could not be taken.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc AssumeRoleWithOIDC}
 * @example
 * const credentialsProvider = oidcRoleCredentials({
 *   roleArn: 'acs:ram::1234567890123456:role/deploy',
 *   oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/ci',
 *   oidcToken: async () => (await fetch(tokenUrl)).text(),
 *   roleSessionName: 'build-7',
 * })
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider })
 */
export function oidcRoleCredentials(options: OidcRoleCredentialsOptions): CredentialsProvider {
  const { now = Date.now } = options
  oidcParameters(options)
  return refreshing(async ({ signal }) => {
    const { credentials, response } = await assumeRoleWithOIDC({ ...options, signal }).catch(asCredentialsError)
    return byLocalClock(credentials, response.headers.date, now())
  }, options)
}
