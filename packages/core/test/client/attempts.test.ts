import { describe, expect, it, vi } from 'vitest'
import { type CallOptions, createClient } from '../../src/client/client.ts'
import type { ClientConfig } from '../../src/client/config.ts'
import type { Credentials } from '../../src/credentials/credentials.ts'
import { RequestError, TimeoutError, ValidationError } from '../../src/errors.ts'
import type { HttpResponse } from '../../src/http/transport.ts'
import { operation } from '../../src/operation.ts'
import { standardRetryer } from '../../src/retry/retryer.ts'
import { upload } from '../../src/words.ts'
import { uncaughtErrors } from '../transfer/uncaught-errors.ts'

const put = operation({ name: 'PutThing', route: 'PUT /{bucket}/{key}', input: { body: upload } })

const failure = (text: string) => new RequestError(text)

/** Calls whose attempts fail with each of the errors in turn, then succeed; they wait as long as the retryer says, in no time. */
function recorder(...errors: unknown[]) {
  const attempts: number[] = []
  const waits: number[] = []
  const standard = standardRetryer({ random: () => 0.5 })
  const retryer = {
    ...standard,
    delayMs(attempt: number, error: unknown) {
      waits.push(standard.delayMs(attempt, error))
      return 0
    },
  }
  const transport = async (): Promise<HttpResponse> => {
    const number = attempts.length + 1
    attempts.push(number)
    if (number <= errors.length) throw errors[number - 1]
    return { status: 200, headers: { 'x-oss-request-id': `attempt ${number}` }, body: null }
  }
  const call = async (options: CallOptions = {}, config: Partial<ClientConfig> = {}, body: unknown = 'x') => {
    const endpoint = 'https://oss.example.com'
    const client = createClient({
      region: '',
      endpoint,
      credentialsProvider: 'anonymous',
      transport,
      retryer,
      ...config,
    })
    const { response } = await put(client, { bucket: 'photos', key: 'a', body: body as string }, options)
    return response.requestId
  }
  return { attempts, waits, call }
}

describe('a call', () => {
  it('makes one attempt if that succeeds', async () => {
    const { call, attempts, waits } = recorder()

    expect(await call()).toBe('attempt 1')
    expect(attempts).toEqual([1])
    expect(waits).toEqual([])
  })

  it('waits longer before every further attempt', async () => {
    const { call, attempts, waits } = recorder(failure('a'), failure('b'))

    expect(await call()).toBe('attempt 3')
    expect(attempts).toEqual([1, 2, 3])
    expect(waits).toEqual([200, 400])
  })

  it('throws the last error as it is when the attempts are used up', async () => {
    const last = failure('c')
    const { call, attempts, waits } = recorder(failure('a'), failure('b'), last)

    await expect(call()).rejects.toBe(last)
    expect(attempts).toEqual([1, 2, 3])
    expect(waits).toEqual([200, 400])
  })

  it.each([
    ['an error that no retry can mend', new ValidationError('key', 'too long')],
    ['a thrown text', 'text'],
    ['nothing', undefined],
  ])('throws %s as it is', async (_, error) => {
    const { call, attempts } = recorder(error)

    await expect(call()).rejects.toBe(error)
    expect(attempts).toEqual([1])
  })

  it('sends a body that cannot be replayed only once', async () => {
    const error = failure('a')
    const { call, attempts } = recorder(error)

    await expect(call({}, {}, new Blob(['ab']).stream())).rejects.toBe(error)
    expect(attempts).toEqual([1])
  })

  it.each([1, 0, -1, Number.NaN])('makes one attempt for retryMaxAttempts %d', async (retryMaxAttempts) => {
    const error = failure('a')
    const { call, attempts } = recorder(error)

    await expect(call({ retryMaxAttempts })).rejects.toBe(error)
    expect(attempts).toEqual([1])
  })

  it('makes as many attempts as it is told, whatever number the retryer has', async () => {
    const { call, attempts } = recorder(...['a', 'b', 'c', 'd'].map(failure))

    expect(await call({ retryMaxAttempts: 5 })).toBe('attempt 5')
    expect(attempts).toEqual([1, 2, 3, 4, 5])
  })

  it('tells of each failure that is retried before it waits', async () => {
    const { call, waits } = recorder(failure('a'), failure('b'), failure('c'))
    const told: unknown[] = []
    const logger = { warn: (...line: unknown[]) => told.push([...line, waits.length]) }

    await expect(call({}, { logger })).rejects.toThrow('c')
    expect(told).toEqual([
      ['PutThing: attempt 1 failed and is repeated', { error: 'RequestError: a' }, 0],
      ['PutThing: attempt 2 failed and is repeated', { error: 'RequestError: b' }, 1],
    ])
  })

  it('asks a retryer of the application about every error', async () => {
    const error = failure('a')
    const { call } = recorder(error, error)
    const asked: unknown[] = []
    const retryer = {
      maxAttempts: 3,
      isRetryable: (seen: unknown) => asked.push(['again?', seen]) > 0,
      delayMs: (attempt: number, seen: unknown) => asked.push([attempt, seen]) * 0,
    }

    await call({}, { retryer })

    expect(asked).toEqual([
      ['again?', error],
      [1, error],
      ['again?', error],
      [2, error],
    ])
  })

  it('makes no attempt if it is aborted already', async () => {
    const { call, attempts } = recorder()
    const reason = new Error('enough')

    await expect(call({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(attempts).toEqual([])
  })

  it('throws the reason of an abort during an attempt, whatever the attempt failed with', async () => {
    const { call, waits } = recorder()
    const controller = new AbortController()
    const reason = new Error('enough')
    const transport = async () => {
      controller.abort(reason)
      throw failure('cut')
    }

    await expect(call({ signal: controller.signal }, { transport })).rejects.toBe(reason)
    expect(waits).toEqual([])
  })

  it('returns the result of an attempt that an abort came too late for', async () => {
    const { call } = recorder()
    const controller = new AbortController()
    const transport = async () => {
      controller.abort()
      return { status: 200, headers: { 'x-oss-request-id': 'stored' }, body: null }
    }

    expect(await call({ signal: controller.signal }, { transport })).toBe('stored')
  })

  it.each([
    ['while it waits', queueMicrotask],
    ['just before it waits', (abort: () => void) => abort()],
  ])('ends at once when it is aborted %s', async (_, when) => {
    const { call, attempts } = recorder(failure('a'))
    const controller = new AbortController()
    const reason = new Error('enough')
    const retryer = { maxAttempts: 3, isRetryable: () => true, delayMs: () => 1_000_000 }
    const logger = { warn: () => when(() => controller.abort(reason)) }

    await expect(call({ signal: controller.signal }, { retryer, logger })).rejects.toBe(reason)
    expect(attempts).toEqual([1])
  })

  it('goes on when the logger throws', async () => {
    await using uncaught = uncaughtErrors()
    const { call } = recorder(failure('a'))
    const logger = {
      warn() {
        throw new Error('of the logger')
      },
    }

    expect(await call({}, { logger })).toBe('attempt 2')
    await vi.waitFor(() => expect(uncaught.messages).toContain('of the logger'), { timeout: 20_000 })
  })

  it.each<[string, (stop: AbortController) => CallOptions, unknown]>([
    ['an abort', ({ signal }) => ({ signal }), 'enough'],
    ['timeoutMs', () => ({ timeoutMs: 20 }), new TimeoutError('PutThing: took longer than the 20 ms of timeoutMs')],
  ])('ends with %s while the credentials are still awaited', async (_, optionsOf, problem) => {
    const stop = new AbortController()
    const { call, attempts } = recorder()
    const credentialsProvider = () => {
      queueMicrotask(() => stop.abort('enough'))
      return new Promise<Credentials>(() => {})
    }

    await expect(call(optionsOf(stop), { region: 'cn-hangzhou', credentialsProvider })).rejects.toEqual(problem)
    expect(attempts).toEqual([])
  })
})
