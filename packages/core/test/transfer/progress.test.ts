import { expect, test } from 'vitest'
import { progressMeter, type TransferProgress } from '../../src/transfer/progress.ts'

/** A meter whose clock the test sets, in milliseconds. */
function metered() {
  const reports: TransferProgress[] = []
  const clock = { ms: 5000 }
  const meter = progressMeter(
    (progress) => reports.push(progress),
    'uploading',
    () => clock.ms,
  )
  return { reports, clock, meter }
}

test('the speed is that of what was moved, and the rest takes as long at it', () => {
  const { reports, clock, meter } = metered()
  meter.expect(1000)

  clock.ms = 7000
  meter.move(1, 400)

  expect(reports).toEqual([
    {
      phase: 'uploading',
      transferred: 400,
      total: 1000,
      increment: 400,
      resumed: 0,
      bytesPerSecond: 200,
      secondsLeft: 3,
    },
  ])
})

test('what was there before does not make the transfer faster', () => {
  const { clock, meter } = metered()
  meter.expect(1000)

  meter.skip(1, 600)
  clock.ms = 7000
  meter.move(2, 100)

  expect(meter.latest()).toMatchObject({ transferred: 700, resumed: 600, bytesPerSecond: 50, secondsLeft: 6 })
})

test('the time left is unknown as long as the total is, and before anything moves', () => {
  const { clock, meter } = metered()

  clock.ms = 6000
  meter.move(1, 10)
  expect(meter.latest()).toMatchObject({ total: undefined, bytesPerSecond: 10, secondsLeft: undefined })

  const unmoved = metered()
  unmoved.meter.expect(10)
  expect(unmoved.meter.latest()).toMatchObject({ transferred: 0, bytesPerSecond: 0, secondsLeft: undefined })
})

test('a part that is sent again is news only from where it was, and nothing exceeds the total', () => {
  const { reports, meter } = metered()
  meter.expect(100)

  for (const bytes of [50, 10, 50, 60, 130]) meter.move(1, bytes)
  meter.move(2, 5)

  expect(reports.map(({ transferred, increment }) => [transferred, increment])).toEqual([
    [50, 50],
    [60, 10],
    [100, 40],
  ])
})

test('each phase is told once when it begins', () => {
  const { reports, meter } = metered()

  for (const phase of ['hashing', 'hashing', 'uploading', 'completing'] as const) meter.enter(phase)

  expect(reports.map(({ phase, increment }) => [phase, increment])).toEqual([
    ['hashing', 0],
    ['uploading', 0],
    ['completing', 0],
  ])
})

test('pauses and what comes before and after the moving of bytes make nothing slower', () => {
  const { clock, meter } = metered()
  meter.expect(1000)

  meter.enter('hashing')
  clock.ms += 10_000
  meter.enter('uploading')
  clock.ms += 1000
  meter.move(1, 200)
  meter.pause()
  clock.ms += 60_000
  expect(meter.latest()).toMatchObject({ bytesPerSecond: 200, secondsLeft: 4 })
  meter.resume()
  clock.ms += 1000
  meter.move(2, 200)
  meter.enter('completing')
  clock.ms += 5000

  expect(meter.latest()).toMatchObject({ transferred: 400, bytesPerSecond: 200, secondsLeft: 3 })
})

test('a clock that is set back counts for nothing', () => {
  const { clock, meter } = metered()

  clock.ms += 1000
  meter.move(1, 100)
  clock.ms -= 3_600_000
  meter.move(2, 100)
  clock.ms += 1000

  expect(meter.latest().bytesPerSecond).toBe(100)
})
