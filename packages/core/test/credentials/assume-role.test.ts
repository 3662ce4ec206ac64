import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { type AssumeRoleInput, assumeRole } from '../../src/credentials/assume-role.ts'
import type { Credentials } from '../../src/credentials/credentials.ts'
import { refreshing } from '../../src/credentials/refreshing.ts'
import { CredentialsError, SerializationError, ServiceError, TimeoutError, ValidationError } from '../../src/errors.ts'
import type { HttpRequest, Transport } from '../../src/http/transport.ts'
import { getObject, putObject } from '../../src/operations/object-basic.ts'
import { fixedRetryer, noRetry } from '../../src/retry/retryer.ts'
import { nobleHasher } from '../../src/signing/noble-hasher.ts'
import { bucket, clientOf, emulator, start } from '../timed-emulator.ts'

const retryer = fixedRetryer({ delayMs: 0 })

const inputOf = (changes: Partial<AssumeRoleInput> = {}): AssumeRoleInput => ({
  endpoint: emulator.stsEndpoint,
  credentialsProvider: { accessKeyId: emulator.accessKeyId, accessKeySecret: emulator.accessKeySecret },
  roleArn: emulator.roleArn,
  roleSessionName: 'alice@example.com',
  now: () => emulator.clock.now().getTime(),
  retryer,
  ...changes,
})

const clientWith = (credentialsProvider: Credentials) => clientOf({ credentialsProvider })

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail('it resolved'),
    (error) => error,
  )

/** Answers each request with the next of the answers, and notes the requests. */
function answering(...answers: readonly (readonly [status: number, text: string, headers?: Record<string, string>])[]) {
  const requests: HttpRequest[] = []
  const transport: Transport = async (request) => {
    const [status, text, headers = {}] = answers[requests.length]!
    requests.push(request)
    return { status, headers, body: new Response(text).body }
  }
  return { transport, requests }
}

const sent = (request: HttpRequest) => new URLSearchParams(new TextDecoder().decode(request.body as Uint8Array))

const issued = JSON.stringify({
  RequestId: 'R-1',
  AssumedRoleUser: { Arn: 'acs:ram::1:role/r/alice', AssumedRoleId: '3:alice' },
  Credentials: {
    AccessKeyId: 'STS.id',
    AccessKeySecret: 'canary-issued-secret',
    SecurityToken: 'canary-issued-token',
    Expiration: '2026-03-04T06:06:07Z',
  },
})

describe('assumeRole', () => {
  it('gets credentials that put and get objects, and tells whose they are', async () => {
    const { credentials, assumedRoleUser, response } = await assumeRole(inputOf())

    const client = clientWith(credentials)
    await putObject(client, { bucket, key: 'a', body: 'assumed' })
    expect(await (await getObject(client, { bucket, key: 'a' })).body.text()).toBe('assumed')
    expect(credentials.accessKeyId).toMatch(/^STS\./)
    expect(credentials.expiration).toEqual(new Date(start + 3_600_000))
    expect(assumedRoleUser.arn).toBe('acs:ram::1234567890123456:role/emulator/alice@example.com')
    expect(assumedRoleUser.assumedRoleId).toMatch(/^\d+:alice@example\.com$/)
    expect(response.status).toBe(200)
    expect(response.requestId).toMatch(/^[0-9A-F-]{36}$/)
  })

  it('signs without WebCrypto as well', async () => {
    const { credentials } = await assumeRole(inputOf({ hasher: nobleHasher }))

    await putObject(clientWith(credentials), { bucket, key: 'a', body: 'a' })
  })

  it('asks for a lifetime in seconds', async () => {
    const { credentials } = await assumeRole(inputOf({ durationSeconds: 900 }))

    expect(credentials.expiration).toEqual(new Date(start + 900_000))
  })

  it.each(['object', 'text'])('narrows the rights by a policy, given as %s', async (kind) => {
    const statement = { Effect: 'Allow', Action: 'oss:PutObject', Resource: `acs:oss:*:*:${bucket}/alice/*` }
    const policy = { Version: '1', Statement: [statement] }

    const { credentials } = await assumeRole(inputOf({ policy: kind === 'text' ? JSON.stringify(policy) : policy }))

    const client = clientWith(credentials)
    await putObject(client, { bucket, key: 'alice/a', body: 'a' })
    await expect(putObject(client, { bucket, key: 'bob/a', body: 'a' })).rejects.toMatchObject({ code: 'AccessDenied' })
    await expect(getObject(client, { bucket, key: 'alice/a' })).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('takes a role with the credentials of another', async () => {
    const { credentials: first } = await assumeRole(inputOf())
    const provider = { getCredentials: async () => first }

    const { credentials } = await assumeRole(inputOf({ credentialsProvider: provider, retryer: noRetry }))

    expect(credentials.accessKeyId).not.toBe(first.accessKeyId)
    await putObject(clientWith(credentials), { bucket, key: 'a', body: 'a' })
  })

  it('sends everything in the body of a POST by https, to the STS of the region if there is one', async () => {
    const { transport, requests } = answering([200, issued], [200, issued])
    const input = inputOf({ transport, endpoint: undefined, externalId: 'partner-7', durationSeconds: 1200 })

    await assumeRole(input)
    await assumeRole({ ...input, region: 'cn-beijing' })

    expect(requests.map(({ method, url }) => [method, url])).toEqual([
      ['POST', 'https://sts.aliyuncs.com/'],
      ['POST', 'https://sts.cn-beijing.aliyuncs.com/'],
    ])
    expect(Object.fromEntries(sent(requests[0]!))).toMatchObject({
      Action: 'AssumeRole',
      Version: '2015-04-01',
      Format: 'JSON',
      AccessKeyId: emulator.accessKeyId,
      DurationSeconds: '1200',
      ExternalId: 'partner-7',
      RoleArn: emulator.roleArn,
      RoleSessionName: 'alice@example.com',
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      Timestamp: '2026-03-04T05:06:07Z',
    })
    expect(sent(requests[0]!).get('SignatureNonce')).not.toBe(sent(requests[1]!).get('SignatureNonce'))
  })

  it('uses http only for an endpoint that says so', async () => {
    const { transport, requests } = answering([200, issued], [200, issued])

    await assumeRole(inputOf({ transport, endpoint: 'sts-vpc.cn-hangzhou.aliyuncs.com' }))
    await assumeRole(inputOf({ transport, endpoint: 'http://127.0.0.1:9000/path' }))

    expect(requests.map(({ url }) => url)).toEqual([
      'https://sts-vpc.cn-hangzhou.aliyuncs.com/',
      'http://127.0.0.1:9000/',
    ])
  })

  it.each([
    ['roleArn', { roleArn: 'uploader' }, 'expected acs:ram::{account id}:role/{name}, got "uploader"'],
    ['roleSessionName', { roleSessionName: 'a' }, 'expected 2 to 64 of A-Z a-z 0-9 . @ _ -, got "a"'],
    ['roleSessionName', { roleSessionName: 'alice smith' }, 'got "alice smith"'],
    ['durationSeconds', { durationSeconds: 899 }, 'expected a whole number from 900 to 43200, got 899'],
    ['durationSeconds', { durationSeconds: 43_201 }, 'got 43201'],
    ['durationSeconds', { durationSeconds: 900.5 }, 'got 900.5'],
    ['policy', { policy: 'x'.repeat(2049) }, 'expected 1 to 2048 characters of JSON, got "2049 characters"'],
    ['policy', { policy: '' }, 'got "0 characters"'],
    ['externalId', { externalId: 'a' }, 'expected 2 to 1224 of'],
    ['region', { region: 'cn hangzhou' }, 'expected an id as in cn-hangzhou'],
    ['endpoint', { endpoint: 'ftp://sts' }, 'expected a host'],
    ['credentialsProvider', { credentialsProvider: 'anonymous' as never }, 'expected credentials to ask with'],
    ['credentialsProvider', { credentialsProvider: undefined as never }, 'expected credentials to ask with'],
  ])('refuses a wrong %s before anything is sent, case %#', async (field, changes, problem) => {
    const { transport, requests } = answering()

    const error = await rejection(assumeRole(inputOf({ transport, ...changes })))

    expect(error).toBeInstanceOf(ValidationError)
    expect(error).toMatchObject({ field })
    expect(error.message).toContain(problem)
    expect(requests).toEqual([])
  })

  it.each([
    [
      'a wrong secret',
      { credentialsProvider: { accessKeyId: 'emulator-key', accessKeySecret: 'canary-secret' } },
      400,
      'SignatureDoesNotMatch',
      'Check that accessKeySecret belongs to accessKeyId.',
    ],
    [
      'an unknown key',
      { credentialsProvider: { accessKeyId: 'LTAInobody', accessKeySecret: 'canary-secret' } },
      404,
      'InvalidAccessKeyId.NotFound',
      'Check accessKeyId, and that the key is neither disabled nor deleted.',
    ],
    [
      'an unknown role',
      { roleArn: 'acs:ram::1234567890123456:role/nobody' },
      404,
      'EntityNotExist.Role',
      'Check the account id and the name in roleArn.',
    ],
    [
      'too long a session',
      { durationSeconds: 7200 },
      400,
      'InvalidParameter.DurationSeconds',
      'A session lasts at most the maximum session duration of its role.',
    ],
    ['a policy that is none', { policy: '{}' }, 400, 'InvalidParameter.PolicyGrammar', undefined],
  ])('rejects once with what STS says of %s', async (_, changes, status, code, hint) => {
    const known = JSON.stringify(changes).replace('emulator-key', emulator.accessKeyId)

    const error = await rejection(assumeRole(inputOf(JSON.parse(known))))

    expect(error).toBeInstanceOf(ServiceError)
    expect(error).toMatchObject({ operation: 'AssumeRole', status, code, hint, isRetryable: false })
    expect(error.message).toMatch(new RegExp(`^AssumeRole: ${status} ${code}: .*\\(request [0-9A-F-]{36}\\)$`))
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary|Signature=|SignatureNonce/)
    expect(emulator.requests.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1)
  })

  it('keeps token, secret and signature out of the error that quotes the request', async () => {
    const accessKeySecret = 'canary/secret+'
    const securityToken = 'canary/token+=='
    const quoting: Transport = async (request) => {
      const body = new TextDecoder().decode(request.body as Uint8Array)
      const text = `${body} ${encodeURIComponent(body)} ${securityToken} ${accessKeySecret} ${sent(request).get('Signature')}`
      const document = { RequestId: 'R', HostId: text, Code: 'InvalidSecurityToken.Malformed', Message: text }
      return { status: 400, headers: {}, body: new Response(JSON.stringify(document)).body }
    }
    const credentialsProvider = { accessKeyId: 'STS.id', accessKeySecret, securityToken }

    const error = await rejection(assumeRole(inputOf({ transport: quoting, credentialsProvider })))

    const shown = inspect(error, { depth: 9, showHidden: true })
    expect(error).toMatchObject({ code: 'InvalidSecurityToken.Malformed' })
    expect(shown).toContain('SecurityToken=***')
    expect(shown).toContain('SecurityToken%3D***')
    expect(shown).toContain('Signature=***')
    expect(shown).not.toContain('canary')
  })

  it('corrects a clock that is an hour off, and repeats the call at once', async () => {
    const now = () => emulator.clock.now().getTime() + 3_600_000
    const delayMs = vi.fn(() => 0)

    const { credentials } = await assumeRole(inputOf({ now, retryer: { ...retryer, delayMs } }))

    expect(credentials.expiration).toEqual(new Date(start + 3_600_000))
    expect(delayMs).not.toHaveBeenCalled()
  })

  it('gives up on a clock that it cannot correct', async () => {
    const refusal = JSON.stringify({ RequestId: 'R', Code: 'InvalidTimeStamp.Expired', Message: 'expired' })
    const { transport, requests } = answering([400, refusal], [400, refusal])

    await expect(assumeRole(inputOf({ transport }))).rejects.toMatchObject({ code: 'InvalidTimeStamp.Expired' })

    expect(requests).toHaveLength(1)
  })

  it('tries again, with another nonce, when STS fails or is busy', async () => {
    const throttled = JSON.stringify({ RequestId: 'R', Code: 'Throttling.User', Message: 'flow control' })
    const { transport, requests } = answering([503, '<html>busy</html>'], [400, throttled], [200, issued])
    const delayMs = vi.fn(() => 0)
    const isRetryable = (error: unknown) => (error as ServiceError).isRetryable === true

    const { credentials } = await assumeRole(inputOf({ transport, retryer: { maxAttempts: 3, isRetryable, delayMs } }))

    expect(credentials.accessKeyId).toBe('STS.id')
    expect(new Set(requests.map((request) => sent(request).get('SignatureNonce'))).size).toBe(3)
    expect(delayMs.mock.calls.map(([attempt]: unknown[]) => attempt)).toEqual([1, 2])
  })

  it('ends with the last failure of STS when the attempts are used up', async () => {
    emulator.faults.add({ match: { operation: 'AssumeRole' }, times: 3, status: 503 })

    const error = await rejection(assumeRole(inputOf()))

    expect(error).toMatchObject({ status: 503, isRetryable: true })
    expect(emulator.requests.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(3)
  })

  it('goes on after a connection that was cut', async () => {
    emulator.faults.add({ match: { operation: 'AssumeRole' }, dropAnswer: true })

    const { credentials } = await assumeRole(inputOf())

    await putObject(clientWith(credentials), { bucket, key: 'a', body: 'a' })
  })

  it('asks for other credentials once STS refused the first as expired', async () => {
    const { credentials: expired } = await assumeRole(inputOf({ durationSeconds: 900 }))
    emulator.clock.advanceSeconds(901)
    const { accessKeyId, accessKeySecret } = emulator
    const given = [expired, { accessKeyId, accessKeySecret }]
    const provider = refreshing(async () => ({ ...given.shift()!, expiration: undefined }))

    const { credentials } = await assumeRole(inputOf({ credentialsProvider: provider }))

    await putObject(clientWith(credentials), { bucket, key: 'a', body: 'a' })
    expect(given).toEqual([])
  })

  it.each([
    [200, '<html>login</html>', { 'content-type': 'text/html' }, 'answered with text/html that is no JSON object'],
    [200, '', {}, 'answered with something that is no JSON object'],
    [200, '[]', { 'content-type': 'application/json' }, 'answered with application/json that is no JSON object'],
  ])('says what came instead of credentials: %i %s', async (status, text, headers, problem) => {
    const { transport } = answering([status, text, headers])

    const error = await rejection(assumeRole(inputOf({ transport, endpoint: 'sts.example.com' })))

    expect(error).toBeInstanceOf(SerializationError)
    expect(error.message).toBe(`AssumeRole: sts.example.com ${problem}`)
  })

  it.each([
    ['{}', 'credentials: accessKeyId is missing or not a line of text, there is no field'],
    [
      '{"Credentials":{"AccessKeyId":"STS.id","AccessKeySecret":"canary"}}',
      'credentials: securityToken is missing or not a line of text, there is AccessKeyId, AccessKeySecret',
    ],
    [issued.replace('2026-03-04T06:06:07Z', 'soon'), 'credentials: expiration is not a date'],
  ])('names the field that is missing from %s', async (text, problem) => {
    const { transport } = answering([200, text])

    const error = await rejection(assumeRole(inputOf({ transport })))

    expect(error).toEqual(new CredentialsError(problem))
  })

  it('takes a page of a proxy for the failure that it is', async () => {
    const { transport } = answering([403, '<html>canary</html>', { 'content-type': 'text/html' }])

    const error = await rejection(assumeRole(inputOf({ transport })))

    expect(error.message).toBe('AssumeRole: 403 BadErrorResponse: no error document of STS, but text/html')
  })

  it('is ended by a signal while STS is silent, and rejects with its reason', async () => {
    const controller = new AbortController()
    const reason = new Error('closed')
    const silent: Transport = ({ signal }) =>
      new Promise((_, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason))
        controller.abort(reason)
      })

    expect(await rejection(assumeRole(inputOf({ transport: silent, signal: controller.signal })))).toBe(reason)
  })

  it('is ended by a signal while its credentials are waited for', async () => {
    const controller = new AbortController()
    const credentialsProvider = () => {
      controller.abort('closed')
      return new Promise<never>(() => {})
    }

    expect(await rejection(assumeRole(inputOf({ credentialsProvider, signal: controller.signal })))).toBe('closed')
  })

  it('gives up an STS that stays silent', async () => {
    emulator.faults.add({ match: { operation: 'AssumeRole' }, delayMs: 60_000 })
    const impatient = { connectTimeoutMs: 20, readWriteTimeoutMs: 20, retryer: noRetry }

    const error = await rejection(assumeRole(inputOf(impatient)))

    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toMatch(/^no byte moved for \d+ ms$/)
  })
})
