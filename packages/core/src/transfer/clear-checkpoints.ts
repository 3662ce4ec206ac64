import type { Client } from '../client/client.ts'
import type { Checkpoint, CheckpointStore } from './checkpoint.ts'
import { abandon } from './multipart.ts'

/** Which checkpoints are forgotten. */
export interface ClearCheckpointsOptions {
  /** Only those of this scope. @default all */
  scope?: string | undefined
  /** Only those of transfers that were started so long ago. @default 0 */
  olderThanMs?: number | undefined
  /** Aborts the uploads that they tell of, as far as this client may. @default they stay open */
  client?: Client | undefined
}

/**
 * Forgets checkpoints, as when a user logs out. The uploads that they tell of are aborted if a client is given, as far as
 * that is possible; a lifecycle rule of the bucket does it for the rest. Returns what was forgotten.
 */
export async function clearCheckpoints(
  store: CheckpointStore,
  { scope, olderThanMs = 0, client }: ClearCheckpointsOptions = {},
): Promise<Checkpoint[]> {
  const before = Date.now() - olderThanMs
  const forgotten = (await store.list()).filter(
    (one) => (scope === undefined || one.scope === scope) && Date.parse(one.startedAt) <= before,
  )
  for (const checkpoint of forgotten) await discardCheckpoint(store, checkpoint, client)
  return forgotten
}

/** Forgets one checkpoint. With a client, its upload is aborted as well, as far as that is possible. */
export async function discardCheckpoint(
  store: CheckpointStore,
  checkpoint: Checkpoint,
  client?: Client,
): Promise<void> {
  await store.delete(checkpoint)
  if (client && checkpoint.kind === 'upload') await abandon(client, checkpoint)
}
