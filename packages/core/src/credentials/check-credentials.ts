import { CredentialsError } from '../errors.ts'
import type { Credentials } from './credentials.ts'

/**
 * Makes credentials of what an application or its server gave. `expiration` may also be ISO 8601 text, or seconds or
 * milliseconds since 1970. Throws a `CredentialsError`, which names the field and never its value.
 */
export function checkCredentials(answer: unknown): Credentials {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = (answer ?? {}) as Record<string, unknown>
  return {
    accessKeyId: toHeaderText('accessKeyId', accessKeyId),
    accessKeySecret: toHeaderText('accessKeySecret', accessKeySecret),
    securityToken: securityToken ? toHeaderText('securityToken', securityToken) : undefined,
    expiration: expiration ? toDate(expiration) : undefined,
  }
}

function toHeaderText(field: string, value: unknown): string {
  if (!value || typeof value !== 'string') throw new CredentialsError(`credentials: ${field} is missing or not text`)
  if (/[\r\n]/.test(value)) throw new CredentialsError(`credentials: ${field} contains a line break`)
  return value
}

function toDate(value: unknown): Date {
  // As milliseconds, 1e11 is in 1973; as seconds, in 5138.
  const date = new Date((typeof value === 'number' && value < 1e11 ? value * 1000 : value) as string)
  if (Number.isNaN(date.getTime())) throw new CredentialsError('credentials: expiration is not a date')
  return date
}
