/**
 * Reads a request back into the input that it was written from, guided by the inventory alone: a server's view, which shares
 * nothing with the code that wrote the request but the names on the wire.
 */
import { createHash } from 'node:crypto'
import { type CanonicalElement, canonicalXml } from '../wire/canonical-xml.ts'
import type { Inventory, InventoryField, InventoryOperation } from '../wire/corpus.ts'
import type { SentRequest } from '../wire/recording-client.ts'
import type { Values } from './random-values.ts'

/** What signing and the client add. */
const added = ['authorization', 'date', 'x-oss-date', 'x-oss-content-sha256', 'user-agent']
/** What operations add by themselves if no field says otherwise. */
const automatic = ['content-type', 'content-md5']

/** Throws for whatever the inventory has no field for. */
export function readRequest(sent: SentRequest, operation: InventoryOperation, inventory: Inventory): Values {
  const fields = [...(operation.request ?? []), ...(operation.goOnlyRequest ?? [])]
  const [, host = '', path = '', query = ''] = /^https:\/\/([^/?]+)([^?]*)\??(.*)$/.exec(sent.url) ?? []
  return {
    ...readHost(host, operation, fields),
    ...readPath(path, operation),
    ...readQuery(query, operation, fields),
    ...readHeaders(sent, operation, fields),
    ...readBody(sent, fields, inventory),
  }
}

/** `bucket.oss-…`, and `bucket-account.…` where the service is a sibling of OSS. */
function readHost(host: string, { target }: InventoryOperation, fields: readonly InventoryField[]): Values {
  const labels = host.split('.')
  const isSibling = labels.some((label) => label === 'oss-vectors' || label === 'oss-tables')
  const rest = isSibling ? 'cn-hangzhou' : 'oss-cn-hangzhou'
  if (labels[0] === rest) return {}
  if (labels[1] !== rest) throw new Error(`an unknown host: ${host}`)
  const name = fields.find(({ in: place }) => place === 'host')?.name
  if (name) return { [name]: isSibling ? labels[0]!.replace(/-\d+$/, '') : labels[0] }
  if (target === 'service') throw new Error(`a bucket in the host of a service: ${host}`)
  return {}
}

function readPath(path: string, { path: template, target }: InventoryOperation): Values {
  if (template === undefined) {
    if (target === 'object') return { key: decodeURIComponent(path.slice(1)) }
    if (path !== '/' && path !== '') throw new Error(`a path without a key: ${path}`)
    return {}
  }
  const names = template.split('/')
  const segments = path.split('/')
  if (segments.length !== names.length) throw new Error(`${path} is not a ${template}`)
  const pairs = names.map((name, index) => [name, decodeURIComponent(segments[index]!)] as const)
  const wrong = pairs.find(([name, segment]) => !name.startsWith('{') && name !== segment)
  if (wrong) throw new Error(`${path} is not a ${template}`)
  return Object.fromEntries(
    pairs.filter(([name]) => name.startsWith('{')).map(([name, segment]) => [name.slice(1, -1), segment]),
  )
}

function readQuery(query: string, operation: InventoryOperation, fields: readonly InventoryField[]): Values {
  const values: Values = {}
  const seen = new Set<string>()
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', text = ''] = pair.split('=').map(decodeURIComponent)
    if (seen.has(name)) throw new Error(`the query parameter ${name} is there twice`)
    seen.add(name)
    const field = fields.find(({ in: place, wireName }) => place === 'query' && wireName === name)
    if (field) values[field.name] = readScalar(field.type, text)
    else if (operation.query?.[name] !== text) throw new Error(`an unknown query parameter: ${pair}`)
  }
  const missing = Object.keys(operation.query ?? {}).filter((name) => !seen.has(name))
  if (missing.length > 0) throw new Error(`query parameters left out: ${missing}`)
  return values
}

function readHeaders(
  { headers, bytes }: SentRequest,
  operation: InventoryOperation,
  fields: readonly InventoryField[],
) {
  const values: Values = {}
  for (const [name, encoded] of Object.entries(headers)) {
    const text = Buffer.from(encoded, 'latin1').toString('utf8')
    const field = fields.find(({ in: place, wireName }) => place === 'header' && wireName?.toLowerCase() === name)
    const map = fields.find(({ in: place, wireName }) => place === 'headerMap' && name.startsWith(wireName!))
    if (name === 'content-md5' && operation.contentMd5 === 'auto' && text === md5Of(bytes)) continue
    if (field) values[field.name] = readScalar(field.type, text)
    else if (map) values[map.name] = { ...(values[map.name] as Values), [name.slice(map.wireName!.length)]: text }
    else if (name === 'x-oss-copy-source') Object.assign(values, readCopySource(text))
    else if (name === 'content-md5' && text !== md5Of(bytes)) throw new Error(`Content-MD5 of another body: ${text}`)
    else if (![...added, ...automatic].includes(name) && operation.headers?.[name] !== text)
      throw new Error(`an unknown header: ${name}: ${text}`)
  }
  return values
}

const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64')

/** `/bucket/key?versionId=id`, of which the key is encoded. */
function readCopySource(text: string): Values {
  const [, sourceBucket, key = '', sourceVersionId] = /^\/([^/]+)\/([^?]*)(?:\?versionId=(.*))?$/s.exec(text) ?? []
  return { sourceBucket, sourceKey: decodeURIComponent(key), sourceVersionId }
}

function readBody({ bytes }: SentRequest, fields: readonly InventoryField[], inventory: Inventory): Values {
  const binary = fields.find(({ as }) => as === 'binary')
  if (binary) return { [binary.name]: bytes }
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  if (text === '') return {}
  const process = fields.find(({ in: place }) => place === 'processBody')
  if (process) return { [process.name]: afterPrefix(text, `${process.wireName}=`) }
  if (fields.some(({ in: place }) => place === 'deleteBody')) {
    return readStructure(rootOf(text, 'Delete'), 'Delete', inventory, xmlForm) as Values
  }
  const xml = fields.find(({ as }) => as === 'xml')
  if (xml) {
    const type = xml.type.split('|')[0]!
    return { [xml.name]: readStructure(rootOf(text, xml.wireName!), type, inventory, xmlForm) }
  }
  const members = fields.filter(({ in: place, as }) => place === 'bodyMember' || as === 'json')
  return readMembers(JSON.parse(text) as Values, members, inventory, jsonForm)
}

function afterPrefix(text: string, prefix: string): string {
  if (!text.startsWith(prefix)) throw new Error(`expected ${prefix}, got ${text}`)
  return text.slice(prefix.length)
}

/** @param names one or several, separated by `|` */
function rootOf(text: string, names: string): CanonicalElement {
  const document = canonicalXml(text)
  const [root = ''] = Object.keys(document)
  if (typeof document === 'string' || !names.split('|').includes(root)) throw new Error(`expected <${names}>: ${text}`)
  return document[root]![0]!
}

/** How a member of a structure lies in a document. */
interface Form {
  /** What lies under a name; nothing, one, or several. */
  at(parent: unknown, name: string, isList: boolean): unknown[]
  names(parent: unknown): string[]
  scalar(type: string, value: unknown): unknown
}

const xmlForm: Form = {
  at: (parent, name) =>
    typeof parent === 'string' ? [] : ((parent as Record<string, CanonicalElement[]>)[name] ?? []),
  names: (parent) => (typeof parent === 'string' ? [] : Object.keys(parent as object)),
  scalar(type, value) {
    if (typeof value !== 'string') throw new Error(`expected text, got ${JSON.stringify(value)}`)
    return readScalar(type, value)
  },
}

const jsonForm: Form = {
  at(parent, name, isList) {
    const value = (parent as Values)[name]
    if (value === undefined) return []
    return isList ? (value as unknown[]) : [value]
  },
  names: (parent) => Object.keys(parent as object),
  scalar(type, value) {
    const expected = { int: 'number', float: 'number', bool: 'boolean', string: 'string' }[type]
    if (expected && typeof value !== expected) throw new Error(`expected a ${expected}, got ${JSON.stringify(value)}`)
    return value
  },
}

function readStructure(value: unknown, type: string, inventory: Inventory, form: Form): unknown {
  const { fields, goOnlyFields = [] } = inventory.structures[type] ?? {}
  if (!fields) return form.scalar(type, value)
  return readMembers(value, [...fields, ...goOnlyFields], inventory, form)
}

function readMembers(parent: unknown, fields: readonly InventoryField[], inventory: Inventory, form: Form): Values {
  const known = fields.map(({ wireName }) => wireName!.split('/')[0])
  const unknown = form.names(parent).filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`unknown members: ${unknown}`)
  const entries = fields.flatMap((field) => {
    const isList = field.type.endsWith('[]')
    const path = field.wireName!.split('/')
    const found = path.reduce<unknown[]>(
      (parents, name, depth) => parents.flatMap((each) => form.at(each, name, isList && depth === path.length - 1)),
      [parent],
    )
    const values = found.map((each) => plain(field, readStructure(each, field.type.replace('[]', ''), inventory, form)))
    if (values.length === 0) return []
    if (!isList && values.length > 1) throw new Error(`${field.name} is there ${values.length} times`)
    return [[field.name, isList ? values : values[0]]]
  })
  return Object.fromEntries(entries)
}

const plain = ({ note }: InventoryField, value: unknown): unknown =>
  note?.startsWith('base64') ? Buffer.from(String(value), 'base64').toString('utf8') : value

function readScalar(type: string, text: string): unknown {
  if (type === 'int' || type === 'float') {
    if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) throw new Error(`no number: ${text}`)
    return Number(text)
  }
  if (type === 'bool') return readBoolean(text)
  if (type === 'timestamp:iso8601') return readDate(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  if (type === 'timestamp:iso8601date') return readDate(text, /^\d{4}-\d\d-\d\dT00:00:00\.000Z$/)
  return text
}

function readBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`neither true nor false: ${text}`)
  return text === 'true'
}

function readDate(text: string, form: RegExp): Date {
  if (!form.test(text)) throw new Error(`no date: ${text}`)
  return new Date(text)
}
