import { ServiceError } from '../errors.ts'
import type { HttpResponse } from '../http/transport.ts'
import type { Attempt } from './call.ts'

/** What OSS refused. If the explanation cannot be loaded, a call is repeated all the same when the service failed. */
export async function serviceError(operation: string, answer: HttpResponse, attempt: Attempt): Promise<ServiceError> {
  const { status, headers, body } = answer
  const explanation = await import('./refusal.ts').catch(() => body?.cancel())
  return new ServiceError({
    operation,
    status,
    code: 'BadErrorResponse',
    reason: 'its explanation could not be loaded',
    requestId: headers['x-oss-request-id'] ?? '',
    ec: '',
    isRetryable: status >= 500,
    ...(await explanation?.explainRefusal(answer, attempt)),
  })
}
