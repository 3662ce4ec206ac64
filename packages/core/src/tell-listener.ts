/**
 * Calls a listener. What it throws changes nothing for who calls: the platform reports it as an error that nobody caught, as
 * it does with listeners of its own.
 */
export function tellListener<T>(listener: ((news: T) => unknown) | undefined, news: T): void {
  try {
    listener?.(news)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
