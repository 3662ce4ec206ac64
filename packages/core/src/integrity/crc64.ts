/**
 * CRC-64/XZ, which OSS calls CRC-64 ECMA: polynomial 0x42F0E1EBA9EA3693, reflected, start and final xor all ones.
 * A 64-bit value is a pair of 32-bit halves here: BigInt is too slow to be used for each byte.
 *
 * @see {@link https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-xz CRC-64/XZ}
 */

/** A checksum that grows with the data. */
export interface Crc64 {
  update(data: Uint8Array): void
  /** The checksum of everything so far, as an unsigned decimal, the way OSS writes it. */
  digest(): string
}

/** Starts a checksum; `initial` is the digest of the data before, '0' if there is none. */
export type Crc64Engine = (initial?: string) => Crc64

/** `| 0`: engines compute with 32-bit integers much faster if they are signed. */
export const polynomialLow = 0xd7870f42 | 0
export const polynomialHigh = 0xc96c5795 | 0

type Tables = readonly [lows: Int32Array, highs: Int32Array]

/** The low and the high half of every table entry, made when a checksum first needs them. */
let tables: Tables | undefined

/** A checksum in plain JavaScript, eight table look-ups for eight bytes (slicing-by-8). */
export const crc64: Crc64Engine = (initial = '0') => {
  const crc = new DataView(new ArrayBuffer(8))
  crc.setBigInt64(0, ~BigInt(initial))
  return {
    update(data) {
      tables ??= createTables()
      const [lows, highs] = tables
      const view = new DataView(data.buffer, data.byteOffset, data.length)
      let high = crc.getInt32(0)
      let low = crc.getInt32(4)
      let at = 0
      for (; at + 8 <= data.length; at += 8) {
        low ^= view.getInt32(at, true)
        high ^= view.getInt32(at + 4, true)
        const nextLow = lookUp(lows, low, high)
        high = lookUp(highs, low, high)
        low = nextLow
      }
      for (; at < data.length; at++) [low, high] = shiftByte(low ^ data[at]!, high)
      crc.setInt32(0, high)
      crc.setInt32(4, low)
    },
    digest: () => String(BigInt.asUintN(64, ~crc.getBigInt64(0))),
  }
}

/** What eight bytes leave behind, in one half. */
const lookUp = (table: Int32Array, low: number, high: number): number =>
  table[1792 | (low & 255)]! ^
  table[1536 | ((low >>> 8) & 255)]! ^
  table[1280 | ((low >>> 16) & 255)]! ^
  table[1024 | (low >>> 24)]! ^
  table[768 | (high & 255)]! ^
  table[512 | ((high >>> 8) & 255)]! ^
  table[256 | ((high >>> 16) & 255)]! ^
  table[high >>> 24]!

/** Entry `256 * k + byte` is what a byte leaves behind when k more bytes follow: that of k - 1, and eight bits on. */
function createTables(): Tables {
  const lows = new Int32Array(2048)
  const highs = new Int32Array(2048)
  for (let index = 0; index < 2048; index++) {
    ;[lows[index], highs[index]] = shiftByte(lows[index - 256] ?? index, highs[index - 256] ?? 0)
  }
  return [lows, highs]
}

/** Eight bits on, one after the other. */
function shiftByte(low: number, high: number): [low: number, high: number] {
  for (let bit = 0; bit < 8; bit++) {
    const overflow = -(low & 1)
    low = ((low >>> 1) | (high << 31)) ^ (polynomialLow & overflow)
    high = (high >>> 1) ^ (polynomialHigh & overflow)
  }
  return [low, high]
}
