import { describe, expect, it } from 'vitest'
import { combineCrc64 } from '../../src/integrity/combine-crc64.ts'
import { crc64 } from '../../src/integrity/crc64.ts'
import vectors from '../conformance/vectors/crc64.json' with { type: 'json' }
import { toBytes } from './vector-data.ts'

/** CRC-64/XZ by its definition, one bit after the other. */
function bitByBit(data: Uint8Array): string {
  let crc = 0xffffffffffffffffn
  for (const byte of data) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n
  }
  return String(crc ^ 0xffffffffffffffffn)
}

/** Numbers from 0 up to, but not including, 1 that a seed determines (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('crc64', () => {
  it.each(vectors.values)('gives what OSS reports for $id', ({ data, initial, crc64: expected }) => {
    const checksum = crc64(initial)

    checksum.update(toBytes(data))

    expect(checksum.digest()).toBe(expected)
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('reads data that begins %i bytes into its buffer', (offset) => {
    const data = new Uint8Array(offset + 1024).subarray(offset)
    data.set(toBytes({ generator: { size: 1024, a: 131, b: 7 } }))
    const checksum = crc64()

    checksum.update(data)

    expect(checksum.digest()).toBe('724165020991798450')
  })

  it('can be read in the middle and continued', () => {
    const checksum = crc64()

    checksum.update(toBytes({ utf8: '1234' }))
    const middle = checksum.digest()
    checksum.update(toBytes({ utf8: '56789' }))

    expect(middle).toBe(bitByBit(toBytes({ utf8: '1234' })))
    expect(checksum.digest()).toBe('11051210869376104954')
  })

  it('counts two pieces of data apart from each other', () => {
    const [first, second] = [crc64(), crc64()]

    first.update(toBytes({ utf8: '123456789' }))
    second.update(toBytes({ utf8: 'hello world' }))

    expect(first.digest()).toBe('11051210869376104954')
    expect(second.digest()).toBe('5981764153023615706')
  })

  it('does not depend on how the data is cut or where it lies in memory', () => {
    const seed = Date.now() | 0
    const random = seededRandom(seed)
    const upTo = (limit: number) => Math.floor(random() * (limit + 1))

    for (let round = 0; round < 200; round++) {
      const data = Uint8Array.from({ length: upTo(2000) }, () => upTo(255))
      const checksum = crc64()
      for (let start = 0; start < data.length; ) {
        const piece = data.subarray(start, start + upTo(round % 2 ? 20 : 500))
        const offset = upTo(7)
        const elsewhere = new Uint8Array(offset + piece.length).subarray(offset)
        elsewhere.set(piece)
        checksum.update(elsewhere)
        start += piece.length
      }
      expect(checksum.digest(), `seed ${seed}, round ${round}`).toBe(bitByBit(data))
    }
  })
})

describe('combineCrc64', () => {
  const pairs = vectors.combine.filter((vector) => vector.crc1 !== undefined)
  const splits = vectors.combine.filter((vector) => vector.parts !== undefined)

  it.each(pairs)('gives the checksum of both pieces for $id', ({ crc1, crc2, length2, combined }) => {
    expect(combineCrc64(crc1!, crc2!, Number(length2))).toBe(combined)
  })

  it.each(splits)('gives the checksum of the whole for $id', ({ parts, combined }) => {
    expect(parts!.reduce((crc, part) => combineCrc64(crc, part.crc64, part.size), '0')).toBe(combined)
  })

  it('covers every case of the vectors', () => {
    expect(pairs.length + splits.length).toBe(16)
  })
})
