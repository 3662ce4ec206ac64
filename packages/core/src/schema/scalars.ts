import type { Scalar } from './types.ts'

export const string: Scalar<string> = { parse: (text) => text, format: (value) => expect('string', value) }

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

/** One of a few words. A word that this SDK does not know yet passes through unchanged. */
// @__NO_SIDE_EFFECTS__
export function oneOf<const T extends string>(..._words: T[]): Scalar<T> {
  return string as Scalar<string> as Scalar<T>
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
  // biome-ignore lint/suspicious/useValidTypeof: the type is a parameter
  if (typeof value !== type) throw new Error(`expected a ${type}, got ${value === null ? 'null' : typeof value}`)
  return value
}
