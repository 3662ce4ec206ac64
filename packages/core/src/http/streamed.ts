import { RequestError } from '../errors.ts'
import type { Draft } from '../schema/message.ts'
import { timeLimit } from '../time-limit.ts'
import { fetchExchangeOf } from './fetch-exchange.ts'

/** Lets an answer arrive piece by piece where the client's own transport would collect it. */
export function streamed(draft: Draft): void {
  draft.streaming = fetchExchangeOf({ timeLimit, RequestError })
}
