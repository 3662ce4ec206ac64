import { checkCredentials } from './check-credentials.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'

/** Always the same credentials. Throws a `CredentialsError` at once if they are incomplete. */
export function staticCredentials(credentials: Credentials): CredentialsProvider {
  const checked = checkCredentials(credentials)
  return { getCredentials: async () => checked }
}
