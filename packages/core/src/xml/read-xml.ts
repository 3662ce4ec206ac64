/**
 * Reads XML straight from its text into the typed result: what the schema does not name is passed over, and no tree is
 * built in between. This is the hot path of every listing, so the records of a list are first tried as a whole, each with
 * one regular expression, and taken apart tag by tag only if they do not match it. A string that is kept does not keep its
 * page alive.
 */
import { SerializationError } from '../errors.ts'
import type { Fields, Values } from '../schema/types.ts'
import {
  type Cursor,
  enter,
  expectClosing,
  fail,
  maxDepth,
  nextTag,
  skip,
  textBetween,
  tooDeep,
  unescaped,
} from './cursor.ts'
import { type Child, childNamed, type Plan, planOf } from './plan.ts'
import { reordered, type Slot } from './record-pattern.ts'

/** How many records of a document may be tried as a whole in vain: one with more of them is not worth trying. */
const maxMisses = 10

/**
 * What follows the root element is not looked at.
 *
 * @param root the name the document's element must have; any but `Error` and `html` if left out
 * @throws SerializationError if the text is not well-formed where it is read, or its root is another
 */
export function readXml(text: string, fields: Fields, root?: string): Values {
  const cursor = enter(text)
  const { name } = cursor
  if (root !== undefined && name !== root) {
    throw new SerializationError(`expected <${root}>, got <${name.slice(0, 100)}>`)
  }
  // Read as a listing, either would be an empty one.
  if (root === undefined && /^(error|html)$/i.test(name))
    throw new SerializationError(`expected a result, got <${name}>`)
  return readStruct(cursor, planOf(fields), name, {}, 1)
}

/** Reads the children of the element whose opening tag the cursor has just passed. */
function readStruct(cursor: Cursor, plan: Plan, name: string, values: Values, depth: number): Values {
  if (depth > maxDepth) fail(cursor, tooDeep())
  for (const key of plan.lists) values[key] ??= []
  if (cursor.isEmpty) return values
  const { ownText } = plan
  let own = ''
  for (;;) {
    const before = cursor.at
    nextTag(cursor)
    if (ownText) own += textBetween(cursor, before, cursor.from) + cursor.cdata
    if (cursor.kind === 'close') break
    if (cursor.kind === 'other') continue
    const child = childNamed(plan, cursor.name)
    if (child) readChild(cursor, child, values, depth + 1)
    else skip(cursor, depth)
  }
  expectClosing(cursor, name)
  if (ownText && own.trim() !== '') values[ownText.key] = parse(cursor, ownText, own)
  return values
}

function readChild(cursor: Cursor, child: Child, values: Values, depth: number): void {
  const { key, plan, name } = child
  if (child.isWrapper) {
    readStruct(cursor, plan!, name, values, depth)
    return
  }
  if (child.isList) {
    values[key] ??= []
    readItems(cursor, child, values[key] as unknown[], depth)
    return
  }
  const value = readValue(cursor, child, depth)
  if (value !== undefined) values[key] = value
}

const readValue = (cursor: Cursor, child: Child, depth: number): unknown =>
  child.plan ? readStruct(cursor, child.plan, child.name, {}, depth) : readScalar(cursor, child, depth)

/** Reads the item whose opening tag the cursor has just passed, and all that follow it, as far as they match the pattern. */
function readItems(cursor: Cursor, child: Child, items: unknown[], depth: number): void {
  let record = matchRecord(cursor, child, cursor.from)
  if (!record) {
    const item = readValue(cursor, child, depth)
    if (item !== undefined) items.push(item)
    if (child.pattern && cursor.misses++ < maxMisses) {
      child.pattern = reordered(child.name, child.pattern, Object.keys(item as Values))
    }
  }
  while (record) {
    items.push(record)
    record = matchRecord(cursor, child, cursor.at)
  }
}

function matchRecord(cursor: Cursor, { pattern }: Child, from: number): Values | undefined {
  if (!pattern || cursor.misses > maxMisses) return undefined
  const { expression, slots } = pattern
  expression.lastIndex = from
  const groups = expression.exec(cursor.text)
  if (!groups) return undefined
  cursor.at = expression.lastIndex
  cursor.group = 1
  return recordOf(cursor, groups, slots)
}

function recordOf(cursor: Cursor, groups: RegExpExecArray, slots: readonly Slot[]): Values {
  const record: Values = {}
  for (const { child, inner } of slots) {
    const text = groups[cursor.group++]
    const value = inner ? recordOf(cursor, groups, inner) : text && parse(cursor, child, unescaped(cursor, text))
    if (text !== undefined && value !== undefined && (value !== '' || child.keepsEmpty)) record[child.key] = value
  }
  return record
}

/** An empty element says nothing, except as an item of a list or as what is always there. */
function readScalar(cursor: Cursor, child: Child, depth: number): unknown {
  const text = cursor.isEmpty ? '' : readText(cursor, child.name, depth)
  return text === '' && !child.keepsEmpty ? undefined : parse(cursor, child, text)
}

function parse(cursor: Cursor, child: Child, text: string): unknown {
  const value = child.isEncoded && cursor.isUrlEncoded ? decodeUrl(cursor, text) : child.type!.parse(text)
  return typeof value === 'string' ? detached(value) : value
}

/** A substring keeps the whole page it was cut from in memory as long as it lives; this one does not. */
function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

/** Comments, CDATA sections and unknown elements may be in it. */
function readText(cursor: Cursor, name: string, depth: number): string {
  let text = ''
  for (;;) {
    const before = cursor.at
    nextTag(cursor)
    text += textBetween(cursor, before, cursor.from) + cursor.cdata
    if (cursor.kind === 'open') skip(cursor, depth)
    if (cursor.kind !== 'close') continue
    expectClosing(cursor, name)
    return text
  }
}

/**
 * A listing is sorted, so most keys begin like the one before: up to its last escape, a beginning is decoded once. Text that
 * is not valid percent-encoding is left as it came.
 */
function decodeUrl(cursor: Cursor, text: string): string {
  const end = text.lastIndexOf('%') + 3
  if (end < 3) return text
  const encoded = text.slice(0, end)
  if (encoded !== cursor.encoded) {
    cursor.encoded = encoded
    cursor.decoded = decodedOrNot(encoded)
  }
  return cursor.decoded + text.slice(end)
}

function decodedOrNot(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
