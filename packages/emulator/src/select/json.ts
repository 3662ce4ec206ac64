import { selectFault } from './select-fault.ts'

/** A number as it is written, with all its digits. */
export interface JsonNumber {
  readonly digits: string
}

/** A JSON value; objects are maps, in the order of the document. */
export type Json = string | boolean | null | JsonNumber | readonly Json[] | ReadonlyMap<string, Json>

/** Whether a value is a number. */
export const isJsonNumber = (value: unknown): value is JsonNumber =>
  typeof value === 'object' && value !== null && 'digits' in value

const invalidJson = (at: number): Error =>
  selectFault('InvalidJsonData', `The JSON data is not well-formed at the offset ${at}.`)

const scalar = /"(?:[^"\\\u0000-\u001f]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const maximumDepth = 100

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/** The place after the white space at `at`. */
function skipSpace(text: string, at: number): number {
  let end = at
  while (isSpace(text.charCodeAt(end))) end++
  return end
}

const decodeBytes = (text: string): string =>
  /[\u0080-\u00ff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text

function readScalar(text: string, at: number): [value: Json, end: number] {
  scalar.lastIndex = at
  const found = scalar.exec(text)?.[0]
  if (found === undefined) throw invalidJson(at)
  const end = at + found.length
  if (/^[-\d]/.test(found)) return [{ digits: found }, end]
  try {
    return [JSON.parse(decodeBytes(found)) as Json, end]
  } catch {
    throw invalidJson(at)
  }
}

type ReadMember<T> = (at: number) => [member: T, end: number]

/** Reads members that commas separate, up to a closing character. */
function readMembers<T>(text: string, start: number, close: string, read: ReadMember<T>): [members: T[], end: number] {
  const members: T[] = []
  let at = skipSpace(text, start)
  if (text[at] === close) return [members, at + 1]
  for (;;) {
    const [member, end] = read(at)
    members.push(member)
    at = skipSpace(text, end)
    if (text[at] === close) return [members, at + 1]
    if (text[at] !== ',') throw invalidJson(at)
    at = skipSpace(text, at + 1)
  }
}

function readMember(text: string, start: number, depth: number): [member: [string, Json], end: number] {
  const [name, nameEnd] = text[start] === '"' ? readScalar(text, start) : [undefined, start]
  const colon = skipSpace(text, nameEnd)
  if (typeof name !== 'string' || text[colon] !== ':') throw invalidJson(colon)
  const [value, end] = readJson(text, skipSpace(text, colon + 1), depth)
  return [[name, value], end]
}

/** Reads the value at a place of a byte string, and tells where it ends. */
export function readJson(text: string, at: number, depth = 0): [value: Json, end: number] {
  if (depth > maximumDepth) throw selectFault('JsonNodeExceedsMaxDepth', 'The JSON data is nested too deeply.')
  if (text[at] === '[') return readMembers(text, at + 1, ']', (start) => readJson(text, start, depth + 1))
  if (text[at] !== '{') return readScalar(text, at)
  const [members, end] = readMembers(text, at + 1, '}', (start) => readMember(text, start, depth + 1))
  return [new Map(members), end]
}

/** A value of an object with many, and where it lies. */
export interface JsonRow {
  readonly value: Json
  readonly start: number
  readonly end: number
}

/** The values of a byte string that white space or commas separate. */
export function* jsonRows(text: string): Iterable<JsonRow> {
  const separators = /[\s,]*/y
  let at = 0
  for (;;) {
    separators.lastIndex = at
    separators.exec(text)
    const start = separators.lastIndex
    if (start >= text.length) return
    const [value, end] = readJson(text, start)
    yield { value, start, end }
    at = end
  }
}

const writeText = (text: string): string => JSON.stringify(text).replaceAll('/', '\\/')

/** Writes a value without white space, numbers as they were read and slashes escaped, as the service does. */
export function writeJson(value: Json): string {
  if (typeof value === 'string') return writeText(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isJsonNumber(value)) return value.digits
  if (value instanceof Map) {
    return `{${[...value].map(([name, member]) => `${writeText(name)}:${writeJson(member as Json)}`).join(',')}}`
  }
  return `[${(value as readonly Json[]).map(writeJson).join(',')}]`
}
