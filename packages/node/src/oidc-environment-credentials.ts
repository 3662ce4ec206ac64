import {
  CredentialsError,
  type CredentialsProvider,
  oidcRoleCredentials,
  type RefreshingOptions,
  type StsOptions,
} from '@oss-js/core'
import { type Environment, requiredIn, valueIn } from './environment-credentials.ts'
import { lazyCredentials } from './lazy-credentials.ts'
import { oidcTokenFile } from './oidc-token-file.ts'
import { withStsIn } from './sts-options-in.ts'

/** Where the variables are, and how the role is taken. */
export interface OidcEnvironmentOptions extends StsOptions, RefreshingOptions {
  /** The environment variables. @default process.env */
  env?: Environment | undefined
}

/**
 * Credentials of the RAM role that `ALIBABA_CLOUD_ROLE_ARN` names, taken with the token in the file
 * `ALIBABA_CLOUD_OIDC_TOKEN_FILE` of the provider `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, as Container Service for Kubernetes
 * (ACK) sets them for a pod with RRSA. `ALIBABA_CLOUD_ROLE_SESSION_NAME` names the session, `oss-js` if it is not set.
 *
 * Requests reject with a CredentialsError that names the variable that is missing; it `isAbsent` if neither provider nor
 * file is set.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/use-rrsa-to-authorize-pods-to-access-different-cloud-services RRSA}
 * @example
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider: oidcEnvironmentCredentials() })
 */
export function oidcEnvironmentCredentials(options: OidcEnvironmentOptions = {}): CredentialsProvider {
  const { env = process.env, ...role } = options
  return lazyCredentials(async () => {
    const [provider, file] = ['ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE']
    // The role's name alone may be there for others, who take it with a key.
    if (!valueIn(env, provider) && !valueIn(env, file)) {
      throw new CredentialsError(`the environment variables ${provider} and ${file} are not set`, { isAbsent: true })
    }
    return oidcRoleCredentials({
      ...withStsIn(env, role),
      oidcProviderArn: requiredIn(env, provider, false),
      oidcToken: oidcTokenFile(requiredIn(env, file, false)),
      roleArn: requiredIn(env, 'ALIBABA_CLOUD_ROLE_ARN', false),
      roleSessionName: valueIn(env, 'ALIBABA_CLOUD_ROLE_SESSION_NAME') ?? 'oss-js',
    })
  })
}
