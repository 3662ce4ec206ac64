import { expect, test } from 'vitest'
import { listObjectsV2 } from '../../src/operations/index.ts'
import { listVectors } from '../../src/operations/vectors/index.ts'
import { paginate } from '../../src/paginate.ts'
import {
  type ClientName,
  type InventoryField,
  type InventoryOperation,
  inventories,
  operationsOf,
} from '../wire/corpus.ts'
import { recordingClient, type SentRequest } from '../wire/recording-client.ts'

const required = {
  bucket: 'examplebucket',
  key: 'cat.jpg',
  uploadId: 'u1',
  indexName: 'i',
  tableBucketArn: 'acs:osstables:cn-hangzhou:1234567890123456:bucket/examplebucket',
  namespace: 'n',
}
const clients: ClientName[] = ['main', 'vectors', 'tables', 'dataprocess']
const paginators = clients.flatMap((client) =>
  Object.entries(inventories[client].paginators).map(([name, paginator]) => ({
    ...paginator,
    client,
    name,
    call: operationsOf(client)[name]!,
    known: inventories[client].operations[name]!,
  })),
)

const wireNameOf = (fields: InventoryField[] = [], name: string): string =>
  fields.find((field) => field.name === name)!.wireName!

/** An answer as the service writes it, with these fields. */
function answerWith(values: Record<string, string | boolean>, { result }: InventoryOperation): string {
  const members = Object.entries(values).map(([name, value]) => [wireNameOf(result.fields, name), value] as const)
  if (result.body === 'json') {
    const object = Object.fromEntries(members)
    return JSON.stringify(result.root ? { [result.root]: object } : object)
  }
  const root = result.root ?? 'ListBucketResult'
  return `<${root}>${members.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</${root}>`
}

/** What a request says for a field, in its query or in its JSON. */
function askedFor(name: string, { url, bytes }: SentRequest, { request = [] }: InventoryOperation): string | null {
  const wireName = wireNameOf(request, name)
  const isInQuery = request.find((field) => field.name === name)!.in === 'query'
  if (isInQuery) return new URL(url).searchParams.get(wireName)
  const value = JSON.parse(new TextDecoder().decode(bytes) || '{}')[wireName]
  return value === undefined ? null : String(value)
}

test.for(paginators)(
  '$client $name goes on where the last page ended, and ends',
  async ({ client: clientName, call, limit, next, more, known }) => {
    const isTold = more === 'isTruncated'
    const pages = ['1', '2'].map((page) => ({
      ...(isTold && { isTruncated: true }),
      ...Object.fromEntries(Object.values(next).map((marker) => [marker, page])),
    }))
    const answers = [...pages, isTold ? { isTruncated: false } : {}].map((values) => answerWith(values, known))
    const answer = () => ({ status: 200, headers: {}, body: answers[sent.length - 1]! })
    const { client, sent } = recordingClient(answer, clientName)

    let read = 0
    for await (const _page of paginate(client, call, required as never, { limit: 7 })) read += 1

    const asked = sent.map((request) => Object.keys(next).map((field) => askedFor(field, request, known)))
    const markers = Object.values(next)
    expect(read).toBe(3)
    expect(asked).toEqual([markers.map(() => null), markers.map(() => '1'), markers.map(() => '2')])
    expect(sent.map((request) => askedFor(limit, request, known))).toEqual(['7', '7', '7'])
  },
)

test.for(clients)('every paginator of %s is in a definition, and every definition that pages is one', (client) => {
  const paging = Object.entries(operationsOf(client)).filter(([, { definition }]) => definition.next)

  expect(paging.map(([name]) => name).sort()).toEqual(Object.keys(inventories[client].paginators).sort())
})

test('leaving the loop asks for nothing further', async () => {
  const body =
    '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>'
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body }))

  for await (const page of paginate(client, listObjectsV2, { bucket: 'examplebucket' })) {
    expect(page.nextContinuationToken).toBe('t')
    break
  }

  expect(sent).toHaveLength(1)
})

test('a page that says there is more but not where fails instead of asking for ever', async () => {
  const body = '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body }))
  const pages = paginate(client, listObjectsV2, { bucket: 'examplebucket' })

  await pages.next()

  await expect(pages.next()).rejects.toMatchObject({ name: 'SerializationError' })
  expect(sent).toHaveLength(1)
})

test('a token that is empty is none', async () => {
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body: '{"nextToken":""}' }), 'vectors')

  for await (const { vectors } of paginate(client, listVectors, { bucket: 'examplebucket', indexName: 'i' }))
    expect(vectors).toEqual([])

  expect(sent).toHaveLength(1)
})
