/**
 * Writes an output as the service could answer it, guided by the inventory alone. What XML and JSON leave open is random: the
 * order of members, how a character is escaped, white space, comments, what nobody knows.
 */
import { crc32 } from 'node:zlib'
import type { Inventory, InventoryField, InventoryOperation, RecordedAnswer } from '../wire/corpus.ts'
import type { Random } from '../xml/random.ts'
import type { Values } from './random-values.ts'

/** What the writing of one answer goes by. */
interface Writing {
  readonly random: Random
  readonly inventory: Inventory
  /** Paths of the texts that travel percent-encoded, as in `contents[].key`. */
  readonly encoded: readonly string[]
}

/** @param input what was asked, which decides some forms of the answer */
export function writeAnswer(
  output: Values,
  input: Values,
  operation: InventoryOperation,
  writing: Omit<Writing, 'encoded'>,
): RecordedAnswer {
  const { result, goOnlyResult = [], urlDecoded = [] } = operation
  const fields = [...(result.fields ?? []), ...goOnlyResult]
  const encoded = output.encodingType === 'url' ? urlDecoded : []
  return {
    status: 200,
    headers: writeHeaders(output, fields),
    body: writeBody(output, input, operation, { ...writing, encoded }),
  }
}

function writeHeaders(output: Values, fields: readonly InventoryField[]): Record<string, string> {
  const entries = fields.flatMap(({ name, in: place, wireName = '', type }) => {
    const value = output[name]
    if (value === undefined) return []
    if (place === 'header') return [[wireName.toLowerCase(), headerText(type, value)]]
    if (place !== 'headerMap') return []
    return Object.entries(value as Values).map(([suffix, text]) => [wireName + suffix, headerText('string', text)])
  })
  return Object.fromEntries(entries)
}

const headerText = (type: string, value: unknown): string =>
  Buffer.from(type === 'timestamp:rfc822' ? (value as Date).toUTCString() : String(value), 'utf8').toString('latin1')

function writeBody(
  output: Values,
  input: Values,
  operation: InventoryOperation,
  writing: Writing,
): string | Uint8Array {
  const { result, goOnlyResult = [] } = operation
  const fields = [...(result.fields ?? []), ...goOnlyResult]
  if (output.callbackResult !== undefined) return String(output.callbackResult)
  const whole = fields.find(({ in: place }) => place === 'body')
  if (operation.special?.includes('select-frames-body')) return selected(output.body as Uint8Array, writing.random)
  if (result.body === 'frames') return counted(output, input)
  if (result.body === 'stream') return output.body as Uint8Array
  if (result.body === 'text') return String(output[whole!.name])
  if (result.body === 'xml') return writeXml(output, fields, result.root, whole, writing)
  if (result.body === 'json') return writeJson(output, fields, result.root, whole, writing.inventory)
  return ''
}

function writeXml(
  output: Values,
  fields: readonly InventoryField[],
  root: string | undefined,
  whole: InventoryField | undefined,
  writing: Writing,
): string {
  const { random, inventory } = writing
  const isRoot = whole?.wireName !== undefined
  const members = isRoot ? membersOf(whole.type, inventory)! : fields.filter(({ in: place }) => place === 'xml')
  const values = isRoot ? (output[whole.name] as Values) : output
  const name = root ?? random.pick(['Root', 'Result', 'AnyName'])
  const declaration = random.oneIn(2) ? '' : '<?xml version="1.0" encoding="UTF-8"?>\n'
  return declaration + element(name, writeMembers(values, members, isRoot ? whole.name : '', writing), random)
}

const membersOf = (type: string, { structures }: Inventory): InventoryField[] | undefined => {
  const { fields, goOnlyFields = [] } = structures[type] ?? {}
  return fields && [...fields, ...goOnlyFields]
}

/** Members that lie in one container are written into one. */
function writeMembers(values: Values, members: readonly InventoryField[], path: string, writing: Writing): string {
  const { random } = writing
  const containers = new Map<string, Values>()
  const plain: string[] = []
  for (const member of members) {
    const value = values[member.name]
    if (value === undefined) continue
    const [first = '', ...inner] = member.wireName!.split('/')
    const at = path ? `${path}.${member.name}` : member.name
    const written = writeMember(inner.at(-1) ?? first, member, value, at, writing)
    if (inner.length > 1) throw new Error(`${member.wireName}: containers in containers are not written here`)
    if (inner.length === 0) plain.push(written)
    else containers.set(first, { text: `${containers.get(first)?.text ?? ''}${written}` })
  }
  const wrapped = [...containers].map(([name, { text }]) => element(name, String(text), random))
  if (members.some(({ wireName }) => wireName === '.')) return plain.join('')
  return surrounded(shuffled([...plain, ...wrapped], random), random)
}

function writeMember(name: string, { type }: InventoryField, value: unknown, path: string, writing: Writing): string {
  if (!type.endsWith('[]')) return writeValue(name, type, value, path, writing)
  return (value as unknown[])
    .map((item) => writeValue(name, type.slice(0, -2), item, `${path}[]`, writing))
    .join(gap(writing.random))
}

function writeValue(name: string, type: string, value: unknown, path: string, writing: Writing): string {
  const { random, inventory, encoded } = writing
  const members = membersOf(type, inventory)
  if (members) return element(name, writeMembers(value as Values, members, path, writing), random)
  if (type === 'map<element,string>') {
    const entries = Object.entries(value as Values).map(([each, text]) =>
      element(each, escaped(String(text), random), random),
    )
    return element(name, entries.join(gap(random)), random)
  }
  const plain = value instanceof Date ? value.toISOString() : String(value)
  const text = escaped(encoded.includes(path) ? encodeURIComponent(plain) : plain, random)
  return name === '.' ? text : element(name, text, random)
}

const element = (name: string, content: string, random: Random): string =>
  content === '' && random.oneIn(2) ? `<${name}${random.pick(['', ' '])}/>` : `<${name}>${content}</${name}>`

const gap = (random: Random): string => random.pick(['', '', '\n  ', '<!-- <Key>x</Key> -->'])

const unknown = ['', '', '', '<X-Unknown/>', '<X-Unknown><Key>no</Key><X-Unknown>0</X-Unknown></X-Unknown>']

const surrounded = (elements: readonly string[], random: Random): string =>
  elements.length === 0 ? '' : elements.map((each) => gap(random) + each + random.pick(unknown)).join('') + gap(random)

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items]
  return items.map(() => left.splice(random.below(left.length), 1)[0]!)
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** A character that has to be escaped, in one of the ways to; or all of the text as it is, in a CDATA section. */
function escaped(text: string, random: Random): string {
  if (text !== '' && random.oneIn(6) && !/\r|\]\]>/.test(text)) return `<![CDATA[${text}]]>`
  return text.replace(/[&<>"'\r\t\n]/g, (character) => {
    const code = character.charCodeAt(0)
    const isFree = /["'\t\n]/.test(character)
    return random.pick([
      isFree ? character : `&#${code};`,
      `&#${code};`,
      `&#x${code.toString(16)};`,
      named[character] ?? `&#${code};`,
    ])
  })
}

function writeJson(
  output: Values,
  fields: readonly InventoryField[],
  root: string | undefined,
  whole: InventoryField | undefined,
  inventory: Inventory,
): string {
  const members = fields.filter(({ in: place }) => place === 'json')
  const document = whole
    ? jsonOf(whole.type, output[whole.name], inventory)
    : { 'X-Unknown': [1], ...jsonMembers(output, members, inventory) }
  return JSON.stringify(root === undefined ? document : { [root]: document })
}

const jsonMembers = (values: Values, members: readonly InventoryField[], inventory: Inventory): Values =>
  Object.fromEntries(members.map(({ name, wireName, type }) => [wireName, jsonOf(type, values[name], inventory)]))

function jsonOf(type: string, value: unknown, inventory: Inventory): unknown {
  if (value === undefined) return undefined
  if (type.endsWith('[]')) return (value as unknown[]).map((item) => jsonOf(type.slice(0, -2), item, inventory))
  const members = membersOf(type, inventory)
  return members ? jsonMembers(value as Values, members, inventory) : value
}

/** Types of frames, as the inventory lists them. */
const frameTypes = { data: 8388609, heartbeat: 8388612, end: 8388613, csvMeta: 8388614, jsonMeta: 8388615 }

/** Data in pieces, heartbeats between them, and the end. */
function selected(bytes: Uint8Array, random: Random): Uint8Array {
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const piece = bytes.subarray(at, at + 1 + random.below(20))
    at += piece.byteLength
    frames.push(frame(frameTypes.data, [long(at), piece]))
    if (random.oneIn(2)) frames.push(frame(frameTypes.heartbeat, [long(at)]))
  }
  return Buffer.concat([...frames, frame(frameTypes.end, [long(bytes.byteLength), long(1000), int(200)])])
}

function counted(
  { offset, totalScannedBytes, splitsCount, rowsCount, colsCount }: Values,
  { process }: Values,
): Uint8Array {
  const common = [long(offset), long(totalScannedBytes), int(200), int(splitsCount), long(rowsCount)]
  if (String(process).startsWith('json')) return frame(frameTypes.jsonMeta, common)
  return frame(frameTypes.csvMeta, [...common, int(colsCount)])
}

function frame(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(parts)
  const version = 0x01000000
  return Buffer.concat([int(version + type), int(payload.byteLength), int(0), payload, int(crc32(payload))])
}

function int(value: unknown): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Number(value))
  return bytes
}

function long(value: unknown): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(Number(value)))
  return bytes
}
