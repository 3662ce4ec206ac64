import { createHash, randomBytes } from 'node:crypto'

/** Where ids come from. */
export interface RandomSource {
  bytes(count: number): Buffer
  /** From 0 to below 1. */
  fraction(): number
  /** A UUID in lower case. */
  uuid(): string
  /** How much was drawn, to come back to. */
  readonly position: number
  /** Goes on as it did after `position` draws. */
  seek(position: number): void
}

/** Makes a source of what nobody can foretell, or, with a seed, of what is the same every time. */
export function randomSource(seed: string | undefined): RandomSource {
  let position = 0
  function bytes(count: number): Buffer {
    position += 1
    if (seed === undefined) return randomBytes(count)
    const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
      createHash('sha256').update(`${seed}\n${position}\n${block}`).digest(),
    )
    return Buffer.concat(blocks).subarray(0, count)
  }
  return {
    bytes,
    fraction: () => bytes(4).readUInt32BE() / 2 ** 32,
    uuid() {
      const drawn = bytes(16)
      drawn[6] = (drawn[6]! & 0x0f) | 0x40
      drawn[8] = (drawn[8]! & 0x3f) | 0x80
      return drawn.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
    get position() {
      return position
    },
    seek(target) {
      position = target
    },
  }
}
