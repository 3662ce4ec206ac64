import { polynomialHigh, polynomialLow } from './crc64.ts'

/** Coefficients of a polynomial below x^64. Reflected: the highest bit of `high` is that of x^0. */
type Residue = readonly [low: number, high: number]

/** x^(8 * 2^k). Each is the square of the one before, made when a size first needs it. */
const powers: [Residue, ...Residue[]] = [[0, 1 << 23]]

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

function parse(decimal: string): Residue {
  const value = BigInt(decimal)
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))]
}

function format([low, high]: Residue): string {
  return String((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0))
}
