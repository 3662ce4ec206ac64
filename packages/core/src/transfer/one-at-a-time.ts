import { abortable } from '../abortable.ts'

/**
 * Runs one after the other what has the same name, as `exclusively` of a checkpoint store does within a process. One that
 * fails does not stop the next.
 *
 * @param last what was asked for last under each name, wherever these names are taken
 * @param run told whether it had to wait for another
 */
export async function oneAtATime<T>(
  last: Map<string, Promise<void>>,
  name: string,
  signal: AbortSignal,
  run: (hasWaited: boolean) => Promise<T>,
): Promise<T> {
  const before = last.get(name)
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const both = Promise.all([before, ended]).then(() => {
    if (last.get(name) === both) last.delete(name)
  })
  last.set(name, both)
  try {
    await abortable(before ?? Promise.resolve(), signal)
    return await run(before !== undefined)
  } finally {
    end()
  }
}
