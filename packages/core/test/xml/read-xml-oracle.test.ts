/** Random documents of random schemas, read by fast-xml-parser as well. */
import { XMLParser } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { boolean, date, number, string } from '../../src/schema/scalars.ts'
import type { Fields, Typed } from '../../src/schema/types.ts'
import { element, list, struct } from '../../src/schema/words.ts'
import { readXml } from '../../src/xml/read-xml.ts'
import { type Random, randomText, seededRandom } from './random.ts'

const documents = 1500

const scalars = { string, number, boolean, date }

type Shape = { scalar: keyof typeof scalars } | { members: Member[] }

interface Member {
  key: string
  /** Names of the elements from the outermost on. */
  path: string[]
  isList: boolean
  shape: Shape
}

test('a document means what it means to fast-xml-parser', () => {
  for (let seed = 1; seed <= documents; seed++) {
    const random = seededRandom(seed)
    const members = randomMembers(random, 0)
    const xml = `<?xml version="1.0"?>\n${writeElement(random, 'Root', writeMembers(random, members))}\n`

    const expected = membersOf(members, parser.parse(xml).Root)

    expect(readXml(xml, fieldsOf(members), 'Root'), `seed ${seed}: ${xml}`).toEqual(expected)
  }
})

function randomMembers(random: Random, depth: number): Member[] {
  return random.times(1, 6, (index) => {
    const name = `${random.pick(['Key', 'Size', 'x-y', 'a.b', '目', 'toStrings'])}${index}`
    const isList = random.oneIn(3)
    return {
      key: `field${index}`,
      path: random.oneIn(5) ? [`Set${index}`, name] : [name],
      isList,
      shape:
        depth < 3 && random.oneIn(3)
          ? { members: randomMembers(random, depth + 1) }
          : { scalar: random.pick(['string', 'string', 'number', 'boolean', 'date']) },
    }
  })
}

const fieldsOf = (members: Member[]): Fields =>
  Object.fromEntries(members.map((member) => [member.key, fieldOf(member)]))

function fieldOf({ path, isList, shape }: Member): Typed<unknown> {
  const type = 'scalar' in shape ? scalars[shape.scalar] : struct(fieldsOf(shape.members))
  return isList ? list(path.join('/'), type as typeof string) : element(path.join('/'), type as typeof string)
}

/** In most documents as the service writes them, in some with whatever else XML allows. */
function writeMembers(random: Random, members: Member[]): string {
  const isPlain = !random.oneIn(4)
  const written = members.map(({ path, isList, shape }) => {
    const [name = '', wrapper] = [...path].reverse()
    const xml = random
      .times(isList ? 0 : Number(!random.oneIn(4)), isList ? 5 : 1, () =>
        writeElement(random, name, writeContent(random, shape)),
      )
      .join('')
    return wrapper ? writeElement(random, wrapper, xml) : xml
  })
  if (isPlain) return written.join('')
  const others = random.times(0, 3, () =>
    random.pick(['<!-- <Key0>no</Key0> & -->', '<?target <Key0> ?>', '<New><Key0>no</Key0></New>', '<New/>', '\n\t']),
  )
  return shuffled(random, [...written, ...others]).join('\n')
}

function writeContent(random: Random, shape: Shape): string {
  if ('members' in shape) return writeMembers(random, shape.members)
  if (random.oneIn(8)) return ''
  if (shape.scalar === 'number') return String(random.pick([0, 7, -1, 1.5, 5368709120]))
  if (shape.scalar === 'boolean') return random.pick(['true', 'false'])
  if (shape.scalar === 'date')
    return `2026-0${1 + random.below(9)}-${10 + random.below(18)}T0${random.below(10)}:59:00${random.pick(['', '.000', '.120'])}Z`
  return writeText(random, randomText(random).replace(/[\u0000-\u0008\u000b-\u001f]/g, ''))
}

function writeText(random: Random, text: string): string {
  if (random.oneIn(8) && !text.includes(']]>')) return `<![CDATA[${text}]]>`
  const escaped = text.replace(/[&<>"]|[^\0-~]/gu, (character) => escapedBy(random.below(3), character))
  return random.oneIn(8) ? `<!-- - -->${escaped}<!---->` : escaped
}

function escapedBy(way: number, character: string): string {
  const code = character.codePointAt(0)!
  if (way === 0) return `&#${code};`
  if (way === 1) return `&#x${code.toString(16)};`
  return { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[character] ?? character
}

function writeElement(random: Random, name: string, content: string): string {
  const attributes = random.oneIn(30) ? random.pick([' a="1"', ` b='"'\n c = "/&gt;"`, ' ']) : ''
  if (content === '' && random.oneIn(2)) return `<${name}${attributes}/>`
  return `<${name}${attributes}>${content}</${name}>`
}

const shuffled = <T>(random: Random, items: T[]): T[] =>
  items
    .map((item) => ({ item, at: random.below(1_000_000) }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item)

/** Every element is an object, as it always has a text. */
interface Node {
  '#text'?: string
  [name: string]: unknown
}

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
  ignoreAttributes: true,
  alwaysCreateTextNode: true,
})

function membersOf(members: Member[], node: Node): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { key, path, isList, shape } of members) {
    const found = path.reduce<Node[]>(
      (nodes, name) => nodes.flatMap<Node>((parent) => (parent[name] ?? []) as Node | Node[]),
      [node],
    )
    const items = found.map((child) => meaningOf(shape, child, isList)).filter((value) => value !== undefined)
    if (isList || items.length > 0) values[key] = isList ? items : items[0]
  }
  return values
}

function meaningOf(shape: Shape, node: Node, isItem: boolean): unknown {
  if ('members' in shape) return membersOf(shape.members, node)
  const text = node['#text'] ?? ''
  if (text === '') return shape.scalar === 'string' && isItem ? '' : undefined
  return { string: () => text, number: () => Number(text), boolean: () => text === 'true', date: () => new Date(text) }[
    shape.scalar
  ]()
}
