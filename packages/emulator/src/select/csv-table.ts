import { type CsvRow, csvRows, writeField } from './csv.ts'
import { evaluate, toText, type Value } from './evaluate.ts'
import type { Expression, Query, Step } from './query.ts'
import { countRows, isInRange } from './row-range.ts'
import { sqlFault } from './select-fault.ts'
import type { InputFormat, OutputFormat } from './select-request.ts'
import { nameOf, type Row, type Table } from './table.ts'

const maximumColumns = 1000

const decoded = (bytes: string): string =>
  /[\u0080-\u00ff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes

/** Finds the number of a column by its name or as `_1`. */
function columnFinder(names: readonly string[] | undefined): (path: readonly Step[]) => number {
  const known = new Map((names ?? []).map((name, index) => [name.trim().toLowerCase(), index] as const))
  const found = new Map<readonly Step[], number>()
  const find = ([name, ...rest]: readonly Step[]): number => {
    if (typeof name !== 'string' || rest.length > 0) {
      throw sqlFault('NestedColumnNotSupportInCsv', 'A CSV object has no nested columns.')
    }
    const byName = known.get(name.trim().toLowerCase())
    if (byName !== undefined) return byName
    const number = /^_(\d{1,9})$/.exec(name)?.[1]
    if (number === undefined) throw sqlFault('SqlInvalidColumnName', `There is no column ${name}.`)
    if (Number(number) >= 1 && Number(number) <= maximumColumns) return Number(number) - 1
    throw sqlFault('SqlInvalidColumnIndex', `The index of a column must be between 1 and ${maximumColumns}.`)
  }
  return (path) => {
    const index = found.get(path) ?? find(path)
    found.set(path, index)
    return index
  }
}

/** The rows of a CSV object, and how they are written. */
export function csvTable(text: string, query: Query, input: InputFormat, output: OutputFormat): Table {
  const format = input.csv!
  const [first] = csvRows(text, format)
  const names = format.header === 'use' ? (first?.fields.map(decoded) ?? []) : undefined
  const indexOf = columnFinder(names)
  const width = first?.fields.length ?? 0
  const hasSameFormat = (['recordDelimiter', 'fieldDelimiter', 'quote'] as const).every(
    (name) => format[name] === output.csv[name],
  )
  const line = (fields: readonly string[]): string =>
    fields.map((field) => writeField(field, output.csv)).join(output.csv.fieldDelimiter) + output.csv.recordDelimiter

  function rowOf(row: CsvRow): Row {
    const lookup = (path: readonly Step[]): Value => {
      const field = row.fields[indexOf(path)]
      return field === undefined ? undefined : decoded(field)
    }
    return {
      start: row.start,
      end: row.end,
      lookup,
      isPartial: (columns) => (query.columns === '*' && row.fields.length < width) || columns.some(isUndefined(lookup)),
      write() {
        if (query.columns === '*') {
          return hasSameFormat ? decoded(row.raw) + output.csv.recordDelimiter : line(row.fields.map(decoded))
        }
        const values = query.columns.map(({ of }) => toText(evaluate(of, lookup)))
        if (!output.keepsAllColumns) return line(values)
        const kept = row.fields.map(() => '')
        query.columns.forEach(({ of }, index) => {
          kept[indexOf(pathIn(of))] = values[index]!
        })
        return line(kept)
      },
    }
  }

  return {
    check: (path) => void indexOf(path),
    *rows() {
      const counts =
        input.range?.first === undefined ? countRows(input.range ? csvRows(text, format) : []) : { rows: 0, splits: 0 }
      let number = -1
      for (const row of csvRows(text, format)) {
        number++
        if (number === 0 && format.header !== 'none') continue
        if (input.range === undefined || isInRange(input.range, counts, number, row.start)) yield rowOf(row)
      }
    },
    header() {
      if (!output.hasHeader) return ''
      const all = names ?? Array.from({ length: width }, (_, index) => `_${index + 1}`)
      if (query.columns === '*' || output.keepsAllColumns) return line(all)
      return line(query.columns.map((column, index) => nameOf(column, index)))
    },
    writeTotals: (totals) => line(totals.map(toText)),
    errorCode: 'InvalidCsvLine',
  }
}

const isUndefined =
  (lookup: Row['lookup']) =>
  (path: readonly Step[]): boolean =>
    lookup(path) === undefined

/** The column that a projection shows. */
function pathIn(of: Expression): readonly Step[] {
  if (of.kind === 'column') return of.path
  return of.kind === 'cast' ? pathIn(of.of) : []
}
