import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Presigned, presign } from '../../src/presign.ts'
import { canonicalXml } from './canonical-xml.ts'
import { type ClientName, groupsWith, operationsOf, type RequestCase, runnable } from './corpus.ts'
import { recordingClient } from './recording-client.ts'

/** Cases whose operation exists as it is, with what a page may be given of their input. */
const groups = groupsWith(({ client, requests = [] }) =>
  runnable(client, requests).filter(({ input }) => input.payload === undefined),
)

const withoutBody = ({ body: _, headers: __, parameters: ___, ...input }: RequestCase['input']) => input

describe.each(groups)('presigned requests of $group', ({ client: name, cases }) => {
  test.for(cases)('$id is presigned as it was recorded', async ({ call, input, http }) => {
    const { client } = recordingClient(undefined, name)
    const options = { headers: input.headers, query: input.parameters } as Parameters<typeof presign>[3]

    const presigned = await presign(client, call, withoutBody(input) as never, options)

    const [, host, path, query = ''] = /^https:\/\/([^/]+)([^?]*)\?(.*)$/.exec(presigned.url) ?? []
    expect([presigned.method, host, path]).toEqual([http.method, http.host, http.path])
    expect(Object.fromEntries(new URLSearchParams(query))).toMatchObject(
      Object.fromEntries(http.query.map(([name, value]) => [name, value ?? ''])),
    )
    expect(own(presigned.headers)).toEqual(own(http.headers))
    expectDocument(presigned, 'body' in input ? { ...http, bodyType: 'none' } : http)
  })
})

test.each([
  ['main', 154],
  ['vectors', 19],
  ['tables', 30],
  ['dataprocess', 7],
] as const)('every operation of the client %s is among them: %i', (name, count) => {
  const presigned = groups.flatMap(({ client, cases }) => (client === name ? cases : []))

  expect(new Set(presigned.map(({ operation }) => operation)).size).toBe(count)
  expect(Object.keys(operationsOf(name as ClientName))).toHaveLength(count)
})

/** All but what is derived from a body. */
const own = ({ 'content-type': _, 'content-md5': __, ...headers }: Record<string, string>) => headers

function expectDocument({ body, headers }: Presigned, { bodyType, body: recorded }: RequestCase['http']): void {
  if (bodyType === 'none' || bodyType === 'bytes') {
    expect(body).toBeUndefined()
    return
  }
  expect(headers['content-type']).toEqual(expect.any(String))
  const sum = createHash('md5')
    .update(body as string)
    .digest('base64')
  expect([sum, undefined]).toContain(headers['content-md5'])
  if (bodyType === 'xml') expect(canonicalXml(body as string)).toEqual(canonicalXml(recorded as string))
  if (bodyType === 'text') expect(body).toBe(recorded)
  if (bodyType !== 'json') return
  expect(JSON.parse(body as string)).toEqual(typeof recorded === 'string' ? JSON.parse(recorded) : recorded)
}
