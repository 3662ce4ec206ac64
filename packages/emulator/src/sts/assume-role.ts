import { readPolicy } from '../authorization/policy.ts'
import type { Settings } from '../settings.ts'
import { sessionKey } from '../storage/keys.ts'
import type { SessionRecord } from '../storage/records.ts'
import { StsFault } from './answer.ts'
import type { RpcParameters } from './parameters.ts'
import type { StsService } from './service.ts'
import { checkRpcSignature } from './signature.ts'

const maximumSkewMs = 900_000

function required(parameters: RpcParameters, name: string): string {
  const value = parameters.get(name)
  if (value) return value
  throw new StsFault(400, `Missing${name}`, `${name} is mandatory for this action.`)
}

/** Verifies key, time and signature, and returns the account. */
function authenticate(settings: Settings, method: string, parameters: RpcParameters, now: Date): string {
  const accessKeyId = required(parameters, 'AccessKeyId')
  required(parameters, 'Signature')
  const account = settings.accounts.find((candidate) => candidate.accessKeyId === accessKeyId)
  if (account === undefined && accessKeyId.startsWith('STS.')) {
    throw new StsFault(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.')
  }
  if (account === undefined) {
    throw new StsFault(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.')
  }
  checkTime(required(parameters, 'Timestamp'), now)
  if (parameters.get('SignatureMethod') !== 'HMAC-SHA1' || parameters.get('SignatureVersion') !== '1.0') {
    throw new StsFault(400, 'InvalidParameter.SignatureMethod', 'Specified signature method or version is not valid.')
  }
  checkRpcSignature(method, parameters, account.accessKeySecret)
  return account.accountId
}

function checkTime(timestamp: string, now: Date): void {
  const time = Date.parse(timestamp)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(timestamp) || Number.isNaN(time)) {
    throw new StsFault(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.')
  }
  if (Math.abs(time - now.getTime()) <= maximumSkewMs) return
  throw new StsFault(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.')
}

function durationOf(settings: Settings, parameters: RpcParameters): number {
  const text = parameters.get('DurationSeconds')
  const { minimumTokenSeconds: least, maximumTokenSeconds: most } = settings
  if (text === undefined) return most
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
  const message = `The parameter DurationSeconds is wrongly formed: ${least} to ${most} seconds are allowed.`
  throw new StsFault(400, 'InvalidParameter.DurationSeconds', message)
}

function checkRole(settings: Settings, roleArn: string): void {
  if (!/^acs:ram::\d+:role\/[^/]+$/i.test(roleArn)) {
    throw new StsFault(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.')
  }
  if (roleArn.toLowerCase() === settings.roleArn.toLowerCase()) return
  throw new StsFault(
    404,
    'EntityNotExist.Role',
    'The specified Role not exists.',
    `the emulator's role is ${settings.roleArn}`,
  )
}

function checkSessionName(name: string): void {
  if (/^[A-Za-z0-9.@_-]{2,64}$/.test(name)) return
  throw new StsFault(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.')
}

function checkPolicy(policy: string | undefined): void {
  if (policy === undefined || readPolicy(policy) !== undefined) return
  throw new StsFault(400, 'InvalidParameter.PolicyGrammar', 'The parameter Policy has not passed grammar check.')
}

/** Gives out temporary credentials, or throws the refusal. */
export async function assumeRole(
  { settings, storage, clock, random }: StsService,
  method: string,
  parameters: RpcParameters,
): Promise<SessionRecord> {
  const now = clock.now()
  const accountId = authenticate(settings, method, parameters, now)
  const roleArn = required(parameters, 'RoleArn')
  const sessionName = required(parameters, 'RoleSessionName')
  const policy = parameters.get('Policy') || undefined
  checkRole(settings, roleArn)
  checkSessionName(sessionName)
  checkPolicy(policy)
  // Expiration is told in whole seconds.
  const expiresAt = Math.floor(now.getTime() / 1000 + durationOf(settings, parameters)) * 1000
  const session: SessionRecord = {
    accessKeyId: `STS.${random.bytes(16).toString('base64url').replace(/[-_]/g, 'x')}`,
    accessKeySecret: random.bytes(32).toString('base64url').replace(/[-_]/g, 'x'),
    securityToken: `CAIS${random.bytes(150).toString('base64')}`,
    accountId,
    roleArn,
    sessionName,
    expiresAt: new Date(expiresAt).toISOString().replace('.000Z', 'Z'),
    ...(policy === undefined ? {} : { policy }),
  }
  await storage.store.transact((transaction) => transaction.put(sessionKey(session.accessKeyId), session))
  return session
}
