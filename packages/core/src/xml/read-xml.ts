/**
 * Reads XML straight from its text into the typed result: what the schema does not name is passed over, and no tree is
 * built in between. This is the hot path of every listing.
 *
 * Document type declarations, and entities beyond the five of XML and numeric ones, are refused; depth is limited; a string
 * that is kept does not keep its page alive.
 */
import { SerializationError } from '../errors.ts'
import { isRequired } from '../schema/required.ts'
import { detached, encodedString } from '../schema/scalars.ts'
import type { Fields, Scalar, Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { isList, isStruct, memberOf, type Shape } from './member.ts'

/** Elements inside elements, at most. OSS itself stays below ten. */
const maxDepth = 100

/** Where the reading stands, and the piece of markup it has just passed. */
interface Cursor {
  text: string
  /** Behind the last piece of markup. */
  at: number
  /** Where that piece began. */
  from: number
  kind: 'open' | 'close' | 'other'
  /** The name of an opening or closing tag. */
  name: string
  isEmpty: boolean
  /** Whether `encodedString` members are percent-encoded. */
  readonly isUrlEncoded: boolean
  /** What a CDATA section held; empty for comments and processing instructions. */
  cdata: string
}

/** What to do with each child element of an element. */
interface Plan {
  readonly children: Map<string, Child>
  /** Lists that are there even when the document has no item. */
  readonly lists: string[]
  /** The field that takes the element's own text. */
  ownText?: { key: string; type: Scalar<unknown> }
  /** The child that the schema names first: the service writes in one order, so the next child can be guessed. */
  first?: Child
  last?: Child
}

interface Child {
  /** The field it belongs to. */
  readonly key: string
  /** Its start without the `<`, as in `Key>`. */
  readonly start: string
  /** Its end, as in `</Key>`. */
  readonly end: string
  readonly isList: boolean
  /** For a scalar. */
  readonly type?: Scalar<unknown>
  /** For everything else. */
  readonly plan?: Plan
  /** Whether its children belong to the fields of its parent. */
  readonly isWrapper: boolean
  next?: Child
}

const plans = /* @__PURE__ */ new WeakMap<Fields, Plan>()

/**
 * @param root the name the document's element must have; any if left out
 * @throws SerializationError if the text is not well-formed where it is read, or its root is another
 */
export function readXml(text: string, fields: Fields, root?: string): Values {
  const isUrlEncoded = text.includes('<EncodingType>url</EncodingType>')
  const cursor: Cursor = { text, at: 0, from: 0, kind: 'other', name: '', isEmpty: false, isUrlEncoded, cdata: '' }
  do {
    nextTag(cursor)
    if (cursor.kind === 'close') fail(cursor, `unexpected </${cursor.name}>`)
  } while (cursor.kind !== 'open')
  const { name } = cursor
  if (root !== undefined && name !== root) throw new SerializationError(`expected <${root}>, got <${name}>`)
  const plan = planOf(fields)
  return cursor.isEmpty ? emptyStruct(plan) : readStruct(cursor, plan, name, {}, 0)
}

function planOf(fields: Fields): Plan {
  const known = plans.get(fields)
  if (known) return known
  const plan = emptyPlan()
  plans.set(fields, plan)
  for (const [key, field] of Object.entries(fields)) {
    if (isPlaced(field)) continue
    const { path, shape } = memberOf(key, field)
    if (isList(shape) && isRequired(field)) plan.lists.push(key)
    addField(plan, path.split('/'), key, shape)
  }
  return plan
}

const emptyPlan = (): Plan => ({ children: new Map(), lists: [] })

function addField(plan: Plan, path: readonly string[], key: string, shape: Shape): void {
  const [name = '', ...inner] = path
  if (name === '.') {
    plan.ownText = { key, type: shape as Scalar<unknown> }
  } else if (inner.length > 0) {
    const wrapper =
      plan.children.get(name) ?? addChild(plan, name, { key, plan: emptyPlan(), isList: false, isWrapper: true })
    addField(wrapper.plan!, inner, key, shape)
  } else {
    const item = isList(shape) ? (shape.item as Shape) : shape
    const content = isStruct(item) ? { plan: planOf(item.fields) } : { type: item as Scalar<unknown> }
    addChild(plan, name, { key, isList: isList(shape), isWrapper: false, ...content })
  }
}

function addChild(plan: Plan, name: string, what: Omit<Child, 'start' | 'end'>): Child {
  const child: Child = { ...what, start: `${name}>`, end: `</${name}>` }
  plan.children.set(name, child)
  if (plan.last) plan.last.next = child
  plan.first ??= child
  plan.last = child
  return child
}

function readStruct(cursor: Cursor, plan: Plan, name: string, values: Values, depth: number): Values {
  if (depth > maxDepth) fail(cursor, `more than ${maxDepth} elements inside each other`)
  for (const key of plan.lists) values[key] ??= []
  const { text } = cursor
  const { ownText } = plan
  let own = ''
  let guess = plan.first
  for (;;) {
    const before = cursor.at
    const from = text.indexOf('<', before)
    let child: Child | undefined
    if (guess && text.startsWith(guess.start, from + 1)) {
      child = guess
      cursor.at = from + 1 + guess.start.length
      cursor.isEmpty = false
    } else {
      nextTag(cursor)
      if (ownText) own += unescapeText(cursor, before, cursor.from) + cursor.cdata
      if (cursor.kind === 'close') {
        if (cursor.name !== name) fail(cursor, `<${name}> is closed by </${cursor.name}>`)
        if (ownText && own.trim() !== '') values[ownText.key] = ownText.type.parse(own)
        return values
      }
      if (cursor.kind === 'other') continue
      child = plan.children.get(cursor.name)
    }
    if (child) {
      readChild(cursor, child, values, depth)
      guess = child.isList ? child : child.next
    } else if (!cursor.isEmpty) skip(cursor, cursor.name)
  }
}

function readChild(cursor: Cursor, child: Child, values: Values, depth: number): void {
  const { key, plan, isList } = child
  if (child.isWrapper) {
    if (cursor.isEmpty) for (const list of plan!.lists) values[list] ??= []
    else readStruct(cursor, plan!, nameOf(child), values, depth + 1)
    return
  }
  const value = plan ? readRecord(cursor, child, plan, depth) : readScalar(cursor, child)
  if (isList) listAt(values, key).push(value)
  else if (value !== undefined) values[key] = value
}

const readRecord = (cursor: Cursor, child: Child, plan: Plan, depth: number): Values =>
  cursor.isEmpty ? emptyStruct(plan) : readStruct(cursor, plan, nameOf(child), {}, depth + 1)

const nameOf = (child: Child): string => child.start.slice(0, -1)

const emptyStruct = (plan: Plan): Values => Object.fromEntries(plan.lists.map((key) => [key, []]))

function listAt(values: Values, key: string): unknown[] {
  values[key] ??= []
  return values[key] as unknown[]
}

/** An empty element says nothing, except as an item of a list. */
function readScalar(cursor: Cursor, { type, isList, end }: Child): unknown {
  const text = cursor.isEmpty ? '' : readText(cursor, end)
  if (text === '' && !isList) return undefined
  return type!.parse === encodedString.parse && cursor.isUrlEncoded ? decodeUrl(text) : type!.parse(text)
}

function readText(cursor: Cursor, end: string): string {
  const from = cursor.at
  const to = cursor.text.indexOf('<', from)
  if (!cursor.text.startsWith(end, to)) return readMixedText(cursor, end.slice(2, -1))
  cursor.at = to + end.length
  return unescapeText(cursor, from, to)
}

/** Text with comments, CDATA sections or unknown elements in it. */
function readMixedText(cursor: Cursor, name: string): string {
  let text = ''
  for (;;) {
    const before = cursor.at
    nextTag(cursor)
    text += unescapeText(cursor, before, cursor.from) + cursor.cdata
    if (cursor.kind === 'open' && !cursor.isEmpty) skip(cursor, cursor.name)
    if (cursor.kind !== 'close') continue
    if (cursor.name !== name) fail(cursor, `<${name}> is closed by </${cursor.name}>`)
    return text
  }
}

/** Passes over an element that the schema does not name. */
function skip(cursor: Cursor, name: string): void {
  const open = [name]
  while (open.length > 0) {
    nextTag(cursor)
    if (cursor.kind === 'close' && cursor.name !== open.pop()) fail(cursor, `unexpected </${cursor.name}>`)
    if (cursor.kind !== 'open' || cursor.isEmpty) continue
    if (open.push(cursor.name) > maxDepth) fail(cursor, `more than ${maxDepth} elements inside each other`)
  }
  cursor.kind = 'other'
}

/** Moves the cursor behind the next piece of markup. */
function nextTag(cursor: Cursor): void {
  const { text } = cursor
  const from = find(cursor, '<', cursor.at)
  cursor.from = from
  cursor.cdata = ''
  const code = text.charCodeAt(from + 1)
  if (code === 0x2f /* / */) {
    cursor.kind = 'close'
    cursor.name = text.slice(from + 2, find(cursor, '>', from)).trimEnd()
  } else if (code === 0x21 /* ! */) {
    cursor.kind = 'other'
    passDeclaration(cursor)
  } else if (code === 0x3f /* ? */) {
    cursor.kind = 'other'
    find(cursor, '?>', from)
  } else {
    cursor.kind = 'open'
    passStart(cursor)
  }
}

const startTag = /<([^\s/<>"'=&]+)(?:\s+[^\s/<>"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y

function passStart(cursor: Cursor): void {
  startTag.lastIndex = cursor.from
  const match = startTag.exec(cursor.text)
  if (!match) fail(cursor, 'a malformed element')
  cursor.at = startTag.lastIndex
  cursor.name = match[1]!
  cursor.isEmpty = match[2] === '/'
}

function passDeclaration(cursor: Cursor): void {
  const { text, from } = cursor
  if (text.startsWith('<!--', from)) {
    find(cursor, '-->', from + 4)
  } else if (text.startsWith('<![CDATA[', from)) {
    cursor.cdata = text.slice(from + 9, find(cursor, ']]>', from + 9))
  } else fail(cursor, 'document type declarations are refused')
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

/** Text that is not valid percent-encoding is left as it came. */
function decodeUrl(text: string): string {
  if (!text.includes('%')) return detached(text)
  try {
    return decodeURIComponent(text)
  } catch {
    return detached(text)
  }
}

function fail(cursor: Cursor, problem: string): never {
  throw new SerializationError(`the XML of the answer cannot be read at character ${cursor.at}: ${problem}`)
}
