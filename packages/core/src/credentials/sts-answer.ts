import { checkCredentials } from './check-credentials.ts'
import type { Credentials } from './credentials.ts'

/**
 * Reads temporary credentials from the JSON that an application's server answers with: `{ accessKeyId, accessKeySecret,
 * securityToken, expiration }`, or what `AssumeRole` answered, passed on whole or in part. `stsToken` is understood as
 * `securityToken`. Throws a `CredentialsError` that names the missing field and the fields there were, never their
 * values.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole AssumeRole}
 */
export const credentialsFromSts = (answer: unknown): Credentials => checkCredentials(answer, true)
