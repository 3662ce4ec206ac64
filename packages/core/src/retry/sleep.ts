import { abortable } from '../abortable.ts'

/** Waits, and leaves neither timer nor listener behind. Rejects with the reason of the signal as soon as that is aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  const over = new Promise<void>((resolve) => {
    // Timers take more for no time at all.
    timer = setTimeout(resolve, Math.min(ms, 2e9))
  })
  return abortable(over, signal).finally(() => clearTimeout(timer))
}
