/** A request that the emulator has answered. */
export interface JournalEntry {
  readonly method: string
  /** Path without query. */
  readonly path: string
  /** Name of the operation; empty when the request was none. */
  readonly operation: string
  readonly status: number
  readonly requestId: string
  /** Error code, when the request was refused. */
  readonly code?: string
  /** Why the request was refused, with more than the client is told. */
  readonly reason?: string
}

/** One line that a person can read. */
export function journalLine(entry: JournalEntry): string {
  const line = `${entry.status} ${entry.method} ${entry.path} ${entry.operation || '?'} ${entry.requestId}`
  return entry.code === undefined ? line : `${line} ${entry.code}: ${entry.reason ?? ''}`
}
