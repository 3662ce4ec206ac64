import type { Client } from '../client/client.ts'
import type { Checkpoint, CheckpointStore } from './checkpoint.ts'
import { discardCheckpoint } from './clear-checkpoints.ts'

/** How long checkpoints live. */
export interface ExpiringCheckpointsOptions {
  /** Milliseconds from the start of a transfer on. Longer than any transfer takes, pauses included. */
  timeToLiveMs: number
  /** Aborts the uploads of those that have expired, as far as this client may. @default they stay open */
  client?: Client | undefined
  /** The time, in milliseconds since 1970. @default Date.now */
  now?: (() => number) | undefined
}

/**
 * A store whose checkpoints expire: one that is older is never found, and is deleted when it is looked for or when all are
 * listed. Transfers that the store knows to be running are left alone.
 *
 * @example
 * const week = 7 * 24 * 3_600_000
 * const checkpointStore = expiringCheckpoints(indexedDbCheckpoints(), { timeToLiveMs: week, client })
 */
export function expiringCheckpoints<S extends CheckpointStore>(
  store: S,
  { timeToLiveMs, client, now = Date.now }: ExpiringCheckpointsOptions,
): S {
  const isExpired = ({ startedAt }: Checkpoint) => !(Date.parse(startedAt) > now() - timeToLiveMs)
  return withMethods<CheckpointStore, S>(store, {
    async get(id) {
      const found = await store.get(id)
      if (typeof found !== 'object' || found === null || !isExpired(found as Checkpoint)) return found
      await discardCheckpoint(store, { ...(found as Checkpoint), ...id } as Checkpoint, client)
      return undefined
    },
    async list() {
      const all = await store.list()
      for (const checkpoint of all.filter(isExpired)) {
        if (!(await store.isRunning?.(checkpoint))) await discardCheckpoint(store, checkpoint, client)
      }
      return all.filter((checkpoint) => !isExpired(checkpoint))
    },
  })
}

/** A store with other methods. Its own are called on itself, as those of a class have to be. */
const withMethods = <T extends object, S extends T>(store: S, methods: Partial<T>): S =>
  new Proxy(store, {
    get(_, name) {
      const own: unknown = Reflect.get(methods, name) ?? Reflect.get(store, name)
      return typeof own === 'function' ? own.bind(store) : own
    },
  })
