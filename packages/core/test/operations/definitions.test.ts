import { describe, expect, test } from 'vitest'
import { isFreeJson } from '../../src/json/free-json.ts'
import { memberOf as jsonMemberOf } from '../../src/json/member.ts'
import type { Draft } from '../../src/schema/message.ts'
import { encodedString, writtenFlag, writtenNumber } from '../../src/schema/scalars.ts'
import type {
  DocumentPlace,
  Element,
  Fields,
  List,
  Placed,
  Required,
  Scalar,
  Struct,
  Typed,
} from '../../src/schema/types.ts'
import { writtenHeaders } from '../../src/schema/words.ts'
import {
  appended,
  download,
  header,
  headers,
  lastFrame,
  payload,
  query,
  segment,
  selection,
  string,
  struct,
  text,
  textWhen,
  unsent,
  upload,
  xmlBody,
} from '../../src/words.ts'
import { memberOf } from '../../src/xml/member.ts'
import { paginatorsOf } from '../inventory/paginators.ts'
import {
  type ClientName,
  type Inventory,
  type InventoryField,
  type InventoryOperation,
  inventories,
  operationsOf,
} from '../wire/corpus.ts'

/** What the inventory calls fields and is no field here: a call option, and what the client keeps between calls. */
const callOptions = ['progressFn', 'cseMultipartContext']

/** Required on the wire; in an input, another field may tell it. */
const inferred = ['selectObject.process', 'createSelectObjectMeta.process']

/** Of one body, either root. */
const metaRequest = 'CsvMetaRequest|JsonMetaRequest'

const clients: ClientName[] = ['main', 'vectors', 'tables', 'dataprocess']
const all = clients.flatMap((client) =>
  Object.entries(operationsOf(client)).map(([name, { definition }]) => ({
    client,
    name,
    definition,
    inventory: inventories[client],
    known: inventories[client].operations[name]!,
  })),
)

test('no two operations of a client have one name', () => {
  const names = all.map(({ client, definition }) => `${client} ${definition.name}`)

  expect(names).toEqual([...new Set(names)])
})

describe.each(all)('$client $name', ({ client, name, definition, inventory, known }) => {
  test('has the name, method, target and query of the inventory', () => {
    const [method, target = ''] = definition.route.split(' ')
    const [path, fixedQuery] = target.split('?')

    expect(definition.name).toBe(known.operationName)
    expect(method).toBe(known.method)
    expect(path).toBe(known.path ?? { service: '/', bucket: '/{bucket}', object: '/{bucket}/{key}' }[known.target])
    expect(Object.fromEntries(new URLSearchParams(fixedQuery))).toEqual(known.query ?? {})
  })

  test('takes the fields of the inventory, each in its place, and no others', () => {
    const expected = requestFields(known).map((field) => [field.name, requestPlace(field, known)])

    expect(Object.fromEntries(placesOf(definition.input, definition.inputDocument))).toEqual(
      Object.fromEntries(expected),
    )
  })

  test('requires what the inventory requires', () => {
    const required = Object.entries(definition.input ?? {}).filter(([, field]) => isDemanded(field))
    const expected = requestFields(known).filter(
      (field) => field.required && !inferred.includes(`${name}.${field.name}`),
    )

    expect(required.map(([field]) => field).sort()).toEqual(expected.map((field) => field.name).sort())
  })

  test('returns the fields of the inventory, each from its place, and no others', () => {
    const expected = resultFields(known).map((field) => [field.name, resultPlace(field, known)])

    expect(Object.fromEntries(placesOf(definition.output, definition.outputDocument))).toEqual(
      Object.fromEntries(expected),
    )
  })

  test('reads and writes the types of the inventory, down to the last member', () => {
    const given = [
      ...typesOf(definition.input, definition.inputDocument),
      ...typesOf(definition.output, definition.outputDocument),
    ]
    const expected = [
      ...requestFields(known).map((field) => expectedTypes(field, inventory)),
      ...resultFields(known).map((field) => expectedTypes(field, inventory)),
    ]

    expect(given.sort()).toEqual(expected.sort())
  })

  test('decodes what travels percent-encoded, and nothing else', () => {
    expect(encodedPaths(definition.output ?? {}).sort()).toEqual([...(known.urlDecoded ?? [])].sort())
  })

  test('sums up bodies whose CRC-64 OSS answers, and no others', () => {
    const sums = Object.values(definition.input ?? {}).some((field) => placeOf(field) === upload.at)

    expect(sums).toBe(known.crc64 === 'upload')
  })

  test('pages as the inventory and its fields say', () => {
    const { limit, next } = paginatorsOf(client)[name] ?? {}

    expect({ limit: definition.limit, next: definition.next }).toEqual({ limit, next })
  })
})

const requestFields = ({ request = [], goOnlyRequest = [], target }: InventoryOperation): InventoryField[] =>
  [...request, ...goOnlyRequest].filter(
    (field) =>
      !callOptions.includes(field.name) &&
      !(field.in === 'host' && target !== 'service') &&
      !(field.in === 'path' && target === 'object'),
  )

const resultFields = ({ result, goOnlyResult = [] }: InventoryOperation): InventoryField[] =>
  [...(result.fields ?? []), ...goOnlyResult].filter((field) => !callOptions.includes(field.name))

function requestPlace({ in: place, wireName, as, name }: InventoryField, known: InventoryOperation): string {
  if (place === 'bodyMember' || as === 'json') return `member ${wireName}`
  if (place === 'body') return as === 'xml' ? `xml ${wireName}` : 'bytes'
  if (place === 'path' || place === 'arn') return 'segment'
  if (place === 'copySource') return name === 'sourceKey' ? 'copy source' : 'unsent'
  if (place === 'option') return 'unsent'
  if (place === 'host') return 'host'
  if (place === 'processBody') return `text ${wireName}=`
  if (place === 'deleteBody')
    return { objects: 'member Object', quiet: 'member Quiet', delete: 'xml Delete' }[name] ?? ''
  if (place === 'query' || place === 'header' || place === 'headerMap') return `${place} ${wireName}`
  throw new Error(`${known.operationName}.${name}: an input in ${place}`)
}

function resultPlace({ in: place, wireName, name }: InventoryField, known: InventoryOperation): string {
  if (place === 'frame') return 'last frame'
  if (place === 'xml' || place === 'json' || (wireName && known.result.body === 'json')) return `member ${wireName}`
  if (place === 'header' || place === 'headerMap') return `${place} ${wireName}`
  if (place === 'body' && wireName) return `xml ${wireName}`
  if (place === 'body') return { stream: 'stream', text: 'text ' }[known.result.body] ?? 'text when callback'
  throw new Error(`${known.operationName}.${name}: an output in ${place}`)
}

const placesOf = (fields: Fields = {}, document?: DocumentPlace): [string, string][] =>
  Object.entries(fields).map(([name, field]) => {
    if (placeOf(field) !== undefined) return [name, nameOfPlace(field)]
    if (document === lastFrame({}).document) return [name, 'last frame']
    return [name, `member ${memberIn(document)(name, field).path}`]
  })

/** By what it makes of nothing: XML is a root at least. */
function isJson(document: DocumentPlace | undefined): boolean {
  const draft: Draft = { path: '', bucket: undefined, query: {}, headers: {}, input: {} }
  document?.write(draft, {}, {})
  return document !== undefined && draft.body === undefined
}

type MemberOf = (key: string, field: Typed<unknown>) => { path: string; shape: Typed<unknown> }

const memberIn = (document: DocumentPlace | undefined): MemberOf => (isJson(document) ? jsonMember : memberOf)

function jsonMember(key: string, field: Typed<unknown>): { path: string; shape: Typed<unknown> } {
  const { name, shape } = jsonMemberOf(key, field)
  return { path: name, shape }
}

const placeOf = (field: Typed<unknown>): unknown => (field as Partial<Placed<unknown>>).at

function nameOfPlace(field: Typed<unknown>): string {
  const { at, name, when } = field as Placed<unknown>
  if (at === segment.at) return 'segment'
  if (at === upload.at || at === appended.at || at === payload.at) return 'bytes'
  if (at === download.at || at === selection.at) return 'stream'
  if (at === query('').at) return `query ${name}`
  if (at === header('').at) return `header ${name}`
  if (at === headers('').at || at === writtenHeaders('').at) return `headerMap ${name}`
  if (at === unsent(string).at) return 'unsent'
  if (at === xmlBody('', struct({})).at || name === metaRequest) return `xml ${name}`
  if (at === text().at || at === textWhen('').at) return when === undefined ? `text ${name}` : `text when ${when}`
  return { 'x-oss-copy-source': 'copy source', host: 'host' }[name] ?? 'elsewhere'
}

/** A field that another one may stand in for is not demanded. */
const isDemanded = (field: Typed<unknown>): boolean =>
  'required' in field && (field as Typed<unknown> & Required).unless === undefined

const typesOf = (fields: Fields = {}, document?: DocumentPlace): string[] =>
  Object.entries(fields).map(([name, field]) => `${name}: ${typeOf(name, field, memberIn(document))}`)

function typeOf(key: string, field: Typed<unknown>, member: MemberOf): string {
  const { at, type } = field as Placed<unknown>
  if (at === undefined) return shapeType(member(key, field).shape, member)
  if (at === segment.at) return 'text'
  if (at === headers('').at || at === writtenHeaders('').at) return 'record'
  if (at === unsent(string).at) return 'option'
  return type === undefined ? 'body' : shapeType(type, memberOf)
}

function shapeType(shape: Typed<unknown>, member: MemberOf): string {
  if ('path' in shape) return `${shapeType((shape as List<Typed<unknown>>).item, member)}[]`
  if ('element' in shape) return shapeType((shape as Element<Typed<unknown>>).type, member)
  if ('values' in shape) return 'map'
  if (!('fields' in shape)) return scalarType(shape as Scalar<unknown>)
  const members = Object.entries((shape as Struct<Fields>).fields).map(([key, field]) => {
    const { path, shape: inner } = member(key, field)
    return `${key} ${path} ${shapeType(inner, member)}`
  })
  return `{ ${members.sort().join(', ')} }`
}

/** By what it makes of a text, unless it is only written. */
function scalarType(scalar: Scalar<unknown>): string {
  const { parse } = scalar
  if (isFreeJson(scalar)) return 'json'
  if (parse('12') === 12 || scalar === writtenNumber) return 'number'
  if (parse('true') === true || scalar === writtenFlag) return 'boolean'
  return parse('2026-01-31T00:00:00Z') instanceof Date ? 'date' : 'text'
}

const expectedTypes = (field: InventoryField, inventory: Inventory): string =>
  `${field.name}: ${expectedType(field, inventory)}`

function expectedType({ in: place, type, name, as }: InventoryField, inventory: Inventory): string {
  if (place === 'option' || (place === 'copySource' && name !== 'sourceKey')) return 'option'
  if (place === 'headerMap') return 'record'
  if (
    place === 'processBody' ||
    as === 'binary' ||
    (place === 'body' && as === undefined && /^(string|stream)$/.test(type))
  )
    return 'body'
  return inventoryType(type, inventory)
}

function inventoryType(type: string, inventory: Inventory): string {
  const [one = '', ...others] = scalarTypes[type] ? [] : type.split('|')
  if (others.length > 0) return joinedTypes([one, ...others].map((each) => inventoryType(each, inventory)))
  if (type.endsWith('[]')) return `${inventoryType(type.slice(0, -2), inventory)}[]`
  const { fields, goOnlyFields = [] } = inventory.structures[type] ?? {}
  if (!fields) return scalarTypes[type] ?? type
  const members = [...fields, ...goOnlyFields].map(
    (member) => `${member.name} ${member.wireName} ${inventoryType(member.type, inventory)}`,
  )
  return `{ ${members.sort().join(', ')} }`
}

/** Structures that differ in nothing but their root are one type here. */
const joinedTypes = (types: string[]): string => [...new Set(types)].join(' | ')

const scalarTypes: Record<string, string> = {
  string: 'text',
  int: 'number',
  'int|string': 'number',
  float: 'number',
  bool: 'boolean',
  'bool|string': 'boolean',
  'timestamp:iso8601': 'date',
  'timestamp:iso8601date': 'date',
  'timestamp:rfc822': 'date',
  'map<element,string>': 'map',
}

function encodedPaths(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    if (placeOf(field) !== undefined) return []
    const { shape } = memberOf(key, field)
    return encodedPathsOf(shape).map((path) => key + path)
  })
}

function encodedPathsOf(shape: Typed<unknown>): string[] {
  if ('path' in shape) return encodedPathsOf((shape as List<Typed<unknown>>).item).map((path) => `[]${path}`)
  if ('fields' in shape) return encodedPaths((shape as Struct<Fields>).fields).map((path) => `.${path}`)
  return (shape as Scalar<unknown>).parse === encodedString.parse ? [''] : []
}
