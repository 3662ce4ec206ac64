import { open } from 'lmdb'
import type { Store, StoreEntry, Transaction } from './store.ts'

const toKey = (key: string): Buffer => Buffer.from(key, 'latin1')

/** Bytes that a key can have in LMDB, which fails when it is asked for a longer one. No record has such a key. */
const maximumKeySize = 1978

/** Where a range begins or ends: all keys are on the same side of a text and of as much of it as a key can hold. */
const toBound = (key: string): Buffer => toKey(key).subarray(0, maximumKeySize)

/** Opens a store in an LMDB file at `path`, which is made when it does not exist. */
export function diskStore(path: string): Store {
  const database = open<object, Buffer>({ path, keyEncoding: 'binary', encoding: 'json', noSubdir: true })
  const transaction: Transaction = {
    put: (key, value) => database.putSync(toKey(key), value),
    remove: (key) => void database.removeSync(toKey(key)),
  }
  return {
    get: <T>(key: string) => (key.length > maximumKeySize ? undefined : (database.get(toKey(key)) as T | undefined)),
    *range<T>(from: string, to: string): Iterable<StoreEntry<T>> {
      for (const { key, value } of database.getRange({ start: toBound(from), end: toBound(to) })) {
        yield { key: key.toString('latin1'), value: value as T }
      }
    },
    transact: (action) => database.transaction(() => action(transaction)),
    clear: () => database.clearAsync(),
    close: () => database.close(),
  }
}
