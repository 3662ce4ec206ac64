import type { Draft } from '../schema/message.ts'
import { fetchTransport } from './fetch-transport.ts'

/** Lets an answer arrive piece by piece, and past a browser's cache, where the client's own transport would collect it. */
export function streamed(draft: Draft): void {
  draft.streaming = fetchTransport()
}
