import { evaluate, type Value } from './evaluate.ts'
import { isJsonNumber, type Json, type JsonRow, jsonRows, writeJson } from './json.ts'
import { everyChild, type Query, type Step } from './query.ts'
import { countRows, isInRange } from './row-range.ts'
import { selectFault } from './select-fault.ts'
import type { InputFormat, OutputFormat } from './select-request.ts'
import { nameOf, type Row, type Table } from './table.ts'

const maximumElements = 5000

const isObject = (value: Json | undefined): value is ReadonlyMap<string, Json> => value instanceof Map

function childOf(value: Json | undefined, step: Step): Json | undefined {
  if (typeof step === 'string') return isObject(value) ? value.get(step) : undefined
  return typeof step === 'number' && Array.isArray(value) ? (value as readonly Json[])[step] : undefined
}

/** The values that a path leads to. */
function valuesAt(value: Json, path: readonly Step[]): Json[] {
  const [step, ...rest] = path
  if (step === undefined) return [value]
  if (step === everyChild) return childrenOf(value).flatMap((child) => valuesAt(child, rest))
  const child = childOf(value, step)
  return child === undefined ? [] : valuesAt(child, rest)
}

function childrenOf(value: Json): readonly Json[] {
  if (isObject(value)) return [...value.values()]
  const children = Array.isArray(value) ? (value as readonly Json[]) : []
  if (children.length <= maximumElements) return children
  throw selectFault('ExceedsMaxJsonArraySize', `An array has at most ${maximumElements} elements.`)
}

/** A value that was worked out, as JSON. */
function toJson(value: Value): Json | undefined {
  if (typeof value === 'number') return { digits: String(value) }
  return value instanceof Date ? value.toISOString() : value
}

function* documentRows(text: string): Iterable<JsonRow> {
  const rows = [...jsonRows(text)]
  if (rows.length > 1) throw selectFault('InvalidJsonData', 'The JSON document holds several values.')
  yield* rows
}

const present = (entries: readonly (readonly [string, Json | undefined])[]): Map<string, Json> =>
  new Map(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))

/** The values of a JSON object, and how they are written. */
export function jsonTable(text: string, query: Query, input: InputFormat, output: OutputFormat): Table {
  const { isLines, keepsNumbersAsText } = input.json!
  const all = (): Iterable<JsonRow> => (isLines ? jsonRows(text) : documentRows(text))
  const line = (value: Json): string => writeJson(value) + output.jsonDelimiter

  function rowOf(value: Json, { start, end }: JsonRow): Row {
    const at = (path: readonly Step[]): Json | undefined => path.reduce<Json | undefined>(childOf, value)
    const lookup = (path: readonly Step[]): Value => {
      const found = at(path)
      return keepsNumbersAsText && isJsonNumber(found) ? found.digits : found
    }
    return {
      start,
      end,
      lookup,
      isPartial: (columns) => columns.some((path) => at(path) === undefined),
      write() {
        if (query.columns === '*') return line(isObject(value) ? value : present([['_1', value]]))
        const entries = query.columns.map((column, index) => {
          const { of } = column
          const shown = of.kind === 'column' ? at(of.path) : toJson(evaluate(of, lookup))
          return [nameOf(column, index), shown] as const
        })
        return line(present(entries))
      },
    }
  }

  return {
    check() {},
    *rows() {
      const needsCounts = input.range !== undefined && input.range.first === undefined
      const counts = countRows(needsCounts ? all() : [])
      let number = -1
      for (const row of all()) {
        number++
        if (input.range !== undefined && !isInRange(input.range, counts, number, row.start)) continue
        for (const value of valuesAt(row.value, query.root)) yield rowOf(value, row)
      }
    },
    header: () => '',
    writeTotals(totals) {
      const columns = query.columns === '*' ? [] : query.columns
      return line(present(columns.map((column, index) => [nameOf(column, index), toJson(totals[index]) ?? null])))
    },
    errorCode: 'InvalidJsonData',
  }
}
