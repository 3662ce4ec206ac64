import { isJsonNumber, type Json } from './json.ts'
import type { Arithmetic, CastType, Comparison, Expression, Step } from './query.ts'
import { Mismatch } from './select-fault.ts'
import { readTimestamp } from './timestamp.ts'

/** What an expression comes to; undefined where a record lacks a column, which counts as null. */
export type Value = Json | number | Date | undefined

/** Finds the value of a column in a record. */
export type Lookup = (path: readonly Step[]) => Value

/** A value without its JSON clothes. */
const plain = (value: Value): Value => (isJsonNumber(value) ? Number(value.digits) : value)

const isMissing = (value: Value): value is null | undefined => value === null || value === undefined

/** Reads a number; an empty text is none, and another text that is no number does not fit. */
export function toNumber(value: Value): number | null {
  const bare = plain(value)
  if (isMissing(bare) || bare === '') return null
  const number = typeof bare === 'string' && bare.trim() !== '' ? Number(bare) : bare
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw new Mismatch(`'${toText(value)}' is no number`)
}

/** A value as text. */
export function toText(value: Value): string {
  if (isMissing(value)) return ''
  if (isJsonNumber(value)) return value.digits
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object') throw new Mismatch('an object or array stands where a value is expected')
  return String(value)
}

function toBoolean(value: Value): boolean | null {
  const bare = plain(value)
  if (isMissing(bare) || typeof bare === 'boolean') return bare ?? null
  const text = toText(bare).toLowerCase()
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw new Mismatch(`'${text}' is no truth value`)
}

function toDate(value: Value, format?: string): Date | null {
  if (isMissing(value) || value === '') return null
  return value instanceof Date ? value : readTimestamp(toText(value), format)
}

function cast(value: Value, type: CastType, format: string | undefined): Value {
  if (isMissing(value)) return null
  if (type === 'string') return toText(value)
  if (type === 'bool') return toBoolean(value)
  if (type === 'timestamp') return toDate(value, format)
  const number = toNumber(value)
  return type === 'int' && number !== null ? Math.trunc(number) : number
}

const order = <T extends string | number | boolean>(left: T, right: T): number => (left < right ? -1 : +(left > right))

/** Compares two values, as the type of one that is no text; null when one of them is missing. */
function compare(leftValue: Value, rightValue: Value): number | null {
  const [left, right] = [plain(leftValue), plain(rightValue)]
  if (isMissing(left) || isMissing(right)) return null
  if (typeof left === 'string' && typeof right === 'string') return order(left, right)
  const types = [left, right].map((value) => (value instanceof Date ? 'date' : typeof value))
  const both = <T extends string | number | boolean>(read: (value: Value) => T | null): number | null => {
    const [first, second] = [read(left), read(right)]
    return first === null || second === null ? null : order(first, second)
  }
  if (types.includes('date')) return both((value) => toDate(value)?.getTime() ?? null)
  if (types.includes('number') && !types.includes('boolean')) return both(toNumber)
  if (types.includes('boolean') && !types.includes('number')) return both(toBoolean)
  throw new Mismatch('values of different types are compared')
}

const holds: Readonly<Record<Comparison, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
}

function isTrue(by: Comparison, left: Value, right: Value): boolean | null {
  const difference = compare(left, right)
  return difference === null ? null : holds[by](difference)
}

const calculations: Readonly<Record<Exclude<Arithmetic, '||'>, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
}

function calculate(by: Arithmetic, left: Value, right: Value): Value {
  if (by === '||') return isMissing(left) || isMissing(right) ? null : toText(left) + toText(right)
  const [first, second] = [toNumber(left), toNumber(right)]
  if (first === null || second === null) return null
  const result = calculations[by](first, second)
  return Number.isFinite(result) ? result : null
}

/** Null, which stands for unknown, gives way to what decides. */
const join = (left: boolean | null, right: () => boolean | null, decisive: boolean): boolean | null => {
  if (left === decisive) return decisive
  const other = right()
  if (other === decisive) return decisive
  return left === null || other === null ? null : !decisive
}

function isAmong(value: Value, values: readonly Value[]): boolean | null {
  const found = values.map((candidate) => isTrue('=', value, candidate))
  if (found.includes(true)) return true
  return found.includes(null) ? null : false
}

const not = (value: boolean | null): boolean | null => (value === null ? null : !value)

/** The truth of a condition in a record; null when it is not known. Throws a Mismatch for what does not fit. */
export function isMet(condition: Expression, lookup: Lookup): boolean | null {
  const value = (expression: Expression): Value => evaluate(expression, lookup)
  const truth = (expression: Expression): boolean | null => isMet(expression, lookup)
  switch (condition.kind) {
    case 'compare':
      return isTrue(condition.by, value(condition.left), value(condition.right))
    case 'and':
      return join(truth(condition.left), () => truth(condition.right), false)
    case 'or':
      return join(truth(condition.left), () => truth(condition.right), true)
    case 'not':
      return not(truth(condition.of))
    case 'isNull':
      return isMissing(value(condition.of))
    case 'in':
      return isAmong(value(condition.of), condition.values.map(value))
    case 'between': {
      const of = value(condition.of)
      return join(isTrue('>=', of, value(condition.from)), () => isTrue('<=', of, value(condition.to)), false)
    }
    case 'like': {
      const of = value(condition.of)
      return isMissing(of) ? null : condition.matches(toText(of))
    }
    default:
      return toBoolean(value(condition))
  }
}

/** What an expression comes to in a record. Throws a Mismatch for what does not fit. */
export function evaluate(expression: Expression, lookup: Lookup): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'column':
      return lookup(expression.path)
    case 'cast':
      return cast(evaluate(expression.of, lookup), expression.type, expression.format)
    case 'arithmetic':
      return calculate(expression.by, evaluate(expression.left, lookup), evaluate(expression.right, lookup))
    default:
      return isMet(expression, lookup)
  }
}
