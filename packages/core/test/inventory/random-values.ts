/**
 * Random inputs and outputs of an operation, as the inventory describes them: its kinds of fields, its enums, its nesting. The
 * schema words that the operations are written in are not asked.
 */
import type { Inventory, InventoryField, InventoryOperation } from '../wire/corpus.ts'
import type { Random } from '../xml/random.ts'
import { demandedMembers } from './demanded-members.ts'

export type Values = Record<string, unknown>

const ordinary = ['a', 'Z', '0', '-', '_', '.x', '/', ' ', '~', 'photos/2026/']
const troublesome = [
  '+',
  '%',
  '%2B',
  '%2',
  '&',
  '<',
  '>',
  '"',
  "'",
  '(',
  ')',
  '*',
  '!',
  '?',
  '#',
  '=',
  ';',
  ':',
  ',',
  '\\',
]
const entities = ['&amp;', '&#38;', ']]>', '<![CDATA[', '<!--', '--', '</Key>', '{', '}', '[', ']', '$', '`', '|', '^']
const international = ['é', 'ß', '目录', 'е́', '\u00a0', '\u2028', '\ufffd', '😀', '👩‍👩‍👧', '𠮷', 'مرحبا']
const controls = ['\t', '\n', '\r', '\r\n', '\u0001', '\u001f', '\u007f', '\u0085']

const printable = [...ordinary, ...troublesome, ...entities, ...international]
/** What XML 1.0 can hold, at least as character references. */
const inXml = [...printable, '\t', '\n', '\r', '\u007f', '\u0085']
const anything = [...printable, ...controls]

/** What can be in a text, by where it travels. A header has neither line breaks nor spaces around it. */
const texts = {
  header: (random: Random) => `h${textOf(random, printable)}.`,
  xml: (random: Random) => (random.oneIn(12) ? '' : textOf(random, inXml)),
  any: (random: Random) => (random.oneIn(12) ? '' : textOf(random, anything)),
  key: (random: Random) => `k${textOf(random, anything)}k`,
}
type TextKind = keyof typeof texts

const textOf = (random: Random, pieces: readonly string[]): string =>
  random.times(1, 8, () => random.pick(pieces)).join('')

/** How values are made that differ between requests and answers. */
interface Direction {
  /** Members of structures that are always there. */
  readonly demanded: Record<string, readonly string[]>
  /** Instants in documents. */
  readonly dateOf: (random: Random) => Date
}

const request: Direction = { demanded: demandedMembers, dateOf: (random) => new Date(wholeSeconds(random)) }
const answer: Direction = { demanded: {}, dateOf: (random) => new Date(wholeSeconds(random) + random.below(1000)) }

/** An input that the operation takes: what is required and some of the rest. A body is its bytes. */
export function randomInput(random: Random, operation: InventoryOperation, inventory: Inventory): Values {
  const fields = [...(operation.request ?? []), ...(operation.goOnlyRequest ?? [])]
  const make = maker(random, inventory, request)
  const input = Object.fromEntries(
    fields
      .filter((field) => field.type !== 'function' && field.type !== 'object')
      .filter((field) => field.required || !random.oneIn(2))
      .map((field) => [field.name, make.field(field)]),
  )
  return consistent(random, input, fields)
}

/** Fields that go with each other, or exclude each other. */
function consistent(random: Random, input: Values, fields: readonly InventoryField[]): Values {
  const takesBody = fields.some(({ as }) => as === 'binary')
  if (takesBody && 'contentLength' in input) {
    return { ...input, contentLength: ((input.body ?? new Uint8Array()) as Uint8Array).byteLength }
  }
  if (!fields.some(({ in: place }) => place === 'deleteBody')) return input
  const { objects = [], quiet, delete: both, ...others } = input
  if (both) return { ...others, delete: both }
  return { ...others, objects, ...(random.oneIn(2) && { quiet: quiet ?? true }) }
}

/** An output as the answer to an operation can have it. */
export function randomOutput(random: Random, operation: InventoryOperation, inventory: Inventory): Values {
  const { result, goOnlyResult = [] } = operation
  const make = maker(random, inventory, answer)
  const fields = [...(result.fields ?? []), ...goOnlyResult].filter(({ in: place }) => place !== 'option')
  return Object.fromEntries(
    fields
      .filter(({ in: place }) => place === 'body' || place === 'frame' || !random.oneIn(3))
      .map((field) => [field.name, make.result(field, operation)]),
  )
}

interface Maker {
  field(field: InventoryField): unknown
  result(field: InventoryField, operation: InventoryOperation): unknown
}

function maker(random: Random, inventory: Inventory, direction: Direction): Maker {
  const scalar = (type: string, kind: TextKind, words?: string | string[]): unknown => {
    const known = typeof words === 'string' ? inventory.enums[words] : words
    if (known && !random.oneIn(8)) return random.pick(known)
    if (type === 'int' || type === 'float') return randomNumber(random, type)
    if (type === 'bool') return random.oneIn(2)
    if (type === 'bool|string') return random.pick([true, false, 'true', 'false'])
    if (type === 'int|string') return random.oneIn(2) ? random.below(10_000) : String(random.below(10_000))
    if (type === 'timestamp:iso8601') return direction.dateOf(random)
    if (type === 'timestamp:iso8601date') return new Date(Math.floor(wholeSeconds(random) / day) * day)
    if (type === 'timestamp:rfc822') return new Date(wholeSeconds(random))
    if (type === 'json') return randomJson(random, 3)
    if (type === 'map<element,string>') return randomRecord(random, () => randomName(random), kind)
    if (type !== 'string') throw new Error(`no value of the type ${type} is known`)
    return texts[kind](random)
  }

  const value = ({ type, enum: words }: InventoryField, kind: TextKind, depth: number): unknown => {
    if (type.endsWith('[]')) {
      const item = { name: '', in: '', type: type.slice(0, -2), ...(words && { enum: words }) }
      return random.times(0, depth > 3 ? 1 : 3, () => value(item, kind, depth + 1))
    }
    const { fields, goOnlyFields = [] } = inventory.structures[type] ?? {}
    if (!fields) return scalar(type, kind, words)
    const members = [...fields, ...goOnlyFields].filter(
      ({ name }) => direction.demanded[type]?.includes(name) || random.below(depth + 3) < 2,
    )
    return Object.fromEntries(members.map((member) => [member.name, value(member, kind, depth + 1)]))
  }

  const randomRecord = (random: Random, name: () => string, kind: TextKind): Values =>
    Object.fromEntries(random.times(0, 3, () => [name(), texts[kind](random)]))

  return {
    field(field) {
      const { in: place, as, type } = field
      if (place === 'host') return randomBucket(random)
      if (place === 'arn' || field.name === 'tableBucketArn') return randomArn(random)
      if (field.name === 'tableArn') return `${randomArn(random)}/table/${randomName(random)}`
      if (place === 'path') return texts.key(random)
      if (place === 'headerMap') return randomRecord(random, () => randomHeaderName(random), 'header')
      if (place === 'copySource') return field.name === 'sourceBucket' ? randomBucket(random) : texts.header(random)
      if (as === 'binary') return randomBytes(random)
      if (type.includes('|') && as === 'xml') return value({ ...field, type: type.split('|')[0]! }, 'xml', 0)
      if (place === 'header') return scalar(type, 'header', field.enum)
      return value(field, as === 'xml' || place === 'deleteBody' ? 'xml' : 'any', 0)
    },
    result(field, { result }) {
      const { in: place, type } = field
      if (place === 'header') return scalar(type, 'header', field.enum)
      if (place === 'headerMap') return randomRecord(random, () => randomHeaderName(random), 'header')
      if (place === 'frame') return random.below(2 ** 31)
      if (type === 'stream') return randomBytes(random)
      // White space alone is none of an element's own text.
      if (field.wireName === '.') return `x${texts.xml(random)}`
      return value(field, result.body === 'json' || result.body === 'text' ? 'any' : 'xml', 0)
    },
  }
}

const day = 86_400_000

/** From 1970 to 2100. */
const wholeSeconds = (random: Random): number => random.below(4_102_444_800) * 1000

function randomNumber(random: Random, type: 'int' | 'float'): number {
  if (type === 'float') return random.pick([0, 0.1, -0.5, 1e-7, 1e21, 120.155, random.below(1000) / 8])
  return random.pick([0, 1, -1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, random.below(1000), random.below(2 ** 31)])
}

/** Any JSON but null at the top, which says as much as nothing. */
function randomJson(random: Random, depth: number): unknown {
  const kind = random.below(depth > 0 ? 6 : 4)
  if (kind === 0) return randomNumber(random, 'float')
  if (kind === 1) return random.oneIn(2)
  if (kind < 4) return texts.any(random)
  const inner = () => (random.oneIn(8) ? null : randomJson(random, depth - 1))
  if (kind === 4) return random.times(0, 3, inner)
  return Object.fromEntries(random.times(0, 3, () => [texts.key(random), inner()]))
}

const letters = 'abcdefghijklmnopqrstuvwxyz'
const wordOf = (random: Random, alphabet: string, least: number, most: number): string =>
  random.times(least, most, () => alphabet[random.below(alphabet.length)]).join('')

const randomBucket = (random: Random): string => `b${wordOf(random, `${letters}0123456789-`, 1, 30)}0`
const randomArn = (random: Random): string =>
  `acs:osstables:cn-${wordOf(random, letters, 3, 9)}:${wordOf(random, '123456789', 6, 16)}:bucket/${randomBucket(random)}`
const randomName = (random: Random): string => `N${wordOf(random, `${letters}ABCXYZ0123456789-_.`, 0, 12)}`
const randomHeaderName = (random: Random): string => `m${wordOf(random, `${letters}0123456789-_.`, 0, 12)}`
const randomBytes = (random: Random): Uint8Array => Uint8Array.from(random.times(0, 40, () => random.below(256)))
