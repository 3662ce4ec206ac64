import { type Checkpoint, type CheckpointId, type CheckpointStore, memoryCheckpoints } from '@oss-js/core'

const storeName = 'checkpoints'

/**
 * Keeps checkpoints in the browser, where they outlive the page. Two tabs do not run the same transfer at once: the second
 * waits for the first.
 *
 * Where the browser keeps nothing, as in some private windows, they last as long as the page.
 */
export function indexedDbCheckpoints(databaseName = 'oss-js'): CheckpointStore {
  const memory = memoryCheckpoints()
  return {
    async get(id) {
      const database = await open(databaseName)
      return database ? inStore(database, 'readonly', (store) => store.get(keyOf(id))) : memory.get(id)
    },
    async put(checkpoint) {
      const database = await open(databaseName)
      if (!database) return memory.put(checkpoint)
      await inStore(database, 'readwrite', (store) => store.put(checkpoint))
    },
    async delete(id) {
      const database = await open(databaseName)
      if (!database) return memory.delete(id)
      await inStore(database, 'readwrite', (store) => store.delete(keyOf(id)))
    },
    async list() {
      const database = await open(databaseName)
      return database ? inStore<Checkpoint[]>(database, 'readonly', (store) => store.getAll()) : memory.list()
    },
    async exclusively(id, signal, run) {
      // Only pages on https have locks.
      if (!navigator.locks) return run()
      return navigator.locks.request([databaseName, ...keyOf(id)].join('\n'), { signal }, run)
    },
  }
}

const keyOf = ({ kind, source, destination }: CheckpointId): string[] => [kind, source, destination]

function open(name: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () =>
        request.result.createObjectStore(storeName, { keyPath: ['kind', 'source', 'destination'] })
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(undefined)
    } catch {
      resolve(undefined)
    }
  })
}

function inStore<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const transaction = database.transaction(storeName, mode)
    const request = run(transaction.objectStore(storeName))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  }).finally(() => database.close())
}
