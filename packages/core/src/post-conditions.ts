/** Conditions of a form, checked before they are signed: OSS tells of a wrong one only when a page has sent its file. */

import { check } from './check.ts'
import type { PostCondition } from './signing/post-policy.ts'

/** What one condition says of one field, or of the file's size. */
interface Demand {
  readonly field: string
  readonly operator: 'eq' | 'starts-with' | 'in' | 'not-in' | 'content-length-range'
  readonly values: readonly unknown[]
}

/**
 * Returns the conditions that were given.
 *
 * Throws a ValidationError of the field `conditions[…]` for one that OSS does not know, or that no form can meet together with
 * those before it.
 *
 * @param own the conditions that follow from the rest of the input
 */
export function checkConditions(
  own: readonly PostCondition[],
  given: readonly PostCondition[],
): readonly PostCondition[] {
  check('conditions', Array.isArray(given), 'an array', given)
  const demands = own.flatMap(demandsOf)
  for (const [index, condition] of given.entries()) {
    const name = `conditions[${index}]`
    const added = demandsOf(condition)
    check(name, added.length > 0 && added.every(isKnown), 'a condition that OSS knows', condition)
    demands.push(...added)
    for (const { field } of added) {
      const same = demands.filter((demand) => demand.field === field)
      check(name, canBeMet(same), `what the other conditions of ${field} allow`, condition)
    }
  }
  return given
}

function demandsOf(condition: PostCondition): Demand[] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition ?? {}).map(([name, value]) => ({
      field: `$${name.toLowerCase()}`,
      operator: 'eq',
      values: [value],
    }))
  }
  const [operator, field, value, ...others] = condition
  if (operator === 'content-length-range') return [{ field: 'the size', operator, values: condition.slice(1) }]
  const isComplete = others.length === 0 && Array.isArray(value) === (operator === 'in' || operator === 'not-in')
  return [{ field: String(field).toLowerCase(), operator, values: isComplete ? [value].flat() : [undefined] }]
}

function isKnown({ field, operator, values }: Demand): boolean {
  if (operator === 'content-length-range') return values.length === 2 && values.every(isSize) && isRange(values)
  return ['eq', 'starts-with', 'in', 'not-in'].includes(operator) && /^\$./.test(field) && values.every(isText)
}

const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
const isRange = ([first, last]: readonly unknown[]) => (first as number) <= (last as number)
const isText = (value: unknown) => typeof value === 'string' && !/\p{Surrogate}/u.test(value)

/** Whether there is a value that does what all of them demand. */
function canBeMet(demands: readonly Demand[]): boolean {
  const valuesOf = (wanted: string) =>
    demands.filter(({ operator }) => operator === wanted).map(({ values }) => values as string[])
  const ranges = valuesOf('content-length-range').map((range) => range.map(Number) as [number, number])
  if (ranges.length > 0) {
    return Math.max(...ranges.map(([first]) => first)) <= Math.min(...ranges.map(([, last]) => last))
  }
  const prefixes = valuesOf('starts-with').flat()
  const longest = prefixes.reduce((long, prefix) => (prefix.length > long.length ? prefix : long), '')
  const [candidates, ...others] = [...valuesOf('eq'), ...valuesOf('in')]
  const refused = valuesOf('not-in').flat()
  const begins = (text: string) => prefixes.every((prefix) => text.startsWith(prefix))
  if (!candidates) return begins(longest)
  return candidates.some(
    (text) => begins(text) && !refused.includes(text) && others.every((other) => other.includes(text)),
  )
}
