import { timeLimit } from '../time-limit.ts'

/** Waits, but not beyond an abort, and leaves neither timer nor listener behind. Rejects if it was aborted before. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const { signal: over, allow, stop } = timeLimit(signal)
  allow(ms, '')
  await new Promise((resolve) => {
    over.onabort = resolve
  })
  stop()
}
