import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { concatenateCrc64, crc64Value, startCrc64, updateCrc64 } from '../src/crc64.ts'

interface Data {
  readonly generator?: { size: number; a: number; b: number }
  readonly utf8?: string
  readonly hex?: string
}

const vectors = JSON.parse(
  readFileSync(new URL('../../core/test/conformance/vectors/crc64.json', import.meta.url), 'utf8'),
)

function bytesOf({ generator, utf8, hex }: Data): Uint8Array {
  if (generator === undefined) return utf8 === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(utf8)
  return Uint8Array.from({ length: generator.size }, (_, index) => (index * generator.a + generator.b) & 255)
}

const crc64Of = (...pieces: Uint8Array[]): string => {
  const crc = startCrc64()
  for (const piece of pieces) updateCrc64(crc, piece)
  return crc64Value(crc).toString()
}

interface ValueCase {
  readonly id: string
  readonly data: Data
  readonly initial: string
  readonly crc64: string
}
const values = (vectors.values as ValueCase[]).filter(({ initial }) => initial === '0')

test.each(values)('the CRC-64 of $id is that of the vectors', ({ data, crc64 }) => {
  expect(crc64Of(bytesOf(data))).toBe(crc64)
})

test.each(values)('the CRC-64 of $id does not depend on how the bytes are cut and aligned', ({ data, crc64 }) => {
  const bytes = bytesOf(data)
  const padded = new Uint8Array(bytes.length + 3)
  padded.set(bytes, 3)
  const shifted = padded.subarray(3)
  expect(crc64Of(shifted)).toBe(crc64)
  expect(crc64Of(shifted.subarray(0, 5), shifted.subarray(5))).toBe(crc64)
})

interface CombineCase {
  readonly id: string
  readonly crc1?: string
  readonly crc2?: string
  readonly length2?: string
  readonly parts?: { size: number; crc64: string }[]
  readonly combined: string
}

test.each(vectors.combine as CombineCase[])('the CRC-64 of the concatenation $id follows from its pieces', (given) => {
  const { crc1 = '0', crc2 = '0', length2, combined } = given
  const pieces = given.parts ?? [
    { crc64: crc1, size: 0 },
    { crc64: crc2, size: Number(length2) },
  ]
  expect(concatenateCrc64(pieces).toString()).toBe(combined)
})
