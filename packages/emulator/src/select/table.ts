import type { Lookup, Value } from './evaluate.ts'
import type { Projection, Step } from './query.ts'

/** A record of an object. */
export interface Row {
  readonly start: number
  readonly end: number
  readonly lookup: Lookup
  /** Whether the record lacks one of the columns. */
  isPartial(columns: readonly (readonly Step[])[]): boolean
  /** The record as the output shows it. */
  write(): string
}

/** An object as a query sees it. */
export interface Table {
  /** Throws 400 for a path that can be no column. */
  check(path: readonly Step[]): void
  rows(): Iterable<Row>
  /** What comes before the first record of the output. */
  header(): string
  /** The record that the aggregate functions come to. */
  writeTotals(totals: readonly Value[]): string
  /** The code of the error that too many skipped records are. */
  readonly errorCode: string
}

/** What a column of the output is called: by its alias, its key, or its number. */
export function nameOf({ of, alias }: Projection, index: number): string {
  const key = of.kind === 'column' ? of.path.at(-1) : undefined
  return alias ?? (typeof key === 'string' ? key : `_${index + 1}`)
}
