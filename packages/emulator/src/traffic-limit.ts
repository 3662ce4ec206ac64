import { setTimeout as wait } from 'node:timers/promises'
import { invalidArgument } from './errors.ts'
import type { OssRequest } from './message.ts'

const least = 245_760
const greatest = 838_860_800
/** Pieces in which a second's bytes pass. */
const piecesPerSecond = 20

/** Bits per second to which a request limits its transfer. Throws 400 outside 245760 to 838860800. */
export function trafficLimitOf(request: OssRequest, query: ReadonlyMap<string, string>): number | undefined {
  const text = request.headers.get('x-oss-traffic-limit') ?? query.get('x-oss-traffic-limit')
  if (text === undefined) return undefined
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= least && limit <= greatest) return limit
  const message = `The traffic limit must be an integer between ${least} and ${greatest}.`
  throw invalidArgument('x-oss-traffic-limit', text, message)
}

/** Passes bytes on no faster than a number of bits per second. */
export async function* throttled(body: AsyncIterable<Uint8Array>, bitsPerSecond: number): AsyncIterable<Uint8Array> {
  const bytesPerMs = bitsPerSecond / 8000
  const pieceSize = Math.ceil((bytesPerMs * 1000) / piecesPerSecond)
  const startedAt = performance.now()
  let passed = 0
  for await (const chunk of body) {
    for (let offset = 0; offset < chunk.length; offset += pieceSize) {
      const piece = chunk.subarray(offset, offset + pieceSize)
      passed += piece.length
      const early = passed / bytesPerMs - (performance.now() - startedAt)
      if (early > 1) await wait(early)
      yield piece
    }
  }
}
