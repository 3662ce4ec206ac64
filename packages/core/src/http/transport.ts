/** The seam between oss-js and the network. An adapter, a test or an application hands in its own. */

import type { Bytes } from '../bytes.ts'
import type { FetchExchange } from './fetch-exchange.ts'

/** What a transport is given to send: bytes at hand, a Blob, or bytes that come one chunk after another. */
export type TransportBody = Bytes | Blob | AsyncIterable<Uint8Array>

/** One attempt, ready to be sent as it is. */
export interface HttpRequest {
  /** The HTTP method, as in `PUT`. */
  method: string
  /** Signed as it is: a character written otherwise is another request. */
  url: string
  /** Lower-case names. Values are ISO-8859-1: text beyond it is already in UTF-8 bytes, one character a byte. */
  headers: Record<string, string>
  /** What is sent, if anything. */
  body?: TransportBody | undefined
  /** Bytes of the body, if known. A transport that can, declares it and refuses to send more or fewer. */
  bodySize?: number | undefined
  /** Sends the request for a transport that would collect the answer in memory. Others need not look at it. */
  streaming?: FetchExchange | undefined
  /**
   * What grants more time to those that wait for their first byte. A transport whose requests queue for a connection puts one
   * in for each, and calls all of them when another moves.
   */
  waiting?: Set<() => unknown> | undefined
  /** Ends the exchange at once, also while the answer's body is read. */
  signal?: AbortSignal | undefined
  /** Called with the number of body bytes sent so far in this attempt, never fewer than before. */
  onUploadProgress?: ((sent: number) => void) | undefined
  /** Milliseconds to wait for a connection. */
  connectTimeoutMs?: number | undefined
  /** Milliseconds without a byte moving, in either direction, before giving up. */
  readWriteTimeoutMs?: number | undefined
}

/** An answer whose headers have arrived. */
export interface HttpResponse {
  /** HTTP status. */
  status: number
  /** Lower-case names. */
  headers: Record<string, string>
  /** Null if the answer has no body. A body nobody reads must be cancelled. */
  body: ReadableStream<Uint8Array> | null
}

/**
 * Sends one request and resolves when the response's headers are here, whatever the status. Follows no redirect.
 *
 * Rejects with `signal.reason` when aborted, a `TimeoutError` after a silence, a `RequestError` for everything else that
 * stops the exchange; errors while the body is read are errors of the body's stream, of the same classes.
 */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>
