import { check } from '../check.ts'
import { readEndpoint } from '../endpoint/endpoint.ts'
import { CredentialsError } from '../errors.ts'
import { fetchTransport } from '../http/fetch-transport.ts'
import type { Transport } from '../http/transport.ts'
import type { CredentialsProvider } from './credentials.ts'
import { askShortly, issuedCredentials, type ShortAnswer } from './issued-credentials.ts'
import { type RefreshingOptions, refreshing } from './refreshing.ts'

/** Which role of an instance, and how its metadata service is asked. */
export interface EcsRamRoleOptions extends RefreshingOptions {
  /** The name of the role attached to the instance. Given, it saves a request. @default the service is asked */
  roleName?: string | undefined
  /**
   * `hardened`: with a token of the session, in security hardening mode. `normal`: without one. `auto`: with a token, and
   * without one only where the service issues none. @default 'auto'
   */
  mode?: 'auto' | 'hardened' | 'normal' | undefined
  /** Milliseconds for each request: the service is next door. @default 1000 */
  requestTimeoutMs?: number | undefined
  /** Where the service is. @default 'http://100.100.100.200' */
  endpoint?: string | undefined
  /** What sends requests. @default fetchTransport() */
  transport?: Transport | undefined
}

const who = 'ECS RAM role'

const roles = 'latest/meta-data/ram/security-credentials/'

/**
 * Credentials of the RAM role that is attached to this ECS instance or ECI container group, from the metadata service
 * inside it: fetched when they are first needed and again shortly before they expire, once for all who wait.
 *
 * Throws a ValidationError that names the field. Requests reject with a CredentialsError that says what is missing: the
 * service, because this is no instance; a role; or the role with this name. The first two are `isAbsent`; a service that
 * answered before and has fallen silent is not.
 *
 * @see {@link https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata ECS instance metadata}
 * @example
 * const credentialsProvider = ecsRamRoleCredentials({ roleName: 'backup' })
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider, useInternalEndpoint: true })
 */
export function ecsRamRoleCredentials(options: EcsRamRoleOptions = {}): CredentialsProvider {
  const { roleName, mode = 'auto', requestTimeoutMs: timeoutMs = 1000, transport = fetchTransport() } = options
  check('roleName', roleName === undefined || isRoleName(roleName), 'the name of a RAM role', roleName)
  check('mode', ['auto', 'hardened', 'normal'].includes(mode), 'auto, hardened or normal', mode)
  const [scheme, host] = readEndpoint(options.endpoint || 'http://100.100.100.200', {})

  let isInstance = false

  const explain = (problem: Error): never => {
    const message = isInstance
      ? `${who}: the metadata service at ${host} does not answer: ${problem.message}`
      : `${who}: no metadata service at ${host}, so this is no ECS instance: ${problem.message}`
    throw new CredentialsError(message, { cause: problem, ...(!isInstance && { isAbsent: true }) })
  }

  return refreshing(async ({ signal }) => {
    const request = { transport, timeoutMs, signal }
    const ask = async (path: string, headers: Record<string, string>, method: 'GET' | 'PUT' = 'GET') => {
      const url = `${scheme}://${host}/${path}`
      const answer = await askShortly({ ...request, method, url, headers }).catch(explain)
      isInstance = true
      return answer
    }

    const sessionToken = async (): Promise<string | undefined> => {
      if (mode === 'normal') return undefined
      const answer = await ask('latest/api/token', { 'x-aliyun-ecs-metadata-token-ttl-seconds': '21600' }, 'PUT')
      const isUnknown = [404, 405].includes(answer.status)
      if (isUnknown && mode === 'auto') return undefined
      const token = succeeded(answer, 'a token of the session').text.trim()
      if (/^[!-~]+$/.test(token)) return token
      throw new CredentialsError(`${who}: the token of the session is no line of text`)
    }

    const token = await sessionToken()
    const headers: Record<string, string> = token === undefined ? {} : { 'x-aliyun-ecs-metadata-token': token }
    const name = roleName ?? attachedRole(await ask(roles, headers))
    const answer = await ask(roles + name, headers)
    if (answer.status === 404) throw new CredentialsError(`${who}: the instance has no role named ${name}`)
    return issuedCredentials(who, succeeded(answer, 'credentials'), (options.now ?? Date.now)())
  }, options)
}

/** One line a role; there is one. */
function attachedRole(answer: ShortAnswer): string {
  const isEmpty = answer.status === 404 || !succeeded(answer, 'the name of the role').text.trim()
  if (isEmpty) throw new CredentialsError(`${who}: none is attached to this instance`, { isAbsent: true })
  const [name = ''] = answer.text.trim().split(/\s/)
  if (isRoleName(name)) return name
  throw new CredentialsError(`${who}: the metadata service names no role`)
}

const isRoleName = (name: string): boolean => /^[\w.-]{1,64}$/.test(name)

function succeeded(answer: ShortAnswer, wanted: string): ShortAnswer {
  const { status } = answer
  if (status === 200) return answer
  const hint = status === 401 || status === 403 ? ': does it ask for security hardening mode?' : ''
  throw new CredentialsError(`${who}: asked for ${wanted}, the metadata service answered ${status}${hint}`, {
    cause: status,
  })
}
