import { expect, test } from 'vitest'
import { partSizeFor, partsOf } from '../../src/transfer/part-size.ts'
import facts from '../conformance/vectors/transfer.json' with { type: 'json' }

test.each(facts.partSizeVectors)(
  '$totalSize bytes in parts of $requestedPartSize are in parts of $partSize',
  (vector) => {
    const partSize = partSizeFor(vector.totalSize, vector.requestedPartSize, 6_291_456)

    expect(partSize).toBe(vector.partSize)
    expect(vector.parts ?? Math.ceil(vector.totalSize / partSize)).toBe(Math.ceil(vector.totalSize / partSize))
  },
)

test('zero, less and nothing ask for the default, and an unknown size does not let parts grow', () => {
  expect(partSizeFor(undefined, 0, 6_291_456)).toBe(6_291_456)
  expect(partSizeFor(undefined, -1, 6_291_456)).toBe(6_291_456)
  expect(partSizeFor(undefined, undefined, 6_291_456)).toBe(6_291_456)
  expect(partSizeFor(undefined, 102_400, 6_291_456)).toBe(102_400)
})

test.each([1, 102_399, 5_368_709_121, 200_000.5, Number.NaN])('parts of %d bytes are refused', (size) => {
  expect(() => partSizeFor(1, size, 6_291_456)).toThrow(`partSize: 102400 to 5368709120 bytes, got ${size}`)
})

test('parts follow each other and end with the last byte', () => {
  expect([...partsOf(25, 10)]).toEqual([
    { number: 1, start: 0, end: 10 },
    { number: 2, start: 10, end: 20 },
    { number: 3, start: 20, end: 25 },
  ])
})
