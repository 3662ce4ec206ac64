import type { CredentialsSource } from '../credentials/resolve-credentials.ts'
import type { EndpointConfig } from '../endpoint/endpoint.ts'
import type { Transport } from '../http/transport.ts'
import type { Retryer } from '../retry/retryer.ts'
import type { Hasher } from '../signing/hasher.ts'

/** Where log lines go. Secrets never reach it. */
export interface Logger {
  /** Takes what only helps to find a fault. */
  debug?(message: string, details?: Record<string, unknown>): void
  /** Takes what happened as it should. */
  info?(message: string, details?: Record<string, unknown>): void
  /** Takes what went wrong and was dealt with: an attempt that failed and is repeated. */
  warn?(message: string, details?: Record<string, unknown>): void
}

/** How all calls of a client are made. */
export interface ClientConfig extends EndpointConfig {
  /** The region's id, as in `cn-hangzhou`. Part of every V4 signature; gives the endpoint if there is none. */
  region: string
  /** Who is asking. A function is called before every attempt: wrap it in `refreshing` to keep what it returns. */
  credentialsProvider: CredentialsSource
  /** How requests are signed. `v1` is for endpoints that know no other; it is loaded with the first request. @default 'v4' */
  signatureVersion?: 'v4' | 'v1' | undefined
  /** Headers to sign besides those that OSS asks for. V4 only. */
  additionalHeaders?: readonly string[] | undefined
  /** The id of the Alibaba Cloud account. Only OSS vectors needs it; for OSS tables it is in the ARNs. */
  accountId?: string | undefined
  /** Attempts in all, the first included. Wins over the retryer's own number. @default 3 */
  retryMaxAttempts?: number | undefined
  /** What is tried again, and when. @default standardRetryer() */
  retryer?: Retryer | undefined
  /** What sends requests. @default fetchTransport() */
  transport?: Transport | undefined
  /** Milliseconds to wait for a connection. @default 10000 */
  connectTimeoutMs?: number | undefined
  /** Milliseconds without a byte moving before an attempt is given up. @default 20000 */
  readWriteTimeoutMs?: number | undefined
  /** Accepts an upload without comparing its CRC-64. @default false */
  disableUploadCrc64Check?: boolean | undefined
  /** Hands out a download without comparing its CRC-64. @default false */
  disableDownloadCrc64Check?: boolean | undefined
  /** Sent as User-Agent where the runtime allows it. */
  userAgent?: string | undefined
  /** Told of attempts that failed and are repeated. @default none */
  logger?: Logger | undefined
  /** The hashes that signing needs. @default WebCrypto, or @noble/hashes where a page has none */
  hasher?: Hasher | undefined
  /** Milliseconds since 1970, for tests and for devices that know the time better. @default Date.now */
  now?: (() => number) | undefined
}
