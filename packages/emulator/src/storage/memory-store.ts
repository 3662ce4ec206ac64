import type { Store, StoreEntry, Transaction } from './store.ts'

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}

/** Makes a store that lives as long as the process. */
export function memoryStore(): Store {
  const values = new Map<string, object>()
  const keys: string[] = []
  const transaction: Transaction = {
    put(key, value) {
      if (!values.has(key)) keys.splice(lowerBound(keys, key), 0, key)
      values.set(key, value)
    },
    remove(key) {
      if (values.delete(key)) keys.splice(lowerBound(keys, key), 1)
    },
  }
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    *range<T>(from: string, to: string): Iterable<StoreEntry<T>> {
      for (let index = lowerBound(keys, from); index < keys.length && keys[index]! < to; index++) {
        const key = keys[index]!
        yield { key, value: values.get(key) as T }
      }
    },
    transact: async (action) => action(transaction),
    async clear() {
      values.clear()
      keys.length = 0
    },
    async close() {},
  }
}
