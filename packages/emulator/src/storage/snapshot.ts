import type { Piece } from './records.ts'
import { clearStorage, type Storage } from './storage.ts'
import type { StoreEntry } from './store.ts'

/** All that an emulator held at a moment. It lives as long as the emulator. */
export interface Snapshot {
  readonly entries: readonly StoreEntry<object>[]
  /** How many ids had been drawn. */
  readonly position: number
}

interface Holder {
  readonly pieces?: readonly Piece[]
  readonly piece?: Piece
}

const everything: [from: string, to: string] = ['', '\u00ff']

/** The pieces that a record names. */
const piecesIn = ({ pieces = [], piece }: Holder): readonly Piece[] => (piece === undefined ? pieces : [piece])

/** A record over bytes of its own. */
async function duplicated(storage: Storage, { key, value }: StoreEntry<Holder>): Promise<StoreEntry<object>> {
  const pieces = await storage.bytes.duplicate(piecesIn(value))
  if (value.piece !== undefined) return { key, value: { ...value, piece: pieces[0] } }
  return { key, value: value.pieces === undefined ? value : { ...value, pieces } }
}

const duplicatedAll = async (
  storage: Storage,
  entries: Iterable<StoreEntry<object>>,
): Promise<StoreEntry<object>[]> => {
  const copies: StoreEntry<object>[] = []
  for (const entry of [...entries]) copies.push(await duplicated(storage, entry))
  return copies
}

/** Notes all that is stored. */
export const takeSnapshot = async (storage: Storage, position: number): Promise<Snapshot> => ({
  position,
  entries: await duplicatedAll(storage, storage.store.range<object>(...everything)),
})

/** The blobs that a snapshot needs. */
export const blobsOf = ({ entries }: Snapshot): string[] =>
  entries.flatMap(({ value }) => piecesIn(value).map(({ blob }) => blob))

/** Puts a snapshot in the place of all that is stored; `kept` names the blobs that stay. */
export async function restoreSnapshot(storage: Storage, snapshot: Snapshot, kept: ReadonlySet<string>): Promise<void> {
  await clearStorage(storage, kept)
  const entries = await duplicatedAll(storage, snapshot.entries)
  await storage.store.transact((transaction) => {
    for (const { key, value } of entries) transaction.put(key, value)
  })
}
