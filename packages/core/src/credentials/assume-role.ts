import { check } from '../check.ts'
import { callSts, type StsOptions, stsUrl } from './call-sts.ts'
import type { Credentials } from './credentials.ts'
import { type CredentialsSource, toCredentialsProvider } from './resolve-credentials.ts'
import { type RoleSession, sessionParameters } from './role-session.ts'
import type { StsAnswer, StsResponse } from './send-to-sts.ts'
import { credentialsFromSts } from './sts-answer.ts'

/** Who takes which role. */
export interface AssumeRoleInput extends RoleSession, StsOptions {
  /** The user or role that asks: it needs the right `sts:AssumeRole`, and the role has to trust it. */
  credentialsProvider: Exclude<CredentialsSource, 'anonymous'>
  /** What the role's trust policy asks for, if a third party takes it: 2 to 1224 characters. */
  externalId?: string | undefined
  /** Ends the call at once; it then rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
}

/** A role that was taken. */
export interface AssumedRole {
  /** Temporary credentials, with `securityToken` and `expiration`. */
  credentials: Credentials
  /** Who they speak for. */
  assumedRoleUser: {
    /** As in `acs:ram::1234567890123456:role/uploader/alice`. */
    arn: string
    /** The role's id and the name of the session, as in `344584339364951186:alice`. */
    assumedRoleId: string
  }
  /** How STS answered. */
  response: StsResponse
}

/**
 * Takes a RAM role: asks STS for temporary credentials that have the role's rights, and no more than `policy` allows. A
 * server gives them to the pages of one user; `assumeRoleCredentials` keeps them fresh for a client of its own.
 *
 * Rejects with a ValidationError before anything is sent, a ServiceError of the operation `AssumeRole` if STS refuses
 * (`NoPermission`, `EntityNotExist.Role`, …), a CredentialsError without usable credentials to ask with. What STS cannot
 * answer at the moment is tried again, and a wrong clock is corrected.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole AssumeRole}
 * @example
 * const { credentials } = await assumeRole({
 *   credentialsProvider: { accessKeyId, accessKeySecret },
 *   roleArn: 'acs:ram::1234567890123456:role/uploader',
 *   roleSessionName: 'alice',
 *   durationSeconds: 900,
 *   policy: {
 *     Version: '1',
 *     Statement: [{ Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:photos/alice/*' }],
 *   },
 * })
 */
export async function assumeRole(input: AssumeRoleInput): Promise<AssumedRole> {
  const parameters = assumeRoleParameters(input)
  const provider = toCredentialsProvider(input.credentialsProvider)
  return assumedRole(await callSts({ action: 'AssumeRole', parameters }, input, input.signal, provider))
}

/** Checks all of an input, and says it in the words of STS. */
export function assumeRoleParameters(input: AssumeRoleInput): Record<string, string> {
  const { externalId, credentialsProvider } = input
  stsUrl(input)
  const isSigned = !!credentialsProvider && (credentialsProvider as CredentialsSource) !== 'anonymous'
  check('credentialsProvider', isSigned, 'credentials to ask with', isSigned || credentialsProvider)
  const isId = externalId === undefined || /^[\w=,.@:/+-]{2,1224}$/.test(externalId)
  check('externalId', isId, '2 to 1224 of A-Z a-z 0-9 = , . @ : / + - _', externalId)
  return { ...sessionParameters(input), ...(externalId !== undefined && { ExternalId: externalId }) }
}

/** Reads what every way to take a role answers with. */
export function assumedRole({ document, response }: StsAnswer): AssumedRole {
  const { Arn = '', AssumedRoleId = '' } = Object(document.AssumedRoleUser)
  return {
    credentials: credentialsFromSts(document),
    assumedRoleUser: { arn: String(Arn), assumedRoleId: String(AssumedRoleId) },
    response,
  }
}
