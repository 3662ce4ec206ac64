import { createHash } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { hostName } from '../addressing.ts'
import type { Journal } from '../journal/journal.ts'
import type { OssRequest, OssResponse, ResponseHeaders } from '../message.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../storage/store.ts'
import { bucketPage, overviewPage, style } from './status-page.ts'
import { bucketSummaries, bucketSummary, objectSummaries, uploadSummaries } from './summaries.ts'

/** What the status page tells of. */
export interface StatusService {
  readonly settings: Settings
  readonly storage: { readonly store: Store }
  readonly journal: Journal
  readonly clock: { now(): Date }
}

/** Path of the status page; no bucket can have its name. */
const statusPath = '/_emulator'

/** Whether a decoded path is one of the status page. */
export const isStatusPath = (path: string): boolean => path === statusPath || path.startsWith(`${statusPath}/`)

const shownRequests = 200
const shownObjects = 1000

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '').replace(/^\[|\]$/g, '')
  return isIP(plain) !== 0 && loopback.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether a request comes from this machine and by a name that cannot be made to lead here from elsewhere. */
function isLocal({ host, remoteAddress }: OssRequest): boolean {
  const name = hostName(host)
  const isLocalName = name === 'localhost' || isLoopbackAddress(name)
  return isLocalName && (remoteAddress === undefined || isLoopbackAddress(remoteAddress))
}

const styleHash = createHash('sha256').update(style).digest('base64')

const pageHeaders: ResponseHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

const pageAnswer = (body: string): OssResponse => ({ status: 200, headers: pageHeaders, body })

const refusal = (status: number, text: string, headers: ResponseHeaders = {}): OssResponse => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers },
  body: `${text}\n`,
})

function overview({ settings, storage, journal, clock }: StatusService, isLive: boolean): OssResponse {
  const { store } = storage
  const buckets = bucketSummaries(store)
  const uploads = buckets.flatMap(({ name }) => uploadSummaries(store, name))
  const requests = journal.requests().slice(-shownRequests).reverse()
  const { region, dataDir } = settings
  return pageAnswer(overviewPage({ region, dataDir, now: clock.now(), buckets, uploads, requests, isLive }))
}

function bucketView({ storage: { store } }: StatusService, name: string): OssResponse {
  const bucket = bucketSummary(store, name)
  if (bucket === undefined) return refusal(404, 'There is no such bucket.')
  const objects = objectSummaries(store, name, shownObjects)
  return pageAnswer(bucketPage({ bucket, objects, uploads: uploadSummaries(store, name) }))
}

/**
 * Answers with the status page, which only shows: to this machine alone, and under no name that another page could have
 * led here by its DNS.
 */
export function statusAnswer(service: StatusService, request: OssRequest, path: string): OssResponse {
  if (!isLocal(request)) return refusal(403, 'The status page is for this machine: open it at localhost or 127.0.0.1.')
  if (!['GET', 'HEAD'].includes(request.method))
    return refusal(405, 'The status page only shows.', { Allow: 'GET, HEAD' })
  if (path === statusPath || path === `${statusPath}/`) {
    return overview(service, new URLSearchParams(request.target.split('?')[1]).has('live'))
  }
  const name = /^\/buckets\/([^/]+)$/.exec(path.slice(statusPath.length))?.[1]
  return name === undefined ? refusal(404, 'There is no such page.') : bucketView(service, name)
}
