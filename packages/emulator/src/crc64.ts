/** ECMA-182 polynomial 0x42F0E1EBA9EA3693, bits reflected. */
const polynomial = 0xc96c5795d7870f42n

/** A running CRC-64: the two halves of its register, inverted as the algorithm keeps them. */
export interface Crc64 {
  low: number
  high: number
}

/** Table k holds what a byte contributes from k bytes before the end of a block: pairs of low and high half. */
function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256 * 2)
  const first = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? polynomial : 0n)
    return value
  })
  let values = first
  for (let table = 0; table < 8; table++) {
    values.forEach((value, byte) => {
      tables[(table * 256 + byte) * 2] = Number(BigInt.asIntN(32, value))
      tables[(table * 256 + byte) * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n))
    })
    values = values.map((value) => (value >> 8n) ^ first[Number(value & 255n)]!)
  }
  return tables
}

let tables: Int32Array | undefined

/** A CRC-64 of nothing. */
export const startCrc64 = (): Crc64 => ({ low: -1, high: -1 })

function updateBytes(crc: Crc64, table: Int32Array, bytes: Uint8Array, from: number, to: number): void {
  let { low, high } = crc
  for (let at = from; at < to; at++) {
    const index = ((low ^ bytes[at]!) & 255) * 2
    low = ((low >>> 8) | (high << 24)) ^ table[index]!
    high = (high >>> 8) ^ table[index + 1]!
  }
  crc.low = low
  crc.high = high
}

function updateWords(crc: Crc64, table: Int32Array, words: Int32Array): void {
  let { low, high } = crc
  for (let at = 0; at < words.length; at += 2) {
    const a = words[at]! ^ low
    const b = words[at + 1]! ^ high
    const i7 = 3584 + ((a & 255) << 1)
    const i6 = 3072 + ((a >>> 7) & 510)
    const i5 = 2560 + ((a >>> 15) & 510)
    const i4 = 2048 + ((a >>> 23) & 510)
    const i3 = 1536 + ((b & 255) << 1)
    const i2 = 1024 + ((b >>> 7) & 510)
    const i1 = 512 + ((b >>> 15) & 510)
    const i0 = (b >>> 23) & 510
    low = table[i7]! ^ table[i6]! ^ table[i5]! ^ table[i4]! ^ table[i3]! ^ table[i2]! ^ table[i1]! ^ table[i0]!
    high =
      table[i7 + 1]! ^
      table[i6 + 1]! ^
      table[i5 + 1]! ^
      table[i4 + 1]! ^
      table[i3 + 1]! ^
      table[i2 + 1]! ^
      table[i1 + 1]! ^
      table[i0 + 1]!
  }
  crc.low = low
  crc.high = high
}

/** Adds bytes to a running CRC-64, eight at a time where they lie aligned (little-endian machines only). */
export function updateCrc64(crc: Crc64, bytes: Uint8Array): void {
  tables ??= buildTables()
  const head = Math.min(bytes.length, (4 - (bytes.byteOffset & 3)) & 3)
  const blocks = (bytes.length - head) >>> 3
  updateBytes(crc, tables, bytes, 0, head)
  if (blocks > 0) updateWords(crc, tables, new Int32Array(bytes.buffer, bytes.byteOffset + head, blocks * 2))
  updateBytes(crc, tables, bytes, head + blocks * 8, bytes.length)
}

/** The value of a running CRC-64. */
export const crc64Value = (crc: Crc64): bigint => (BigInt(~crc.high >>> 0) << 32n) | BigInt(~crc.low >>> 0)

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n
  let factor = b
  for (let bit = 63n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor
    factor = (factor >> 1n) ^ (factor & 1n ? polynomial : 0n)
  }
  return product
}

/** x to the power of `exponent` modulo the polynomial; the highest bit is x to the power of 0. */
function power(exponent: bigint): bigint {
  let result = 1n << 63n
  let square = 1n << 62n
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square)
    square = multiply(square, square)
  }
  return result
}

/** The CRC-64 of a concatenation, from the CRC-64 and the size of each piece. */
export function concatenateCrc64(pieces: Iterable<{ crc64: string; size: number }>): bigint {
  const shifts = new Map<number, bigint>()
  let total = 0n
  for (const { crc64, size } of pieces) {
    const shift = shifts.get(size) ?? power(BigInt(size) * 8n)
    shifts.set(size, shift)
    total = multiply(shift, total) ^ BigInt(crc64)
  }
  return total
}
