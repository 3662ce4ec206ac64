import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalXml } from './canonical-xml.ts'
import { byId, groupsWith, type InventoryOperation, inventories, type RequestCase, runnable } from './corpus.ts'
import { callRecorded, recordingClient, type SentRequest } from './recording-client.ts'

/** What signing and transports add, which the recorded requests leave out. */
const undecided = [
  'authorization',
  'date',
  'x-oss-date',
  'user-agent',
  'host',
  'x-oss-content-sha256',
  'accept',
  'connection',
]
/** Sent by operations only if the input says so, and by transports as they please. */
const transportsOwn = ['accept-encoding', 'content-length']

describe.each(groupsWith(({ client, requests = [] }) => runnable(client, requests)))(
  'requests of $group',
  ({ client, cases }) => {
    test.for(byId(cases))('%s is sent as it was recorded', async ([, { call, operation, input, http }]) => {
      const { client: recording, sent } = recordingClient(undefined, client)

      await callRecorded(recording, call, input).catch(() => {})

      expect(sent).toHaveLength(1)
      const [request] = sent as [SentRequest]
      expect(request.method).toBe(http.method)
      expect(partsOf(request.url)).toEqual({
        host: http.host,
        path: http.path,
        query: sorted(http.query.map(([name, value]) => [name, value ?? ''])),
      })
      expect(decidedHeaders(request, http)).toEqual(
        expectedHeaders(request, http, inventories[client].operations[operation]!),
      )
      expectBody(request, http)
    })
  },
)

/** Read by hand, because a URL parser would normalise what is to be compared. */
function partsOf(url: string): { host: string; path: string; query: [string, string][] } {
  const [, host = '', path = '', query = ''] = /^https:\/\/([^/]+)([^?]*)\??(.*)$/.exec(url) ?? []
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='))
  return {
    host,
    path,
    query: sorted(pairs.map(([name = '', value = '']) => [decodeURIComponent(name), decodeURIComponent(value)])),
  }
}

const sorted = (pairs: [string, string][]): [string, string][] => pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))

const decidedHeaders = ({ headers }: SentRequest, http: RequestCase['http']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !undecided.includes(name) && (!transportsOwn.includes(name) || name in http.headers),
    ),
  )

/** The recorded headers, with what the other official SDK sends in their place where that is what was sent. */
function expectedHeaders(
  { headers, bytes }: SentRequest,
  http: RequestCase['http'],
  { headerAlternatives = {} }: InventoryOperation,
): Record<string, string> {
  const bodyMd5 = createHash('md5').update(bytes).digest('base64')
  const expected: Record<string, string> = { ...http.headers }
  if (http.contentMd5 === 'auto') expected['content-md5'] = bodyMd5
  for (const [name, alternatives] of Object.entries(headerAlternatives)) {
    const allowed = alternatives.map((value) => (value === 'auto' ? bodyMd5 : value === 'absent' ? undefined : value))
    if (!allowed.includes(headers[name])) continue
    if (headers[name] === undefined) delete expected[name]
    else expected[name] = headers[name]
  }
  return expected
}

function expectBody({ bytes }: SentRequest, { bodyType, body }: RequestCase['http']): void {
  const sent = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  if (bodyType === 'none') expect(sent).toBe('')
  if (bodyType === 'xml') expect(canonicalXml(sent)).toEqual(canonicalXml(body as string))
  if (bodyType === 'json') expect(JSON.parse(sent)).toEqual(typeof body === 'string' ? JSON.parse(body) : body)
  if (bodyType === 'text') expect(sent).toBe(body)
  if (bodyType === 'bytes') expect([...bytes]).toEqual([...(body as Uint8Array)])
}
