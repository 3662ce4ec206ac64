import type { Draft } from '../schema/message.ts'
import { fetchExchange } from './fetch-exchange.ts'

/** Lets an answer arrive piece by piece where the client's own transport would collect it. */
export function streamed(draft: Draft): void {
  draft.streaming = fetchExchange
}
