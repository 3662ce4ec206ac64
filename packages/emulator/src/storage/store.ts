/** An entry of a store. */
export interface StoreEntry<T> {
  readonly key: string
  readonly value: T
}

/** The writes of a transaction. */
export interface Transaction {
  put(key: string, value: object): void
  remove(key: string): void
}

/**
 * An ordered map of records. Keys are byte strings, so that their order is the order of bytes. Records are JSON
 * values and never changed in place.
 */
export interface Store {
  get<T>(key: string): T | undefined
  /** The entries from `from` (included) to `to` (excluded), in order. To be read without awaiting in between. */
  range<T>(from: string, to: string): Iterable<StoreEntry<T>>
  /**
   * Runs `action`, which checks first and writes then, while nobody else writes. Its reads see its writes. What it
   * wrote is kept as a whole, and once the promise is resolved, survives a crash. An action that throws must do so
   * before its first write.
   */
  transact<T>(action: (transaction: Transaction) => T): Promise<T>
  clear(): Promise<void>
  close(): Promise<void>
}
