import { ServiceFault } from './errors.ts'

/** Bytes of an object. */
export interface ByteRange {
  readonly offset: number
  readonly size: number
}

const invalidRange = (text: string, size: number): ServiceFault =>
  new ServiceFault(416, 'InvalidRange', 'The requested range cannot be satisfied.', {
    details: { ActualObjectSize: String(size), RangeRequested: text },
    headers: { 'Content-Range': `bytes */${size}` },
  })

/**
 * Reads a Range header. Undefined, for the whole object, when it is malformed, or reaches beyond the object and
 * `isStandard` is not set. Throws 416 for what cannot be satisfied when it is.
 */
export function readRange(text: string | undefined, size: number, isStandard: boolean): ByteRange | undefined {
  if (text === undefined) return undefined
  if (isStandard && /^bytes=.*,/.test(text)) throw invalidRange(text, size)
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.trim())
  if (match === null || text.trim() === 'bytes=-') return undefined
  const [first, last] = [match[1]!, match[2]!].map((digits) => (digits === '' ? undefined : Number(digits)))
  const start = first ?? size - Number(last)
  const end = first === undefined ? size - 1 : (last ?? size - 1)
  if (first !== undefined && last !== undefined && first > last) return undefined
  if (isStandard && (start >= size || (last === 0 && first === undefined))) throw invalidRange(text, size)
  if (isStandard) return spanOf(Math.max(0, start), Math.min(end, size - 1))
  return start < 0 || start >= size || end >= size ? undefined : spanOf(start, end)
}

const spanOf = (first: number, last: number): ByteRange => ({ offset: first, size: last - first + 1 })
