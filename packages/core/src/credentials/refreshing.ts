import { checkCredentials } from './check-credentials.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'

/** Gets credentials from wherever they are issued. `expiration` may be a `Date` or ISO 8601 text. */
export type FetchCredentials = (context: {
  /** Aborted when `timeoutMs` is over. */
  signal: AbortSignal
}) => Promise<Omit<Credentials, 'expiration'> & { expiration?: Date | string | undefined }>

/** When credentials are fetched again. */
export interface RefreshingOptions {
  /**
   * How long before their `expiration` credentials are fetched anew: this, or up to a fifth less, at random. At most
   * half their lifetime. @default a fifth of their lifetime, at most 300000 (5 minutes)
   */
  refreshAheadMs?: number | undefined
  /** After how long `signal` gives up a fetch. @default 30000 */
  timeoutMs?: number | undefined
  /** Milliseconds since 1970. @default Date.now */
  now?: (() => number) | undefined
  /** A number from 0 up to, but not including, 1. @default Math.random */
  random?: (() => number) | undefined
}

/**
 * Keeps fetched credentials for as long as they live, and fetches the next ones in the background shortly before they
 * expire.
 *
 * All callers share one fetch, and wait for it only while there are no live credentials. If it fails in the
 * background, the present ones are served until they expire, and the fetch is repeated after 1 second, then 2, 4 and
 * so on up to 30. After `invalidate()` the next caller waits for credentials fetched since. Credentials without
 * `expiration` are kept until then.
 *
 * @example
 * const credentialsProvider = refreshing(async ({ signal }) => (await fetch('/sts', { signal })).json())
 */
export function refreshing(
  fetchCredentials: FetchCredentials,
  { refreshAheadMs, timeoutMs = 30_000, now = Date.now, random = Math.random }: RefreshingOptions = {},
): CredentialsProvider {
  let current: Credentials
  let expiresAtMs = -Infinity
  let refreshAtMs: number
  let failures = 0
  let underway: Promise<Credentials> | undefined

  const fetchNext = async () => {
    failures++
    // Timers take more for no time at all.
    current = checkCredentials(await fetchCredentials({ signal: AbortSignal.timeout(Math.min(timeoutMs, 2e9)) }))
    expiresAtMs = Number(current.expiration ?? Infinity)
    const lifetimeMs = expiresAtMs - now()
    const aheadMs = Math.min(refreshAheadMs ?? Math.min(lifetimeMs / 5, 300_000), lifetimeMs / 2)
    refreshAtMs = expiresAtMs - aheadMs * (1 - random() / 5)
    failures = 0
    return current
  }

  const refresh = () => {
    underway ??= fetchNext().finally(() => {
      underway = undefined
      if (failures) refreshAtMs = now() + Math.min(500 * 2 ** failures, 30_000)
    })
    return underway
  }

  return {
    async getCredentials() {
      if (now() >= expiresAtMs) return refresh()
      // Whoever waits for this refresh is told of its failure; the others have live credentials.
      if (now() >= refreshAtMs) refresh().catch(() => undefined)
      return current
    },
    invalidate() {
      expiresAtMs = -Infinity
    },
  }
}
