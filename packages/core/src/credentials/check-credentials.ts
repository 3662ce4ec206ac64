import { CredentialsError } from '../errors.ts'
import { instantOf } from '../schema/scalars.ts'
import type { Credentials } from './credentials.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Makes credentials of what an application or its server gave, as it is or under `Credentials`, in camelCase or as
 * `AssumeRole` spells them. `expiration` may also be ISO 8601 text, or seconds or milliseconds since 1970. Throws a
 * `CredentialsError`, which names the field and those there were, and never their values.
 */
export function checkCredentials(answer: unknown, needsToken?: boolean): Credentials {
  const { Credentials, credentials = Credentials ?? answer } = Object(answer)
  const fields: Fields = (typeof credentials === 'object' && credentials) || {}
  const read = (name: string) => fields[name] ?? fields[name[0]!.toUpperCase() + name.slice(1)]
  const text = (name: string, value = read(name)): string => {
    if (typeof value === 'string' && /^[ -~]+$/.test(value)) return value
    const seen = Object.keys(fields).join(', ') || 'no field'
    throw new CredentialsError(`credentials: ${name} is missing or not a line of text, there is ${seen}`)
  }
  const token = read('securityToken') ?? read('stsToken')
  const expiration = read('expiration') as number
  // As milliseconds, 1e11 is in 1973; as seconds, in 5138.
  const date = expiration ? instantOf(expiration < 1e11 ? expiration * 1000 : expiration) : undefined
  if (expiration && !date) throw new CredentialsError('credentials: expiration is not a date')
  return {
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
    securityToken: token || needsToken ? text('securityToken', token) : undefined,
    expiration: date,
  }
}
