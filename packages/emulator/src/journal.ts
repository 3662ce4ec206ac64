import type { Fault } from './faults/fault.ts'

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
  /** What went wrong on purpose, such as `delayMs=50 dropAnswer`. */
  readonly fault?: string
}

/** The effects of a fault in a few words. */
export function effectsOf(fault: Fault): string {
  const { match: _m, skip: _s, times: _t, chance: _c, ...effects } = fault
  const named = Object.entries(effects).filter(([, value]) => value !== undefined && value !== false)
  return named.map(([name, value]) => (value === true ? name : `${name}=${value}`)).join(' ')
}

/** One line that a person can read. */
export function journalLine(entry: JournalEntry): string {
  const fault = entry.fault === undefined ? '' : ` (fault: ${entry.fault})`
  const line = `${entry.status} ${entry.method} ${entry.path} ${entry.operation || '?'} ${entry.requestId}${fault}`
  return entry.code === undefined ? line : `${line} ${entry.code}: ${entry.reason ?? ''}`
}
