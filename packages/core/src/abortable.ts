/** Resolves as the promise does, or rejects with `signal.reason` as soon as the signal is aborted. */
export function abortable<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    Promise.resolve(promise)
      .finally(() => signal.removeEventListener('abort', stop))
      .then(resolve, reject)
  })
}

/** The items of something that may stand still: an abort ends the waiting for the next. */
export async function* stoppable<T>(items: Iterable<T> | AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  try {
    for (;;) {
      const { done, value } = await abortable(Promise.resolve(iterator.next()), signal)
      if (done) return
      yield value
    }
  } finally {
    // What stands still may not end either, so that nobody waits for it.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
