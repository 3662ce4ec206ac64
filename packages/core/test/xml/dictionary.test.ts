import { expect, test } from 'vitest'
import { ValidationError } from '../../src/errors.ts'
import { dictionary, element, list, number, string, struct } from '../../src/words.ts'
import { readXml } from '../../src/xml/read-xml.ts'
import { writeXml } from '../../src/xml/write-xml.ts'

const file = struct({ name: string, meta: element('UserMeta', dictionary(string)), sizes: dictionary(number) })
const fields = { files: list('Files/File', file) }

test('children of a dictionary are its entries, whatever they are called', () => {
  const text =
    '<R><Files><File><Name>a</Name><UserMeta><k1>1 &amp; 2</k1>\n <Other/><k.2><![CDATA[<>]]></k.2></UserMeta></File>' +
    '<File><UserMeta/><Sizes><x>3</x></Sizes></File></Files></R>'

  expect(readXml(text, fields)).toEqual({
    files: [
      { name: 'a', meta: { k1: '1 & 2', 'k.2': '<>' } },
      { meta: {}, sizes: { x: 3 } },
    ],
  })
})

test('an entry called like a member of all objects changes nothing but its dictionary', () => {
  const { meta } = readXml('<R><UserMeta><__proto__>x</__proto__><constructor>y</constructor></UserMeta></R>', {
    meta: element('UserMeta', dictionary(string)),
  }) as { meta: object }

  expect(Object.getPrototypeOf(meta)).toBe(Object.prototype)
  expect(Object.entries(meta)).toEqual([['constructor', 'y']])
})

test('the entries of a dictionary are written as its children', () => {
  expect(writeXml('R', file.fields, { meta: { k1: '1 & 2', 'k.2': '' }, sizes: { x: 3 } })).toBe(
    '<R><UserMeta><k1>1 &#38; 2</k1><k.2></k.2></UserMeta><Sizes><x>3</x></Sizes></R>',
  )
})

test.each(['a b', '1', 'a/b', '<a>', ''])('the entry %j, which cannot be an element, is refused', (name) => {
  expect(() => writeXml('R', file.fields, { meta: { [name]: 'x' } })).toThrow(ValidationError)
})
