import { readFile } from 'node:fs/promises'
import { CredentialsError } from '@oss-js/core'

/**
 * Gets the ID token for `assumeRoleWithOIDC` and `oidcRoleCredentials` from a file. It is read each time, because whoever
 * issues it, as Kubernetes, replaces it before it expires. Rejects with a CredentialsError if the file cannot be read.
 *
 * @example
 * const credentialsProvider = oidcRoleCredentials({
 *   roleArn: 'acs:ram::1234567890123456:role/worker',
 *   oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1',
 *   oidcToken: oidcTokenFile('/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token'),
 *   roleSessionName: 'worker',
 * })
 */
export function oidcTokenFile(path: string): () => Promise<string> {
  return () =>
    readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new CredentialsError(`the OIDC token file ${path} cannot be read: ${cause.code}`, { cause })
    })
}
