import { CredentialsError } from '../errors.ts'
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
export function credentialsFromSts(answer: unknown): Credentials {
  const outer = toFields(answer)
  const fields = toFields(outer.Credentials ?? outer.credentials ?? answer)
  const read = (name: string) => fields[name] ?? fields[name.charAt(0).toUpperCase() + name.slice(1)]
  const credentials: Record<string, unknown> = {
    accessKeyId: read('accessKeyId'),
    accessKeySecret: read('accessKeySecret'),
    securityToken: read('securityToken') ?? read('stsToken'),
    expiration: read('expiration'),
  }
  const missing = ['accessKeyId', 'accessKeySecret', 'securityToken'].find((name) => !credentials[name])
  if (missing) {
    const seen = Object.keys(fields).join(', ') || 'no field'
    throw new CredentialsError(`STS answer: ${missing} is missing, there is ${seen}`)
  }
  return checkCredentials(credentials)
}

function toFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
