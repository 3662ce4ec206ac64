import { ValidationError } from '../errors.ts'

/** Parts of an upload at most. */
export const maxParts = 10_000
/** Bytes of a part, the last one excepted, at least. */
const minPartSize = 102_400
/** Bytes of a part at most. */
const maxPartSize = 5_368_709_120

/**
 * Bytes per part: what was asked for, taken as often as it needs to stay below 10 000 parts. Zero or less asks for the
 * default.
 *
 * Throws a ValidationError if OSS would refuse parts of that size.
 */
export function partSizeFor(total: number | undefined, requested: number | undefined, defaultSize: number): number {
  const unit = requestedPartSize(requested, defaultSize)
  if (total === undefined) return unit
  return unit * (Math.floor(total / (unit * maxParts)) + 1)
}

/** Bytes per part before any growth. */
export function requestedPartSize(requested = 0, defaultSize: number): number {
  if (requested <= 0) return defaultSize
  if (Number.isInteger(requested) && requested >= minPartSize && requested <= maxPartSize) return requested
  throw new ValidationError('partSize', `${minPartSize} to ${maxPartSize} bytes, got ${requested}`)
}

/** A range of bytes that is one part. */
export interface PartRange {
  /** From 1 on. */
  readonly number: number
  readonly start: number
  /** The byte behind the last one. */
  readonly end: number
}

/** The parts that so many bytes make, in order. */
export function* partsOf(total: number, partSize: number, start = 0): Generator<PartRange> {
  for (let number = 1, at = start; at < total; number++, at += partSize) {
    yield { number, start: at, end: Math.min(at + partSize, total) }
  }
}

/** How many parts are under way at once. Zero or less asks for the default. */
export function parallelFor(requested = 0): number {
  if (requested <= 0) return 3
  if (Number.isInteger(requested)) return requested
  throw new ValidationError('parallelNum', `a whole number, got ${requested}`)
}
