import { movableClock } from '../src/clock.ts'

/** A clock that stands still until it is moved. */
export function settableClock(start: string) {
  const { now, set, advanceSeconds } = movableClock(() => new Date(start))
  return { now, advanceSeconds, set: (time: string) => set(new Date(time)) }
}
