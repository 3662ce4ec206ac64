import { TimeoutError } from '../errors.ts'
import type { CallOptions } from './client.ts'

/** The signal of one call: the caller's, and the end of the call's time. */
export interface Deadline {
  readonly signal: AbortSignal | undefined
  /** The call is answered: its time does not end any more. */
  stop(): void
  /** Its body is read as well: the caller's signal is let go. */
  release(): void
}

export function startDeadline(operation: string, { signal, timeoutMs }: CallOptions): Deadline {
  if (timeoutMs === undefined) return { signal, stop() {}, release() {} }
  const controller = new AbortController()
  const follow = () => controller.abort(signal!.reason)
  if (signal?.aborted) follow()
  signal?.addEventListener('abort', follow)
  const timer = setTimeout(
    () => controller.abort(new TimeoutError(`${operation}: took longer than the ${timeoutMs} ms of timeoutMs`)),
    timeoutMs,
  )
  return {
    signal: controller.signal,
    stop: () => clearTimeout(timer),
    release: () => signal?.removeEventListener('abort', follow),
  }
}
