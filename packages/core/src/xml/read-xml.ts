/**
 * Reads XML straight from its text into the typed result: what the schema does not name is passed over, and no tree is
 * built in between. This is the hot path of every listing.
 *
 * Document type declarations, and entities beyond the five of XML and numeric ones, are refused; depth is limited; a string
 * that is kept does not keep its page alive.
 */
import { SerializationError } from '../errors.ts'
import { isRequired } from '../schema/required.ts'
import type { Fields, Scalar, Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { isList, isStruct, memberOf, type Shape } from './member.ts'

/** Elements inside elements, at most. OSS itself stays below ten. */
const maxDepth = 100

interface Cursor {
  readonly text: string
  at: number
}

/** What to do with each child element of an element. */
interface Plan {
  readonly children: Map<string, Child>
  /** Lists that are there even when the document has no item. */
  readonly lists: string[]
  /** The field that takes the element's own text. */
  ownText?: { key: string; type: Scalar<unknown> }
}

type Child =
  | { readonly kind: 'scalar'; key: string; isList: boolean; type: Scalar<unknown> }
  | { readonly kind: 'struct'; key: string; isList: boolean; plan: Plan }
  /** Its children belong to the fields of the parent. */
  | { readonly kind: 'wrapper'; plan: Plan }

const plans = /* @__PURE__ */ new WeakMap<Fields, Plan>()

/**
 * @param root the name the document's element must have; any if left out
 * @throws SerializationError if the text is not well-formed where it is read, or its root is another
 */
export function readXml(text: string, fields: Fields, root?: string): Values {
  const cursor: Cursor = { text, at: 0 }
  const name = openRoot(cursor)
  if (root !== undefined && name !== root) throw new SerializationError(`expected <${root}>, got <${name}>`)
  return readStruct(cursor, planOf(fields), name, {}, 0)
}

function planOf(fields: Fields): Plan {
  const known = plans.get(fields)
  if (known) return known
  const plan: Plan = { children: new Map(), lists: [] }
  plans.set(fields, plan)
  for (const [key, field] of Object.entries(fields)) {
    if (isPlaced(field)) continue
    const { path, shape } = memberOf(key, field)
    if (isList(shape) && isRequired(field)) plan.lists.push(key)
    addChild(plan, path.split('/'), key, shape)
  }
  return plan
}

function addChild(plan: Plan, path: readonly string[], key: string, shape: Shape): void {
  const [name = '', ...inner] = path
  if (name === '.') {
    plan.ownText = { key, type: shape as Scalar<unknown> }
  } else if (inner.length > 0) {
    const known = plan.children.get(name)
    const wrapper = known?.kind === 'wrapper' ? known.plan : { children: new Map(), lists: [] }
    plan.children.set(name, { kind: 'wrapper', plan: wrapper })
    addChild(wrapper, inner, key, shape)
  } else {
    const item = isList(shape) ? (shape.item as Shape) : shape
    plan.children.set(
      name,
      isStruct(item)
        ? { kind: 'struct', key, isList: isList(shape), plan: planOf(item.fields) }
        : { kind: 'scalar', key, isList: isList(shape), type: item as Scalar<unknown> },
    )
  }
}

function openRoot(cursor: Cursor): string {
  for (;;) {
    const tag = nextTag(cursor)
    if (tag.kind === 'open') return tag.isEmpty ? emptyRoot(cursor, tag.name) : tag.name
    if (tag.kind === 'close') fail(cursor, `unexpected </${tag.name}>`)
  }
}

/** `<Root/>` reads as `<Root></Root>`. */
function emptyRoot(cursor: Cursor, name: string): string {
  Object.assign(cursor, { text: `</${name}>`, at: 0 })
  return name
}

function readStruct(cursor: Cursor, plan: Plan, name: string, values: Values, depth: number): Values {
  if (depth > maxDepth) fail(cursor, `more than ${maxDepth} elements inside each other`)
  for (const key of plan.lists) values[key] ??= []
  const { ownText } = plan
  let text = ''
  for (;;) {
    const from = cursor.at
    const tag = nextTag(cursor)
    if (ownText) text += tag.kind === 'text' ? tag.text : unescapeText(cursor, from, tag.from)
    if (tag.kind === 'close') {
      if (tag.name !== name) fail(cursor, `<${name}> is closed by </${tag.name}>`)
      if (ownText && text.trim() !== '') values[ownText.key] = ownText.type.parse(detach(text))
      return values
    }
    if (tag.kind !== 'open') continue
    const child = plan.children.get(tag.name)
    if (!child) {
      if (!tag.isEmpty) skip(cursor, tag.name)
    } else if (child.kind === 'wrapper') {
      if (tag.isEmpty) for (const key of child.plan.lists) values[key] ??= []
      else readStruct(cursor, child.plan, tag.name, values, depth + 1)
    } else {
      const value =
        child.kind === 'scalar'
          ? readScalar(cursor, child, tag)
          : tag.isEmpty
            ? emptyStruct(child.plan)
            : readStruct(cursor, child.plan, tag.name, {}, depth + 1)
      if (child.isList) listAt(values, child.key).push(value)
      else if (value !== undefined && values[child.key] === undefined) values[child.key] = value
    }
  }
}

const emptyStruct = (plan: Plan): Values => Object.fromEntries(plan.lists.map((key) => [key, []]))

function listAt(values: Values, key: string): unknown[] {
  values[key] ??= []
  return values[key] as unknown[]
}

/** An empty element says nothing, except as an item of a list. */
function readScalar(cursor: Cursor, child: { isList: boolean; type: Scalar<unknown> }, tag: OpenTag): unknown {
  const text = tag.isEmpty ? '' : readText(cursor, tag.name)
  return text === '' && !child.isList ? undefined : child.type.parse(text)
}

function readText(cursor: Cursor, name: string): string {
  let text = ''
  for (;;) {
    const from = cursor.at
    const tag = nextTag(cursor)
    text += unescapeText(cursor, from, tag.from)
    if (tag.kind === 'text') text += tag.text
    else if (tag.kind === 'open') {
      if (!tag.isEmpty) skip(cursor, tag.name)
    } else if (tag.kind === 'close') {
      if (tag.name !== name) fail(cursor, `<${name}> is closed by </${tag.name}>`)
      return detach(text)
    }
  }
}

function skip(cursor: Cursor, name: string): void {
  const open = [name]
  while (open.length > 0) {
    const tag = nextTag(cursor)
    if (tag.kind === 'close' && tag.name !== open.pop()) fail(cursor, `unexpected </${tag.name}>`)
    if (tag.kind !== 'open' || tag.isEmpty) continue
    if (open.push(tag.name) > maxDepth) fail(cursor, `more than ${maxDepth} elements inside each other`)
  }
}

interface OpenTag {
  kind: 'open'
  name: string
  isEmpty: boolean
  from: number
}
type Tag =
  | OpenTag
  | { kind: 'close'; name: string; from: number }
  /** The content of a CDATA section; empty for comments and processing instructions. */
  | { kind: 'text'; text: string; from: number }

/** Moves the cursor behind the next piece of markup. */
function nextTag(cursor: Cursor): Tag {
  const { text } = cursor
  const from = text.indexOf('<', cursor.at)
  if (from < 0) fail(cursor, 'the document is cut short')
  const code = text.charCodeAt(from + 1)
  if (code === 0x2f /* / */) {
    const end = find(cursor, '>', from)
    return { kind: 'close', name: text.slice(from + 2, end).trimEnd(), from }
  }
  if (code === 0x21 /* ! */) return declaration(cursor, from)
  if (code === 0x3f /* ? */) {
    find(cursor, '?>', from)
    return { kind: 'text', text: '', from }
  }
  const end = find(cursor, '>', from)
  const isEmpty = text.charCodeAt(end - 1) === 0x2f
  const name = text.slice(from + 1, isEmpty ? end - 1 : end)
  if (!/[\s"'<]/.test(name)) {
    if (name === '') fail(cursor, 'an element without a name')
    return { kind: 'open', name, isEmpty, from }
  }
  return tagWithAttributes(cursor, from)
}

const attributes = /<([^\s/>"'<]+)(?:\s+[^\s=>"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y

function tagWithAttributes(cursor: Cursor, from: number): Tag {
  attributes.lastIndex = from
  const match = attributes.exec(cursor.text)
  if (!match) fail(cursor, 'a malformed element')
  cursor.at = attributes.lastIndex
  return { kind: 'open', name: match[1]!, isEmpty: match[2] === '/', from }
}

function declaration(cursor: Cursor, from: number): Tag {
  const { text } = cursor
  if (text.startsWith('<!--', from)) {
    cursor.at = from + 4
    find(cursor, '-->', from + 4)
    return { kind: 'text', text: '', from }
  }
  if (!text.startsWith('<![CDATA[', from)) fail(cursor, 'document type declarations are refused')
  const end = find(cursor, ']]>', from + 9)
  return { kind: 'text', text: text.slice(from + 9, end), from }
}

/** Where the next such piece of text starts; the cursor goes behind it. */
function find(cursor: Cursor, what: string, from: number): number {
  const found = cursor.text.indexOf(what, from)
  if (found < 0) fail(cursor, 'the document is cut short')
  cursor.at = found + what.length
  return found
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeText(cursor: Cursor, from: number, to: number): string {
  const text = cursor.text.slice(from, to)
  if (!text.includes('&')) return text
  return text.replace(/&([^;]{0,10});?/g, (entity, name: string) => {
    const code = /^#(?:(\d+)|x([\da-f]+))$/i.exec(name)
    const character = code ? characterOf(Number.parseInt(code[1] ?? code[2]!, code[1] ? 10 : 16)) : named[name]
    if (character === undefined || !entity.endsWith(';')) fail(cursor, `the entity ${entity.slice(0, 12)} is refused`)
    return character
  })
}

const characterOf = (code: number): string | undefined => (code <= 0x10ffff ? String.fromCodePoint(code) : undefined)

/** A substring keeps the whole page in memory as long as it lives; this one does not. */
const detach = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1))

function fail(cursor: Cursor, problem: string): never {
  throw new SerializationError(`the XML of the answer cannot be read at character ${cursor.at}: ${problem}`)
}
