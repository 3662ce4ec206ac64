import { evaluate, type Lookup, toNumber, type Value } from './evaluate.ts'
import type { AggregateName, Expression } from './query.ts'
import { sqlFault } from './select-fault.ts'

type Aggregate = Extract<Expression, { kind: 'aggregate' }>

/** What an aggregate function has come to. */
export interface Total {
  /** Takes a record in. */
  add(lookup: Lookup): void
  readonly value: Value
}

/** The type of a column that was cast, which functions are not made for. */
function checkType({ name, of }: Aggregate): void {
  if (of?.kind !== 'cast') return
  if (of.type === 'timestamp' && (name === 'sum' || name === 'avg')) {
    throw sqlFault('SqlInvalidAggregationOnTimestamp', 'SUM and AVG take no timestamps.')
  }
  if (of.type === 'string' || of.type === 'bool') {
    throw sqlFault('SqlAggregationOnNonNumericType', 'Aggregate functions take numbers.')
  }
}

/** Takes off the noise in the last digits of a sum. */
const rounded = (value: number): number => Number(value.toPrecision(15))

/** An average as the service writes it: six digits, and at least four of them behind the point. */
const shortened = (value: number): number =>
  Number(value.toPrecision(Math.max(6, Math.trunc(Math.abs(value)).toString().length + 4)))

const results: Readonly<Record<AggregateName, (values: { sum: number; count: number; extreme: Value }) => Value>> = {
  count: ({ count }) => count,
  sum: ({ sum, count }) => (count === 0 ? null : rounded(sum)),
  avg: ({ sum, count }) => (count === 0 ? null : shortened(sum / count)),
  min: ({ extreme }) => extreme ?? null,
  max: ({ extreme }) => extreme ?? null,
}

/** Begins an aggregate function. */
export function startTotal(aggregate: Aggregate): Total {
  checkType(aggregate)
  const { name, of } = aggregate
  let sum = 0
  let count = 0
  let extreme: number | Date | undefined
  const isBeyond = (value: number | Date): boolean =>
    extreme === undefined || (name === 'max' ? value > extreme : value < extreme)
  return {
    add(lookup) {
      if (of === undefined) return void count++
      const found = evaluate(of, lookup)
      const value = found instanceof Date ? found : toNumber(found)
      if (value === null) return
      count++
      sum += Number(value)
      if (isBeyond(value)) extreme = value
    },
    get value() {
      return results[name]({ sum, count, extreme })
    },
  }
}
