import { describe, expect, it } from 'vitest'
import { ServiceError } from '../../src/errors.ts'
import { createClock } from '../../src/retry/clock.ts'
import { learnTime } from '../../src/retry/learn-time.ts'

const skewed = (serverTime: Date | undefined, code = 'RequestTimeTooSkewed') =>
  new ServiceError({ operation: 'GetObject', status: 403, code, reason: 'no', requestId: '', ec: '', serverTime })

/** A clock over a local time that the test sets. */
function clockAt(text: string) {
  const local = { ms: Date.parse(text) }
  return { local, clock: createClock(() => local.ms) }
}

describe('the clock', () => {
  it('shows the local time until it learns better', () => {
    expect(clockAt('2026-03-01T12:00:00Z').clock.now()).toEqual(new Date('2026-03-01T12:00:00Z'))
  })

  it('keeps the difference between the time of the server and the local time', () => {
    const { clock, local } = clockAt('2026-03-01T12:00:00Z')

    expect(learnTime(clock, skewed(new Date('2026-03-01T14:00:00Z')))).toBe(true)
    local.ms += 5000

    expect(clock.now()).toEqual(new Date('2026-03-01T14:00:05Z'))
  })

  it('is right again after the local clock was set right', () => {
    const { clock, local } = clockAt('2026-03-01T12:00:00Z')
    learnTime(clock, skewed(new Date('2026-03-01T14:00:00Z')))
    local.ms = Date.parse('2026-03-01T14:00:10Z')

    expect(learnTime(clock, skewed(new Date('2026-03-01T14:00:10Z')))).toBe(true)

    expect(clock.now()).toEqual(new Date('2026-03-01T14:00:10Z'))
  })

  it('corrects the same skew once, however many requests failed with it', () => {
    const { clock } = clockAt('2026-03-01T12:00:00Z')

    const changes = [1, 2].map(() => learnTime(clock, skewed(new Date('2026-03-01T14:00:00Z'))))

    expect(changes).toEqual([true, false])
    expect(clock.now()).toEqual(new Date('2026-03-01T14:00:00Z'))
  })

  it.each([
    ['another error', skewed(new Date('2026-03-01T14:00:00Z'), 'AccessDenied')],
    ['a server that does not tell the time', skewed(undefined)],
    ['no date at all', skewed(new Date(Number.NaN))],
    ['1970', skewed(new Date('1970-01-01T00:00:00Z'))],
    ['the end of 2014', skewed(new Date('2014-12-31T23:59:59Z'))],
    ['the year 2100', skewed(new Date('2100-01-01T00:00:00Z'))],
  ])('learns nothing from %s', (_, error) => {
    const { clock } = clockAt('2026-03-01T12:00:00Z')

    expect(learnTime(clock, error)).toBe(false)
    expect(clock.now()).toEqual(new Date('2026-03-01T12:00:00Z'))
  })

  it('corrects a local clock that says 1970', () => {
    const { clock } = clockAt('1970-01-01T00:00:00Z')

    expect(learnTime(clock, skewed(new Date('2026-03-01T14:00:00Z')))).toBe(true)
    expect(clock.now()).toEqual(new Date('2026-03-01T14:00:00Z'))
  })
})
