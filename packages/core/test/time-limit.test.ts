import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TimeoutError } from '../src/errors.ts'
import { timeLimit } from '../src/time-limit.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('any time is allowed until a limit is set', () => {
  const { signal } = timeLimit()

  vi.advanceTimersByTime(1_000_000)

  expect(signal.aborted).toBe(false)
})

test('the signal ends with a TimeoutError in the words of the last limit, counted from when it was set', () => {
  const { signal, allow } = timeLimit()

  allow(100, 'first')
  vi.advanceTimersByTime(99)
  allow(100, 'second')
  vi.advanceTimersByTime(99)
  expect(signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)

  expect(signal.reason).toEqual(new TimeoutError('second'))
})

test.each([Infinity, 2 ** 31])('a limit of %d ms is no limit of no time', (ms) => {
  const { signal, allow, stop } = timeLimit()

  allow(ms, 'never')
  vi.advanceTimersByTime(3_600_000)

  expect(signal.aborted).toBe(false)
  stop()
})

test('a limit that is stopped leaves no timer', () => {
  const { signal, allow, stop } = timeLimit()

  allow(100, 'late')
  stop()
  vi.advanceTimersByTime(100)

  expect(signal.aborted).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
})

test('the signal follows the outer one with its reason, and keeps no listener there', () => {
  const outer = new AbortController()
  const { signal } = timeLimit(outer.signal)

  expect(getEventListeners(outer.signal, 'abort')).toEqual([])
  outer.abort('enough')

  expect(signal.reason).toBe('enough')
})

test('it can be ended at once', () => {
  const { signal, abort } = timeLimit(new AbortController().signal)

  abort('broken')

  expect(signal.reason).toBe('broken')
})
