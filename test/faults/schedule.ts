/** What a seed decides: the size, what goes wrong, when somebody pauses. */
import { isSame, randomOf } from '../../packages/core/test/transfer/emulated.ts'
import type { WireFault } from './wire-fault.ts'

export const partSize = 102_400

/** Numbers and choices that are the same for the same seed. */
export interface Draw {
  chance(share: number): boolean
  below(limit: number): number
  oneOf<T>(choices: readonly T[]): T
}

export function drawOf(seed: number): Draw {
  const random = randomOf(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return {
    chance: (share) => random() < share,
    below,
    oneOf: (choices) => choices[below(choices.length)]!,
  }
}

/** Up to six faults that befall requests of these kinds, the first kind most of all. */
export function drawFaults(draw: Draw, operations: readonly string[], canStall: boolean): WireFault[] {
  return Array.from({ length: draw.below(7) }, () => drawFault(draw, operations, canStall))
}

function drawFault(draw: Draw, operations: readonly string[], canStall: boolean): WireFault {
  const kind = draw.oneOf([
    'cut',
    'cut',
    'cut',
    'corrupt',
    'corrupt',
    'slow',
    'refuse',
    'refuse',
    'expire',
    canStall ? 'stall' : 'cut',
  ] as const)
  return {
    operation: draw.chance(0.6) ? operations[0]! : draw.oneOf(operations),
    kind,
    way: draw.oneOf(['there', 'back']),
    at: draw.below(11) / 10,
    skip: draw.below(6),
    times: kind === 'stall' ? 1 : 1 + draw.below(3),
    status: draw.oneOf([500, 503, 503, 403]),
  }
}

/**
 * Whether an upload stored the right bytes, or said that it failed. OSS stores the body of a PutObject before anybody can tell
 * that it was spoiled on the way, each time it was sent: then the failure has to say that.
 */
export const isHarmless = (stored: Uint8Array | undefined, bytes: Uint8Array, failure: unknown): boolean =>
  stored ? isSame(stored, bytes) || /IntegrityError: PutObject/.test(String(failure)) : Boolean(failure)

/** What a schedule was, for whoever has to look at it. */
export const tellFaults = (faults: readonly WireFault[]): string =>
  faults
    .map(({ operation, kind, way, at, skip, times, status }) =>
      [operation, `#${skip + 1}+${times}`, kind, ...(kind === 'refuse' ? [status] : [way, at])].join(' '),
    )
    .join('; ')

/** `OSS_SEEDS` seeds, 20 unless told, from `OSS_SEED` on, 1 unless told. */
export function seedsToRun(count = 20): number[] {
  const first = Number(process.env.OSS_SEED ?? 1)
  return Array.from({ length: Number(process.env.OSS_SEEDS ?? count) }, (_, index) => first + index)
}
