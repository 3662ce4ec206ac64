import { TransferTask } from '@oss-js/core'
import { afterEach, expect, test, vi } from 'vitest'
import type { TaskControl } from '../../src/transfer/task.ts'
import { uncaughtErrors } from './uncaught-errors.ts'

afterEach(() => void vi.useRealTimers())

/** A task that does nothing by itself, and what moves it. */
function driven() {
  let control: TaskControl | undefined
  const task = new TransferTask('uploading', {}, (given) => {
    control = given
    return new Promise<void>((_, reject) => given.signal.addEventListener('abort', () => reject(given.signal.reason)))
  })
  return { task, control: control! }
}

test('a pause makes a transfer neither slower nor longer', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
  const { task, control } = driven()
  control.meter.expect(1000)

  vi.setSystemTime(1_002_000)
  control.meter.move(1, 200)
  task.pause()
  vi.setSystemTime(9_000_000)
  const paused = task.progress
  task.resume()
  vi.setSystemTime(9_001_000)
  control.meter.move(2, 400)

  expect(paused).toMatchObject({ bytesPerSecond: 100, secondsLeft: 8 })
  expect(task.progress).toMatchObject({ transferred: 600, bytesPerSecond: 200, secondsLeft: 2 })
  await task.abort().then(() => task.catch(() => {}))
})

test('a listener that throws holds up neither the transfer nor other listeners, and is told as uncaught', async () => {
  await using uncaught = uncaughtErrors()
  const { task, control } = driven()
  const heard: number[] = []
  task.on('progress', () => {
    throw new Error('mine')
  })
  task.on('progress', ({ transferred }) => heard.push(transferred))

  control.meter.move(1, 5)
  control.meter.move(1, 7)
  await task.abort()

  expect(heard).toEqual([5, 7])
  expect(uncaught.messages).toEqual(['mine', 'mine'])
})
