import type { Scalar } from './types.ts'

/** Text as it is. */
export const string: Scalar<string> = { parse: detached, format: (value) => expect('string', value) }

/**
 * Text that travels percent-encoded when the answer's `EncodingType` says `url`; without that, XML could not carry keys with
 * control characters.
 */
export const encodedString: Scalar<string> = { ...string, parse: (text) => detached(text) }

/** Written in decimal. */
export const number: Scalar<number> = {
  parse: (text) => {
    const value = Number(text)
    return text.trim() === '' || Number.isNaN(value) ? undefined : value
  },
  format: (value) => {
    if (!Number.isFinite(expect('number', value))) throw new Error(`expected a finite number, got ${value}`)
    return String(value)
  },
}

/** A number that may be written as its text. */
export const numeric: Scalar<number | string> = {
  parse: number.parse,
  format: (value) => (typeof value === 'string' ? value : number.format(value)),
}

/** Written as `true` or `false`. */
export const boolean: Scalar<boolean> = {
  parse: (text) => (text === '' ? undefined : text.toLowerCase() === 'true'),
  format: (value) => String(expect('boolean', value)),
}

/** ISO 8601 in UTC, written as `2026-01-31T00:00:00Z`. */
export const date: Scalar<Date> = {
  parse: instantOf,
  format: (value) => validDate(value).toISOString().replace(/\.\d+/, ''),
}

/** RFC 9110, as in `Sat, 31 Jan 2026 00:00:00 GMT`. */
export const httpDate: Scalar<Date> = { parse: instantOf, format: (value) => validDate(value).toUTCString() }

/** RFC 9110 as well, but as text: what is read stays as it came, what is written may be a `Date`. */
export const instant: Scalar<Date | string> = {
  parse: detached,
  format: (value) => (typeof value === 'string' ? value : httpDate.format(value)),
}

/** A boolean for which the text `'true'` or `'false'` may stand. */
export const flag: Scalar<boolean | string> = {
  parse: boolean.parse,
  format: (value) => (typeof value === 'string' ? value : boolean.format(value)),
}

/** One of a few words. A word that this SDK does not know yet passes through unchanged. */
// @__NO_SIDE_EFFECTS__
export function oneOf<const T extends string>(..._words: T[]): Scalar<T> {
  return string as Scalar<string> as Scalar<T>
}

/** A substring keeps the whole page it was cut from in memory as long as it lives; this one does not. */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

function instantOf(text: string): Date | undefined {
  const instant = new Date(text)
  return Number.isNaN(instant.getTime()) ? undefined : instant
}

function validDate(value: Date): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw new Error(`expected a valid Date, got ${value}`)
  return value
}

function expect<T>(type: string, value: T): T {
  if (typeof value !== type) throw new Error(`expected a ${type}, got ${value === null ? 'null' : typeof value}`)
  return value
}
