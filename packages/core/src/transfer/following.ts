/** A signal that is aborted with any of others, until it forgets them. Those of `AbortSignal.any` are never forgotten. */
export interface Following {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  /** Lets go of the others, so that they hold nothing of what has ended. */
  forget(): void
}

/** @param others those that are undefined are never aborted */
export function following(...others: (AbortSignal | undefined)[]): Following {
  const controller = new AbortController()
  const followed = others.filter((one) => one !== undefined)
  const follow = () => controller.abort(followed.find(({ aborted }) => aborted)?.reason)
  for (const one of followed) one.addEventListener('abort', follow)
  if (followed.some(({ aborted }) => aborted)) follow()
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    forget() {
      for (const one of followed) one.removeEventListener('abort', follow)
    },
  }
}

/** Runs what any of these signals ends. */
export async function underAll<T>(
  signals: readonly (AbortSignal | undefined)[],
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, forget } = following(...signals)
  try {
    return await run(signal)
  } finally {
    forget()
  }
}
