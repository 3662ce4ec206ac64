import { ServiceFault } from '../errors.ts'
import type { OssRequest, OssResponse } from '../message.ts'
import type { SessionRecord } from '../storage/records.ts'
import { StsFault, stsAnswer } from './answer.ts'
import { assumeRole } from './assume-role.ts'
import type { RpcParameters } from './parameters.ts'
import type { StsService } from './service.ts'

/** What STS answered, and what the journal says of it. */
export interface StsOutcome {
  readonly response: OssResponse
  readonly operation: string
  readonly code?: string
  readonly reason?: string
}

const apiVersion = '2015-04-01'

/** Answers a request to STS; `before` may refuse it with a `ServiceFault`. */
export async function handleSts(
  service: StsService,
  request: OssRequest,
  parameters: RpcParameters,
  before: () => Promise<void>,
): Promise<StsOutcome> {
  const operation = parameters.get('Action') ?? ''
  const requestId = service.random.uuid().toUpperCase()
  const format = parameters.get('Format')
  try {
    await before()
    checkAction(operation, parameters.get('Version'))
    const session = await assumeRole(service, request.method, parameters)
    return {
      response: stsAnswer(200, 'AssumeRoleResponse', { RequestId: requestId, ...describe(session) }, format),
      operation,
    }
  } catch (error) {
    if (!(error instanceof StsFault || error instanceof ServiceFault)) throw error
    const { code, message, reason } = error
    const response = stsAnswer(
      error.status,
      'Error',
      { RequestId: requestId, HostId: request.host, Code: code, Message: message },
      format,
    )
    return { response, operation, code, reason }
  }
}

function checkAction(action: string, version: string | undefined): void {
  if (action === '') throw new StsFault(400, 'MissingAction', 'Action is mandatory for this action.')
  if (version !== apiVersion) throw new StsFault(400, 'InvalidVersion', 'Specified parameter Version is not valid.')
  if (action === 'AssumeRole') return
  if (['AssumeRoleWithOIDC', 'AssumeRoleWithSAML', 'GetCallerIdentity'].includes(action)) {
    throw new StsFault(501, 'NotImplemented', `${action} is not implemented by this emulator.`)
  }
  throw new StsFault(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
}

/** The answer's members, whose role ids are made of the role's name. */
function describe(session: SessionRecord) {
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
