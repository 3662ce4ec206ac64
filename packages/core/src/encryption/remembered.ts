/** What is known, or found out once. What failed is not. */
export function remembered<T>(
  known: Map<string, Promise<T>>,
  limit: number,
  name: string,
  find: () => Promise<T>,
): Promise<T> {
  const before = known.get(name)
  const found = before ?? find()
  remember(known, limit, name, found)
  if (!before) found.catch(() => known.delete(name))
  return found
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
