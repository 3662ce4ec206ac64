import { timeLimit } from '../time-limit.ts'

/**
 * Waits. Rejects with `signal.reason` as soon as the signal is aborted, and leaves neither timer nor listener behind.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const wait = timeLimit(signal)
  wait.allow(ms, 'over')
  await new Promise((resolve) => wait.signal.addEventListener('abort', resolve))
  wait.stop()
  signal?.throwIfAborted()
}
