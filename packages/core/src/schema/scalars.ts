import type { Scalar } from './types.ts'

const asItIs = (text: string): string => text

const refuse = (expected: string, value: unknown): never => {
  throw new Error(`expected a ${expected}, got ${value}`)
}

const expect = <T>(type: string, value: T): T =>
  typeof value === type ? value : refuse(type, value === null ? value : typeof value)

const formatBoolean = (value: boolean): string => String(expect('boolean', value))

const formatNumber = (value: number): string =>
  String(Number.isFinite(expect('number', value)) ? value : refuse('finite number', value))

const validDate = (value: Date): Date =>
  value instanceof Date && instantOf(value) ? value : refuse('valid Date', value)

const formatHttpDate = (value: Date): string => validDate(value).toUTCString()

/** Text as it is. */
export const string: Scalar<string> = {
  parse: asItIs,
  format: (value) => expect('string', value),
}

/**
 * Text that travels percent-encoded when the answer's `EncodingType` says `url`; without that, XML could not carry keys with
 * control characters.
 */
export const encodedString: Scalar<string> = { ...string, parse: (text) => text }

/** Written in decimal. */
export const number: Scalar<number> = {
  parse: parseNumber,
  format: formatNumber,
}

/** A number that is only written: what only uploads has no code to read it. */
export const writtenNumber: Scalar<number> = { parse: () => undefined, format: formatNumber }

/** What may be written as the text that it travels as. */
// @__NO_SIDE_EFFECTS__
export function orText<T>(
  format: (value: T) => string,
  parse: Scalar<T | string>['parse'] = asItIs,
): Scalar<T | string> {
  return { parse, format: (value) => (typeof value === 'string' ? value : format(value)) }
}

/** A number that may be written as its text. */
export const numeric: Scalar<number | string> = /* @__PURE__ */ orText(formatNumber, parseNumber)

/** Written as `true` or `false`. */
export const boolean: Scalar<boolean> = {
  parse: parseBoolean,
  format: formatBoolean,
}

/** ISO 8601 in UTC, written as `2026-01-31T00:00:00Z`. */
export const date: Scalar<Date> = {
  parse: instantOf,
  format: (value) => validDate(value).toISOString().replace(/\.\d+/, ''),
}

/** RFC 9110, as in `Sat, 31 Jan 2026 00:00:00 GMT`. */
export const httpDate: Scalar<Date> = { parse: instantOf, format: formatHttpDate }

/** RFC 9110 as well, but as text: what is read stays as it came, what is written may be a `Date`. */
export const instant: Scalar<Date | string> = /* @__PURE__ */ orText(formatHttpDate)

/** A boolean for which the text `'true'` or `'false'` may stand. */
export const flag: Scalar<boolean | string> = /* @__PURE__ */ orText(formatBoolean, parseBoolean)

/** A {@link flag} that is only written. */
export const writtenFlag: Scalar<boolean | string> = /* @__PURE__ */ orText(formatBoolean)

/**
 * One of a few words, given as arguments or, so that no bundle holds them, as a type: `oneOf<'ON' | 'OFF'>()`. A word that
 * this SDK does not know yet passes through unchanged.
 */
// @__NO_SIDE_EFFECTS__
export function oneOf<const T extends string>(..._words: T[]): Scalar<T> {
  return string as Scalar<string> as Scalar<T>
}

/** Undefined for what is no date. */
export function instantOf(text: string | number | Date = ''): Date | undefined {
  const instant = new Date(text)
  return Number.isNaN(instant.getTime()) ? undefined : instant
}

function parseNumber(text: string): number | undefined {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? undefined : value
}

function parseBoolean(text: string): boolean | undefined {
  return text === '' ? undefined : text.toLowerCase() === 'true'
}
