import { CredentialsError } from '../errors.ts'
import { checkCredentials } from './check-credentials.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'

/**
 * What a client takes as its credentials. A function is called before every attempt: wrap it in `refreshing` to keep
 * what it returned for as long as that lives.
 */
export type CredentialsSource = Credentials | CredentialsProvider | (() => Promise<Credentials>) | 'anonymous'

/**
 * A source of credentials that are complete. It holds secrets where neither `console.log` nor `JSON.stringify` looks.
 */
export interface CheckedCredentialsProvider {
  /**
   * Undefined means anonymous. Rejects with a `CredentialsError`: it has a `cause` if the source failed, of a SyntaxError
   * only the name, and none if what the source returned is incomplete.
   */
  getCredentials(): Promise<Credentials | undefined>
  invalidate?(): void
}

/**
 * Makes one kind of provider of every kind of source. Throws a `CredentialsError` for incomplete static credentials.
 */
export function toCredentialsProvider(source: CredentialsSource): CheckedCredentialsProvider {
  const ask = (source as CredentialsProvider | undefined)?.getCredentials
    ? () => (source as CredentialsProvider).getCredentials()
    : source
  if (typeof ask !== 'function') {
    const checked = ask === 'anonymous' ? undefined : checkCredentials(ask)
    return {
      async getCredentials() {
        return checked
      },
    }
  }
  return {
    async getCredentials() {
      try {
        return checkCredentials(await ask())
      } catch (problem) {
        // The message of a SyntaxError quotes what could not be parsed, secrets included.
        const cause = problem instanceof SyntaxError ? problem.name : problem
        const reason = cause instanceof Error ? `: ${cause.message}` : ''
        throw cause instanceof CredentialsError
          ? cause
          : new CredentialsError(`credentialsProvider failed${reason}`, { cause })
      }
    },
    invalidate: () => (source as CredentialsProvider).invalidate?.(),
  }
}
