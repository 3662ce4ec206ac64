/**
 * What is known, or found out once. What failed is not, and what somebody would not wait for any longer is found out anew: it may
 * never come.
 */
export async function remembered<T>(
  known: Map<string, Promise<T>>,
  limit: number,
  name: string,
  find: () => Promise<T>,
  wait: (found: Promise<T>) => Promise<T>,
): Promise<T> {
  const found = known.get(name) ?? find()
  remember(known, limit, name, found)
  let isFound = false
  found.then(
    () => {
      isFound = true
    },
    () => {},
  )
  try {
    return await wait(found)
  } catch (error) {
    if (!isFound && known.get(name) === found) known.delete(name)
    throw error
  }
}

/** What was not asked for the longest is forgotten. */
export function remember<T>(known: Map<string, T>, limit: number, name: string, value: T): void {
  known.delete(name)
  known.set(name, value)
  for (const oldest of known.keys()) {
    if (known.size <= limit) return
    known.delete(oldest)
  }
}
