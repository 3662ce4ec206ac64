import { matchesStar } from '../wildcard.ts'
import type { JournalEntry } from './journal-entry.ts'

/** Which requests are meant: those that have all that is named here. In texts `*` stands for any run of characters. */
export interface JournalFilter {
  readonly method?: string
  /** Such as `UploadPart` or `List*`. */
  readonly operation?: string
  readonly bucket?: string
  readonly key?: string
  readonly path?: string
  /** Parameters and their values: `{ partNumber: '3' }`. */
  readonly query?: Readonly<Record<string, string>>
  readonly status?: number
  /** Error code, such as `NoSuchKey`. */
  readonly code?: string
}

/** Which requests are meant. */
export type JournalMatch = JournalFilter | ((entry: JournalEntry) => boolean)

/** How long is waited for a request. */
export interface JournalWait {
  /** The how-many-th of the requests is waited for, those already answered included. @default 1 */
  readonly count?: number
  /** @default 5000 */
  readonly timeoutMs?: number
}

/** The requests answered since the start or the last reset. It keeps the last 100 000. */
export interface Journal {
  /** The requests that match, oldest first; all without `match`. */
  requests(match?: JournalMatch): JournalEntry[]
  /** The last request that matches. */
  last(match?: JournalMatch): JournalEntry | undefined
  /** Resolves once a request that matches is answered, or is already; rejects when none is in time. */
  waitFor(match: JournalMatch, wait?: JournalWait): Promise<JournalEntry>
  /** Forgets all requests. */
  clear(): void
}

/** The journal, as the server uses it. */
export interface WritableJournal extends Journal {
  /** All requests, in a list that goes on growing. */
  readonly entries: readonly JournalEntry[]
  record(entry: JournalEntry): void
}

const greatestLength = 100_000

const texts = ['method', 'operation', 'bucket', 'key', 'path', 'code'] as const

const matchesText = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || matchesStar(pattern, text)

function matches(match: JournalMatch, entry: JournalEntry): boolean {
  if (typeof match === 'function') return match(entry)
  return (
    texts.every((name) => matchesText(match[name], entry[name] ?? '')) &&
    Object.entries(match.query ?? {}).every(([name, pattern]) => matchesText(pattern, entry.query[name] ?? '')) &&
    (match.status === undefined || match.status === entry.status)
  )
}

const describe = (match: JournalMatch): string => (typeof match === 'function' ? 'the function' : JSON.stringify(match))

const summary = (entries: readonly JournalEntry[]): string =>
  entries
    .slice(-10)
    .map(({ status, method, path, operation }) => `\n  ${status} ${method} ${path} ${operation}`)
    .join('')

/** Makes an empty journal. */
export function journal(): WritableJournal {
  const entries: JournalEntry[] = []
  const waiting = new Set<() => void>()

  function requests(match: JournalMatch = {}): JournalEntry[] {
    return entries.filter((entry) => matches(match, entry))
  }

  function waitFor(match: JournalMatch, { count = 1, timeoutMs = 5000 }: JournalWait = {}): Promise<JournalEntry> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = requests(match)[count - 1]
        if (found === undefined) return
        leave()
        resolve(found)
      }
      const timer = setTimeout(() => {
        leave()
        const seen = `${requests(match).length} of ${count} requests match ${describe(match)}`
        reject(new Error(`After ${timeoutMs} ms ${seen}. The last of all:${summary(entries)}`))
      }, timeoutMs)
      const leave = (): void => {
        waiting.delete(look)
        clearTimeout(timer)
      }
      waiting.add(look)
      look()
    })
  }

  return {
    entries,
    requests,
    last: (match = {}) => entries.findLast((entry) => matches(match, entry)),
    waitFor,
    clear() {
      entries.length = 0
    },
    record(entry) {
      entries.push(entry)
      if (entries.length > greatestLength) entries.shift()
      for (const look of [...waiting]) look()
    },
  }
}
