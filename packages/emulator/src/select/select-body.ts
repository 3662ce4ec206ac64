import { setImmediate as nextTurn } from 'node:timers/promises'
import { ServiceFault } from '../errors.ts'
import { dataFrame, endFrame, heartbeatFrame } from './frames.ts'
import type { Selected } from './run-query.ts'

/** Characters of output that go into one frame. */
const batchSize = 64 * 1024
/** How long an answer goes without a frame. */
const heartbeatMs = 5000

/** Tells the time that has passed, in milliseconds. */
export type Stopwatch = () => number

const realTime: Stopwatch = () => performance.now()

/** Collects what is selected into pieces; what came before an error is handed on before it. */
function* batches(selection: Iterable<Selected>): Generator<Selected, void, undefined> {
  let text = ''
  let offset = 0
  try {
    for (const selected of selection) {
      text += selected.text
      offset = selected.offset
      if (selected.text !== '' && text.length < batchSize) continue
      yield { text, offset }
      text = ''
    }
  } catch (error) {
    if (text !== '') yield { text, offset }
    throw error
  }
  if (text !== '') yield { text, offset }
}

/** A query under way: what it came to first, and the rest. */
export interface Selection {
  readonly first: IteratorResult<Selected, void>
  readonly rest: Generator<Selected, void, undefined>
}

/**
 * Runs a query until it selects something, ends, or has taken as long as a client waits for the answer to begin. What
 * goes wrong until then is thrown. Other requests are served in between.
 */
export async function begin(query: Iterable<Selected>, elapsed = realTime): Promise<Selection> {
  const rest = batches(query)
  const startedAt = elapsed()
  let first = rest.next()
  while (first.done !== true && first.value.text === '' && elapsed() - startedAt < heartbeatMs) {
    await nextTurn()
    first = rest.next()
  }
  return { first, rest }
}

async function* inTurns({ first, rest }: Selection): AsyncIterable<Selected> {
  if (first.done !== true) yield first.value
  for (const selected of rest) {
    yield selected
    await nextTurn()
  }
}

/** What a query selects, and nothing else. Breaks off where the query fails. */
export async function* rawBody(selection: Selection): AsyncIterable<Uint8Array> {
  for await (const { text } of inTurns(selection)) if (text !== '') yield Buffer.from(text, 'utf8')
}

/** What a query selects, in frames, of which the last tells how it ended. */
export async function* framedBody(
  selection: Selection,
  scanned: number,
  hasCrc: boolean,
  elapsed = realTime,
): AsyncIterable<Uint8Array> {
  let lastAt = elapsed()
  try {
    for await (const { text, offset } of inTurns(selection)) {
      if (text === '' && elapsed() - lastAt < heartbeatMs) continue
      lastAt = elapsed()
      yield text === '' ? heartbeatFrame(offset, hasCrc) : dataFrame(offset, Buffer.from(text, 'utf8'), hasCrc)
    }
    yield endFrame({ scanned, status: 200, message: '' }, hasCrc)
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    yield endFrame({ scanned, status: error.status, message: `${error.code}.${error.message}` }, hasCrc)
  }
}
