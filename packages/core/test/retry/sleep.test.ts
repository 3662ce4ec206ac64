import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep } from '../../src/retry/sleep.ts'

describe('sleep', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('resolves when the time is over and leaves no listener', async () => {
    const { signal } = new AbortController()
    let awake = false
    const slept = sleep(100, signal).then(() => {
      awake = true
    })

    await vi.advanceTimersByTimeAsync(99)
    expect(awake).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await slept

    expect(awake).toBe(true)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends at once with an abort and leaves neither timer nor listener', async () => {
    const controller = new AbortController()
    const slept = sleep(100, controller.signal)

    controller.abort('enough')

    await expect(slept).rejects.toBe('enough')
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('takes a time without end for one', async () => {
    const controller = new AbortController()
    let awake = false
    const slept = sleep(Number.POSITIVE_INFINITY, controller.signal).finally(() => {
      awake = true
    })

    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(awake).toBe(false)

    controller.abort('enough')
    await expect(slept).rejects.toBe('enough')
  })

  it('does not begin under a signal that is aborted already', async () => {
    const reason = new Error('enough')

    await expect(sleep(100, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })
})
