/**
 * Waits. Rejects with `signal.reason` as soon as the signal is aborted, and leaves neither timer nor listener behind.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  let stop = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  await new Promise<void>((resolve) => {
    stop = resolve
    timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', stop)
  })
  clearTimeout(timer)
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
}
