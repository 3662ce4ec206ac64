import { expect, test, vi } from 'vitest'
import { listObjectsV2 } from '../../src/operations/index.ts'
import { listVectors } from '../../src/operations/vectors/index.ts'
import { paginate } from '../../src/paginate.ts'
import { inOnePiece, paginatorsOf } from '../inventory/paginators.ts'
import {
  type ClientName,
  type InventoryField,
  type InventoryOperation,
  inventories,
  operationsOf,
  type Paginator,
} from '../wire/corpus.ts'
import { recordingClient, type SentRequest } from '../wire/recording-client.ts'

const required = {
  bucket: 'examplebucket',
  key: 'cat.jpg',
  uploadId: 'u1',
  indexName: 'i',
  tableBucketArn: 'acs:osstables:cn-hangzhou:1234567890123456:bucket/examplebucket',
  namespace: 'n',
  datasetName: 'd',
}
const clients: ClientName[] = ['main', 'vectors', 'tables', 'dataprocess']
const paginators = clients.flatMap((client) =>
  Object.entries(paginatorsOf(client)).map(([name, paginator]) => ({
    ...paginator,
    client,
    name,
    call: operationsOf(client)[name]!,
    known: inventories[client].operations[name]!,
  })),
)

const wireNameOf = (fields: InventoryField[] = [], name: string): string =>
  fields.find((field) => field.name === name)!.wireName!

/** An answer as the service writes it, with these fields, which are named by their paths. */
function answerWith(values: Record<string, string | boolean>, { result }: InventoryOperation): string {
  const members = Object.entries(values).map(([path, value]) => [wireNameAt(path, result.fields), value] as const)
  if (result.body === 'json') {
    const object = Object.fromEntries(members)
    return JSON.stringify(result.root ? { [result.root]: object } : object)
  }
  const root = result.root ?? 'ListBucketResult'
  return `<${root}>${members.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</${root}>`
}

/** A field, or a member of the one that is the whole body. */
function wireNameAt(path: string, fields: InventoryField[] = []): string {
  const [name = '', member] = path.split('.')
  if (member === undefined) return wireNameOf(fields, name)
  const { type } = fields.find((field) => field.name === name && field.in === 'body')!
  return wireNameOf(inventories.main.structures[type]!.fields, member)
}

/** What a request says for a field, in its query or in its JSON. */
function askedFor(name: string, { url, bytes }: SentRequest, { request = [] }: InventoryOperation): string | null {
  const wireName = wireNameOf(request, name)
  const isInQuery = request.find((field) => field.name === name)!.in === 'query'
  if (isInQuery) return new URL(url).searchParams.get(wireName)
  const value = JSON.parse(new TextDecoder().decode(bytes) || '{}')[wireName]
  return value === undefined ? null : String(value)
}

interface Listing extends Paginator {
  client: ClientName
  known: InventoryOperation
}

/** A client that answers with two pages that are followed by another, whose markers are 1 and 2, and with the last one. */
function threePages({ client: name, next, more, known }: Listing) {
  const isTold = more.endsWith('isTruncated')
  const pages = ['1', '2'].map((page) => ({
    ...(isTold && { [more]: true }),
    ...Object.fromEntries(Object.values(next).map((marker) => [marker, page])),
  }))
  const answers = [...pages, isTold ? { [more]: false } : {}].map((values) => answerWith(values, known))
  const answer = () => ({ status: 200, headers: {}, body: answers[sent.length - 1]! })
  const { client, sent } = recordingClient(answer, name)
  const asked = () => sent.map((request) => Object.keys(next).map((field) => askedFor(field, request, known)))
  return { client, sent, asked }
}

/** The same for every field that says where a page begins. */
const forEach = <T>(next: Record<string, string>, value: T): T[] => Object.keys(next).map(() => value)

test.for(paginators)('$client $name goes on where the last page ended, and ends', async ({ call, ...listing }) => {
  const { next, limit, known } = listing
  const { client, sent, asked } = threePages(listing)

  let read = 0
  for await (const _page of paginate(client, call, required as never, { limit: 7 })) read += 1

  expect(read).toBe(3)
  expect(asked()).toEqual([forEach(next, null), forEach(next, '1'), forEach(next, '2')])
  if (limit) expect(sent.map((request) => askedFor(limit, request, known))).toEqual(['7', '7', '7'])
})

test.for(paginators)('$client $name goes on from a marker that was kept', async ({ call, ...listing }) => {
  const { client, asked } = threePages(listing)
  const kept = Object.fromEntries(Object.keys(listing.next).map((field) => [field, '7']))

  const { value } = await paginate(client, call, { ...required, ...kept } as never).next()

  expect(value).toHaveProperty('response.status', 200)
  expect(asked()).toEqual([forEach(listing.next, '7')])
})

test.for(paginators)('$client $name asks for nothing further when the loop is left', async ({ call, ...listing }) => {
  const { client, sent } = threePages(listing)
  const { signal } = new AbortController()
  const [listens, forgets] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]

  const pages = paginate(client, call, required as never, { signal })
  for await (const _page of pages) break

  expect(sent).toHaveLength(1)
  expect(await pages.next()).toEqual({ value: undefined, done: true })
  expect(forgets.mock.calls.length).toBe(listens.mock.calls.length)
})

test.for(clients)('every listing of %s pages, or is given in one piece', (client) => {
  const listings = Object.keys(inventories[client].operations).filter((name) => name.startsWith('list'))
  const paging = Object.keys(paginatorsOf(client))

  expect(listings.filter((name) => !paging.includes(name) && !inOnePiece.includes(name))).toEqual([])
})

test.each(inOnePiece)('%s is one page', async (name) => {
  const { result } = inventories.main.operations[name]!
  const body = `<${result.root ?? 'Result'}></${result.root ?? 'Result'}>`
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body }))

  let read = 0
  for await (const _page of paginate(client, operationsOf('main')[name]!, required as never, { limit: 7 })) read += 1

  expect([read, sent.length]).toEqual([1, 1])
})

test.for(clients)('every paginator of %s is in a definition, and every definition that pages is one', (client) => {
  const paging = Object.entries(operationsOf(client)).filter(([, { definition }]) => definition.next)

  expect(paging.map(([name]) => name).sort()).toEqual(Object.keys(paginatorsOf(client)).sort())
})

test('a page that says there is more but not where fails instead of asking for ever', async () => {
  const body = '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body }))
  const pages = paginate(client, listObjectsV2, { bucket: 'examplebucket' })

  await pages.next()

  await expect(pages.next()).rejects.toMatchObject({ name: 'SerializationError' })
  expect(sent).toHaveLength(1)
})

test('a page that says there is more where it began itself fails instead of asking for ever', async () => {
  const body =
    '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>'
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body }))
  const pages = paginate(client, listObjectsV2, { bucket: 'examplebucket' })

  await pages.next()
  await pages.next()

  await expect(pages.next()).rejects.toMatchObject({ name: 'SerializationError' })
  expect(sent).toHaveLength(2)
})

test('a token that is empty is none', async () => {
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body: '{"nextToken":""}' }), 'vectors')

  for await (const { vectors } of paginate(client, listVectors, { bucket: 'examplebucket', indexName: 'i' }))
    expect(vectors).toEqual([])

  expect(sent).toHaveLength(1)
})
