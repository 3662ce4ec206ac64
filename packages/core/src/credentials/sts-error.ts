import { ServiceError } from '../errors.ts'
import type { HttpResponse } from '../http/transport.ts'
import { mapValues } from '../map-values.ts'
import { percentEncode } from '../percent-encode.ts'
import { isTransient } from '../retry/transient.ts'
import { instantOf } from '../schema/scalars.ts'

/** What to do about a refusal, where that is known, by the beginning of its code. */
const hints: Readonly<Record<string, string>> = {
  'AuthenticationFail.NoPermission': 'Name this OIDC provider in the trust policy of the role.',
  'AuthenticationFail.OIDCToken': 'Hand in a token that is in force, of this provider and for one of its client ids.',
  EntityNotExist: 'Check the account id and the name in roleArn.',
  InvalidAccessKeyId: 'Check accessKeyId, and that the key is neither disabled nor deleted.',
  'InvalidParameter.DurationSeconds': 'A session lasts at most the maximum session duration of its role.',
  InvalidTimeStamp: 'Set the clock of this device.',
  NoPermission: 'Allow the caller sts:AssumeRole, and name it in the trust policy of the role.',
  SignatureDoesNotMatch: 'Check that accessKeySecret belongs to accessKeyId.',
}

/**
 * What STS refused, or what answered in its place.
 *
 * @param secrets are kept out of the error: STS quotes the request that it refused
 */
export function stsError(
  operation: string,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  document: Readonly<Record<string, unknown>> | undefined,
  secrets: readonly (string | undefined)[],
): ServiceError {
  const hide = (value: unknown) => withoutSecrets(String(value), secrets)
  const fields = mapValues(document ?? {}, hide)
  const { Code: code = 'BadErrorResponse', Message, RequestId, HostId: hostId } = fields
  const isThrottled = code.startsWith('Throttling')
  return new ServiceError({
    operation,
    status,
    code,
    reason: Message ?? `no error document of STS, but ${headers['content-type'] || 'something'}`,
    requestId: RequestId ?? headers['x-acs-request-id'] ?? '',
    ec: '',
    hostId,
    fields,
    headers: mapValues(headers, hide),
    serverTime: instantOf(headers.date),
    hint: Object.entries(hints).find(([beginning]) => code.startsWith(beginning))?.[1],
    isRetryable: isThrottled || isTransient(status, code),
  })
}

/** The text that was signed holds all that was sent, percent-encoded twice. */
const withoutSecrets = (text: string, secrets: readonly (string | undefined)[]): string =>
  secrets
    .filter((secret) => secret !== undefined)
    .flatMap((secret) => [percentEncode(percentEncode(secret)), percentEncode(secret), secret])
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
    .replace(/[,.]?\s*server string to sign is:.*/is, '.')
