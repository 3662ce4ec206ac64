import { CredentialsError, ValidationError } from '../errors.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'
import { isAbsence } from './credentials-error.ts'

/**
 * The credentials of the first provider that has any. It is the only one asked from then on, until it has none any more.
 *
 * A provider is passed over if it rejects with a CredentialsError that `isAbsent`: the variable is not set, the file is not
 * there, this is no ECS instance. Any other failure is the chain's: to go on as somebody else because a network failed, or a
 * file has a mistake, would hide that.
 *
 * Requests reject with a CredentialsError that says for each provider why it has none. Throws a ValidationError if there are
 * no providers.
 *
 * @example
 * const credentialsProvider = credentialsChain(oidcRoleCredentials(options), ecsRamRoleCredentials())
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider })
 */
export function credentialsChain(...providers: readonly CredentialsProvider[]): CredentialsProvider {
  if (providers.length === 0) throw new ValidationError('providers', 'expected at least one')
  let chosen: CredentialsProvider | undefined
  let search: Promise<Credentials> | undefined

  const choose = async (): Promise<Credentials> => {
    const reasons: string[] = []
    for (const provider of providers) {
      try {
        const credentials = await provider.getCredentials()
        chosen = provider
        return credentials
      } catch (problem) {
        if (!isAbsence(problem)) throw problem
        reasons.push(problem.message)
      }
    }
    throw new CredentialsError(`no credentials: ${reasons.join('; ')}`, { isAbsent: true })
  }

  const searchOnce = (): Promise<Credentials> => {
    search ??= choose().finally(() => {
      search = undefined
    })
    return search
  }

  return {
    async getCredentials() {
      if (!chosen) return searchOnce()
      try {
        return await chosen.getCredentials()
      } catch (problem) {
        if (!isAbsence(problem)) throw problem
        return searchOnce()
      }
    },
    invalidate: () => chosen?.invalidate?.(),
  }
}
