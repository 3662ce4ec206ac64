import { isMet } from './evaluate.ts'
import { expressionsIn, isAggregating, type Query, type Step } from './query.ts'
import { Mismatch, selectFault, sqlFault } from './select-fault.ts'
import type { SelectRequest } from './select-request.ts'
import type { Row, Table } from './table.ts'
import { checkTimestampFormat } from './timestamp.ts'
import { startTotal } from './totals.ts'

/** Text that was selected, if any, and the place in the object that was come to. */
export interface Selected {
  readonly text: string
  readonly offset: number
}

/** The columns that a query names. */
function columnsIn(query: Query): (readonly Step[])[] {
  const shown = query.columns === '*' ? [] : query.columns.map(({ of }) => of)
  const all = [...shown, ...(query.where === undefined ? [] : [query.where])].flatMap((part) => [
    ...expressionsIn(part),
  ])
  for (const part of all) if (part.kind === 'cast' && part.format !== undefined) checkTimestampFormat(part.format)
  return all.flatMap((part) => (part.kind === 'column' ? [part.path] : []))
}

function checkKeptColumns({ query, output }: SelectRequest): void {
  if (!output.keepsAllColumns || query.columns === '*') return
  if (isAggregating(query)) {
    throw sqlFault('SqlInvalidKeepAllColumnsWithAggregation', 'Aggregate functions keep no columns.')
  }
  const names = query.columns.map(({ of }) => JSON.stringify(of).toLowerCase())
  if (new Set(names).size < names.length) {
    throw sqlFault('SqlInvalidKeepAllColumnsWithDuplicateColumn', 'A column that is kept can be selected once.')
  }
}

/** Bytes that are read at most without a word. */
const stride = 1024 * 1024

/** Runs a query, and tells of its progress where it selects nothing for long. Throws 400 for a query that does not fit the object, and for data that does not fit the query. */
export function* runQuery(request: SelectRequest, table: Table): Iterable<Selected> {
  const { query, skipsPartialRecords, maximumSkipped } = request
  checkKeptColumns(request)
  const columns = columnsIn(query)
  for (const column of columns) table.check(column)
  const totals = (query.columns === '*' ? [] : query.columns).flatMap(({ of }) =>
    of.kind === 'aggregate' ? [startTotal(of)] : [],
  )
  const isCounting = totals.length > 0
  const header = table.header()
  if (header !== '') yield { text: header, offset: 0 }
  let skipped = 0
  let taken = 0

  /** What a record adds to the output; undefined for one that is not selected. */
  function take(row: Row): string | undefined {
    if (query.where !== undefined && isMet(query.where, row.lookup) !== true) return undefined
    if (!isCounting) return row.write()
    for (const total of totals) total.add(row.lookup)
    return ''
  }

  function skip(row: Row): void {
    skipped++
    if (skipped <= maximumSkipped) return
    throw selectFault(
      table.errorCode,
      `The record with the offset ${row.start} does not fit the query, and ${maximumSkipped} may be skipped.`,
    )
  }

  let end = 0
  let told = 0
  for (const row of table.rows()) {
    end = row.end
    if (end - told > stride) {
      told = end
      yield { text: '', offset: end }
    }
    const isPartial = skipsPartialRecords && row.isPartial(columns)
    const text = isPartial
      ? skip(row)
      : unlessMismatch(
          () => take(row),
          () => skip(row),
        )
    if (text === undefined) continue
    taken++
    if (text !== '') yield { text, offset: row.end }
    if (taken === query.limit) break
  }
  if (isCounting) yield { text: table.writeTotals(totals.map(({ value }) => value)), offset: end }
}

function unlessMismatch<T>(action: () => T, otherwise: () => void): T | undefined {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    otherwise()
    return undefined
  }
}
