import { CredentialsError, type CredentialsProvider, ValidationError } from '@oss-js/core'

/**
 * A provider that is made when it is first asked, of what files and variables say by then, and made anew after
 * `invalidate()`. What they say wrong is a CredentialsError.
 */
export function lazyCredentials(open: () => Promise<CredentialsProvider>): CredentialsProvider {
  let opened: Promise<CredentialsProvider> | undefined
  const openOnce = async (): Promise<CredentialsProvider> => {
    try {
      return await open()
    } catch (problem) {
      opened = undefined
      throw problem instanceof ValidationError ? new CredentialsError(problem.message) : problem
    }
  }
  return {
    async getCredentials() {
      opened ??= openOnce()
      return (await opened).getCredentials()
    },
    invalidate() {
      opened = undefined
    },
  }
}
