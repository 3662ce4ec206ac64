import type { Fault } from '../faults/fault.ts'

/** A request that the emulator has answered. */
export interface JournalEntry {
  readonly method: string
  /** Path without query. */
  readonly path: string
  /** Decoded parameters, without those that hold a signature or a token; none of calls to STS. */
  readonly query: Readonly<Record<string, string>>
  /** Name of the operation, of a call to STS its action; empty when the request was none. */
  readonly operation: string
  /** Empty when none is addressed. */
  readonly bucket: string
  /** Empty when none is addressed. */
  readonly key: string
  readonly status: number
  readonly requestId: string
  /** When it was answered, by the emulator's clock. */
  readonly answeredAt: Date
  /** Milliseconds until the answer began. */
  readonly elapsedMs: number
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

/** What would steer a terminal, such as the escape character in a key, as text. */
const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

/** One line that a person can read, and the lines below it that a reason may have. */
export function journalLine(entry: JournalEntry): string {
  const fault = entry.fault === undefined ? '' : ` (fault: ${entry.fault})`
  const line = `${entry.status} ${entry.method} ${entry.path} ${entry.operation || '?'} ${entry.requestId}${fault}`
  return printable(entry.code === undefined ? line : `${line} ${entry.code}: ${entry.reason ?? ''}`)
}

const secretParameters = new Set(['Signature', 'x-oss-signature', 'security-token', 'x-oss-security-token'])

/** Parameters without those that give power to whoever reads them. */
export const tellableQuery = (query: readonly (readonly [name: string, value: string])[]): Record<string, string> =>
  Object.fromEntries(query.filter(([name]) => !secretParameters.has(name)))
