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

/** How long a database may take to open. One that another tab holds up may never do. */
const openTimeoutMs = 3_000

/** What browsers keep nowhere else, by database, so that all stores of a page find it. */
const memories = new Map<string, Required<CheckpointStore>>()

/**
 * Keeps checkpoints in the browser, where they outlive the page. Two tabs do not run the same transfer at once: the second
 * waits for the first.
 *
 * Where the browser keeps nothing, as in some private windows, in a sandboxed frame or on a full disk, they last as long as the
 * page. Where it has no locks, as for pages on http, tabs know nothing of each other.
 */
export function indexedDbCheckpoints(databaseName = 'oss-js'): IndexedDbCheckpoints {
  const memory = memories.get(databaseName) ?? (memoryCheckpoints() as Required<CheckpointStore>)
  memories.set(databaseName, memory)
  const lockOf = (id: CheckpointId) => [databaseName, ...checkpointKey(id)].join('\n')
  const inStore = storesOf(databaseName)
  return {
    async get(id) {
      const inMemory = await memory.get(id)
      return inMemory ?? inStore(checkpointsName, 'readonly', (store) => store.get(checkpointKey(id)))
    },
    async put(checkpoint) {
      const run = (store: IDBObjectStore) => store.put(checkpoint, checkpointKey(checkpoint))
      const isKept = await inStore(checkpointsName, 'readwrite', run)
      await (isKept ? memory.delete(checkpoint) : memory.put(checkpoint))
    },
    async delete(id) {
      await memory.delete(id)
      for (const name of [checkpointsName, handlesName]) {
        await inStore(name, 'readwrite', (store) => store.delete(checkpointKey(id)))
      }
    },
    async list() {
      const inMemory = await memory.list()
      const names = new Set(inMemory.map(lockOf))
      const kept = (await inStore<Checkpoint[]>(checkpointsName, 'readonly', (store) => store.getAll())) ?? []
      return [...kept.filter((checkpoint) => !names.has(lockOf(checkpoint))), ...inMemory]
    },
    async exclusively(id, signal, run) {
      const locks = await usableLocks()
      if (!locks) return memory.exclusively(id, signal, run)
      const name = lockOf(id)
      let isFree = false
      const result = await locks.request(name, { ifAvailable: true }, async (lock) => {
        isFree = lock !== null
        return isFree ? run(false) : undefined
      })
      if (isFree) return result!
      return locks.request(name, { signal }, () => run(true))
    },
    async keepHandle(id, handle) {
      await inStore(handlesName, 'readwrite', (store) => store.put(handle, checkpointKey(id)))
    },
    handleOf: (id) => inStore(handlesName, 'readonly', (store) => store.get(checkpointKey(id))),
    async isRunning(id) {
      const locks = await usableLocks()
      if (!locks) return memory.isRunning(id)
      const { held = [] } = await locks.query()
      return held.some(({ name }) => name === lockOf(id))
    },
  }
}

/** Only pages on https have locks, and those in a sandbox may not use them. */
async function usableLocks(): Promise<LockManager | undefined> {
  const { locks } = navigator
  return locks?.query().then(
    () => locks,
    () => undefined,
  )
}

/** What runs a request in a store of a database. Undefined if the browser has none, or cannot use it now. */
function storesOf(databaseName: string) {
  const open = openerOf(databaseName)
  return async <T>(name: string, mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>) => {
    try {
      return await inDatabase(await open(), name, mode, run)
    } catch {
      return undefined
    }
  }
}

/** Opens a database, unless it is known to be held up: whatever is asked for then waits as long, and nobody tells. */
function openerOf(databaseName: string): () => Promise<IDBDatabase> {
  let isHeldUp = false
  return () =>
    new Promise((resolve, reject) => {
      if (isHeldUp) return reject()
      const request = indexedDB.open(databaseName, 3)
      let isLate = false
      const giveUp = () => {
        isLate = isHeldUp = true
        reject()
      }
      const timer = setTimeout(giveUp, openTimeoutMs)
      const end = () => {
        clearTimeout(timer)
        isHeldUp = false
      }
      request.onblocked = giveUp
      request.onupgradeneeded = () => createStores(request.result)
      request.onsuccess = () => {
        end()
        if (isLate) request.result.close()
        resolve(request.result)
      }
      request.onerror = () => {
        end()
        reject(request.error)
      }
    })
}

function createStores(database: IDBDatabase): void {
  for (const store of [checkpointsName, handlesName]) {
    // One of another version has keys that know no scope.
    if (database.objectStoreNames.contains(store)) database.deleteObjectStore(store)
    database.createObjectStore(store)
  }
}

function inDatabase<T>(
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
