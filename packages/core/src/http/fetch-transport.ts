import { RequestError } from '../errors.ts'
import { timeLimit } from '../time-limit.ts'
import { fetchExchangeOf } from './fetch-exchange.ts'
import type { Transport } from './transport.ts'

/**
 * A transport over the platform's `fetch`: for edge functions, service workers, and everywhere no adapter brings a better
 * one. It follows no redirect.
 *
 * `fetch` does not tell how much of bytes or a Blob it has sent: their progress is reported when the answer is there, and
 * the silence allowed grows with their size.
 */
export function fetchTransport(send: typeof fetch = (input, init) => fetch(input, init)): Transport {
  const exchange = fetchExchangeOf({ timeLimit, RequestError })
  return (request) => exchange(send, request)
}
