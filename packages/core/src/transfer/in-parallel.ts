/**
 * Runs a task for each item, so many at once. The first failure is told to `onFailure`, which is to stop the tasks under
 * way; it is thrown when all have ended. Items are asked for one at a time, each when there is room for it.
 */
export async function inParallel<T>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  run: (item: T) => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const iterator = inTurn(items)
  let failure: { error: unknown } | undefined
  const work = async () => {
    try {
      while (!failure) {
        const { done, value } = await iterator.next()
        if (done || failure) return
        await run(value)
      }
    } catch (error) {
      if (!failure) onFailure(error)
      failure ??= { error }
    }
  }
  await Promise.all(Array.from({ length: limit }, work))
  if (failure) throw failure.error
}

async function* inTurn<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, undefined> {
  yield* items
}
