import { findKey, type KnownKey } from '../authentication/keys.ts'
import { namesOf } from '../authentication/principal.ts'
import { ownVerdict } from '../authorization/own-rights.ts'
import { ServiceFault } from '../errors.ts'
import type { KnownRole } from '../identities.ts'
import { StsFault } from './answer.ts'
import type { RpcParameters } from './parameters.ts'
import type { StsService } from './service.ts'
import { describeSession, isTrusted, openSession, requestedRole, required } from './session.ts'
import { checkRpcSignature } from './signature.ts'

const maximumSkewMs = 900_000

/** Finds a key as OSS does, and refuses in the words of STS. */
function keyOf({ settings, storage, clock }: StsService, parameters: RpcParameters): KnownKey {
  const accessKeyId = required(parameters, 'AccessKeyId')
  const token = parameters.get('SecurityToken') || undefined
  if (accessKeyId.startsWith('STS.') && token === undefined) {
    throw new StsFault(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.')
  }
  try {
    return findKey(settings, storage.store, accessKeyId, token, clock.now())
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    if (error.code === 'SecurityTokenExpired') {
      throw new StsFault(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.', error.reason)
    }
    if (error.code === 'InvalidSecurityToken') {
      const message = 'Specified SecurityToken mismatch with the AccessKey.'
      throw new StsFault(400, 'InvalidSecurityToken.MismatchWithAccessKey', message, error.reason)
    }
    throw new StsFault(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.')
  }
}

function checkTime(timestamp: string, now: Date): void {
  const time = Date.parse(timestamp)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(timestamp) || Number.isNaN(time)) {
    throw new StsFault(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.')
  }
  if (Math.abs(time - now.getTime()) <= maximumSkewMs) return
  throw new StsFault(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.')
}

/** Verifies key, time and signature. */
function authenticate(service: StsService, method: string, parameters: RpcParameters): KnownKey {
  required(parameters, 'AccessKeyId')
  required(parameters, 'Signature')
  const key = keyOf(service, parameters)
  checkTime(required(parameters, 'Timestamp'), service.clock.now())
  if (parameters.get('SignatureMethod') !== 'HMAC-SHA1' || parameters.get('SignatureVersion') !== '1.0') {
    throw new StsFault(400, 'InvalidParameter.SignatureMethod', 'Specified signature method or version is not valid.')
  }
  checkRpcSignature(method, parameters, key.secret)
  return key
}

function checkPermission({ principal }: KnownKey, role: KnownRole): void {
  const access = { action: 'sts:AssumeRole', resource: role.arn, context: {} }
  const isPermitted = ownVerdict(principal, access) === 'Allow'
  if (isPermitted && isTrusted(role, namesOf(principal))) return
  throw new StsFault(
    403,
    'NoPermission',
    'You are not authorized to do this action. You should be authorized by RAM.',
    isPermitted
      ? `the role ${role.arn} does not trust ${namesOf(principal).join(', ')}`
      : 'no policy allows sts:AssumeRole',
  )
}

/** AssumeRole: gives out temporary credentials to who has a key, or throws the refusal. */
export async function assumeRole(service: StsService, method: string, parameters: RpcParameters) {
  const key = authenticate(service, method, parameters)
  const role = requestedRole(service.settings, parameters)
  checkPermission(key, role)
  return describeSession(await openSession(service, role, parameters))
}
