/** The words for what a document holds and for what travels beside it. They only build data. */

import { check } from '../check.ts'
import { ValidationError } from '../errors.ts'
import { fromHeaderBytes } from '../header-bytes.ts'
import { percentEncode } from '../percent-encode.ts'
import { string } from './scalars.ts'
import type {
  Dictionary,
  Element,
  Field,
  Fields,
  List,
  Place,
  Placed,
  Required,
  Scalar,
  Struct,
  Typed,
  Values,
} from './types.ts'

/** A record with named members. A member is an XML element named after its field in PascalCase, or a JSON member. */
// @__NO_SIDE_EFFECTS__
export function struct<F extends Fields>(fields: F): Struct<F> {
  return { fields }
}

/**
 * `'Tag'` repeats in place; `'TagSet/Tag'` repeats inside a wrapper. An output always has it, if only as an empty array.
 *
 * A type argument, as in `list<Tag>(…)`, makes editors show the items by that name.
 */
export function list<S extends Scalar<unknown> | Struct<Fields>>(path: string, item: S): List<S>
export function list<T>(path: string, item: Typed<T>): List<Typed<T>>
// @__NO_SIDE_EFFECTS__
export function list(path: string, item: Typed<unknown>): List<Typed<unknown>> {
  return { path, item }
}

/** Values of one kind, under names that the schema does not know: child elements, or JSON members. */
// @__NO_SIDE_EFFECTS__
export function dictionary<S extends Scalar<unknown>>(values: S): Dictionary<S> {
  return { values }
}

/** An element whose name is not its field's in PascalCase. `'A/B'` is B inside A; `'.'` is the parent's own text. */
export function element(name: string): Element<Scalar<string>>
export function element<
  S extends Scalar<unknown> | Struct<Fields> | List<Typed<unknown>> | Dictionary<Scalar<unknown>>,
>(name: string, type: S): Element<S>
export function element<T>(name: string, type: Typed<T>): Element<Typed<T>>
// @__NO_SIDE_EFFECTS__
export function element(name: string, type: Typed<unknown> = string): Element<Typed<unknown>> {
  return { element: name, type }
}

/** In an input, the caller must give it, or another field in its place; in an output, it is always there. */
export function required<F extends Typed<unknown>>(field: F): F & Required
export function required<F extends Typed<unknown>>(field: F, unless: string): F
// @__NO_SIDE_EFFECTS__
export function required<F extends Typed<unknown>>(field: F, unless?: string): F & Required {
  const fallback = (input: Values, name: string) => {
    const { fallback } = field as Partial<Placed<unknown>>
    check(name, (unless && (input[unless] ?? undefined)) !== undefined, 'a value', undefined)
    return fallback?.(input, name)
  }
  return { ...field, required: true, unless, fallback }
}

/** A query parameter. */
export function query(name: string): Placed<string>
export function query<T>(name: string, type: Scalar<T>): Placed<T>
// @__NO_SIDE_EFFECTS__
export function query(name: string, type: Scalar<unknown> = string as Scalar<unknown>): Placed<unknown> {
  return { at: queryPlace, name, type }
}

/** A header: text, or as a type argument, one of a few words. */
export function header<T extends string = string>(name: string): Placed<T>
export function header<T>(name: string, type: Scalar<T>): Placed<T>
// @__NO_SIDE_EFFECTS__
export function header(name: string, type: Scalar<unknown> = string as Scalar<unknown>): Placed<unknown> {
  return { at: headerPlace, name: name.toLowerCase(), type }
}

/** Every header that begins with a prefix, in one record without the prefix. */
// @__NO_SIDE_EFFECTS__
export function headers(prefix: string): Placed<Record<string, string>> {
  return { at: headersPlace, name: prefix }
}

/** The same, only to be written: what only uploads has no code to read them. */
// @__NO_SIDE_EFFECTS__
export function writtenHeaders(prefix: string): Placed<Record<string, string>> {
  return { at: writtenHeadersPlace, name: prefix }
}

/** A segment of the path: what the route calls `{name}`, after the field. */
export const segment: Placed<string> = {
  at: {
    write(draft, _field, value, key) {
      const text = format(string, value, key)
      // URL parsers remove them.
      check(key, !/^\.{0,2}$/.test(text), 'a name other than . and ..', text)
      draft.path = draft.path.replace(`{${key}}`, percentEncode(text, key))
    },
  },
  name: '',
}

/** An input that steers the others and is not sent by itself. */
// @__NO_SIDE_EFFECTS__
export function unsent<T>(_type: Scalar<T>): Placed<T> {
  return { at: nowhere, name: '' }
}

const nowhere: Place = {}

const queryPlace: Place = {
  write(draft, { name, type }, value, key) {
    draft.query[name] = format(type as Scalar<unknown>, value, key)
  },
}

const headerPlace: Place = {
  write(draft, { name, type }, value, key) {
    const text = format(type as Scalar<unknown>, value, key)
    // The one would begin a second header, the other travel as U+FFFD.
    check(key, !/[\0\r\n]|\p{Surrogate}/u.test(text), 'no line break and no half of a surrogate pair', text)
    draft.headers[name] = text
  },
  read({ headers }, { name, type }) {
    const text = headers[name]
    return text === undefined ? undefined : (type as Scalar<unknown>).parse(fromHeaderBytes(text))
  },
}

const writtenHeadersPlace: Place = {
  write(draft, { name }, value, key) {
    for (const [suffix, text] of Object.entries(value as Values)) {
      const field = `${key}.${suffix}`
      check(field, /^[\w!#$%&'*+.^`|~-]+$/.test(suffix), 'the name of a header', suffix)
      headerPlace.write?.(draft, header(name + suffix), text, field)
    }
  },
}

const headersPlace: Place = {
  ...writtenHeadersPlace,
  read({ headers }, { name }) {
    const entries = Object.entries(headers).filter(([header]) => header.startsWith(name))
    return Object.fromEntries(entries.map(([header, text]) => [header.slice(name.length), fromHeaderBytes(text)]))
  },
}

/** Writes a scalar, and lets a wrong value name its field. */
export function format(type: Scalar<unknown>, value: unknown, field: string): string {
  try {
    return type.format(value)
  } catch (error) {
    throw new ValidationError(field, (error as Error).message)
  }
}

/** Which fields have a place of their own. */
export const isPlaced = (field: unknown): field is Placed<unknown> => (field as Field & { at?: Place }).at !== undefined
