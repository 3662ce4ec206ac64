import { describe, expect, test } from 'vitest'
import { SerializationError } from '../../src/errors.ts'
import { boolean, date, encodedString, number, oneOf, string } from '../../src/schema/scalars.ts'
import type { Fields } from '../../src/schema/types.ts'
import { element, header, list, required, struct } from '../../src/schema/words.ts'
import { readXml } from '../../src/xml/read-xml.ts'

const owner = struct({ id: element('ID'), displayName: string })

const fields = {
  requestId: header('x-oss-request-id'),
  name: string,
  size: number,
  isOn: boolean,
  createdAt: date,
  status: oneOf('Enabled', 'Disabled'),
  owner,
  words: list('Word', string),
  counts: list('Count', number),
  tags: list('TagSet/Tag', struct({ key: string, value: string })),
  grant: element('AccessControlList/Grant', string),
  grantee: element('AccessControlList/Grantee'),
  rules: required(list('Rule', struct({ id: element('ID'), days: number, words: list('Word', string), owner }))),
  items: required(list('Item', struct({ key: string, size: number, owner, note: string }))),
}

const none = { words: [], counts: [], tags: [], rules: [], items: [] }
const read = (content: string, schema: Fields = fields) => readXml(`<Root>${content}</Root>`, schema, 'Root')

describe('what the elements say', () => {
  test.each([
    ['nothing', '', none],
    ['text', '<Name>a b</Name>', { ...none, name: 'a b' }],
    ['text with space around it', '<Name>\n a </Name>', { ...none, name: '\n a ' }],
    ['a number', '<Size>5368709120</Size>', { ...none, size: 5368709120 }],
    ['zero', '<Size>0</Size>', { ...none, size: 0 }],
    ['no number', '<Size>many</Size>', none],
    ['true', '<IsOn>true</IsOn>', { ...none, isOn: true }],
    ['false', '<IsOn>False</IsOn>', { ...none, isOn: false }],
    [
      'an instant with milliseconds',
      '<CreatedAt>2026-01-31T10:11:12.345Z</CreatedAt>',
      { ...none, createdAt: new Date(Date.UTC(2026, 0, 31, 10, 11, 12, 345)) },
    ],
    [
      'an instant in seconds',
      '<CreatedAt>2024-02-29T23:59:59Z</CreatedAt>',
      { ...none, createdAt: new Date(Date.UTC(2024, 1, 29, 23, 59, 59)) },
    ],
    [
      'an instant in another zone',
      '<CreatedAt>2026-01-01T08:00:00+08:00</CreatedAt>',
      { ...none, createdAt: new Date(Date.UTC(2026, 0, 1)) },
    ],
    ['an instant out of range', '<CreatedAt>2026-13-01T00:00:00Z</CreatedAt>', none],
    ['a word that is not among the known ones', '<Status>Paused</Status>', { ...none, status: 'Paused' }],
    ['an empty scalar', '<Name></Name><Size/><IsOn />', none],
    ['an empty struct', '<Owner></Owner>', { ...none, owner: {} }],
    ['an empty struct in one tag', '<Owner/>', { ...none, owner: {} }],
    [
      'a struct',
      '<Owner><ID>1</ID><DisplayName>d</DisplayName></Owner>',
      { ...none, owner: { id: '1', displayName: 'd' } },
    ],
    ['an empty item of a list of strings', '<Word></Word><Word/><Word>a</Word>', { ...none, words: ['', '', 'a'] }],
    ['an empty item of a list of numbers', '<Count></Count><Count>2</Count>', { ...none, counts: [2] }],
    [
      'a list with others between its items',
      '<Word>a</Word><Size>1</Size><Word>b</Word>',
      { ...none, size: 1, words: ['a', 'b'] },
    ],
    ['an empty wrapper', '<TagSet/>', none],
    [
      'a list in a wrapper',
      '<TagSet><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key></Tag></TagSet>',
      { ...none, tags: [{ key: 'k', value: 'v' }, { key: 'l' }] },
    ],
    [
      'two fields in one wrapper',
      '<AccessControlList><Grant>private</Grant><Grantee>me</Grantee></AccessControlList>',
      { ...none, grant: 'private', grantee: 'me' },
    ],
    ['elements in another order', '<Size>1</Size><Name>a</Name>', { ...none, name: 'a', size: 1 }],
    ['an element twice', '<Name>a</Name><Name>b</Name>', { ...none, name: 'b' }],
    [
      'an element that the schema does not name',
      '<New><Name>a</Name><Deep><Name/></Deep></New><Name>b</Name>',
      { ...none, name: 'b' },
    ],
    ['text between elements', 'x<Name>a</Name>y', { ...none, name: 'a' }],
    ['a field that travels elsewhere', '<RequestId>a</RequestId>', none],
  ])('%s', (_, content, expected) => {
    expect(read(content)).toEqual(expected)
  })

  test('the own text of an element is one of its fields', () => {
    const location = { location: required(element('.')), region: string }
    const readLocation = (xml: string) => readXml(xml, location, 'LocationConstraint')

    expect(readLocation('<LocationConstraint>oss-cn-hangzhou</LocationConstraint>')).toEqual({
      location: 'oss-cn-hangzhou',
    })
    expect(readLocation('<LocationConstraint>a&amp;<Region>r</Region><![CDATA[<b>]]>c</LocationConstraint>')).toEqual({
      location: 'a&<b>c',
      region: 'r',
    })
    expect(readLocation('<LocationConstraint>\n</LocationConstraint>')).toEqual({})
    expect(readLocation('<LocationConstraint/>')).toEqual({})
  })

  test('a field that says nothing is absent, not undefined', () => {
    const record = read('<Size>many</Size><Item><Key></Key><Size>many</Size></Item>') as { items: object[] }

    expect(Object.keys(record)).toEqual(['words', 'counts', 'tags', 'rules', 'items'])
    expect(Object.keys(record.items[0]!)).toEqual([])
  })
})

describe('the records of a list', () => {
  const plain = '<Item><Key>a</Key><Size>1</Size><Owner><ID>1</ID></Owner><Note>n</Note></Item>'
  const plainRecord = { key: 'a', size: 1, owner: { id: '1' }, note: 'n' }

  test.each([
    ['without children', '<Item></Item>', {}],
    ['in one tag', '<Item/>', {}],
    ['with white space', '\n  <Item>\n    <Key>a</Key>\n\t<Size>1</Size>\r\n  </Item>\n', { key: 'a', size: 1 }],
    ['with empty children', '<Item><Key/><Size></Size><Owner/><Note/></Item>', { owner: {} }],
    ['with only the last child', '<Item><Note>n</Note></Item>', { note: 'n' }],
    [
      'with only a struct',
      '<Item><Owner> <DisplayName>d</DisplayName> </Owner></Item>',
      { owner: { displayName: 'd' } },
    ],
    ['with zero', '<Item><Size>0</Size></Item>', { size: 0 }],
    ['with entities', '<Item><Key>a&amp;&#x62;</Key><Note>&lt;</Note></Item>', { key: 'a&b', note: '<' }],
    ['with white space as text', '<Item><Key> </Key></Item>', { key: ' ' }],
    ['in another order', '<Item><Size>1</Size><Key>a</Key></Item>', { key: 'a', size: 1 }],
    [
      'with an unknown child',
      '<Item><Key>a</Key><New><Size>2</Size></New><Size>1</Size></Item>',
      { key: 'a', size: 1 },
    ],
    ['with a child twice', '<Item><Key>a</Key><Key>b</Key></Item>', { key: 'b' }],
    ['with attributes', '<Item a="1"><Key b=\'/>\'>a</Key></Item>', { key: 'a' }],
    ['with a comment', '<Item><!-- <Key>no</Key> --><Key>a<!-- b -->c</Key></Item>', { key: 'ac' }],
    ['with CDATA', '<Item><Key><![CDATA[<a>&amp;]]></Key></Item>', { key: '<a>&amp;' }],
    ['with space in its tags', '<Item ><Key\n>a</Key\t></Item >', { key: 'a' }],
  ])('%s, alone and among others', (_, xml, expected) => {
    expect(read(xml)).toEqual({ ...none, items: [expected] })
    expect(read(plain + xml + plain)).toEqual({ ...none, items: [plainRecord, expected, plainRecord] })
    expect(read(xml.repeat(30) + plain)).toEqual({ ...none, items: [...Array(30).fill(expected), plainRecord] })
  })

  test.each([
    ['<Pair><Key>k</Key><Value></Value></Pair>', { key: 'k', value: '' }],
    ['<Pair><Value/><Key>k</Key></Pair>', { key: 'k', value: '' }],
    ['<Pair><Key>k</Key><Value /><Count/></Pair>', { key: 'k', value: '' }],
    ['<Pair><Key>k</Key></Pair>', { key: 'k' }],
    ['<Pair><Key/><Value>v</Value><Count>1</Count></Pair>', { key: '', value: 'v', count: 1 }],
  ])('with an empty text that is always there, as in %s', (xml, expected) => {
    const pair = struct({ key: required(string), value: required(string), count: required(number), owner })
    const schema = { pairs: list('Pair', pair), key: required(string) }

    expect(read(`<Key/>${xml.repeat(15)}`, schema)).toEqual({ key: '', pairs: Array(15).fill(expected) })
  })

  test('with lists in them', () => {
    const rule = '<Rule><ID>1</ID><Word>a</Word><Days>2</Days><Word/><Owner><ID>3</ID></Owner></Rule>'

    expect(read(rule + plain + rule)).toEqual({
      ...none,
      rules: Array(2).fill({ id: '1', days: 2, words: ['a', ''], owner: { id: '3' } }),
      items: [plainRecord],
    })
  })

  test('with lists of which there is nothing', () => {
    expect(read('<Rule><ID>1</ID></Rule><Rule/>')).toEqual({
      ...none,
      rules: [{ id: '1', words: [] }, { words: [] }],
    })
  })

  test('of two lists that alternate', () => {
    const versions = {
      versions: list('Version', struct({ key: string })),
      markers: list('DeleteMarker', struct({ key: string })),
    }
    const pair = '<Version><Key>a</Key></Version><DeleteMarker><Key>b</Key></DeleteMarker>'

    expect(read(pair.repeat(50), versions)).toEqual({
      versions: Array(50).fill({ key: 'a' }),
      markers: Array(50).fill({ key: 'b' }),
    })
  })

  test('in whatever order their children come', () => {
    const orders = ['kso', 'kos', 'sko', 'sok', 'oks', 'osk', 'k', 'o', 'so', 'nk', 'nosk']
    const child = { k: '<Key>a</Key>', s: '<Size>1</Size>', o: '<Owner><ID>1</ID></Owner>', n: '<Note>n</Note>' }
    const xml = orders.map((order) => `<Item>${[...order].map((name) => child[name as 'k']).join('')}</Item>`)
    const value = { k: { key: 'a' }, s: { size: 1 }, o: { owner: { id: '1' } }, n: { note: 'n' } }
    const expected = orders.map((order) => Object.assign({}, ...[...order].map((name) => value[name as 'k'])))

    expect(read(xml.join(''))).toEqual({ ...none, items: expected })
    for (const [index, record] of xml.entries()) {
      expect(read(record.repeat(3))).toEqual({ ...none, items: Array(3).fill(expected[index]) })
    }
  })

  test('of one shape in lists with orders of their own', () => {
    const record = struct({ key: string, size: number, inner: struct({ a: string, b: string }) })
    const lists = {
      ones: list('One', record),
      others: list('Other', record),
      inners: list('Inner', record.fields.inner),
    }
    const one = '<One><Size>1</Size><Key>a</Key><Inner><A>x</A><B>y</B></Inner></One>'.repeat(3)
    const other = '<Other><Inner><B>y</B><A>x</A></Inner><Key>b</Key><Size>2</Size></Other>'.repeat(3)
    const inner = '<Inner><B>v</B><A>u</A></Inner>'.repeat(3)

    expect(read(one + inner + other + one, lists)).toEqual({
      ones: Array(6).fill({ size: 1, key: 'a', inner: { a: 'x', b: 'y' } }),
      others: Array(3).fill({ key: 'b', size: 2, inner: { a: 'x', b: 'y' } }),
      inners: Array(3).fill({ a: 'u', b: 'v' }),
    })
  })

  test('whose names hold characters with a meaning in patterns', () => {
    const odd = { items: list('a.b-c', struct({ key: element('d.e') })) }

    expect(read('<a.b-c><d.e>1</d.e></a.b-c>', odd)).toEqual({ items: [{ key: '1' }] })
    expect(read('<aXb-c><dXe>1</dXe></aXb-c>', odd)).toEqual({ items: [] })
  })
})

describe('markup', () => {
  test.each([
    ['the five named entities', '&amp;&lt;&gt;&quot;&apos;', '&<>"\''],
    ['numeric entities', '&#65;&#x42;&#x1F600;&#128512;&#10;&#1;', 'AB😀😀\n\u0001'],
    ['an entity whose result looks like one', '&amp;lt;', '&lt;'],
    ['the last character there is', '&#x10FFFF;', '\u{10ffff}'],
    ['CDATA', 'a<![CDATA[<b>&amp;</b>]]>c', 'a<b>&amp;</b>c'],
    ['CDATA with brackets', '<![CDATA[a]]]]><![CDATA[>b]]>', 'a]]>b'],
    ['a comment', 'a<!-- <Name> & --->b', 'ab'],
    ['a processing instruction', 'a<?php <Name> ?>b', 'ab'],
    ['an unknown element within text', 'a<b>c</b>d<e/>f', 'adf'],
    ['an emoji and other scripts', '目录 😀 é', '目录 😀 é'],
    ['a lone >', 'a>b', 'a>b'],
  ])('%s', (_, text, expected) => {
    expect(read(`<Name>${text}</Name>`)).toEqual({ ...none, name: expected })
  })

  test.each([
    ['attributes', '<Name a="1" b = \'2\' xml:c="">v</Name>'],
    ['attributes with markup in them', '<Name a="</Name>" b=\'"/>\'>v</Name>'],
    ['a line break in a tag', '<Name\n a="1"\n>v</Name\n>'],
    ['attributes of an unknown element', '<New a="/>"/><New b="</New>"></New><Name>v</Name>'],
  ])('%s are passed over', (_, xml) => {
    expect(read(xml)).toEqual({ ...none, name: 'v' })
  })

  test.each([
    ['a declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<Root><Name>v</Name></Root>'],
    ['comments', '<!-- a --><Root><Name>v</Name></Root>'],
    ['attributes of the root', '<Root xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com"><Name>v</Name></Root>'],
    ['what follows the root', '<Root><Name>v</Name></Root>\n<!-- a --><Root><Name>w</Name></Root></x> &'],
  ])('%s may stand around the root', (_, xml) => {
    expect(readXml(xml, fields, 'Root')).toEqual({ ...none, name: 'v' })
  })

  test.each(['Error', 'html', 'HTML'])('<%s> is no result where none is asked for', (root) => {
    expect(() => readXml(`<${root}><Name>v</Name></${root}>`, fields)).toThrow(`expected a result, got <${root}>`)
  })

  test('any root will do where none is asked for', () => {
    expect(readXml('<Anything><Name>v</Name></Anything>', fields)).toEqual({ ...none, name: 'v' })
  })

  test.each([
    ['&nbsp;', 'an entity of HTML'],
    ['&AMP;', 'an entity in capitals'],
    ['&toString;', 'a property of every object'],
    ['&__proto__;', 'the prototype of every object'],
    ['&constructor;', 'a name of many characters'],
    ['&;', 'an entity without a name'],
    ['& ', 'a bare &'],
    ['&amp', 'an entity without its end'],
    ['&#0;', 'character zero'],
    ['&#;', 'a number without digits'],
    ['&#x;', 'a hexadecimal number without digits'],
    ['&#1e3;', 'a number in powers of ten'],
    ['&#-1;', 'a negative number'],
    ['&#0x41;', 'a number with a foreign prefix'],
    ['&#xD800;', 'half of a surrogate pair'],
    ['&#57343;', 'the other half'],
    ['&#x110000;', 'a number beyond the last character'],
    ['&#999999999;', 'a number far beyond it'],
  ])('%s is refused', (entity) => {
    expect(() => read(`<Name>a${entity}b</Name>`)).toThrow(SerializationError)
    expect(() => read(`<Item><Key>a${entity}b</Key></Item>`)).toThrow(/at character \d+: the entity &.* is refused/s)
  })
})

describe('broken documents', () => {
  test.each([
    ['', 'at character 0: the document is cut short'],
    ['no markup', 'at character 0: the document is cut short'],
    ['<Other/>', 'expected <Root>, got <Other>'],
    ['</Root>', 'at character 7: unexpected </Root>'],
    ['<Root>', 'at character 6: the document is cut short'],
    ['<Root><Name>a', 'at character 12: the document is cut short'],
    ['<Root><Name>a</Name>', 'at character 20: the document is cut short'],
    ['<Root><Name>a</Nam', 'at character 14: the document is cut short'],
    ['<Root><Name a="', 'the document is cut short'],
    ['<Root><Name ', 'a malformed attribute'],
    ['<Root><Name/', '<Name is malformed or cut short'],
    ['<Root><Item><Key>a</Key>', 'the document is cut short'],
    ['<Root><New><New></New>', 'the document is cut short'],
    ['<Root><!-- ', 'the document is cut short'],
    ['<Root><![CDATA[ ]]', 'the document is cut short'],
    ['<Root><? ', 'the document is cut short'],
    ['Root><Root>', 'at character 11: the document is cut short'],
    ['<Root><Name>a</Size></Root>', 'at character 20: <Name> is closed by </Size>'],
    ['<Root></Name></Root>', 'at character 13: <Root> is closed by </Name>'],
    ['<Root><New><a></New></a></Root>', 'at character 20: <a> is closed by </New>'],
    ['<Root><Item><Key>a</Item></Root>', 'at character 25: <Key> is closed by </Item>'],
    ['<Root><Owner><ID>1</ID></Item></Root>', '<Owner> is closed by </Item>'],
    ['<Root>< Name>a</Name></Root>', 'an element without a name'],
    ['<Root><Name a>b</Name></Root>', 'a malformed attribute'],
    ['<Root><Name a=b>c</Name></Root>', 'a malformed attribute'],
    ['<Root><Name a="1"b="2">c</Name></Root>', '<Name is malformed or cut short'],
    ['<Root><Name<b>c</Name></Root>', '<Name is malformed or cut short'],
    ['<!DOCTYPE Root><Root/>', 'document type declarations are refused'],
    ['<!DOCTYPE Root [<!ENTITY a "b">]><Root><Name>&a;</Name></Root>', 'document type declarations are refused'],
    ['<Root><!ENTITY a "b"></Root>', 'document type declarations are refused'],
    ['<Root><New><!ELEMENT a></New></Root>', 'document type declarations are refused'],
  ])('%j is refused', (xml, message) => {
    const reading = () => readXml(xml, fields, 'Root')

    expect(reading).toThrow(SerializationError)
    expect(reading).toThrow(message)
  })

  test('a document cut at any character is refused', () => {
    const xml = `<?xml version="1.0"?><Root a="1"><Name>a&amp;b</Name><!-- c --><Item><Key><![CDATA[d]]></Key></Item>
      <Item><Key>e</Key><Size>1</Size></Item><New><New/></New><TagSet><Tag><Key>k</Key></Tag></TagSet></Root>`

    for (let length = 0; length < xml.length; length++) {
      expect(() => readXml(xml.slice(0, length), fields, 'Root'), `cut at ${length}`).toThrow(SerializationError)
    }
    expect(readXml(xml, fields, 'Root')).toEqual({
      ...none,
      name: 'a&b',
      items: [{ key: 'd' }, { key: 'e', size: 1 }],
      tags: [{ key: 'k' }],
    })
  })
})

describe('names that objects have by birth', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

  test.each(names)('%s as an unknown element is passed over', (name) => {
    const xml = `<${name}><polluted>1</polluted></${name}><Name>a</Name><Item><${name}>1</${name}><Key>k</Key></Item>`

    expect(read(xml)).toEqual({ ...none, name: 'a', items: [{ key: 'k' }] })
    expect(read(`<Name><${name}/>a</Name>`)).toEqual({ ...none, name: 'a' })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test.each(names)('%s as text stays text', (name) => {
    expect(read(`<Name>${name}</Name><Status>${name}</Status>`)).toEqual({ ...none, name, status: name })
  })

  test.each(names)('%s as the root is another root', (name) => {
    expect(() => readXml(`<${name}/>`, fields, 'Root')).toThrow(`expected <Root>, got <${name}>`)
    expect(readXml(`<${name}/>`, fields)).toEqual(none)
  })
})

describe('percent-encoded text', () => {
  const encoded = {
    prefix: encodedString,
    plain: string,
    words: list('Word', encodedString),
    items: list('Item', struct({ key: required(encodedString), note: string })),
  }
  const content =
    '<Prefix>a%2Fb</Prefix><Plain>a%2Fb</Plain><Word>c%20d</Word><Item><Key>%E7%9B%AE%2F1</Key><Note>%41</Note></Item>'

  test.each(['<EncodingType>url</EncodingType>', '\n<EncodingType>url</EncodingType>\n'])(
    'is decoded beside %j',
    (type) => {
      const expected = { prefix: 'a/b', plain: 'a%2Fb', words: ['c d'], items: [{ key: '目/1', note: '%41' }] }

      expect(read(type + content, encoded)).toEqual(expected)
      expect(read(content + type, encoded)).toEqual(expected)
    },
  )

  test.each(['', '<EncodingType/>', '<EncodingType>none</EncodingType>'])('stays as it is beside %j', (type) => {
    expect(read(type + content, encoded)).toEqual({
      prefix: 'a%2Fb',
      plain: 'a%2Fb',
      words: ['c%20d'],
      items: [{ key: '%E7%9B%AE%2F1', note: '%41' }],
    })
  })

  test.each([
    ['a+b', 'a+b'],
    ['%2B%25%26%3C', '+%&<'],
    ['%e7%9b%ae', '目'],
    ['%F0%9F%98%80%0A%01', '😀\n\u0001'],
    ['%252F', '%2F'],
    ['100%', '100%'],
    ['a%2Fb%', 'a%2Fb%'],
    ['a%2Fb%4', 'a%2Fb%4'],
    ['a%2Fb%zz-and-more-than-that', 'a%2Fb%zz-and-more-than-that'],
    ['%FF%2F', '%FF%2F'],
    ['%2Fa&amp;b', '/a&b'],
    ['no-escape-in-a-long-name', 'no-escape-in-a-long-name'],
  ])('%s means %s', (text, expected) => {
    const xml = `<EncodingType>url</EncodingType><Word>${text}</Word>`

    expect(read(xml, encoded)).toEqual({ words: [expected], items: [] })
  })

  test('is decoded alike however many keys begin alike', () => {
    const keys = ['a%2Fb%2Fc', 'a%2Fb%2Fd', 'a%2Fb%2Fd', 'a%2Fe', 'a%2F', 'a', '%zz1', '%zz2', 'a%2Fb%2Fc']
    const xml = `<EncodingType>url</EncodingType>${keys.map((key) => `<Item><Key>${key}</Key></Item>`).join('')}`

    expect(read(xml, encoded)).toEqual({
      words: [],
      items: ['a/b/c', 'a/b/d', 'a/b/d', 'a/e', 'a/', 'a', '%zz1', '%zz2', 'a/b/c'].map((key) => ({ key })),
    })
  })
})
