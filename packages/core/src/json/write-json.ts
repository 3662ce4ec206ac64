import { check } from '../check.ts'
import { isRequired } from '../schema/required.ts'
import { isDictionary, isList, isStruct } from '../schema/shapes.ts'
import type { Fields, Scalar, Typed, Values } from '../schema/types.ts'
import { format, isPlaced } from '../schema/words.ts'
import { isFreeJson } from './free-json.ts'
import { memberOf } from './member.ts'

/**
 * Writes a JSON object. Fields with a place of their own are left out; members come in the order of the schema.
 *
 * Throws a ValidationError that names the field, as in `metadata.iceberg.schema`.
 */
export function writeJson(fields: Fields, values: unknown, parent = ''): string {
  const given = objectAt(values, parent)
  const members: string[] = []
  for (const [key, field] of Object.entries(fields)) {
    if (isPlaced(field)) continue
    const value = given[key]
    const path = parent ? `${parent}.${key}` : key
    const isGiven = value !== undefined && value !== null
    check(path, isGiven || !isRequired(field), 'a value', value)
    const { name, shape } = memberOf(key, field)
    if (isGiven) members.push(member(name, writeValue(value, shape, path)))
  }
  return `{${members.join()}}`
}

function writeValue(value: unknown, shape: Typed<unknown>, path: string): string {
  if (isStruct(shape)) return writeJson(shape.fields, value, path)
  if (isList(shape)) return writeItems(value, shape.item, path)
  if (isDictionary(shape)) return writeDictionary(value, shape.values, path)
  const text = format(shape as Scalar<unknown>, value, path)
  const isLiteral = typeof value === 'number' || typeof value === 'boolean' || isFreeJson(shape as Scalar<unknown>)
  return isLiteral ? text : JSON.stringify(text)
}

function writeItems(value: unknown, item: Typed<unknown>, path: string): string {
  check(path, Array.isArray(value), 'an array', value)
  return `[${(value as unknown[]).map((each, index) => writeValue(each, item, `${path}[${index}]`)).join()}]`
}

function writeDictionary(value: unknown, shape: Typed<unknown>, path: string): string {
  const entries = Object.entries(objectAt(value, path)).filter(([, each]) => each !== undefined)
  return `{${entries.map(([name, each]) => member(name, writeValue(each, shape, `${path}.${name}`))).join()}}`
}

const member = (name: string, text: string): string => `${JSON.stringify(name)}:${text}`

function objectAt(value: unknown, path: string): Values {
  check(path, typeof value === 'object' && value !== null && !Array.isArray(value), 'an object', value)
  return value as Values
}
