import { CredentialsError, type CredentialsProvider } from '@oss-js/core'

/**
 * Credentials from the environment variables `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and, for temporary ones,
 * `OSS_SESSION_TOKEN`. They are read before every request.
 *
 * Requests reject with a CredentialsError that names the variable that is missing or empty.
 *
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: environmentCredentials() })
 */
export function environmentCredentials(env: Record<string, string | undefined> = process.env): CredentialsProvider {
  return {
    getCredentials: async () => ({
      accessKeyId: variable(env, 'OSS_ACCESS_KEY_ID'),
      accessKeySecret: variable(env, 'OSS_ACCESS_KEY_SECRET'),
      ...(env.OSS_SESSION_TOKEN && { securityToken: env.OSS_SESSION_TOKEN }),
    }),
  }
}

function variable(env: Record<string, string | undefined>, name: string): string {
  const value = env[name]
  if (!value) throw new CredentialsError(`the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`)
  return value
}
