import { type Credentials, CredentialsError, type CredentialsProvider, ValidationError } from '@oss-js/core'

/**
 * A provider that is made when it is first asked, of what files and variables say by then, and made anew after
 * `invalidate()`, once for all who wait. What they say wrong is a CredentialsError.
 */
export function lazyCredentials(open: () => Promise<CredentialsProvider>): CredentialsProvider {
  let opened: CredentialsProvider | undefined
  let underway: Promise<Credentials> | undefined
  const openOnce = async (): Promise<Credentials> => {
    const provider = await open().catch(refuseSetting)
    const credentials = await provider.getCredentials()
    opened = provider
    return credentials
  }
  return {
    async getCredentials() {
      if (opened) return opened.getCredentials()
      underway ??= openOnce().finally(() => {
        underway = undefined
      })
      return underway
    },
    invalidate() {
      opened = undefined
    },
  }
}

/** Throws what kept a provider from being made: what a file or a variable says is no wrong use of a function. */
export function refuseSetting(problem: unknown): never {
  throw problem instanceof ValidationError ? new CredentialsError(problem.message) : problem
}
