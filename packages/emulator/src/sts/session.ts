import { readPolicy } from '../authorization/policy.ts'
import { accountOfRole, type KnownRole } from '../identities.ts'
import type { Settings } from '../settings.ts'
import { sessionKey } from '../storage/keys.ts'
import type { SessionRecord } from '../storage/records.ts'
import { matchesStar } from '../wildcard.ts'
import { StsFault } from './answer.ts'
import type { RpcParameters } from './parameters.ts'
import type { StsService } from './service.ts'

/** A parameter that must be there. */
export function required(parameters: RpcParameters, name: string): string {
  const value = parameters.get(name)
  if (value) return value
  throw new StsFault(400, `Missing${name}`, `${name} is mandatory for this action.`)
}

const usualSeconds = 3600

function durationOf({ minimumTokenSeconds: least }: Settings, role: KnownRole, parameters: RpcParameters): number {
  const text = parameters.get('DurationSeconds')
  const most = role.maxSessionSeconds
  if (text === undefined) return Math.min(usualSeconds, most)
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
  const message = `The parameter DurationSeconds is wrongly formed: ${least} to ${most} seconds are allowed.`
  throw new StsFault(400, 'InvalidParameter.DurationSeconds', message)
}

function checkSessionName(name: string): void {
  if (/^[A-Za-z0-9.@_-]{2,64}$/.test(name)) return
  throw new StsFault(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.')
}

function checkPolicy(policy: string | undefined): void {
  if (policy === undefined || readPolicy(policy) !== undefined) return
  throw new StsFault(400, 'InvalidParameter.PolicyGrammar', 'The parameter Policy has not passed grammar check.')
}

/** The role that is asked for. */
export function requestedRole({ roles }: Settings, parameters: RpcParameters): KnownRole {
  const arn = required(parameters, 'RoleArn')
  if (accountOfRole(arn) === undefined) {
    throw new StsFault(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.')
  }
  const role = roles.find((one) => one.arn.toLowerCase() === arn.toLowerCase())
  if (role !== undefined) return role
  const reason = `the emulator knows ${roles.map((one) => one.arn).join(', ')}`
  throw new StsFault(404, 'EntityNotExist.Role', `The role not exists: ${arn}.`, reason)
}

/** Whether a role may be taken by whom has one of the names. */
export const isTrusted = ({ trusts }: KnownRole, names: readonly string[]): boolean =>
  trusts.some((pattern) => names.some((name) => matchesStar(pattern, name)))

/** Gives out temporary credentials of a role, as far as the other parameters are right. */
export async function openSession(
  { settings, storage, clock, random }: StsService,
  role: KnownRole,
  parameters: RpcParameters,
): Promise<SessionRecord> {
  const sessionName = required(parameters, 'RoleSessionName')
  const policy = parameters.get('Policy') || undefined
  checkSessionName(sessionName)
  checkPolicy(policy)
  // Expiration is told in whole seconds.
  const expiresAt = Math.floor(clock.now().getTime() / 1000 + durationOf(settings, role, parameters)) * 1000
  const text = (count: number): string => random.bytes(count).toString('base64url').replace(/[-_]/g, 'x')
  const session: SessionRecord = {
    accessKeyId: `STS.${text(16)}`,
    accessKeySecret: text(32),
    securityToken: `CAIS${random.bytes(150).toString('base64')}`,
    accountId: role.accountId,
    roleArn: role.arn,
    sessionName,
    expiresAt: new Date(expiresAt).toISOString().replace('.000Z', 'Z'),
    ...(policy === undefined ? {} : { policy }),
  }
  await storage.store.transact((transaction) => transaction.put(sessionKey(session.accessKeyId), session))
  return session
}

/** The members of an answer that every way to take a role has. The ids of roles are made of their names. */
export function describeSession(session: SessionRecord) {
  const roleId = Buffer.from(session.roleArn).reduce((sum, byte) => (sum * 31 + byte) % 1e15, 7)
  return {
    AssumedRoleUser: {
      Arn: `${session.roleArn}/${session.sessionName}`,
      AssumedRoleId: `3${String(roleId).padStart(17, '0')}:${session.sessionName}`,
    },
    Credentials: {
      SecurityToken: session.securityToken,
      AccessKeyId: session.accessKeyId,
      AccessKeySecret: session.accessKeySecret,
      Expiration: session.expiresAt,
    },
  }
}
