import { XMLParser } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { ValidationError } from '../../src/errors.ts'
import { boolean, date, encodedString, number, oneOf, string } from '../../src/schema/scalars.ts'
import { element, header, list, query, required, struct } from '../../src/schema/words.ts'
import { readXml } from '../../src/xml/read-xml.ts'
import { writeXml } from '../../src/xml/write-xml.ts'
import { randomText, seededRandom } from './random.ts'

const rule = struct({ id: element('ID'), days: number, words: list('Word', string), createdBefore: date })

const fields = {
  contentMd5: header('Content-MD5'),
  marker: query('marker'),
  name: string,
  size: number,
  isOn: boolean,
  createdAt: date,
  status: oneOf('Enabled', 'Disabled'),
  key: encodedString,
  tags: list('TagSet/Tag', struct({ key: required(string), value: string })),
  rules: list('Rule', rule),
  grant: element('AccessControlList/Grant'),
  deep: element('A/B/C', number),
}

describe('a document', () => {
  test.each([
    ['without values', {}, ''],
    [
      'of every scalar',
      { name: 'a', size: 1.5, isOn: false, status: 'Enabled', createdAt: new Date(Date.UTC(2026, 0, 31)) },
      '<Name>a</Name><Size>1.5</Size><IsOn>false</IsOn><CreatedAt>2026-01-31T00:00:00Z</CreatedAt><Status>Enabled</Status>',
    ],
    ['in the order of the schema', { size: 0, name: '' }, '<Name></Name><Size>0</Size>'],
    ['of undefined and null', { name: undefined, size: null, rules: undefined }, ''],
    ['without what travels elsewhere', { contentMd5: 'a', marker: 'b', name: 'c' }, '<Name>c</Name>'],
    ['without what the schema does not name', { name: 'a', other: 'b', Name: 'c' }, '<Name>a</Name>'],
    ['of keys as they are', { key: 'a/b%2F c' }, '<Key>a/b%2F c</Key>'],
    [
      'of a wrapped list',
      { tags: [{ key: 'k', value: 'v' }, { key: 'l' }] },
      '<TagSet><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key></Tag></TagSet>',
    ],
    ['of empty lists', { tags: [], rules: [] }, '<TagSet></TagSet>'],
    ['of an empty struct', { rules: [{}] }, '<Rule></Rule>'],
    [
      'of lists in lists',
      { rules: [{ words: ['a', ''] }, { id: '1', days: 2 }] },
      '<Rule><Word>a</Word><Word></Word></Rule><Rule><ID>1</ID><Days>2</Days></Rule>',
    ],
    [
      'of elements deep down',
      { grant: 'private', deep: 1 },
      '<AccessControlList><Grant>private</Grant></AccessControlList><A><B><C>1</C></B></A>',
    ],
  ])('%s', (_, values, content) => {
    expect(writeXml('Root', fields, values)).toBe(`<Root>${content}</Root>`)
  })

  test('holds the own text of an element beside its children', () => {
    expect(writeXml('Root', { text: element('.'), name: string }, { text: 'a<b', name: 'c' })).toBe(
      '<Root>a&#60;b<Name>c</Name></Root>',
    )
  })

  test('has no half of a surrogate pair, which would become another text', () => {
    const tags = [{ key: 'a\ud800' }]

    expect(() => writeXml('Root', fields, { tags })).toThrow(
      new ValidationError('tags[0].key', 'expected no half of a surrogate pair, got "a\\ud800"'),
    )
  })

  test('refers to what XML treats specially by number', () => {
    expect(writeXml('Root', fields, { name: `&<>"']]>\0\t\r\n\u001f😀` })).toBe(
      `<Root><Name>&#38;&#60;&#62;&#34;']]&#62;&#0;&#9;&#13;&#10;&#31;😀</Name></Root>`,
    )
  })

  test.each([
    [{ name: 1 }, 'configuration.name', 'expected a string, got number'],
    [{ size: '1' }, 'configuration.size', 'expected a number, got string'],
    [{ size: Number.NaN }, 'configuration.size', 'expected a finite number, got NaN'],
    [{ isOn: 'true' }, 'configuration.isOn', 'expected a boolean, got string'],
    [{ createdAt: '2026-01-31' }, 'configuration.createdAt', 'expected a valid Date, got 2026-01-31'],
    [{ createdAt: new Date(Number.NaN) }, 'configuration.createdAt', 'expected a valid Date, got Invalid Date'],
    [{ rules: {} }, 'configuration.rules', 'expected an array'],
    [{ rules: [{}, 1] }, 'configuration.rules[1]', 'expected an object'],
    [{ rules: [null] }, 'configuration.rules[0]', 'expected an object'],
    [{ rules: [{ words: ['a', 2] }] }, 'configuration.rules[0].words[1]', 'expected a string, got number'],
    [{ tags: [{ value: 'v' }] }, 'configuration.tags[0].key', 'required, but missing'],
  ])('of %j is refused', (values, field, problem) => {
    expect(() => writeXml('Root', fields, values, 'configuration')).toThrow(ValidationError)
    expect(() => writeXml('Root', fields, values, 'configuration')).toThrow(`${field}: ${problem}`)
  })
})

describe('random values', () => {
  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
    isArray: (name) => name === 'Rule' || name === 'Word',
  })
  /** The writer refers to characters by number only; fast-xml-parser would drop the control characters among them. */
  const decoded = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))

  test('are what fast-xml-parser reads again', () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = seededRandom(seed)
      const rules = random.times(1, 4, () => ({
        id: randomText(random),
        days: random.below(1000),
        words: random.times(1, 3, () => randomText(random)),
      }))
      const values = { name: randomText(random), isOn: random.oneIn(2), grant: randomText(random), rules }

      const { Root } = parser.parse(writeXml('Root', fields, values))

      expect(
        {
          name: decoded(Root.Name),
          isOn: Root.IsOn === 'true',
          grant: decoded(Root.AccessControlList.Grant),
          rules: Root.Rule.map(({ ID, Days, Word }: { ID: string; Days: string; Word: string[] }) => ({
            id: decoded(ID),
            days: Number(Days),
            words: Word.map(decoded),
          })),
        },
        `seed ${seed}`,
      ).toEqual(values)
    }
  })

  test('are what the reader reads again', () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = seededRandom(seed)
      const tags = random.times(1, 4, () => ({ key: randomText(random), value: randomText(random) }))
      const rules = random.times(1, 4, () => ({
        id: randomText(random),
        createdBefore: new Date(1000 * random.below(2_000_000_000)),
        words: random.times(1, 3, () => randomText(random)),
      }))
      const values = {
        name: randomText(random),
        key: randomText(random),
        size: random.below(1_000_000) / 8,
        isOn: random.oneIn(2),
        tags,
        rules,
      }

      expect(readXml(writeXml('Root', fields, values), fields, 'Root'), `seed ${seed}`).toEqual(values)
    }
  })
})
