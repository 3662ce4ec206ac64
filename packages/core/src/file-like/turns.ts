import { abortable } from '../abortable.ts'

/** Runs something when its turn has come. An abort ends the waiting; from then on it is what runs that has to look at it. */
export type TakeTurn = <T>(run: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** Runs one thing after the other, in the order in which they were asked for. One that fails does not stop the next. */
export function takingTurns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (run, signal) => {
    const result = abortable(last, signal).then(run)
    // What came of it is let go of, or each turn would hold all before it.
    last = Promise.allSettled([last, result]).then(() => {})
    return result
  }
}
