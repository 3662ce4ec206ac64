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

/** The low and the high half of every table entry, made when a checksum first needs them. */
let lows: Int32Array | undefined
let highs: Int32Array

/** A checksum in plain JavaScript, four table look-ups for four bytes (slicing-by-4). */
export const crc64: Crc64Engine = (initial = '0') => {
  if (!lows) createTables()
  const before = ~BigInt(initial)
  let low = Number(BigInt.asIntN(32, before))
  let high = Number(BigInt.asIntN(32, before >> 32n))
  return {
    update(data) {
      ;[low, high] = add(data, low, high)
    },
    digest: () => String(BigInt.asUintN(64, (BigInt(~high) << 32n) | BigInt(~low >>> 0))),
  }
}

function add(data: Uint8Array, low: number, high: number): [low: number, high: number] {
  const l = lows!
  const h = highs
  let at = 0
  for (; at + 4 <= data.length; at += 4) {
    const a = 768 | ((low ^ data[at]!) & 255)
    const b = 512 | (((low >>> 8) ^ data[at + 1]!) & 255)
    const c = 256 | (((low >>> 16) ^ data[at + 2]!) & 255)
    const d = (low >>> 24) ^ data[at + 3]!
    low = high ^ l[a]! ^ l[b]! ^ l[c]! ^ l[d]!
    high = h[a]! ^ h[b]! ^ h[c]! ^ h[d]!
  }
  for (; at < data.length; at++) {
    const index = (low ^ data[at]!) & 255
    low = ((low >>> 8) | (high << 24)) ^ l[index]!
    high = (high >>> 8) ^ h[index]!
  }
  return [low, high]
}

/** Entry `256 * k + byte` is what a byte leaves behind when k more bytes follow: that of k - 1, and eight bits on. */
function createTables(): void {
  lows = new Int32Array(1024)
  highs = new Int32Array(1024)
  for (let index = 0; index < 1024; index++) {
    let low = lows[index - 256] ?? index
    let high = highs[index - 256] ?? 0
    for (let bit = 0; bit < 8; bit++) {
      const overflow = -(low & 1)
      low = ((low >>> 1) | (high << 31)) ^ (polynomialLow & overflow)
      high = (high >>> 1) ^ (polynomialHigh & overflow)
    }
    lows[index] = low
    highs[index] = high
  }
}
