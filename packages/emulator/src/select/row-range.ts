import { selectFault } from './select-fault.ts'

/** Bytes of a split, to the end of whose last row it reaches. */
const splitSize = 4 * 1024 * 1024

/** A range of rows, as a request names it. */
export interface RowRange {
  readonly unit: 'line' | 'split'
  readonly first?: number
  readonly last?: number
}

/** How many rows and splits an object has. */
export interface RowCounts {
  readonly rows: number
  readonly splits: number
}

/** Reads `line-range=10-20` or `split-range=10-`; undefined, for all rows, where it names no bound. */
export function readRowRange(text: string): RowRange | undefined {
  if (text === '') return undefined
  const match = /^(line|split)-range=(\d*)-(\d*)$/.exec(text)
  const [first, last] = [match?.[2], match?.[3]].map((digits) => (digits ? Number(digits) : undefined))
  const isReversed = first !== undefined && last !== undefined && first > last
  if (match === null || isReversed) {
    throw selectFault('InvalidRange', 'The Range must be line-range=start-end or split-range=start-end.')
  }
  if (first === undefined && last === undefined) return undefined
  return {
    unit: match[1] as RowRange['unit'],
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
  }
}

/** Whether a row is in a range; without a first one, the range is that of the last rows or splits. */
export function isInRange({ unit, first, last }: RowRange, counts: RowCounts, line: number, start: number): boolean {
  const at = unit === 'line' ? line : Math.floor(start / splitSize)
  if (first === undefined) return at >= (unit === 'line' ? counts.rows : counts.splits) - last!
  return at >= first && at <= (last ?? Number.POSITIVE_INFINITY)
}

/** Counts rows and splits. */
export function countRows(rows: Iterable<{ readonly start: number }>): RowCounts {
  let count = 0
  let lastStart = 0
  for (const { start } of rows) {
    count++
    lastStart = start
  }
  return { rows: count, splits: Math.floor(lastStart / splitSize) + 1 }
}
