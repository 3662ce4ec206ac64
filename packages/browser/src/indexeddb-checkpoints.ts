import {
  type Checkpoint,
  type CheckpointId,
  type CheckpointStore,
  checkpointKey,
  memoryCheckpoints,
} from '@oss-js/core'

const checkpointsName = 'checkpoints'
const handlesName = 'handles'

/** A store that also keeps what leads to the files of uploads, and knows what other tabs are doing. */
export interface IndexedDbCheckpoints extends CheckpointStore {
  /** Keeps the handle of an upload's file, as long as its checkpoint. */
  keepHandle(id: CheckpointId, handle: FileSystemFileHandle): Promise<void>
  /** The handle that was kept, if the browser has such. */
  handleOf(id: CheckpointId): Promise<FileSystemFileHandle | undefined>
  /** Whether this or another tab runs the transfer. */
  isRunning(id: CheckpointId): Promise<boolean>
}

/**
 * Keeps checkpoints in the browser, where they outlive the page. Two tabs do not run the same transfer at once: the second
 * waits for the first.
 *
 * Where the browser keeps nothing, as in some private windows, they last as long as the page.
 */
export function indexedDbCheckpoints(databaseName = 'oss-js'): IndexedDbCheckpoints {
  const memory = memoryCheckpoints()
  const lockOf = (id: CheckpointId) => [databaseName, ...checkpointKey(id)].join('\n')
  return {
    async get(id) {
      const database = await open(databaseName)
      return database
        ? inStore(database, checkpointsName, 'readonly', (store) => store.get(checkpointKey(id)))
        : memory.get(id)
    },
    async put(checkpoint) {
      const database = await open(databaseName)
      if (!database) return memory.put(checkpoint)
      await inStore(database, checkpointsName, 'readwrite', (store) => store.put(checkpoint, checkpointKey(checkpoint)))
    },
    async delete(id) {
      for (const name of [checkpointsName, handlesName]) {
        const database = await open(databaseName)
        if (!database) return memory.delete(id)
        await inStore(database, name, 'readwrite', (store) => store.delete(checkpointKey(id)))
      }
    },
    async list() {
      const database = await open(databaseName)
      if (!database) return memory.list()
      return inStore<Checkpoint[]>(database, checkpointsName, 'readonly', (store) => store.getAll())
    },
    async exclusively(id, signal, run) {
      // Only pages on https have locks.
      if (!navigator.locks) return run(false)
      const name = lockOf(id)
      let isFree = false
      const result = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
        isFree = lock !== null
        return isFree ? run(false) : undefined
      })
      if (isFree) return result!
      return navigator.locks.request(name, { signal }, () => run(true))
    },
    async keepHandle(id, handle) {
      const database = await open(databaseName)
      if (database) await inStore(database, handlesName, 'readwrite', (store) => store.put(handle, checkpointKey(id)))
    },
    async handleOf(id) {
      const database = await open(databaseName)
      return database && inStore(database, handlesName, 'readonly', (store) => store.get(checkpointKey(id)))
    },
    async isRunning(id) {
      const { held = [] } = (await navigator.locks?.query()) ?? {}
      return held.some(({ name }) => name === lockOf(id))
    },
  }
}

function open(name: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(name, 3)
      request.onupgradeneeded = () => {
        const { result } = request
        for (const store of [checkpointsName, handlesName]) {
          // One of another version has keys that know no scope.
          if (result.objectStoreNames.contains(store)) result.deleteObjectStore(store)
          result.createObjectStore(store)
        }
      }
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(undefined)
    } catch {
      resolve(undefined)
    }
  })
}

function inStore<T>(
  database: IDBDatabase,
  name: string,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const transaction = database.transaction(name, mode)
    const request = run(transaction.objectStore(name))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  }).finally(() => database.close())
}
