import { randomOf } from './random.ts'

const headSize = 8
const poolSize = 4 * 1024 * 1024

let made: Buffer | undefined

/** The bytes of which all others are cut. */
function pool(): Buffer {
  if (made !== undefined) return made
  const random = randomOf(0)
  made = Buffer.from(Uint32Array.from({ length: poolSize / 4 }, () => random.next() * 2 ** 32).buffer)
  return made
}

/** Bytes that begin with their seed and size, from which the rest follows: what is torn or mixed of two shows. */
export function tellingBytes(seed: number, size: number): Buffer {
  const head = Buffer.alloc(headSize)
  head.writeUInt32LE(seed, 0)
  head.writeUInt32LE(size, 4)
  const offset = (seed * 4099) % (poolSize / 2)
  return Buffer.concat([head, pool().subarray(offset, offset + size - headSize)])
}

/** Whether bytes are as a whole what their head tells. */
export function areWhole(bytes: Buffer): boolean {
  if (bytes.length < headSize) return false
  const [seed, size] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)]
  return size === bytes.length && tellingBytes(seed, size).equals(bytes)
}
