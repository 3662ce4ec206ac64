import { CredentialsError, type CredentialsProvider } from '@oss-js/core'

/**
 * Credentials from the environment variables `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and, for temporary ones,
 * `OSS_SESSION_TOKEN`. They are read before every request, without spaces and line ends around them.
 *
 * Requests reject with a CredentialsError that names the variable that is missing or empty.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: environmentCredentials() })
 */
export function environmentCredentials(env: Record<string, string | undefined> = process.env): CredentialsProvider {
  return {
    async getCredentials() {
      const securityToken = env.OSS_SESSION_TOKEN?.trim()
      return {
        accessKeyId: variable(env, 'OSS_ACCESS_KEY_ID'),
        accessKeySecret: variable(env, 'OSS_ACCESS_KEY_SECRET'),
        ...(securityToken && { securityToken }),
      }
    },
  }
}

function variable(env: Record<string, string | undefined>, name: string): string {
  const value = env[name]?.trim()
  if (!value) throw new CredentialsError(`the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`)
  return value
}
