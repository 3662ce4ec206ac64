import type { Address } from '../addressing.ts'
import { invalidArgument } from '../errors.ts'
import type { OssRequest } from '../message.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../storage/store.ts'
import type { Principal } from './principal.ts'
import { checkSource, withSource } from './url-source.ts'
import { authenticateV1Header, authenticateV1Query } from './v1.ts'
import { authenticateV2Header, authenticateV2Query } from './v2.ts'
import { authenticateV4Header } from './v4-header.ts'
import { authenticateV4Query } from './v4-query.ts'

/** What authentication looks at. */
export interface AuthenticationInput {
  readonly request: OssRequest
  readonly address: Address
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly settings: Settings
  readonly store: Store
  readonly now: Date
}

/** Finds out who sent a request, or throws the refusal. */
export function authenticate(input: AuthenticationInput): Principal {
  const authorization = input.request.headers.get('authorization')
  if (authorization === undefined) return authenticateQuery(input)
  if (authorization.startsWith('OSS4-HMAC-SHA256')) return authenticateV4Header(input, authorization)
  if (authorization.startsWith('OSS2 ')) return authenticateV2Header(input, authorization)
  if (authorization.startsWith('OSS ')) return authenticateV1Header(input, authorization)
  throw invalidArgument('Authorization', authorization, 'Authorization header is invalid.')
}

function authenticateQuery(input: AuthenticationInput): Principal {
  const { request } = input
  const principal = authenticateUrl({ ...input, query: withSource(request, input.query) })
  if (principal.kind !== 'anonymous') checkSource(request, new Map(input.query))
  return principal
}

function authenticateUrl(input: AuthenticationInput): Principal {
  const query = new Map(input.query)
  const version = query.get('x-oss-signature-version')
  if (version === 'OSS4-HMAC-SHA256') return authenticateV4Query(input, query)
  if (version === 'OSS2') return authenticateV2Query(input, query)
  if (version !== undefined)
    throw invalidArgument('x-oss-signature-version', version, 'The signature version is invalid.')
  const isV1 = query.has('OSSAccessKeyId') || query.has('Signature')
  return isV1 ? authenticateV1Query(input, query) : { kind: 'anonymous' }
}
