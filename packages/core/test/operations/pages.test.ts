import { expect, test } from 'vitest'
import { listObjectsV2 } from '../../src/operations/index.ts'
import { paginate } from '../../src/paginate.ts'
import type { Values } from '../../src/schema/types.ts'
import { type ClientName, inventories, operationsOf } from '../wire/corpus.ts'
import { recordingClient } from '../wire/recording-client.ts'

const required = { bucket: 'examplebucket', key: 'cat.jpg', uploadId: 'u1' }
const clients: ClientName[] = ['main']
const paginators = clients.flatMap((client) =>
  Object.entries(inventories[client].paginators).flatMap(([name, paginator]) => {
    const call = operationsOf(client)[name]
    return call ? [{ name, call, ...paginator }] : []
  }),
)

/** Roots of those answers whose root is checked. */
const roots: Record<string, string> = {
  listBuckets: 'ListAllMyBucketsResult',
  listObjectVersions: 'ListVersionsResult',
  listParts: 'ListPartsResult',
  listMultipartUploads: 'ListMultipartUploadsResult',
}

const element = (name: string, text: string): string => `<${name}>${text}</${name}>`
const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

test.for(paginators)('$name goes on where the last page ended, and ends', async ({ name, call, limit, next }) => {
  const markers = Object.values(next)
  const pages = [1, 2].map(
    (page) => element('IsTruncated', 'true') + markers.map((marker) => element(pascal(marker), `${page}`)).join(''),
  )
  const answers = [...pages, element('IsTruncated', 'false')].map((content) =>
    element(roots[name] ?? 'ListBucketResult', content),
  )
  const { client, sent } = recordingClient(() => ({ status: 200, headers: {}, body: answers[sent.length - 1]! }))

  const ends: boolean[] = []
  for await (const page of paginate(client, call, required as never, { limit: 7 }))
    ends.push(!(page as Values).isTruncated)

  const wireNames = (fields: string[]) =>
    fields.map((field) => inventories.main.operations[name]!.request!.find((known) => known.name === field)!.wireName!)
  const asked = sent.map(({ url }) => new URL(url).searchParams)
  expect(ends).toEqual([false, false, true])
  expect(asked.map((parameters) => wireNames(Object.keys(next)).map((wireName) => parameters.get(wireName)))).toEqual([
    markers.map(() => null),
    markers.map(() => '1'),
    markers.map(() => '2'),
  ])
  expect(asked.map((parameters) => parameters.get(wireNames([limit])[0]!))).toEqual(['7', '7', '7'])
})

test('every paginator of the inventory is in a definition, and every definition that pages in the inventory', () => {
  const paging = Object.entries(operationsOf('main')).filter(([, { definition }]) => definition.next)
  const known = Object.keys(inventories.main.paginators).filter((name) => name in operationsOf('main'))

  expect(paging.map(([name]) => name).sort()).toEqual(known.sort())
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
