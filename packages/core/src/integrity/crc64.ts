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

/** A checksum in plain JavaScript, eight table look-ups for eight bytes (slicing-by-8). */
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
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  let at = 0
  for (; at + 8 <= data.length; at += 8) {
    low ^= view.getInt32(at, true)
    high ^= view.getInt32(at + 4, true)
    const a = 1792 | (low & 255)
    const b = 1536 | ((low >>> 8) & 255)
    const c = 1280 | ((low >>> 16) & 255)
    const d = 1024 | (low >>> 24)
    const e = 768 | (high & 255)
    const f = 512 | ((high >>> 8) & 255)
    const g = 256 | ((high >>> 16) & 255)
    const i = high >>> 24
    low = l[a]! ^ l[b]! ^ l[c]! ^ l[d]! ^ l[e]! ^ l[f]! ^ l[g]! ^ l[i]!
    high = h[a]! ^ h[b]! ^ h[c]! ^ h[d]! ^ h[e]! ^ h[f]! ^ h[g]! ^ h[i]!
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
  lows = new Int32Array(2048)
  highs = new Int32Array(2048)
  for (let index = 0; index < 2048; index++) {
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
