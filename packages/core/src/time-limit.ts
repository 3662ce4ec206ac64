import { TimeoutError } from './errors.ts'

/** A signal that follows another one, and ends what listens to it when its time is over. */
export interface TimeLimit {
  readonly signal: AbortSignal
  /** Allows this much time from now on, whatever was allowed before. */
  allow(ms: number, problem: string): void
  /** Allows any time. */
  stop(): void
  /** Ends it at once. */
  abort(reason: unknown): void
}

/** Makes a time limit within which any time is allowed. Its end is a TimeoutError with the words of `allow`. */
export function timeLimit(outer?: AbortSignal): TimeLimit {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  const abort = (reason: unknown) => controller.abort(reason)
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    allow(ms, problem) {
      stop()
      // Timers take more for no time at all.
      timer = setTimeout(() => abort(new TimeoutError(problem)), Math.min(ms, 2e9))
    },
    stop,
    abort,
  }
}
