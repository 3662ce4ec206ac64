/** Ranges of encrypted objects: asked for from the beginning of a block, and told as they were asked for. */
import { OSSError, SerializationError } from '../errors.ts'
import type { ByteRange } from '../operations/shared.ts'
import { rangeText } from '../transfer/byte-span.ts'
import { blockSize } from './aes-ctr.ts'

/** A range as it is sent. */
export interface AlignedRange {
  readonly range: ByteRange | string
  /** Where the range begins that was asked for. Undefined if it is counted from the end, or is none. */
  readonly start: number | undefined
}

/** What is no range, or an empty one, stays what it is: to be refused by the operation, or by OSS. */
export function alignedRange(range: ByteRange | string): AlignedRange {
  const [, first, last = ''] = /^bytes=(\d+)-(\d*)$/.exec(rangeText(range)) ?? []
  if (first === undefined || (last !== '' && Number(last) < Number(first))) return { range, start: undefined }
  const start = Number(first)
  return { range: `bytes=${start - (start % blockSize)}-${last}`, start }
}

/** Which bytes of an object an answer has, as far as it tells. */
export interface AnsweredRange {
  /** Where they begin. */
  readonly start: number
  /** How many of them come before those that were asked for. */
  readonly surplus: number
  /** The Content-Range of what was asked for. */
  readonly contentRange: string | undefined
}

/** What a Content-Range says. Undefined if nothing that was asked for is in it: the range begins behind the object. */
export function answeredRange(
  status: number,
  contentRange: string | undefined,
  { range, start }: AlignedRange = { range: '', start: undefined },
): AnsweredRange | undefined {
  if (status !== 206) return { start: 0, surplus: 0, contentRange }
  const [, from, to, size] = /^bytes (\d+)-(\d+)(\/.*)$/.exec(contentRange ?? '') ?? []
  const sent = start === undefined ? undefined : start - (start % blockSize)
  // CORS rules may hide it; without one, an answer has the range that was asked for.
  if (contentRange === undefined && sent !== undefined) return { start: sent, surplus: start! - sent, contentRange }
  if (from === undefined)
    throw new OSSError(
      `GetObject: the answer to ${rangeText(range)} does not tell which bytes it has: list Content-Range in ExposeHeader of the bucket's CORS rules`,
    )
  if (sent !== undefined && sent !== Number(from))
    throw new SerializationError(`GetObject: asked for ${rangeText(range)}, got ${contentRange}`)
  const wanted = start ?? Number(from)
  if (wanted > Number(to)) return undefined
  return { start: Number(from), surplus: wanted - Number(from), contentRange: `bytes ${wanted}-${to}${size}` }
}
