import { ServiceFault } from '../errors.ts'
import type { OssRequest, OssResponse } from '../message.ts'
import { type StsDocument, StsFault, stsAnswer } from './answer.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithOidc } from './assume-role-with-oidc.ts'
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
    const content = await perform(service, request, parameters)
    const response = stsAnswer(200, `${operation}Response`, { RequestId: requestId, ...content }, format)
    return { response, operation }
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

function perform(service: StsService, { method }: OssRequest, parameters: RpcParameters): Promise<StsDocument> {
  const action = parameters.get('Action') ?? ''
  if (action === '') throw new StsFault(400, 'MissingAction', 'Action is mandatory for this action.')
  if (parameters.get('Version') !== apiVersion) {
    throw new StsFault(400, 'InvalidVersion', 'Specified parameter Version is not valid.')
  }
  if (action === 'AssumeRole') return assumeRole(service, method, parameters)
  if (action === 'AssumeRoleWithOIDC') return assumeRoleWithOidc(service, parameters)
  if (['AssumeRoleWithSAML', 'GetCallerIdentity'].includes(action)) {
    throw new StsFault(501, 'NotImplemented', `${action} is not implemented by this emulator.`)
  }
  throw new StsFault(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
}
