import { ServiceError } from '../errors.ts'
import type { HttpResponse } from '../http/transport.ts'

/** What OSS refused. If the explanation cannot be loaded, the code alone still lets retries mend what they can. */
export async function serviceError(
  operation: string,
  response: HttpResponse,
  securityToken?: string,
): Promise<ServiceError> {
  const { status, headers } = response
  const text = await new Response(response.body).text()
  const explanation = await import('./refusal.ts').catch(() => undefined)
  return new ServiceError({
    operation,
    status,
    code: /<Code>(\w+)/.exec(text)?.[1] ?? 'BadErrorResponse',
    reason: 'its explanation could not be loaded',
    requestId: headers['x-oss-request-id'] ?? '',
    ec: '',
    ...explanation?.explainRefusal(headers, text, securityToken),
  })
}
