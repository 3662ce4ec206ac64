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

/** Coefficients of a polynomial below x^64. Reflected: the highest bit of `high` is that of x^0. */
type Residue = readonly [low: number, high: number]

/** Both halves of every table entry. */
type Tables = readonly [low: Int32Array, high: Int32Array]

/** `| 0`: engines compute with 32-bit integers much faster if they are signed. */
const polynomialLow = 0xd7870f42 | 0
const polynomialHigh = 0xc96c5795 | 0

/** x^(8 * 2^k). Each is the square of the one before, made when a size first needs it. */
const powers: [Residue, ...Residue[]] = [[0, 1 << 23]]

let sharedTables: Tables | undefined

/** A checksum in plain JavaScript, eight table look-ups for eight bytes (slicing-by-8). */
export const crc64: Crc64Engine = (initial = '0') => {
  sharedTables ??= createTables()
  const [lows, highs] = sharedTables
  let [low, high] = invert(parse(initial))

  const addBytes = (bytes: Uint8Array) => {
    for (let i = 0; i < bytes.length; i++) {
      const index = (low ^ bytes[i]!) & 255
      low = ((low >>> 8) | (high << 24)) ^ lows[index]!
      high = (high >>> 8) ^ highs[index]!
    }
  }

  return {
    update(data) {
      const head = -data.byteOffset & 3
      const pairs = (data.length - head) >> 3
      if (pairs < 1 || !isLittleEndian()) return addBytes(data)
      addBytes(data.subarray(0, head))
      const words = new Int32Array(data.buffer, data.byteOffset + head, pairs * 2)
      ;[low, high] = addWords(lows, highs, words, low, high)
      addBytes(data.subarray(head + pairs * 8))
    },
    digest: () => format(invert([low, high])),
  }
}

/** The checksum of two pieces of data one after the other, from the checksum of each and the size of the second. */
export function combineCrc64(first: string, second: string, secondSize: number): string {
  let shifted = parse(first)
  for (let k = 0, size = secondSize; size > 0; k++, size = Math.floor(size / 2)) {
    const power = powers[k] ?? multiply(powers[k - 1]!, powers[k - 1]!)
    powers[k] = power
    if (size % 2) shifted = multiply(power, shifted)
  }
  const [low, high] = parse(second)
  return format([shifted[0] ^ low, shifted[1] ^ high])
}

function addWords(lows: Int32Array, highs: Int32Array, words: Int32Array, low: number, high: number): Residue {
  for (let i = 0; i < words.length; i += 2) {
    low ^= words[i]!
    high ^= words[i + 1]!
    const a = 1792 | (low & 255)
    const b = 1536 | ((low >>> 8) & 255)
    const c = 1280 | ((low >>> 16) & 255)
    const d = 1024 | (low >>> 24)
    const e = 768 | (high & 255)
    const f = 512 | ((high >>> 8) & 255)
    const g = 256 | ((high >>> 16) & 255)
    const h = high >>> 24
    low = lows[a]! ^ lows[b]! ^ lows[c]! ^ lows[d]! ^ lows[e]! ^ lows[f]! ^ lows[g]! ^ lows[h]!
    high = highs[a]! ^ highs[b]! ^ highs[c]! ^ highs[d]! ^ highs[e]! ^ highs[f]! ^ highs[g]! ^ highs[h]!
  }
  return [low, high]
}

/** Entry `256 * k + byte` is what a byte leaves behind when k more bytes follow: byte * x^(8 (k + 1)). */
function createTables(): Tables {
  const lows = new Int32Array(2048)
  const highs = new Int32Array(2048)
  for (let i = 0; i < 256; i++) {
    ;[lows[i], highs[i]] = multiply(powers[0], [i, 0])
  }
  for (let i = 256; i < 2048; i++) {
    const low = lows[i - 256]!
    const high = highs[i - 256]!
    lows[i] = ((low >>> 8) | (high << 24)) ^ lows[low & 255]!
    highs[i] = (high >>> 8) ^ highs[low & 255]!
  }
  return [lows, highs]
}

/** The product modulo the polynomial. Takes as many steps as `first` has powers. */
function multiply(first: Residue, second: Residue): Residue {
  let [restLow, restHigh] = first
  let [termLow, termHigh] = second
  let low = 0
  let high = 0
  while (restLow | restHigh) {
    const taken = restHigh >> 31
    low ^= termLow & taken
    high ^= termHigh & taken
    restHigh = (restHigh << 1) | (restLow >>> 31)
    restLow <<= 1
    const overflow = -(termLow & 1)
    termLow = ((termLow >>> 1) | (termHigh << 31)) ^ (polynomialLow & overflow)
    termHigh = (termHigh >>> 1) ^ (polynomialHigh & overflow)
  }
  return [low, high]
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Int32Array([1]).buffer)[0] === 1
}

function invert([low, high]: Residue): Residue {
  return [~low, ~high]
}

function parse(decimal: string): Residue {
  const value = BigInt(decimal)
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))]
}

function format([low, high]: Residue): string {
  return String((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0))
}
