import { describe, expect, it } from 'vitest'
import { RequestError, ValidationError } from '../../src/errors.ts'
import { retrying } from '../../src/retry/call-attempts.ts'
import { standardRetryer } from '../../src/retry/retryer.ts'

const failure = (text: string) => new RequestError(text)

/** What one call of `retrying` did, with a clock that only counts. */
function recorder() {
  const slept: number[] = []
  const attempts: number[] = []
  return {
    slept,
    attempts,
    options: {
      maxAttempts: 3,
      retryer: standardRetryer({ random: () => 0.5 }),
      canReplay: true,
      sleep: async (ms: number) => {
        slept.push(ms)
      },
    },
    /** Fails with each of the errors in turn, then succeeds. */
    failing:
      (...errors: unknown[]) =>
      async (number: number) => {
        attempts.push(number)
        const next = number - 1
        if (next < errors.length) throw errors[next]
        return `attempt ${number}`
      },
  }
}

describe('retrying', () => {
  it('makes one attempt if that succeeds', async () => {
    const { options, failing, attempts, slept } = recorder()

    expect(await retrying(options, failing())).toBe('attempt 1')
    expect(attempts).toEqual([1])
    expect(slept).toEqual([])
  })

  it('waits longer before every further attempt', async () => {
    const { options, failing, attempts, slept } = recorder()

    expect(await retrying(options, failing(failure('a'), failure('b')))).toBe('attempt 3')
    expect(attempts).toEqual([1, 2, 3])
    expect(slept).toEqual([200, 400])
  })

  it('throws the last error as it is when the attempts are used up', async () => {
    const { options, failing, attempts, slept } = recorder()
    const last = failure('c')

    await expect(retrying(options, failing(failure('a'), failure('b'), last))).rejects.toBe(last)
    expect(attempts).toEqual([1, 2, 3])
    expect(slept).toEqual([200, 400])
  })

  it('throws an error that no retry can mend as it is', async () => {
    const { options, failing, attempts } = recorder()
    const error = new ValidationError('key', 'too long')

    await expect(retrying(options, failing(error))).rejects.toBe(error)
    expect(attempts).toEqual([1])
  })

  it('sends a body that cannot be replayed only once', async () => {
    const { options, failing, attempts } = recorder()
    const error = failure('a')

    await expect(retrying({ ...options, canReplay: false }, failing(error))).rejects.toBe(error)
    expect(attempts).toEqual([1])
  })

  it.each([1, 0, -1, Number.NaN])('makes one attempt for maxAttempts %d', async (maxAttempts) => {
    const { options, failing, attempts } = recorder()
    const error = failure('a')

    await expect(retrying({ ...options, maxAttempts }, failing(error))).rejects.toBe(error)
    expect(attempts).toEqual([1])
  })

  it('makes as many attempts as the call says, whatever number the retryer has', async () => {
    const { options, failing, attempts } = recorder()
    const errors = ['a', 'b', 'c', 'd'].map(failure)

    expect(await retrying({ ...options, maxAttempts: 5 }, failing(...errors))).toBe('attempt 5')
    expect(attempts).toEqual([1, 2, 3, 4, 5])
  })

  it('tells of each failure that is retried before it waits', async () => {
    const { options, failing } = recorder()
    const events: unknown[] = []
    const [first, second, last] = [failure('a'), failure('b'), failure('c')]
    const observed = {
      ...options,
      onRetry: async (error: unknown, attempt: number) => {
        await null
        events.push([error, attempt])
      },
      sleep: async (ms: number) => {
        events.push(ms)
      },
    }

    await expect(retrying(observed, failing(first, second, last))).rejects.toBe(last)
    expect(events).toEqual([[first, 1], 200, [second, 2], 400])
  })

  it('asks a retryer of the application about every error', async () => {
    const { options, failing, slept } = recorder()
    const error = failure('a')
    const asked: unknown[] = []
    const retryer = {
      maxAttempts: 3,
      isRetryable: (seen: unknown) => asked.push(seen) > 0,
      delayMs: (attempt: number, seen: unknown) => (seen === error ? attempt * 7 : 0),
    }

    await retrying({ ...options, retryer }, failing(error, error))

    expect(asked).toEqual([error, error])
    expect(slept).toEqual([7, 14])
  })

  it('makes no attempt if it is aborted already', async () => {
    const { options, failing, attempts } = recorder()
    const reason = new Error('enough')

    await expect(retrying({ ...options, signal: AbortSignal.abort(reason) }, failing())).rejects.toBe(reason)
    expect(attempts).toEqual([])
  })

  it('throws the reason of an abort during an attempt, whatever the attempt failed with', async () => {
    const { options, slept } = recorder()
    const controller = new AbortController()
    const reason = new Error('enough')
    const attempt = async () => {
      controller.abort(reason)
      throw failure('cut')
    }

    await expect(retrying({ ...options, signal: controller.signal }, attempt)).rejects.toBe(reason)
    expect(slept).toEqual([])
  })

  it('returns the result of an attempt that an abort came too late for', async () => {
    const { options } = recorder()
    const controller = new AbortController()
    const attempt = async () => {
      controller.abort()
      return 'stored'
    }

    expect(await retrying({ ...options, signal: controller.signal }, attempt)).toBe('stored')
  })

  it('ends the wait at once when it is aborted', async () => {
    const { failing, attempts } = recorder()
    const controller = new AbortController()
    const reason = new Error('enough')
    const options = {
      maxAttempts: 3,
      retryer: { maxAttempts: 3, isRetryable: () => true, delayMs: () => 1_000_000 },
      canReplay: true,
      signal: controller.signal,
      onRetry: () => queueMicrotask(() => controller.abort(reason)),
    }

    await expect(retrying(options, failing(failure('a')))).rejects.toBe(reason)
    expect(attempts).toEqual([1])
  })

  it('makes no further attempt after an abort that the given sleep did not notice', async () => {
    const { options, failing, attempts } = recorder()
    const controller = new AbortController()
    const reason = new Error('enough')
    const sleep = async () => controller.abort(reason)

    const call = retrying({ ...options, sleep, signal: controller.signal }, failing(failure('a')))

    await expect(call).rejects.toBe(reason)
    expect(attempts).toEqual([1])
  })
})
