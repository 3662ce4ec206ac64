import { ServiceFault } from '../errors.ts'
import type { Identity } from '../identities.ts'
import type { Settings } from '../settings.ts'
import { sessionKey } from '../storage/keys.ts'
import type { SessionRecord } from '../storage/records.ts'
import type { Store } from '../storage/store.ts'
import type { Principal } from './principal.ts'

/** A key that may sign, and whose it is. */
export interface KnownKey {
  readonly secret: string
  readonly principal: Principal
}

const unknownKey = (accessKeyId: string, reason: string): ServiceFault =>
  new ServiceFault(403, 'InvalidAccessKeyId', 'The OSS Access Key Id you provided does not exist in our records.', {
    ec: '0002-00000902',
    details: { OSSAccessKeyId: accessKeyId },
    reason,
  })

const invalidToken = (reason: string): ServiceFault =>
  new ServiceFault(403, 'InvalidSecurityToken', 'The security token you provided is invalid.', {
    ec: '0002-00000006',
    reason,
  })

const principalOf = ({ accountId, user }: Identity): Principal =>
  user === undefined ? { kind: 'account', accountId } : { kind: 'user', accountId, ...user }

/** Finds a key; a temporary one must come with its token, which must not have expired. */
export function findKey(
  settings: Settings,
  store: Store,
  accessKeyId: string,
  token: string | undefined,
  now: Date,
): KnownKey {
  const identity = settings.accounts.find((candidate) => candidate.accessKeyId === accessKeyId)
  if (identity !== undefined) {
    if (token) throw invalidToken('a security token came with a permanent key')
    return { secret: identity.accessKeySecret, principal: principalOf(identity) }
  }
  const session = store.get<SessionRecord>(sessionKey(accessKeyId))
  if (session === undefined) throw unknownKey(accessKeyId, 'no account and no STS session has this key')
  if (!token) throw unknownKey(accessKeyId, 'a temporary key was used without its security token')
  if (token !== session.securityToken) throw invalidToken('the security token is not the one issued with this key')
  if (now.getTime() >= Date.parse(session.expiresAt)) {
    throw new ServiceFault(403, 'SecurityTokenExpired', 'The security token you provided has expired.', {
      ec: '0002-00000007',
      reason: `the security token expired at ${session.expiresAt}, it is ${now.toISOString()}`,
    })
  }
  const role = settings.roles.find(({ arn }) => arn === session.roleArn)
  // Who took a role that is gone since may do nothing any more.
  const statements = role === undefined ? [] : role.statements
  return {
    secret: session.accessKeySecret,
    principal: { kind: 'session', accountId: session.accountId, session, statements },
  }
}
