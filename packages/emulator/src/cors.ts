import { ServiceFault } from './errors.ts'
import type { OssRequest, ResponseHeaders } from './message.ts'
import type { BucketRecord } from './storage/records.ts'
import { matchesStar } from './wildcard.ts'

/** Which requests of other origins a rule answers. */
export interface CorsRule {
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly string[]
  /** In lower case. */
  readonly allowedHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly maxAgeSeconds?: number
}

/** The CORS rules of a bucket. */
export interface CorsConfiguration {
  readonly rules: readonly CorsRule[]
  readonly responseVary: boolean
}

/** Rules that let every origin do everything. */
export const allowAll: CorsConfiguration = {
  responseVary: false,
  rules: [
    {
      allowedOrigins: ['*'],
      allowedMethods: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'],
      allowedHeaders: ['*'],
      exposeHeaders: [
        'ETag',
        'Content-MD5',
        'x-oss-request-id',
        'x-oss-hash-crc64ecma',
        'x-oss-version-id',
        'x-oss-next-append-position',
        'x-oss-ec',
        'x-oss-err',
      ],
      maxAgeSeconds: 600,
    },
  ],
}

const originFor = (rule: CorsRule, origin: string): string | undefined =>
  rule.allowedOrigins.find((pattern) => matchesStar(pattern, origin))

const allowsHeaders = (rule: CorsRule, names: readonly string[]): boolean =>
  names.every((name) => rule.allowedHeaders.some((pattern) => matchesStar(pattern, name.toLowerCase())))

function findRule(
  cors: CorsConfiguration | undefined,
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return cors?.rules.find(
    (rule) =>
      originFor(rule, origin) !== undefined && rule.allowedMethods.includes(method) && allowsHeaders(rule, headers),
  )
}

function headersOf(rule: CorsRule, origin: string, responseVary: boolean): ResponseHeaders {
  const isAnyOrigin = originFor(rule, origin) === '*'
  return {
    'Access-Control-Allow-Origin': isAnyOrigin ? '*' : origin,
    'Access-Control-Allow-Methods': rule.allowedMethods.join(', '),
    ...(rule.exposeHeaders.length > 0 && { 'Access-Control-Expose-Headers': rule.exposeHeaders.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'Access-Control-Max-Age': String(rule.maxAgeSeconds) }),
    ...((!isAnyOrigin || responseVary) && { Vary: 'Origin' }),
  }
}

/** The CORS headers of the answer to an actual request, whether it succeeds or not; none when no rule matches. */
export function corsHeaders(bucket: BucketRecord | undefined, request: OssRequest): ResponseHeaders {
  const vary: ResponseHeaders = bucket?.cors?.responseVary ? { Vary: 'Origin' } : {}
  const origin = request.headers.get('origin')
  if (origin === undefined) return vary
  const rule = findRule(bucket?.cors, origin, request.method, [])
  return rule === undefined ? vary : headersOf(rule, origin, bucket?.cors?.responseVary === true)
}

/** The headers that answer a preflight request, or throws 403 `AccessForbidden`. */
export function preflightHeaders(bucket: BucketRecord | undefined, request: OssRequest): ResponseHeaders {
  const origin = request.headers.get('origin')
  const method = request.headers.get('access-control-request-method')
  if (origin === undefined || method === undefined) {
    throw forbidden('CORSResponse: Bad Request. Origin and Access-Control-Request-Method are required.')
  }
  const asked = request.headers.get('access-control-request-headers')
  const names = (asked ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (bucket?.cors === undefined) throw forbidden('CORSResponse: CORS is not enabled for this bucket.')
  const rule = findRule(bucket.cors, origin, method, names)
  if (rule === undefined) {
    throw forbidden(
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec.",
      `no rule allows origin ${origin}, method ${method}, headers ${names.join(', ') || '(none)'}`,
    )
  }
  return {
    ...headersOf(rule, origin, bucket.cors.responseVary),
    ...(asked !== undefined && { 'Access-Control-Allow-Headers': asked }),
  }
}

const forbidden = (message: string, reason = message): ServiceFault =>
  new ServiceFault(403, 'AccessForbidden', message, { reason })
