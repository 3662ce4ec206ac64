import { abortable } from '../abortable.ts'
import { check } from '../check.ts'
import { ValidationError } from '../errors.ts'
import { instantOf } from '../schema/scalars.ts'
import { type AssumedRole, assumedRole } from './assume-role.ts'
import { callSts, type StsOptions, stsUrl } from './call-sts.ts'
import { type RoleSession, sessionParameters } from './role-session.ts'

/** Who takes which role with a token of an identity provider. */
export interface AssumeRoleWithOIDCInput extends RoleSession, Omit<StsOptions, 'hasher'> {
  /** The identity provider as RAM knows it, as in `acs:ram::1234567890123456:oidc-provider/github`. */
  oidcProviderArn: string
  /** The ID token that the provider issued, or what gets it. */
  oidcToken: string | (() => string | Promise<string>)
  /** Ends the call at once; it then rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
}

/** A role that was taken with a token. */
export interface AssumedRoleWithOIDC extends AssumedRole {
  /** What the token says. */
  oidcTokenInfo: {
    /** Whom the provider issued it to. */
    subject: string
    /** The provider's URL. */
    issuer: string
    /** For whom it was issued, commas between. */
    clientIds: string
    /** When it stops working. */
    expirationTime: Date | undefined
  }
}

/**
 * Takes a RAM role with the ID token of an OpenID Connect provider, as Kubernetes and CI services issue them: no access key
 * is needed. `oidcRoleCredentials` keeps the credentials fresh for a client.
 *
 * Rejects with a ValidationError before anything is sent, a ServiceError of the operation `AssumeRoleWithOIDC` if STS
 * refuses, and with what `oidcToken` fails with. What STS cannot answer at the moment is tried again.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc AssumeRoleWithOIDC}
 * @example
 * const { credentials } = await assumeRoleWithOIDC({
 *   roleArn: 'acs:ram::1234567890123456:role/deploy',
 *   oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/ci',
 *   oidcToken,
 *   roleSessionName: 'build-7',
 * })
 */
export async function assumeRoleWithOIDC(input: AssumeRoleWithOIDCInput): Promise<AssumedRoleWithOIDC> {
  const parameters = oidcParameters(input)
  const { oidcToken, signal = new AbortController().signal } = input
  const token = typeof oidcToken === 'string' ? oidcToken : await abortable(ask(oidcToken), signal)
  const OIDCToken = checkedToken(token)
  const answer = await callSts(
    { action: 'AssumeRoleWithOIDC', parameters: { ...parameters, OIDCToken } },
    input,
    signal,
  )
  const { Subject = '', Issuer = '', ClientIds = '', ExpirationTime } = Object(answer.document.OIDCTokenInfo)
  return {
    ...assumedRole(answer),
    oidcTokenInfo: {
      subject: String(Subject),
      issuer: String(Issuer),
      clientIds: String(ClientIds),
      expirationTime: instantOf(ExpirationTime),
    },
  }
}

/** Checks all of an input but the token, and says it in the words of STS. */
export function oidcParameters(input: AssumeRoleWithOIDCInput): Record<string, string> {
  const { oidcProviderArn, oidcToken } = input
  stsUrl(input)
  const isArn = /^acs:ram::\d+:oidc-provider\/\S+$/i.test(oidcProviderArn)
  check('oidcProviderArn', isArn, 'acs:ram::{account id}:oidc-provider/{name}', oidcProviderArn)
  if (typeof oidcToken !== 'function') checkedToken(oidcToken)
  return { ...sessionParameters(input), OIDCProviderArn: oidcProviderArn }
}

const ask = async (oidcToken: () => string | Promise<string>): Promise<string> => oidcToken()

/** What is no token may be another secret, so that it is not shown. Files end in a line end. */
function checkedToken(token: string): string {
  if (typeof token !== 'string' || !/^\s*[!-~]{4,20000}\s*$/.test(token))
    throw new ValidationError('oidcToken', 'expected 4 to 20000 ASCII characters without spaces')
  return token.trim()
}
