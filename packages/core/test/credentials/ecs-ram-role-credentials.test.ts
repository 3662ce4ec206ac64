import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { ecsRamRoleCredentials } from '../../src/credentials/ecs-ram-role-credentials.ts'
import { CredentialsError, ValidationError } from '../../src/errors.ts'
import { issuedFor, metadataService } from './metadata-service.ts'

const expiration = '2026-03-04T11:06:07Z'
const start = Date.parse('2026-03-04T05:06:07Z')
const folder = '/latest/meta-data/ram/security-credentials/'
const roles = { backup: () => issuedFor('first', expiration) }
// Answers tell the machine's time, by which these instants are long past or far ahead.
const undated = (url: string) => ({
  endpoint: url,
  transport: async (request: { url: string; method: string; headers: Record<string, string>; signal?: unknown }) => {
    const answer = await fetch(request.url, request as RequestInit)
    return { status: answer.status, headers: {}, body: answer.body }
  },
})

const failure = async (provider: CredentialsProvider): Promise<CredentialsError> => {
  const error = await provider.getCredentials().catch((problem) => problem)
  expect(error).toBeInstanceOf(CredentialsError)
  expect(error.message).not.toContain('canary')
  return error
}

describe('ecsRamRoleCredentials', () => {
  it('gets the credentials of the role with a token where that is required', async () => {
    await using service = await metadataService({ roles, kind: 'hardened' })

    const credentials = await ecsRamRoleCredentials({ ...undated(service.url), now: () => start }).getCredentials()

    expect(credentials).toEqual({
      accessKeyId: 'STS.first',
      accessKeySecret: 'canary-secret-first',
      securityToken: 'canary-token-first',
      expiration: new Date(expiration),
    })
    expect(service.asked).toEqual(['PUT /latest/api/token 200', `GET ${folder} 200`, `GET ${folder}backup 200`])
  })

  it('saves the question for the name of the role when that is given', async () => {
    await using service = await metadataService({ roles, kind: 'hardened' })

    await ecsRamRoleCredentials({ endpoint: service.url, roleName: 'backup' }).getCredentials()

    expect(service.asked).toEqual(['PUT /latest/api/token 200', `GET ${folder}backup 200`])
  })

  it('does without a token where the service issues none, unless that is required', async () => {
    await using service = await metadataService({ roles, kind: 'old' })

    const provider = ecsRamRoleCredentials({ endpoint: service.url })
    const hardened = ecsRamRoleCredentials({ endpoint: service.url, mode: 'hardened' })

    expect((await provider.getCredentials()).accessKeyId).toBe('STS.first')
    expect((await failure(hardened)).message).toBe(
      'ECS RAM role: asked for a token of the session, the metadata service answered 404',
    )
  })

  it('does without a token when it is told to, and says what to do where that is refused', async () => {
    await using service = await metadataService({ roles })
    await using hardened = await metadataService({ roles, kind: 'hardened' })

    const plain = ecsRamRoleCredentials({ endpoint: service.url, mode: 'normal', roleName: 'backup' })
    const refused = ecsRamRoleCredentials({ endpoint: hardened.url, mode: 'normal', roleName: 'backup' })

    expect((await plain.getCredentials()).accessKeyId).toBe('STS.first')
    expect(service.asked).toEqual([`GET ${folder}backup 200`])
    expect((await failure(refused)).message).toBe(
      'ECS RAM role: asked for credentials, the metadata service answered 403: does it ask for security hardening mode?',
    )
  })

  it('fetches the next credentials, with a new token, ahead of the end of the present ones', async () => {
    const issued = [issuedFor('first', expiration), issuedFor('second', '2026-03-04T17:06:07Z')]
    await using service = await metadataService({ roles: { backup: () => issued.shift()! }, kind: 'hardened' })
    let nowMs = start
    const options = { ...undated(service.url), roleName: 'backup', now: () => nowMs, random: () => 0 }
    const provider = ecsRamRoleCredentials(options)
    await provider.getCredentials()

    nowMs = Date.parse(expiration) - 300_000
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.first')

    await expect.poll(async () => (await provider.getCredentials()).accessKeyId).toBe('STS.second')
    expect(service.asked).toHaveLength(4)
  })

  it('fetches other credentials once the present ones were refused', async () => {
    const issued = [issuedFor('first', expiration), issuedFor('second', expiration)]
    await using service = await metadataService({ roles: { backup: () => issued.shift()! } })
    const provider = ecsRamRoleCredentials({ ...undated(service.url), now: () => start })
    await provider.getCredentials()

    provider.invalidate?.()

    expect((await provider.getCredentials()).accessKeyId).toBe('STS.second')
  })

  it('counts the lifetime by the clock of this device, where the answer tells the time', async () => {
    const inAnHour = () => issuedFor('first', new Date(Date.now() + 3_600_000).toISOString())
    await using service = await metadataService({ roles: { backup: inAnHour } })
    const provider = ecsRamRoleCredentials({ endpoint: service.url, now: () => start })

    const { expiration: local } = await provider.getCredentials()

    // The header has whole seconds.
    expect(Math.abs(Number(local) - (start + 3_600_000))).toBeLessThan(5000)
  })

  it('has none where no role is attached', async () => {
    await using service = await metadataService({ kind: 'hardened' })

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url }))

    expect(error.message).toBe('ECS RAM role: none is attached to this instance')
    expect([error.isAbsent, error.isRetryable]).toEqual([true, false])
  })

  it('fails for a role that the instance does not have', async () => {
    await using service = await metadataService({ roles })

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url, roleName: 'restore' }))

    expect(error.message).toBe('ECS RAM role: the instance has no role named restore')
    expect(error.isAbsent).toBeUndefined()
  })

  it('has none where there is no service', async () => {
    const service = await metadataService({})
    await service[Symbol.asyncDispose]()
    const { host } = new URL(service.url)

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url }))

    expect(error.message).toMatch(
      `ECS RAM role: no metadata service at ${host}, so this is no ECS instance: PUT ${host}: `,
    )
    expect([error.isAbsent, error.isRetryable]).toEqual([true, true])
  })

  it('waits no longer than it is told for a service that is silent', async () => {
    await using service = await metadataService({ instead: () => {} })
    const { host } = new URL(service.url)

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url, requestTimeoutMs: 30 }))

    expect(error.message).toBe(
      `ECS RAM role: no metadata service at ${host}, so this is no ECS instance: ${host} did not answer within 30 ms`,
    )
    expect(error.isAbsent).toBe(true)
  })

  it('waits no longer than it is told for the rest of an answer', async () => {
    await using service = await metadataService({ instead: (response) => response.writeHead(200).write('canary') })

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url, requestTimeoutMs: 30 }))

    expect(error.message).toMatch(/did not answer within 30 ms$/)
  })

  it.each([
    ['<html>canary</html>', 'ECS RAM role: the answer is no JSON object'],
    [issuedFor('x', expiration, { Code: 'Failed' }), 'ECS RAM role: the answer\'s Code is "Failed"'],
    [
      issuedFor('x', expiration, { SecurityToken: undefined }),
      'credentials: securityToken is missing or not a line of text, there is AccessKeyId, AccessKeySecret, Expiration, LastUpdated, Code',
    ],
    [issuedFor('x', 'soon'), 'credentials: expiration is not a date'],
  ])('says what is wrong with an answer, case %#', async (text, message) => {
    await using service = await metadataService({ roles: { backup: () => text } })

    expect((await failure(ecsRamRoleCredentials({ endpoint: service.url }))).message).toBe(message)
  })

  it.each(['<html>canary\n</html>', '', 'canary\u0000'])(
    'does not take a page for a token of the session, case %#',
    async (text) => {
      await using service = await metadataService({ instead: (response) => response.end(text) })

      const error = await failure(ecsRamRoleCredentials({ endpoint: service.url }))

      expect(error.message).toBe('ECS RAM role: the token of the session is no line of text')
      expect(error.isAbsent).toBeUndefined()
    },
  )

  it('asks for no role whose name is none', async () => {
    await using service = await metadataService({ roles: { '../user-data': () => 'canary' } })

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url }))

    expect(error.message).toBe('ECS RAM role: the metadata service names no role')
    expect(service.asked).toHaveLength(2)
  })

  it('is still an ECS instance when its service falls silent', async () => {
    const service = await metadataService({ roles })
    const { host } = new URL(service.url)
    const provider = ecsRamRoleCredentials({ endpoint: service.url })
    await provider.getCredentials()
    await service[Symbol.asyncDispose]()
    provider.invalidate?.()

    const error = await failure(provider)

    expect(error.message).toMatch(`ECS RAM role: the metadata service at ${host} does not answer: PUT ${host}: `)
    expect([error.isAbsent, error.isRetryable]).toEqual([undefined, true])
  })

  it('is an ECS instance when its service answers once', async () => {
    const answers = [(response: ServerResponse) => response.end('canary-token')]
    await using service = await metadataService({ instead: (response) => answers.shift()?.(response) })

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url, requestTimeoutMs: 30 }))

    expect(error.message).toMatch(/^ECS RAM role: the metadata service at .+ did not answer within 30 ms$/)
    expect(error.isAbsent).toBeUndefined()
  })

  it('may be tried again when the service fails', async () => {
    await using service = await metadataService({ instead: (response) => response.writeHead(500).end('canary') })

    const error = await failure(ecsRamRoleCredentials({ endpoint: service.url }))

    expect(error.message).toBe('ECS RAM role: asked for a token of the session, the metadata service answered 500')
    expect([error.isAbsent, error.isRetryable]).toEqual([undefined, true])
  })

  it.each([{ roleName: '../x' }, { mode: 'v2' as never }, { endpoint: 'ftp://metadata' }])(
    'finds wrong use when it is made: %o',
    (options) => {
      expect(() => ecsRamRoleCredentials(options)).toThrow(ValidationError)
    },
  )
})
