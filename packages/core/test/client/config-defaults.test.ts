/** What a client does when it is told nothing, as recorded from the other OSS SDKs. Where they differ, Python's decides. */
import { afterEach, expect, test, vi } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import type { ClientConfig } from '../../src/client/config.ts'
import { RequestError } from '../../src/errors.ts'
import { fetchTransport } from '../../src/http/fetch-transport.ts'
import type { HttpRequest } from '../../src/http/transport.ts'
import { appendObject, getBucketAcl, initiateMultipartUpload, putObject } from '../../src/operations/index.ts'
import { standardRetryer } from '../../src/retry/retryer.ts'
import facts from '../conformance/vectors/config-defaults.json' with { type: 'json' }

const recordedDefault = (option: string): unknown =>
  facts.options.find(({ python }) => python === option)!.pythonDefault

/** What is sent for one question about a bucket, when every attempt fails. */
async function attemptsOf(config: Partial<ClientConfig> = {}): Promise<HttpRequest[]> {
  const sent: HttpRequest[] = []
  const client = createClient({
    region: 'cn-hangzhou',
    credentialsProvider: { accessKeyId: 'id', accessKeySecret: 'secret' },
    retryer: { ...standardRetryer(), delayMs: () => 0 },
    async transport(request) {
      sent.push(request)
      throw new RequestError('connection reset')
    },
    ...config,
  })
  await expect(getBucketAcl(client, { bucket: 'examplebucket' })).rejects.toThrow(RequestError)
  return sent
}

afterEach(() => {
  vi.useRealTimers()
})

test('a request is signed with the version that is recorded, and no header more than OSS asks for', async () => {
  const [request] = await attemptsOf()

  expect(recordedDefault('signature_version')).toBe('v4')
  expect(recordedDefault('additional_headers')).toEqual([])
  expect(request!.headers.authorization).toMatch(/^OSS4-HMAC-SHA256 Credential=[^,]*,Signature=[\da-f]{64}$/)
})

test('a call makes as many attempts as is recorded', async () => {
  expect(await attemptsOf()).toHaveLength(recordedDefault('retry_max_attempts') as number)
})

test('no flag that chooses a host is set', async () => {
  const [request] = await attemptsOf()

  const flags = facts.options.filter(({ python }) => /^(use_.*|disable_ssl)$/.test(python ?? ''))
  expect(flags.map(({ pythonDefault }) => pythonDefault)).toEqual(flags.map(() => false))
  expect(request!.url).toBe('https://examplebucket.oss-cn-hangzhou.aliyuncs.com/?acl')
})

test.each([
  ['use_dualstack_endpoint', 'useDualStackEndpoint'],
  ['use_accelerate_endpoint', 'useAccelerateEndpoint'],
  ['use_internal_endpoint', 'useInternalEndpoint'],
])('the flag %s leads to the host that is recorded', async (recorded, flag) => {
  const [request] = await attemptsOf({ [flag]: true })

  const { meaning } = facts.options.find(({ python }) => python === recorded)!
  expect(request!.url).toBe(`https://examplebucket.${meaning.replace('{region}', 'cn-hangzhou')}/?acl`)
})

test('an attempt that nobody answers ends after the times that are recorded', async () => {
  vi.useFakeTimers()
  const unanswered: typeof fetch = (_url, { signal } = {}) =>
    new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)))
  const seconds = ['connect_timeout', 'readwrite_timeout'].map((name) => recordedDefault(name) as number)
  const allowedMs = seconds.reduce((sum, each) => sum + each * 1000, 0)
  let ended: unknown
  const request = fetchTransport(unanswered)({ method: 'GET', url: 'https://oss.example/', headers: {} })
  request.catch((error: unknown) => {
    ended = error
  })

  await vi.advanceTimersByTimeAsync(allowedMs - 1)
  expect(ended).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)

  expect(ended).toMatchObject({ name: 'TimeoutError', message: 'no byte moved for 30000 ms' })
})

test.each([
  ['PutObject', putObject, {}],
  ['AppendObject', appendObject, { position: 0 }],
  ['InitiateMultipartUpload', initiateMultipartUpload, {}],
])('%s takes the type from the name of the object, as is recorded', async (name, operation, more) => {
  const sent: HttpRequest[] = []
  const client = createClient({
    region: 'cn-hangzhou',
    credentialsProvider: 'anonymous',
    retryMaxAttempts: 1,
    async transport(request) {
      sent.push(request)
      return { status: 200, headers: {}, body: null }
    },
  })

  const input = { bucket: 'examplebucket', key: 'cat.jpg', ...more }
  await client.send(operation.definition, input).catch(() => {})

  expect(facts.features.find((feature) => feature.name === 'detect MIME type')!.note).toContain(name)
  expect(sent[0]!.headers['content-type']).toBe('image/jpeg')
})
