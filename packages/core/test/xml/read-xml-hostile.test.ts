/**
 * Documents made to hurt. None of the time limits is a measurement: each document is so large that reading it in linear time
 * takes well under a second, and anything quadratic would take hours.
 */
import { describe, expect, test } from 'vitest'
import { SerializationError } from '../../src/errors.ts'
import { encodedString, number, string } from '../../src/schema/scalars.ts'
import { element, list, struct } from '../../src/schema/words.ts'
import { readXml } from '../../src/xml/read-xml.ts'

const fields = {
  name: string,
  key: encodedString,
  location: element('.'),
  words: list('Word', string),
  items: list('Item', struct({ key: encodedString, size: number, owner: struct({ id: string }), note: string })),
}
const records = { items: fields.items, name: string }

const million = 1_000_000
const limit = 20_000

const read = (content: string) => readXml(`<Root>${content}</Root>`, records, 'Root')

describe('entities', () => {
  test('that grow exponentially are refused with the document type that defines them', () => {
    const definitions = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`)
    const bomb = `<?xml version="1.0"?><!DOCTYPE Root [<!ENTITY l0 "lol">${definitions.join('')}]><Root><Name>&l9;</Name></Root>`

    expect(() => readXml(bomb, fields)).toThrow('document type declarations are refused')
  })

  test('from outside are refused with the document type that defines them', () => {
    const leak = '<!DOCTYPE Root [<!ENTITY x SYSTEM "file:///etc/passwd">]><Root><Name>&x;</Name></Root>'

    expect(() => readXml(leak, fields)).toThrow('document type declarations are refused')
  })

  test(
    'by the million are read',
    () => {
      expect(read(`<Name>${'&amp;'.repeat(million)}</Name>`)).toEqual({ items: [], name: '&'.repeat(million) })
    },
    limit,
  )

  test(
    'without their end are refused at the first',
    () => {
      expect(() => read(`<Name>${'&'.repeat(million)}</Name>`)).toThrow('the entity &&')
      expect(() => read(`<Name>&${'a'.repeat(million)};</Name>`)).toThrow('the entity &aaaaaaaaaa is refused')
    },
    limit,
  )
})

describe('depth', () => {
  const nested = (name: string, depth: number) => `<${name}>`.repeat(depth) + `</${name}>`.repeat(depth)

  test.each(['New', 'Name', 'Item', 'Root'])('a million <%s> inside each other are refused', (name) => {
    expect(() => read(nested(name, million))).toThrow('more than 100 elements inside each other')
    expect(() => read(`<Item><Key>${nested(name, million)}</Key></Item>`)).toThrow(SerializationError)
  })

  test('a hundred elements inside each other are read, one more is refused', () => {
    expect(read(`${nested('New', 99)}<Name>a</Name>`)).toEqual({ items: [], name: 'a' })
    expect(() => read(nested('New', 100))).toThrow('more than 100 elements inside each other')
    expect(read(`<Item>${nested('New', 98)}</Item>`)).toEqual({ items: [{}] })
    expect(() => read(`<Item>${nested('New', 99)}</Item>`)).toThrow('more than 100 elements inside each other')
  })

  test('a million closing tags are refused at the first that nothing opened', () => {
    expect(() => readXml('</a>'.repeat(million), fields)).toThrow('unexpected </a>')
  })
})

describe('size', () => {
  test(
    'a document of more than 64 Mi characters is refused',
    () => {
      const content = 'a'.repeat(2 ** 26 - '<Root><Name></Name></Root>'.length)

      expect(read(`<Name>${content}</Name>`)).toEqual({ items: [], name: content })
      expect(() => read(`<Name>${content}a</Name>`)).toThrow('67108865 characters are more than 67108864')
    },
    limit,
  )

  test.each([
    ['an attribute', `<Name a="${'x'.repeat(30 * million)}">v</Name>`],
    ['the name of an attribute', `<Name ${'x'.repeat(30 * million)}="">v</Name>`],
    ['space in a tag', `<Name${' '.repeat(30 * million)}>v</Name${' '.repeat(million)}>`],
    ['the name of an element', `<${'x'.repeat(million)}></${'x'.repeat(million)}><Name>v</Name>`],
    ['a comment', `<!--${'- '.repeat(10 * million)}--><Name>v</Name>`],
    ['millions of attributes', `<Name${' b=""'.repeat(8 * million)}>v</Name>`],
    ['millions of comments', `<Name>${'<!---->'.repeat(2 * million)}v</Name>`],
    ['millions of CDATA sections', `<Name>${'<![CDATA[]]>'.repeat(2 * million)}v</Name>`],
    ['millions of unknown elements', `${'<New/>'.repeat(2 * million)}<Name>v</Name>`],
    ['millions of elements again and again', '<Name>v</Name>'.repeat(million)],
    ['text between elements', `${'x'.repeat(30 * million)}<Name>v</Name>`],
  ])(
    '%s of many characters is passed over',
    (_, xml) => {
      expect(read(xml)).toEqual({ items: [], name: 'v' })
    },
    limit,
  )

  test.each([
    ['an attribute', `<Name a="${'x'.repeat(30 * million)}`],
    ['millions of attributes', `<Name${' b=""'.repeat(8 * million)}`],
    ['millions of bare names', `<Name${' b'.repeat(8 * million)}>`],
    ['space in a tag', `<Name${' '.repeat(30 * million)}`],
    ['a comment', `<!--${'-- '.repeat(10 * million)}`],
    ['a CDATA section', `<Name><![CDATA[${']]'.repeat(10 * million)}`],
    ['a processing instruction', `<?${'? '.repeat(10 * million)}`],
    ['millions of tags without an end', '<Name'.repeat(5 * million)],
    ['millions of comments without an end', '<!--'.repeat(5 * million)],
    ['a record', `<Item><Key>${'x'.repeat(30 * million)}`],
    ['millions of records without an end', '<Item><Key>a</Key>'.repeat(million)],
    ['a record of space', `<Item>${' '.repeat(30 * million)}`],
  ])(
    '%s that never ends is refused',
    (_, xml) => {
      expect(() => readXml(`<Root>${xml}`, records)).toThrow(SerializationError)
    },
    limit,
  )

  test(
    'own text in a million pieces is joined',
    () => {
      const { location } = readXml(`<Root>${'a<!---->b<New/><![CDATA[c]]>'.repeat(million)}</Root>`, fields)

      expect(location).toBe('abc'.repeat(million))
    },
    limit,
  )

  test(
    'percent-encoded text without valid escapes stays as it is',
    () => {
      const text = '%'.repeat(10 * million)

      expect(
        readXml(`<Root><EncodingType>url</EncodingType><Key>${text}</Key></Root>`, { key: encodedString }),
      ).toEqual({ key: text })
    },
    limit,
  )
})

describe('records that almost follow the pattern of their list', () => {
  const space = ' '.repeat(million)
  const text = 'x'.repeat(million)

  test.each([
    [
      'an unknown child after space',
      `<Item>${space}<Key>a</Key>${space}<Size>1</Size>${space}<New/>${space}</Item>`,
      { key: 'a', size: 1 },
    ],
    [
      'an unknown child after text',
      `<Item><Key>${text}</Key><Note>${text}</Note><New/></Item>`,
      { key: text, note: text },
    ],
    ['a comment within text', `<Item><Key>${text}<!-- -->${text}</Key></Item>`, { key: text + text }],
    [
      'an unknown child in a struct',
      `<Item><Owner>${space}<Id>1</Id>${space}<New/></Owner></Item>`,
      { owner: { id: '1' } },
    ],
  ])(
    '%s are read all the same',
    (_, xml, expected) => {
      expect(read(xml.repeat(12))).toEqual({ items: Array(12).fill(expected) })
    },
    limit,
  )

  test(
    'by the hundred thousand are read',
    () => {
      const { items } = read('<Item><Key>a</Key><New/></Item><Item><Key>b</Key></Item>'.repeat(100_000)) as {
        items: object[]
      }

      expect(items).toHaveLength(200_000)
      expect(items.at(-1)).toEqual({ key: 'b' })
    },
    limit,
  )
})
