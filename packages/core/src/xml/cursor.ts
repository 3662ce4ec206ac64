/**
 * The markup of XML, piece by piece.
 *
 * Document type declarations, and entities beyond the five of XML and numeric ones, are refused; length and depth are
 * limited. A tag is passed character by character rather than by one regular expression, whose stack a tag of a million
 * attributes would overflow.
 */
import { SerializationError } from '../errors.ts'

/** Elements inside elements, at most. OSS itself stays below ten. */
export const maxDepth = 100

/** Characters of a document, at most: what OSS answers stays below a hundredth of it. */
const maxLength = 67_108_864

/** Where the reading stands, and the piece of markup it has just passed. */
export interface Cursor {
  readonly text: string
  /** Behind the last piece of markup. */
  at: number
  /** Where that piece began. */
  from: number
  kind: 'open' | 'close' | 'other'
  /** The name of an opening or closing tag. */
  name: string
  /** Whether the opening tag was an element of its own, as in `<Prefix/>`. */
  isEmpty: boolean
  /** What a CDATA section held; empty for everything else. */
  cdata: string
  /** Whether the text of keys is percent-encoded. */
  readonly isUrlEncoded: boolean
  /** Whether the document has an `&` at all. */
  readonly hasEntities: boolean
  /** How many records did not match the pattern of their list. */
  misses: number
  /** The next group of the pattern that has matched. */
  group: number
  /** The beginning of the last percent-encoded text, and what it means. */
  encoded: string
  decoded: string
}

/** A cursor behind the opening tag of the document's root. */
export function enter(text: string): Cursor {
  const cursor: Cursor = {
    text,
    at: 0,
    from: 0,
    kind: 'other',
    name: '',
    isEmpty: false,
    cdata: '',
    isUrlEncoded: text.includes('<EncodingType>url</EncodingType>'),
    hasEntities: text.includes('&'),
    misses: 0,
    group: 0,
    encoded: '',
    decoded: '',
  }
  if (text.length > maxLength) fail(cursor, `${text.length} characters are more than ${maxLength}`)
  while (cursor.kind === 'other') nextTag(cursor)
  if (cursor.kind === 'close') fail(cursor, `unexpected </${cursor.name}>`)
  return cursor
}

/** Moves the cursor behind the next piece of markup. */
export function nextTag(cursor: Cursor): void {
  const { text } = cursor
  const from = find(cursor, '<', cursor.at)
  cursor.from = from
  cursor.cdata = ''
  cursor.kind = 'other'
  const code = text.charCodeAt(from + 1)
  if (code === 0x21 /* ! */) {
    passDeclaration(cursor)
  } else if (code === 0x3f /* ? */) {
    find(cursor, '?>', from)
  } else if (code === 0x2f /* / */) {
    cursor.kind = 'close'
    cursor.name = text.slice(from + 2, find(cursor, '>', from)).trimEnd()
  } else {
    cursor.kind = 'open'
    passOpening(cursor)
  }
}

function passDeclaration(cursor: Cursor): void {
  const { text, from } = cursor
  if (text.startsWith('<!--', from)) {
    find(cursor, '-->', from + 4)
  } else if (text.startsWith('<![CDATA[', from)) {
    cursor.cdata = text.slice(from + 9, find(cursor, ']]>', from + 9))
  } else fail(cursor, 'document type declarations are refused')
}

function passOpening(cursor: Cursor): void {
  const { text, from } = cursor
  let at = passName(text, from + 1)
  cursor.name = text.slice(from + 1, at)
  cursor.at = at
  if (cursor.name === '') fail(cursor, 'an element without a name')
  for (;;) {
    const next = passSpace(text, at)
    cursor.at = next
    const code = text.charCodeAt(next)
    cursor.isEmpty = code === 0x2f /* / */ && text.charCodeAt(next + 1) === 0x3e
    if (cursor.isEmpty || code === 0x3e /* > */) break
    if (next === at) fail(cursor, `<${cursor.name.slice(0, 100)} is malformed or cut short`)
    at = passAttribute(cursor)
  }
  cursor.at += cursor.isEmpty ? 2 : 1
}

function passAttribute(cursor: Cursor): number {
  const { text } = cursor
  const equals = passSpace(text, passName(text, cursor.at))
  const start = passSpace(text, equals + 1)
  const quote = text.charAt(start)
  if (text.charAt(equals) !== '=' || (quote !== '"' && quote !== "'")) fail(cursor, 'a malformed attribute')
  return find(cursor, quote, start + 1) + 1
}

function passName(text: string, from: number): number {
  let at = from
  while (isNameCode(text.charCodeAt(at))) at++
  return at
}

/** Everything but white space and `" & ' / < = >`; the end of the text has the code NaN. */
const isNameCode = (code: number): boolean =>
  code > 0x20 && code !== 0x22 && code !== 0x26 && code !== 0x27 && code !== 0x2f && (code < 0x3c || code > 0x3e)

function passSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

/** Where the next such piece of text starts; the cursor goes behind it. */
export function find(cursor: Cursor, what: string, from: number): number {
  const found = cursor.text.indexOf(what, from)
  if (found < 0) fail(cursor, 'the document is cut short')
  cursor.at = found + what.length
  return found
}

/** Passes over an element that the schema does not name. The cursor stands behind its opening tag. */
export function skip(cursor: Cursor, depth: number): void {
  const open = cursor.isEmpty ? [] : [cursor.name]
  while (open.length > 0) {
    if (depth + open.length > maxDepth) fail(cursor, tooDeep())
    nextTag(cursor)
    if (cursor.kind === 'open' && !cursor.isEmpty) open.push(cursor.name)
    if (cursor.kind === 'close') expectClosing(cursor, open.pop()!)
  }
  cursor.kind = 'other'
}

export const tooDeep = (): string => `more than ${maxDepth} elements inside each other`

/** @param name of the element that stands open */
export function expectClosing(cursor: Cursor, name: string): void {
  if (cursor.name !== name) fail(cursor, `<${name.slice(0, 100)}> is closed by </${cursor.name.slice(0, 100)}>`)
}

/** A piece of the text with its entities replaced. */
export const textBetween = (cursor: Cursor, from: number, to: number): string =>
  unescaped(cursor, cursor.text.slice(from, to))

export const unescaped = (cursor: Cursor, text: string): string =>
  cursor.hasEntities && text.includes('&') ? replaceEntities(cursor, text) : text

const replaceEntities = (cursor: Cursor, text: string): string =>
  text.replace(/&([^;]{0,10})(;?)/g, (entity, name: string, end: string) => {
    const character = end && (name.startsWith('#') ? numericEntity(name.slice(1)) : namedEntity(name))
    return character || fail(cursor, `the entity ${entity} is refused`)
  })

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const namedEntity = (name: string): string | undefined => (Object.hasOwn(entities, name) ? entities[name] : undefined)

/** Control characters pass, as keys may hold them; halves of surrogate pairs and zero do not. */
function numericEntity(digits: string): string | undefined {
  if (!/^(?:\d+|x[\da-fA-F]+)$/.test(digits)) return undefined
  const code = Number(`0${digits}`)
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : undefined
}

export function fail(cursor: Cursor, problem: string): never {
  throw new SerializationError(`the XML of the answer cannot be read at character ${cursor.at}: ${problem}`)
}
