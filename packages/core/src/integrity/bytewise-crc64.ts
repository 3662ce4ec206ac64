import type { Crc64 } from './crc64.ts'

/** What is left behind by each value of a byte: low halves, then high ones. Made when a checksum first needs it. */
let table: Int32Array | undefined

/** The CRC-64 that `crc64` computes too, byte by byte: the least code, for a page that checks small bodies only. */
export function bytewiseCrc64(): Crc64 {
  table ??= Int32Array.from({ length: 512 }, (_, index) => remainder(index & 255)[index >> 8]!)
  const remainders = table
  let low = -1
  let high = -1
  return {
    update(data) {
      for (const byte of data) {
        const index = (low ^ byte) & 255
        low = ((low >>> 8) | (high << 24)) ^ remainders[index]!
        high = (high >>> 8) ^ remainders[index + 256]!
      }
    },
    digest: () => String((BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)),
  }
}

function remainder(byte: number): [low: number, high: number] {
  let low = byte
  let high = 0
  for (let bit = 0; bit < 8; bit++) {
    const overflow = -(low & 1)
    low = ((low >>> 1) | (high << 31)) ^ (0xd7870f42 & overflow)
    high = (high >>> 1) ^ (0xc96c5795 & overflow)
  }
  return [low, high]
}
