import { expect, test } from 'vitest'
import { SerializationError, ValidationError } from '../../src/errors.ts'
import { readJson } from '../../src/json/read-json.ts'
import { writeJson } from '../../src/json/write-json.ts'
import {
  boolean,
  date,
  dictionary,
  element,
  freeJson,
  header,
  list,
  number,
  oneOf,
  required,
  string,
  struct,
} from '../../src/words.ts'

const column = struct({ name: required(string), isKey: element('key', boolean) })
const fields = {
  title: string,
  size: number,
  isOpen: boolean,
  createdAt: element('CreatedAt', date),
  format: oneOf('ICEBERG'),
  columns: list('Columns', column),
  names: required(list('names', string)),
  tags: dictionary(string),
  filter: freeJson<unknown>(),
  token: header('x-token'),
}

const values = {
  title: 'a "quoted" 题',
  size: 1.5,
  isOpen: false,
  createdAt: new Date('2026-01-31T10:00:00Z'),
  format: 'ICEBERG',
  columns: [{ name: 'id', isKey: true }, { name: 'day' }],
  names: ['x', ''],
  tags: { a: '1', 'b c': '2' },
  filter: { $and: [{ year: { $gte: 2020 } }, null, 'x'] },
}

const document = {
  title: 'a "quoted" 题',
  size: 1.5,
  isOpen: false,
  CreatedAt: '2026-01-31T10:00:00Z',
  format: 'ICEBERG',
  Columns: [{ name: 'id', key: true }, { name: 'day' }],
  names: ['x', ''],
  tags: { a: '1', 'b c': '2' },
  filter: { $and: [{ year: { $gte: 2020 } }, null, 'x'] },
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('what is written is JSON under the names of the wire, without fields that travel elsewhere', () => {
  const text = writeJson(fields, { ...values, token: 't', unknown: 1 })

  expect(JSON.parse(text)).toEqual(document)
})

test('what is read is what was written', () => {
  expect(readJson(JSON.stringify(document), fields)).toEqual(values)
})

test('members that nobody knows are passed over, and null says nothing', () => {
  const text = '{"later":{"a":[1]},"title":null,"size":3,"Columns":[null,{"name":"id","later":1}]}'

  expect(readJson(text, fields)).toEqual({ size: 3, columns: [{ name: 'id' }], names: [] })
})

test('an empty body has no members, but lists of nothing', () => {
  expect(readJson(' \n', fields)).toEqual({ columns: [], names: [] })
})

test('numbers and booleans may come as text, and text as a number', () => {
  expect(readJson('{"size":"12","isOpen":"true","title":7}', fields)).toEqual({
    size: 12,
    isOpen: true,
    title: '7',
    columns: [],
    names: [],
  })
})

test('a root is looked into, and has to be there', () => {
  expect(readJson('{"Result":{"title":"a"},"title":"b"}', { title: string }, 'Result')).toEqual({ title: 'a' })
  expect(() => readJson('{"title":"b"}', { title: string }, 'Result')).toThrow(SerializationError)
})

test.each([
  ['[]', 'the JSON is not an object'],
  ['{"Columns":{}}', 'Columns is not an array'],
  ['{"Columns":["id"]}', 'Columns[0] is not an object'],
  ['{"tags":"a"}', 'tags is not an object'],
  ['{"title":{"a":1}}', 'title is not a single value'],
])('the answer %s is refused', (text, message) => {
  expect(() => readJson(text, fields)).toThrow(new SerializationError(message))
})

test.each([
  [{ names: undefined }, 'names'],
  [{ names: 'x' }, 'names'],
  [{ names: [1] }, 'names[0]'],
  [{ names: [], size: '1' }, 'size'],
  [{ names: [], columns: [{ name: 'a' }, {}] }, 'columns[1].name'],
  [{ names: [], tags: { a: 1 } }, 'tags.a'],
  [{ names: [], filter: () => 1 }, 'filter'],
  [{ names: [], filter: 1n }, 'filter'],
])('the input %o is refused by the name of its field', (input, field) => {
  const error = thrownBy(() => writeJson(fields, input))

  expect(error).toBeInstanceOf(ValidationError)
  expect((error as ValidationError).field).toBe(field)
})
