import type { JournalEntry } from '../journal/journal-entry.ts'
import { type Html, html } from './html.ts'
import type { BucketSummary, ObjectSummary, UploadSummary } from './summaries.ts'

/** All that the first page shows. */
export interface Overview {
  readonly region: string
  readonly dataDir: string | undefined
  readonly now: Date
  readonly buckets: readonly BucketSummary[]
  readonly uploads: readonly UploadSummary[]
  /** Newest first. */
  readonly requests: readonly JournalEntry[]
  /** Whether the page loads itself again. */
  readonly isLive: boolean
}

/** All that the page of a bucket shows. */
export interface BucketView {
  readonly bucket: BucketSummary
  readonly objects: readonly ObjectSummary[]
  readonly uploads: readonly UploadSummary[]
}

/** Style of the pages; the policy of the answer names its hash. */
export const style = `
:root { color-scheme: light dark; --line: #d8dee6; --soft: #5b6673; --bad: #b3261e; --good: #1a7f4b; --odd: #8a5a00; --card: #f6f8fa }
@media (prefers-color-scheme: dark) { :root { --line: #353d47; --soft: #98a4b3; --bad: #ff8b82; --good: #6fd39b; --odd: #e5b567; --card: #1b2027 } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.4rem; margin: 0 }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline }
header p, .none { color: var(--soft); margin: 0 }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: 600; background: var(--card) }
th, td { padding: .35rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap }
tr:last-child > td { border-bottom: 0 }
td.name { white-space: normal; overflow-wrap: anywhere; min-width: 12rem }
td.told { min-width: 22rem }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
code, pre { font: .85em/1.45 ui-monospace, monospace }
pre { margin: .25rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere }
summary { cursor: pointer }
.good { color: var(--good) } .odd { color: var(--odd) } .bad { color: var(--bad) }
a { color: inherit }
`

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** A size that is easy to read: `1.5 MiB`. */
function readableSize(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

const readableTime = (time: Date | string): string => new Date(time).toISOString().replace('T', ' ').slice(0, 19)

function table(heads: readonly Html[], rows: readonly Html[], none: string): Html {
  if (rows.length === 0) return html`<p class="none">${none}</p>`
  return html`<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
}

const heads = (...names: string[]): Html[] =>
  names.map((name) => (name.startsWith('#') ? html`<th class="number">${name.slice(1)}</th>` : html`<th>${name}</th>`))

const bucketRow = ({ name, createdAt, acl, versioning, objects, size }: BucketSummary): Html =>
  html`<tr><td class="name"><a href="/_emulator/buckets/${name}">${name}</a></td><td>${acl}</td><td>${versioning}</td>
<td class="number">${objects}</td><td class="number">${readableSize(size)}</td><td>${readableTime(createdAt)}</td></tr>`

const uploadRow = ({ bucket, key, uploadId, parts, size, initiatedAt }: UploadSummary): Html =>
  html`<tr><td>${bucket}</td><td class="name">${key}</td><td><code>${uploadId}</code></td><td class="number">${parts}</td>
<td class="number">${readableSize(size)}</td><td>${readableTime(initiatedAt)}</td></tr>`

const objectRow = ({ key, size, type, contentType, etag, versions, lastModified }: ObjectSummary): Html =>
  html`<tr><td class="name">${key}</td><td class="number">${readableSize(size)}</td><td>${type}</td><td>${contentType}</td>
<td><code>${etag}</code></td><td class="number">${versions}</td><td>${readableTime(lastModified)}</td></tr>`

const toneOf = (status: number): string => (status < 300 ? 'good' : status < 400 ? 'odd' : 'bad')

function outcomeOf({ code, reason = '', fault }: JournalEntry): Html {
  const befallen = fault === undefined ? html`` : html`<div class="odd">fault: ${fault}</div>`
  if (code === undefined) return befallen
  const [first = '', ...rest] = reason.split('\n')
  if (rest.length === 0) return html`<strong>${code}</strong> ${first}${befallen}`
  const told = html`<details><summary><strong>${code}</strong> ${first}</summary><pre>${rest.join('\n')}</pre></details>`
  return html`${told}${befallen}`
}

const requestRow = (entry: JournalEntry): Html =>
  html`<tr><td>${readableTime(entry.answeredAt).slice(11)}</td><td class="${toneOf(entry.status)}">${entry.status}</td>
<td>${entry.method}</td><td>${entry.operation || '?'}</td><td class="name">${entry.path}</td>
<td class="number">${entry.elapsedMs.toFixed(1)}</td><td class="name told">${outcomeOf(entry)}</td><td><code>${entry.requestId}</code></td></tr>`

const page = (title: string, head: Html, body: Html): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}
<title>${title}</title><style>${{ markup: style }}</style></head><body>${body}</body></html>
`.markup

const uploadTable = (uploads: readonly UploadSummary[]): Html =>
  table(
    heads('bucket', 'key', 'upload id', '#parts', '#size', 'since (UTC)'),
    uploads.map(uploadRow),
    'No uploads under way.',
  )

/** The first page: buckets, uploads and the last requests. */
export function overviewPage({ region, dataDir, now, buckets, uploads, requests, isLive }: Overview): string {
  const toggle = isLive
    ? html`<a href="/_emulator">stop reloading</a>`
    : html`<a href="/_emulator?live">reload every 2 s</a>`
  const bucketHeads = heads('name', 'ACL', 'versioning', '#objects', '#size', 'since (UTC)')
  const requestHeads = heads(
    'at (UTC)',
    'status',
    'method',
    'operation',
    'path',
    '#ms',
    'refused because',
    'request id',
  )
  return page(
    'OSS emulator',
    isLive ? html`<meta http-equiv="refresh" content="2">` : html``,
    html`<header><h1>OSS emulator</h1><p>${region}</p><p>${dataDir === undefined ? 'in memory' : dataDir}</p>
<p>${readableTime(now)} UTC</p><p>${toggle}</p></header>
<h2>Buckets</h2>${table(bucketHeads, buckets.map(bucketRow), 'No buckets.')}
<h2>Uploads under way</h2>${uploadTable(uploads)}
<h2>Last requests</h2>${table(requestHeads, requests.map(requestRow), 'No requests.')}`,
  )
}

/** The page of a bucket: its objects and uploads. */
export function bucketPage({ bucket, objects, uploads }: BucketView): string {
  const objectHeads = heads('key', '#size', 'type', 'content type', 'ETag', '#versions', 'since (UTC)')
  const more =
    bucket.objects > objects.length ? html`<p class="none">The first ${objects.length} are shown.</p>` : html``
  return page(
    `${bucket.name}: OSS emulator`,
    html``,
    html`<header><h1>${bucket.name}</h1><p>objects: ${bucket.objects}</p><p>${readableSize(bucket.size)}</p>
<p><a href="/_emulator">all buckets</a></p></header>
<h2>Objects</h2>${table(objectHeads, objects.map(objectRow), 'No objects.')}${more}
<h2>Uploads under way</h2>${uploadTable(uploads)}`,
  )
}
