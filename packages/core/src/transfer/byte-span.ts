import { ValidationError } from '../errors.ts'
import type { ByteRange } from '../operations/shared.ts'

/** Bytes of an object, from `start` up to, but not including, `end`. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** A range as a Range header; empty for the whole object. */
export function rangeText(range: ByteRange | string | undefined): string {
  if (range === undefined || typeof range === 'string') return range ?? ''
  return `bytes=${range.start}-${range.end ?? ''}`
}

/**
 * Which bytes of an object a range means.
 *
 * Throws a ValidationError if it is none, several, or begins at the object's end or beyond.
 */
export function spanOf(range: string, size: number): ByteSpan {
  if (range === '') return { start: 0, end: size }
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? []
  if (first === '' && last === '') throw new ValidationError('range', `one range as in bytes=0-1023, got ${range}`)
  if (first === '' && size > 0 && Number(last) > 0) return { start: Math.max(0, size - Number(last)), end: size }
  const start = first === '' ? size : Number(first)
  const end = last === '' || first === '' ? size : Math.min(size, Number(last) + 1)
  if (start >= size) throw new ValidationError('range', `${range} begins at the end of ${size} bytes, or beyond`)
  if (start >= end) throw new ValidationError('range', `${range} ends before it begins`)
  return { start, end }
}
