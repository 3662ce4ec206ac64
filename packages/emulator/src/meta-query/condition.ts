import { invalidArgument, notImplemented } from '../errors.ts'
import type { ObjectRecord } from '../storage/records.ts'

/** A condition of a query, as it is written in JSON. */
interface Condition {
  readonly Field?: unknown
  readonly Value?: unknown
  readonly Operation?: unknown
  readonly SubQueries?: unknown
}

type Test = (object: ObjectRecord) => boolean

const fields: Readonly<Record<string, (object: ObjectRecord) => string | number | undefined>> = {
  Filename: ({ key }) => key,
  Size: ({ size }) => size,
  FileModifiedTime: ({ lastModified }) => lastModified,
  ETag: ({ etag }) => `"${etag}"`,
  OSSCRC64: ({ crc64 }) => crc64,
  OSSObjectType: ({ type }) => type,
  OSSStorageClass: ({ storageClass }) => storageClass,
  ObjectACL: ({ acl }) => acl,
  OSSTaggingCount: ({ tags }) => tags.length,
  ServerSideEncryption: ({ encryption }) => encryption?.algorithm,
  ContentType: ({ headers }) => headers['content-type'],
  ContentEncoding: ({ headers }) => headers['content-encoding'],
  ContentLanguage: ({ headers }) => headers['content-language'],
  ContentDisposition: ({ headers }) => headers['content-disposition'],
  CacheControl: ({ headers }) => headers['cache-control'],
}

/** The value of a field of an object; `OSSTagging.<key>` and `OSSUserMeta.<name>` are fields as well. */
export function fieldOf(object: ObjectRecord, field: string): string | number | undefined {
  const [group, name] = [field.split('.', 1)[0], field.slice(field.indexOf('.') + 1)]
  if (group === 'OSSTagging' && field.includes('.')) return object.tags.find(([key]) => key === name)?.[1]
  if (group === 'OSSUserMeta' && field.includes('.')) return object.metadata[name.replace(/^x-oss-meta-/, '')]
  const read = Object.hasOwn(fields, field) ? fields[field] : undefined
  if (read === undefined) throw notImplemented(`DoMetaQuery of the field ${field}`)
  return read(object)
}

const instant = /^\d{4}-\d{2}-\d{2}T/

/** Orders the values of a field, numbers as numbers and times as instants. */
export function compareValues(left: string | number, right: string | number): number {
  if (typeof left === 'number' || typeof right === 'number') return Number(left) - Number(right)
  if (instant.test(left) && instant.test(right)) return Date.parse(left) - Date.parse(right)
  return left < right ? -1 : Number(left > right)
}

const comparisons: Readonly<Record<string, (value: string | number, wanted: string) => boolean>> = {
  eq: (value, wanted) => String(value) === wanted || compareValues(value, wanted) === 0,
  gt: (value, wanted) => compareValues(value, wanted) > 0,
  gte: (value, wanted) => compareValues(value, wanted) >= 0,
  lt: (value, wanted) => compareValues(value, wanted) < 0,
  lte: (value, wanted) => compareValues(value, wanted) <= 0,
  prefix: (value, wanted) => String(value).startsWith(wanted),
  match: (value, wanted) => String(value).toLowerCase().includes(wanted.toLowerCase()),
}

const maximumDepth = 5

const invalidQuery = (text: string): Error => invalidArgument('Query', text, 'The query is invalid.')

function testOf(condition: Condition, text: string, depth: number): Test {
  const { Field: field, Value: value, Operation: operation, SubQueries: subQueries } = condition ?? {}
  if (depth > maximumDepth || typeof operation !== 'string') throw invalidQuery(text)
  if (['and', 'or', 'not'].includes(operation)) {
    if (!Array.isArray(subQueries) || subQueries.length === 0) throw invalidQuery(text)
    const tests = subQueries.map((part: Condition) => testOf(part, text, depth + 1))
    if (operation === 'or') return (object) => tests.some((test) => test(object))
    return (object) => tests.every((test) => test(object)) === (operation === 'and')
  }
  const compare = Object.hasOwn(comparisons, operation) ? comparisons[operation] : undefined
  if (compare === undefined || typeof field !== 'string' || value === undefined) throw invalidQuery(text)
  return (object) => {
    const found = fieldOf(object, field)
    return found !== undefined && compare(found, String(value))
  }
}

/** Reads a query; an empty one is met by every object. */
export function readQuery(text: string): Test {
  if (text.trim() === '') return () => true
  let condition: Condition
  try {
    condition = JSON.parse(text) as Condition
  } catch {
    throw invalidQuery(text)
  }
  return testOf(condition, text, 1)
}
