import { check } from '../check.ts'
import { ValidationError } from '../errors.ts'
import { isRequired } from '../schema/required.ts'
import { isDictionary, isList, isStruct } from '../schema/shapes.ts'
import type { Fields, Scalar, Typed, Values } from '../schema/types.ts'
import { element, format, isPlaced } from '../schema/words.ts'
import { memberOf } from './member.ts'

/**
 * Writes a document. Fields with a place of their own are left out; members come in the order of the schema.
 *
 * Throws a ValidationError that names the field, as in `corsConfiguration.corsRules[0].allowedOrigins`.
 */
export const writeXml = (root: string, fields: Fields, values: unknown, parent = ''): string =>
  `<${root}>${writeFields(fields, values, parent)}</${root}>`

function writeFields(fields: Fields, values: unknown, parent: string): string {
  if (typeof values !== 'object' || values === null) throw new ValidationError(parent, 'expected an object')
  let xml = ''
  for (const [key, field] of Object.entries(fields)) {
    if (isPlaced(field)) continue
    const value = (values as Values)[key]
    const name = parent ? `${parent}.${key}` : key
    if (value === undefined || value === null) {
      if (isRequired(field)) throw new ValidationError(name, 'required, but missing')
      continue
    }
    const { path, shape } = memberOf(key, field)
    xml += wrap(path.split('/'), shape, value, name)
  }
  return xml
}

/** The last name of the path repeats for a list; those before it wrap everything. */
function wrap(path: readonly string[], shape: Typed<unknown>, value: unknown, name: string): string {
  const [first = '', ...inner] = path
  if (inner.length > 0) return `<${first}>${wrap(inner, shape, value, name)}</${first}>`
  if (!isList(shape)) return writeElement(first, shape, value, name)
  if (!Array.isArray(value)) throw new ValidationError(name, 'expected an array')
  return value.map((item, index) => writeElement(first, shape.item, item, `${name}[${index}]`)).join('')
}

function writeElement(name: string, shape: Typed<unknown>, value: unknown, field: string): string {
  if (isStruct(shape)) return writeXml(name, shape.fields, value, field)
  if (isDictionary(shape)) return writeXml(name, entriesOf(shape.values, value, field), value, field)
  const text = escapeText(format(shape as Scalar<unknown>, value, field), field)
  return name === '.' ? text : `<${name}>${text}</${name}>`
}

/** A dictionary's entries as if the schema named them. */
function entriesOf(shape: Typed<unknown>, value: unknown, field: string): Fields {
  const names = Object.keys(value ?? {})
  for (const name of names) check(field, /^[a-z_][\w.-]*$/i.test(name), 'names that an element can have', name)
  return Object.fromEntries(names.map((name) => [name, element(name, shape)]))
}

/** Control characters as references too: keys may hold them, and a bare line break would be normalised. */
export function escapeText(text: string, field: string): string {
  // UTF-8 would replace it: in a list of keys to delete, by the name of another object.
  check(field, !/\p{Surrogate}/u.test(text), 'no half of a surrogate pair', text)
  return text.replace(/[&<>"\u0000-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`)
}
