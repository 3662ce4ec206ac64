import { SerializationError } from '../errors.ts'
import { isDictionary, isList, isStruct } from '../schema/shapes.ts'
import type { Fields, Scalar, Typed, Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { isFreeJson } from './free-json.ts'
import { memberOf } from './member.ts'

/**
 * Reads a JSON object into the typed result. What the schema does not name is passed over; an empty text is an empty object.
 *
 * @param root the member that holds the object, where it is not the whole document
 * @throws SerializationError if a member is of another kind than the schema says, a SyntaxError if it is no JSON
 */
export function readJson(text: string, fields: Fields, root?: string): Values {
  if (text.trim() === '') return readFields({}, fields, '')
  const document: unknown = JSON.parse(text)
  if (root === undefined) return readFields(document, fields, '')
  return readFields(objectAt(document, '')[root], fields, root)
}

function readFields(value: unknown, fields: Fields, path: string): Values {
  const members = objectAt(value, path)
  const values: Values = {}
  for (const [key, field] of Object.entries(fields)) {
    if (isPlaced(field)) continue
    const { name, shape } = memberOf(key, field)
    const read = readValue(members[name], shape, path ? `${path}.${name}` : name)
    if (read !== undefined) values[key] = read
    else if (isList(shape)) values[key] = []
  }
  return values
}

function readValue(value: unknown, shape: Typed<unknown>, path: string): unknown {
  if (value === undefined || value === null) return undefined
  if (isStruct(shape)) return readFields(value, shape.fields, path)
  if (isList(shape)) return readItems(value, shape.item, path)
  if (isDictionary(shape)) return readDictionary(value, shape.values, path)
  if (isFreeJson(shape as Scalar<unknown>)) return value
  if (typeof value === 'object') throw unexpected(path, 'a single value')
  return (shape as Scalar<unknown>).parse(String(value))
}

function readItems(value: unknown, item: Typed<unknown>, path: string): unknown[] {
  if (!Array.isArray(value)) throw unexpected(path, 'an array')
  return value.map((each, index) => readValue(each, item, `${path}[${index}]`)).filter((each) => each !== undefined)
}

const readDictionary = (value: unknown, shape: Typed<unknown>, path: string): Values =>
  Object.fromEntries(
    Object.entries(objectAt(value, path)).map(([name, each]) => [name, readValue(each, shape, `${path}.${name}`)]),
  )

function objectAt(value: unknown, path: string): Values {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values
  throw unexpected(path, 'an object')
}

const unexpected = (path: string, expected: string) =>
  new SerializationError(`${path || 'the JSON'} is not ${expected}`)
