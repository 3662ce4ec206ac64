import { type Credentials, CredentialsError, type CredentialsProvider } from '@oss-js/core'

/** Variables by their name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Credentials from the environment variables `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and, for temporary ones,
 * `OSS_SESSION_TOKEN`. They are read before every request, without spaces and line ends around them.
 *
 * Requests reject with a CredentialsError that names the variable that is missing or empty.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: environmentCredentials() })
 */
export function environmentCredentials(env: Environment = process.env): CredentialsProvider {
  const names = { id: 'OSS_ACCESS_KEY_ID', secret: 'OSS_ACCESS_KEY_SECRET', token: 'OSS_SESSION_TOKEN' }
  return { getCredentials: async () => keyIn(env, names) }
}

/**
 * Reads a key from variables with these names. Throws a CredentialsError that names the one that is missing; it `isAbsent`
 * if neither half of the key is there.
 */
export function keyIn(env: Environment, names: { id: string; secret: string; token: string }): Credentials {
  const isAbsent = !valueIn(env, names.id) && !valueIn(env, names.secret)
  const securityToken = valueIn(env, names.token)
  return {
    accessKeyId: requiredIn(env, names.id, isAbsent),
    accessKeySecret: requiredIn(env, names.secret, isAbsent),
    ...(securityToken && { securityToken }),
  }
}

/** A value without what stands around it. Undefined if it is not set or empty. */
export const valueIn = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined

/** A value that has to be there. Throws a CredentialsError that names the variable, and says what `isAbsent` says. */
export function requiredIn(env: Environment, name: string, isAbsent: boolean): string {
  const value = valueIn(env, name)
  if (value) return value
  const problem = `the environment variable ${name} is ${env[name] === undefined ? 'not set' : 'empty'}`
  throw new CredentialsError(problem, { ...(isAbsent && { isAbsent }) })
}
