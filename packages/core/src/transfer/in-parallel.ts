import { ownTurn, type Turn } from './turn.ts'

/**
 * Runs a task for each item, so many at once, each when it is its turn. The first failure is told to `onFailure`, which is to
 * stop the tasks under way; it is thrown when all have ended. Items are asked for one at a time, each when there is room for
 * it.
 */
export async function inParallel<T>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  run: (item: T) => Promise<void>,
  onFailure: (error: unknown) => void,
  turn: Turn = ownTurn,
): Promise<void> {
  const iterator = inTurn(items)
  let failure: { error: unknown } | undefined
  let isDone = false
  const runNext = async (): Promise<void> => {
    const { done, value } = await iterator.next()
    isDone ||= done === true
    if (!done && !failure) await run(value)
  }
  const runInTurn = async (): Promise<void> => {
    await turn.enter()
    try {
      do await runNext()
      while (!isDone && !failure && !turn.isAwaited())
    } finally {
      turn.leave()
    }
  }
  const work = async () => {
    try {
      while (!isDone && !failure) await runInTurn()
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
