import { encodeKey } from '../percent-encode.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** Which transfer a checkpoint belongs to. */
export interface CheckpointId {
  readonly kind: 'upload' | 'download'
  /** Where the bytes come from: the absolute path or the fingerprint of a file, or the object. */
  readonly source: string
  /** Where they go: the object, or the absolute path that is written to. */
  readonly destination: string
  /** Whose transfer it is, as the application says. */
  readonly scope?: string | undefined
}

interface AnyCheckpoint extends CheckpointId {
  /** Of this format. */
  readonly version: 1
  /** When the transfer was started, in ISO 8601. */
  readonly startedAt: string
  readonly bucket: string
  readonly key: string
  /** Bytes in all: of the source, or of the object. */
  readonly size: number
  readonly partSize: number
  /** Whether it is the transfer of a client that encrypts. */
  readonly encrypted?: true | undefined
}

/** How to find an upload that was begun. What was uploaded of it, OSS itself knows. */
export interface UploadCheckpoint extends AnyCheckpoint {
  readonly kind: 'upload'
  /** When the source last changed, in milliseconds since 1970. */
  readonly lastModified?: number | undefined
  /** CRC-64 of the source's beginning and of its end. */
  readonly sample: string
  readonly uploadId: string
}

/** How far a download has come. */
export interface DownloadCheckpoint extends AnyCheckpoint {
  readonly kind: 'download'
  readonly versionId?: string | undefined
  /** What was asked for, as a Range header; empty for the whole object. */
  readonly range: string
  /** Of the object, as an HTTP date. */
  readonly lastModified: string
  readonly etag: string
  /** All bytes of the object before this one, from the start of the range on, are there. */
  readonly offset: number
  /** CRC-64 of those bytes. */
  readonly crc64: string
}

/** Plain JSON, without any secret: what a transfer needs to go on in another process, or after a page was closed. */
export type Checkpoint = UploadCheckpoint | DownloadCheckpoint

/** Where checkpoints are kept. */
export interface CheckpointStore {
  /** What was put under the same `checkpointKey`; undefined if there is none or it cannot be read. */
  get(id: CheckpointId): Promise<unknown>
  /** Keeps a checkpoint, replacing any with the same `checkpointKey`, wholly or not at all. */
  put(checkpoint: Checkpoint): Promise<void>
  /** Forgets a checkpoint. Does nothing if there is none. */
  delete(id: CheckpointId): Promise<void>
  /** All that can be read. */
  list(): Promise<Checkpoint[]>
  /**
   * Runs a transfer while no other with the same store and id is run. `run` is told whether it had to wait for another.
   * @default runs it at once
   */
  exclusively?<T>(id: CheckpointId, signal: AbortSignal, run: (hasWaited: boolean) => Promise<T>): Promise<T>
  /** Whether a transfer is run, here or elsewhere. @default not known */
  isRunning?(id: CheckpointId): Promise<boolean>
}

/** Keeps checkpoints as long as the process, or the page, lives. */
export function memoryCheckpoints(): CheckpointStore {
  const kept = new Map<string, Checkpoint>()
  const last = new Map<string, Promise<void>>()
  return {
    get: async (id) => kept.get(nameOf(id)),
    put: async (checkpoint) => void kept.set(nameOf(checkpoint), checkpoint),
    delete: async (id) => void kept.delete(nameOf(id)),
    list: async () => [...kept.values()],
    exclusively: (id, signal, run) => oneAtATime(last, nameOf(id), signal, run),
    isRunning: async (id) => last.has(nameOf(id)),
  }
}

const nameOf = (id: CheckpointId): string => JSON.stringify(checkpointKey(id))

/**
 * Forgets the checkpoint of what has ended, as far as that is possible: how it ended is worth more than why this fails. One
 * that is left is found to be stale when it is looked for.
 */
export const forgetEnded = (store: CheckpointStore, id: CheckpointId): Promise<void> => store.delete(id).catch(() => {})

/**
 * What a store keeps a checkpoint under: kind, source, destination, and the scope of an upload that has one. Downloads to one
 * place displace each other whatever their scopes: only the bytes of the last are there.
 */
export const checkpointKey = ({ kind, source, destination, scope }: CheckpointId): string[] =>
  kind === 'download' || scope === undefined ? [kind, source, destination] : [kind, source, destination, scope]

/** An object, as checkpoints and messages name it. */
export const objectName = (bucket: string, key: string): string => `oss://${bucket}/${encodeKey(key)}`

/** Whether what a store gave back belongs to this transfer: every identifying field is the same. */
export function isSameTransfer(found: unknown, expected: Record<string, unknown>): boolean {
  if (typeof found !== 'object' || found === null) return false
  const fields = found as Record<string, unknown>
  return Object.entries(expected).every(([name, value]) => fields[name] === value)
}
