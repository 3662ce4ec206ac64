/** Everything that moves bytes piece by piece, in one file that a page loads when it has to. */
export { type FetchExchange, fetchExchangeOf, type PageParts } from './http/fetch-exchange.ts'
export { collected, streamedBody } from './http/streamed-body.ts'
