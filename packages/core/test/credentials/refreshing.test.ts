import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type FetchCredentials, type RefreshingOptions, refreshing } from '../../src/credentials/refreshing.ts'
import { CredentialsError } from '../../src/errors.ts'

const minuteMs = 60_000

/** A fetch that the test answers by hand. */
interface Fetch {
  succeed(id: string, lifetimeMs?: number): Promise<void>
  answer(json: unknown): Promise<void>
  fail(error: Error): Promise<void>
}

/** A provider over a clock and fetches that the test moves by hand; credentials are told apart by their id. */
function arrange(options: RefreshingOptions = {}) {
  const clock = { ms: Date.parse('2026-03-01T12:00:00Z') }
  const fetches: Fetch[] = []
  const signals: AbortSignal[] = []
  const fetchCredentials: FetchCredentials = ({ signal }) => {
    const { promise, resolve, reject } = deferred<any>()
    const answer = async (json: unknown) => {
      resolve(json)
      await setImmediate()
    }
    signals.push(signal)
    fetches.push({
      answer,
      succeed: (accessKeyId, lifetimeMs) =>
        answer({
          accessKeyId,
          accessKeySecret: 'secret',
          securityToken: 'token',
          ...(lifetimeMs === undefined ? {} : { expiration: new Date(clock.ms + lifetimeMs).toISOString() }),
        }),
      fail: async (error) => {
        reject(error)
        await setImmediate()
      },
    })
    return promise
  }
  const provider = refreshing(fetchCredentials, { now: () => clock.ms, random: () => 0, ...options })
  const askId = async () => (await provider.getCredentials()).accessKeyId
  return { clock, fetches, signals, provider, askId }
}

function deferred<T>() {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

/** The same, with credentials `first` that live for an hour and are refreshed 5 minutes ahead. */
async function arrangeHeld(options?: RefreshingOptions) {
  const arranged = arrange(options)
  const first = arranged.askId()
  await arranged.fetches[0]!.succeed('first', 60 * minuteMs)
  await first
  return arranged
}

describe('refreshing', () => {
  it('fetches nothing before it is asked', () => {
    expect(arrange().fetches).toHaveLength(0)
  })

  it('shares one fetch among all who wait', async () => {
    const { askId, fetches } = arrange()

    const asked = [askId(), askId(), askId()]
    await fetches[0]!.succeed('first', 60 * minuteMs)

    expect(await Promise.all(asked)).toEqual(['first', 'first', 'first'])
    expect(fetches).toHaveLength(1)
  })

  it('serves what it holds until the time to refresh', async () => {
    const { askId, fetches, clock, provider } = await arrangeHeld()

    clock.ms += 55 * minuteMs - 1

    expect(await askId()).toBe('first')
    expect((await provider.getCredentials()).expiration).toEqual(new Date('2026-03-01T13:00:00Z'))
    expect(fetches).toHaveLength(1)
  })

  it('fetches the next credentials in the background while the present ones live', async () => {
    const { askId, fetches, clock } = await arrangeHeld()

    clock.ms += 55 * minuteMs
    expect([await askId(), await askId()]).toEqual(['first', 'first'])
    expect(fetches).toHaveLength(2)
    await fetches[1]!.succeed('second', 60 * minuteMs)

    expect(await askId()).toBe('second')
    expect(fetches).toHaveLength(2)
  })

  it('makes everyone wait once the credentials are dead', async () => {
    const { askId, fetches, clock } = await arrangeHeld()

    clock.ms += 60 * minuteMs
    const asked = [askId(), askId()]
    await fetches[1]!.succeed('second', 60 * minuteMs)

    expect(await Promise.all(asked)).toEqual(['second', 'second'])
    expect(fetches).toHaveLength(2)
  })

  it.each([
    { lifetime: 60, options: {}, ahead: 5 },
    { lifetime: 15, options: {}, ahead: 3 },
    { lifetime: 60, options: { refreshAheadMs: 10 * minuteMs }, ahead: 10 },
    { lifetime: 15, options: { refreshAheadMs: 10 * minuteMs }, ahead: 7.5 },
    { lifetime: 60, options: { random: () => 0.5 }, ahead: 4.5 },
  ])('refreshes $ahead minutes ahead of a lifetime of $lifetime, case %#', async ({ lifetime, options, ahead }) => {
    const { askId, fetches, clock } = arrange(options)
    const first = askId()
    await fetches[0]!.succeed('first', lifetime * minuteMs)
    await first

    clock.ms += (lifetime - ahead) * minuteMs - 1
    await askId()
    expect(fetches).toHaveLength(1)
    clock.ms += 1
    await askId()

    expect(fetches).toHaveLength(2)
  })

  it('keeps serving live credentials while refreshes fail, and waits longer after each failure', async () => {
    const { askId, fetches, clock } = await arrangeHeld()
    clock.ms += 55 * minuteMs
    await askId()

    for (const [index, seconds] of [1, 2, 4, 8, 16, 30, 30].entries()) {
      await fetches[index + 1]!.fail(new Error('offline'))
      clock.ms += seconds * 1000 - 1
      expect(await askId()).toBe('first')
      expect(fetches).toHaveLength(index + 2)
      clock.ms += 1
      expect(await askId()).toBe('first')
      expect(fetches).toHaveLength(index + 3)
    }
  })

  it('waits one second again after a failure that follows a success', async () => {
    const { askId, fetches, clock } = await arrangeHeld()
    clock.ms += 55 * minuteMs
    await askId()
    await fetches[1]!.fail(new Error('offline'))
    clock.ms += 1000
    await askId()
    await fetches[2]!.succeed('second', 60 * minuteMs)
    clock.ms += 55 * minuteMs
    await askId()

    await fetches[3]!.fail(new Error('offline'))
    clock.ms += 1000
    await askId()

    expect(fetches).toHaveLength(5)
  })

  it('rejects with the error of the fetch when it has nothing to serve, and fetches again when asked', async () => {
    const { askId, fetches } = arrange()
    const error = new Error('offline')

    const asked = [askId(), askId()]
    const outcomes = Promise.allSettled(asked)
    await fetches[0]!.fail(error)
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ])
    const again = askId()
    await fetches[1]!.succeed('first')

    expect(await again).toBe('first')
  })

  it('recovers from a function that throws before it returns a promise', async () => {
    let calls = 0
    const provider = refreshing(() => {
      if (++calls === 1) throw new Error('offline')
      return Promise.resolve({ accessKeyId: 'second', accessKeySecret: 'secret' })
    })

    await expect(provider.getCredentials()).rejects.toThrow('offline')

    expect((await provider.getCredentials()).accessKeyId).toBe('second')
  })

  it('fails for an answer that is incomplete', async () => {
    const { askId, fetches } = arrange()

    const asked = askId().catch((reason) => reason)
    await fetches[0]!.answer({ accessKeyId: 'first' })

    expect(await asked).toEqual(
      new CredentialsError('credentials: accessKeySecret is missing or not a line of text, there is accessKeyId'),
    )
  })

  it('keeps credentials that do not say when they expire until they are invalidated', async () => {
    const { askId, fetches, clock, provider } = arrange()
    const first = askId()
    await fetches[0]!.succeed('first')
    await first

    clock.ms += 365 * 24 * 60 * minuteMs
    expect(await askId()).toBe('first')
    provider.invalidate?.()
    const second = askId()
    await fetches[1]!.succeed('second')

    expect(await second).toBe('second')
  })

  it('serves credentials that arrive dead, as the clock here may be wrong, and fetches for every call', async () => {
    const { askId, fetches } = arrange()

    const first = askId()
    await fetches[0]!.succeed('first', -minuteMs)
    expect(await first).toBe('first')
    const second = askId()
    await fetches[1]!.succeed('second', -minuteMs)

    expect(await second).toBe('second')
  })

  it('forgets invalidated credentials and makes the next caller wait', async () => {
    const { askId, fetches, provider } = await arrangeHeld()

    provider.invalidate?.()
    const asked = [askId(), askId()]
    await fetches[1]!.succeed('second', 60 * minuteMs)

    expect(await Promise.all(asked)).toEqual(['second', 'second'])
    expect(fetches).toHaveLength(2)
  })

  it('shares a refresh that is under way when credentials are invalidated', async () => {
    const { askId, fetches, clock, provider } = await arrangeHeld()
    clock.ms += 55 * minuteMs
    await askId()

    provider.invalidate?.()
    const asked = askId()
    provider.invalidate?.()
    await fetches[1]!.succeed('second', 60 * minuteMs)

    expect(await asked).toBe('second')
    expect(await askId()).toBe('second')
    expect(fetches).toHaveLength(2)
  })

  it('does not return to invalidated credentials when the refresh under way fails', async () => {
    const { askId, fetches, clock, provider } = await arrangeHeld()
    clock.ms += 55 * minuteMs
    await askId()
    const error = new Error('offline')

    provider.invalidate?.()
    const asked = askId().catch((reason) => reason)
    await fetches[1]!.fail(error)
    expect(await asked).toBe(error)
    const again = askId()
    await fetches[2]!.succeed('third')

    expect(await again).toBe('third')
  })

  it('lets no rejection of a background refresh escape', async () => {
    const escaped: unknown[] = []
    const listen = (reason: unknown) => void escaped.push(reason)
    process.on('unhandledRejection', listen)
    const { askId, fetches, clock } = await arrangeHeld()
    clock.ms += 55 * minuteMs

    await askId()
    await fetches[1]!.fail(new Error('offline'))
    await setImmediate()
    process.off('unhandledRejection', listen)

    expect(escaped).toEqual([])
  })

  it('may be given any time for a fetch', async () => {
    const { askId, fetches } = arrange({ timeoutMs: Number.POSITIVE_INFINITY })

    const asked = askId()
    await fetches[0]!.succeed('first')

    expect(await asked).toBe('first')
  })

  it('hands a signal to every fetch', async () => {
    const { signals } = await arrangeHeld()

    expect(signals).toEqual([expect.any(AbortSignal)])
    expect(signals[0]!.aborted).toBe(false)
  })
})
