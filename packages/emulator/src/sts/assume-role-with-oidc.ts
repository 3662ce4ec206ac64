import { StsFault } from './answer.ts'
import { verifyOidcToken } from './oidc-token.ts'
import type { RpcParameters } from './parameters.ts'
import type { StsService } from './service.ts'
import { describeSession, isTrusted, openSession, requestedRole, required } from './session.ts'

const told = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z')

/** AssumeRoleWithOIDC: gives out temporary credentials to who has a token of a known provider; nothing is signed. */
export async function assumeRoleWithOidc(service: StsService, parameters: RpcParameters) {
  const { settings, clock } = service
  const arn = required(parameters, 'OIDCProviderArn')
  const token = required(parameters, 'OIDCToken')
  required(parameters, 'RoleArn')
  required(parameters, 'RoleSessionName')
  const provider = settings.oidcProviders.find((one) => one.arn === arn)
  if (provider === undefined) {
    const reason = `the emulator knows ${settings.oidcProviders.map((one) => one.arn).join(', ') || 'none'}`
    throw new StsFault(403, 'AuthenticationFail.NoPermission', 'No such OIDC Provider registered.', reason)
  }
  const claims = verifyOidcToken(token, provider, clock.now())
  const role = requestedRole(settings, parameters)
  if (!isTrusted(role, [provider.arn])) {
    const reason = `the role ${role.arn} does not trust ${provider.arn}`
    throw new StsFault(403, 'AuthenticationFail.NoPermission', 'There is no permission', reason)
  }
  const session = await openSession(service, role, parameters)
  return {
    OIDCTokenInfo: {
      Subject: claims.subject,
      Issuer: claims.issuer,
      ClientIds: claims.clientIds.join(','),
      ExpirationTime: told(claims.expiresAt),
      ...(claims.issuedAt !== undefined && { IssuanceTime: told(claims.issuedAt) }),
      VerificationInfo: 'Success',
    },
    ...describeSession(session),
  }
}
