import { describe, expect, it, vi } from 'vitest'
import { explainRefusal } from '../../src/client/refusal.ts'
import {
  CredentialsError,
  IntegrityError,
  RequestError,
  SerializationError,
  ServiceError,
  type ServiceErrorDetails,
  TimeoutError,
  ValidationError,
} from '../../src/errors.ts'
import { defaultRetryer } from '../../src/retry/default-retryer.ts'
import { fixedRetryer, isRetryable, noRetry, standardRetryer } from '../../src/retry/retryer.ts'
import vectors from '../conformance/vectors/retry.json' with { type: 'json' }

const serviceError = (status: number, code: string) =>
  new ServiceError({ operation: 'PutObject', status, code, reason: 'no', requestId: '', ec: '' })

/** The errors of this library that stand for the kinds of the vectors. */
const clientErrors: Record<string, unknown[]> = {
  'request-not-sent': [new RequestError('connection refused'), new TimeoutError('no connection in 10 s')],
  'response-not-understood': [new RequestError('connection reset'), new TimeoutError('nothing for 20 s')],
  'crc-mismatch': [new IntegrityError('PutObject', '1', '2')],
  'credentials-fetch-failed': [new CredentialsError('the provider failed', { cause: new Error('offline') })],
  'credentials-empty': [new CredentialsError('accessKeyId is missing')],
  'invalid-parameter': [new ValidationError('partSize', 'too small')],
  'invalid-bucket': [new ValidationError('bucket', 'too short')],
  serialization: [new SerializationError('not what PutObject takes')],
  deserialization: [new SerializationError('not what PutObject promises')],
  'unknown-exception': [new Error('some other failure'), new TypeError('x is undefined'), 'text', undefined],
}

const cases = vectors.clientErrors.flatMap(({ error: kind, retryable }) =>
  (clientErrors[kind] ?? []).map((error) => ({ kind, error, retryable })),
)

describe('isRetryable', () => {
  it.each(vectors.serviceErrors)('is $retryable for $status $code', ({ status, code, retryable }) => {
    expect(isRetryable(serviceError(status, code))).toBe(retryable)
  })

  it.each(cases)('is $retryable for $kind: $error', ({ error, retryable }) => {
    expect(isRetryable(error)).toBe(retryable)
  })

  it('is tried with every kind of client error in the vectors', () => {
    expect(vectors.clientErrors.map(({ error }) => error)).toEqual(Object.keys(clientErrors))
  })

  it('is true for a provider that failed with nothing to show for it', () => {
    expect(isRetryable(new CredentialsError('the provider failed', { cause: undefined }))).toBe(true)
  })
})

describe('the retryer of clients that are given none', () => {
  it.each(vectors.serviceErrors)('retries $status $code: $retryable', async ({ status, code, retryable }) => {
    const body = new Blob([`<Error><Code>${code}</Code></Error>`]).stream()
    const details = await explainRefusal({ status, headers: {}, body }, {})
    const error = new ServiceError({ operation: 'PutObject', status, requestId: '', ...details } as ServiceErrorDetails)

    expect(defaultRetryer.isRetryable(error)).toBe(retryable)
  })

  it.each(cases)('retries $kind: $retryable, as $error', ({ error, retryable }) => {
    expect(defaultRetryer.isRetryable(error)).toBe(retryable)
  })

  it('makes three attempts, with full jitter from 200 ms to 20 s', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)

    const delays = [1, 2, 9, 1_000_000].map((attempt) => defaultRetryer.delayMs(attempt, undefined))

    random.mockRestore()
    expect(delays).toEqual([200, 400, 10_000, 10_000])
    expect(defaultRetryer.maxAttempts).toBe(3)
  })
})

describe('standardRetryer', () => {
  const jittered = vectors.backoff.filter(({ backoff }) => backoff !== 'fixed')

  it.each(jittered)('waits $delaySeconds s with $backoff jitter, attempt $attempt, random $random', (vector) => {
    const retryer = standardRetryer({
      backoff: vector.backoff as 'full' | 'equal',
      baseDelayMs: vector.baseDelaySeconds! * 1000,
      maxBackoffMs: vector.maxBackoffSeconds! * 1000,
      random: () => vector.random!,
    })

    expect(retryer.delayMs(vector.attempt, undefined)).toBeCloseTo(vector.delaySeconds * 1000, 6)
  })

  it('makes three attempts, with full jitter from 200 ms to 20 s, unless told otherwise', () => {
    const retryer = standardRetryer({ random: () => 0.5 })

    expect(retryer.maxAttempts).toBe(vectors.defaults.maxAttempts)
    expect(retryer.delayMs(1, undefined)).toBe(vectors.defaults.baseDelaySeconds * 1000)
    expect(retryer.delayMs(9, undefined)).toBe((vectors.defaults.maxBackoffSeconds * 1000) / 2)
  })

  it('takes undefined for the default', () => {
    const retryer = standardRetryer({ maxAttempts: undefined, baseDelayMs: undefined, random: () => 0.5 })

    expect(retryer.maxAttempts).toBe(3)
    expect(retryer.delayMs(1, undefined)).toBe(200)
  })

  it.each([0, 1, 200, Infinity])('waits a finite time after a million attempts, base delay %d', (baseDelayMs) => {
    const delayMs = standardRetryer({ baseDelayMs, random: () => 0.5 }).delayMs(1_000_000, undefined)

    expect(delayMs).toBe(baseDelayMs === 0 ? 0 : 10_000)
  })
})

describe('fixedRetryer', () => {
  const fixed = vectors.backoff.filter(({ backoff }) => backoff === 'fixed')

  it.each(fixed)('waits $delaySeconds s before attempt $attempt', ({ delaySetting, attempt, delaySeconds }) => {
    expect(fixedRetryer({ delayMs: delaySetting! * 1000 }).delayMs(attempt, undefined)).toBe(delaySeconds * 1000)
  })

  it('makes three attempts, or as many as it is told', () => {
    expect(fixedRetryer({ delayMs: 1 }).maxAttempts).toBe(3)
    expect(fixedRetryer({ delayMs: 1, maxAttempts: 7 }).maxAttempts).toBe(7)
  })

  it('retries the same errors as the standard one', () => {
    const { isRetryable: retries } = fixedRetryer({ delayMs: 1 })

    expect(retries(serviceError(503, 'SlowDown'))).toBe(true)
    expect(retries(serviceError(404, 'NoSuchKey'))).toBe(false)
  })
})

describe('noRetry', () => {
  it('makes one attempt and retries nothing', () => {
    expect(noRetry.maxAttempts).toBe(1)
    expect(noRetry.isRetryable(serviceError(503, 'SlowDown'))).toBe(false)
  })
})
