import { expect, test } from 'vitest'
import { rangeText, spanOf } from '../../src/transfer/byte-span.ts'

test.each([
  ['', 100, 0, 100],
  ['', 0, 0, 0],
  ['bytes=0-0', 100, 0, 1],
  ['bytes=10-19', 100, 10, 20],
  ['bytes=10-', 100, 10, 100],
  ['bytes=10-1000', 100, 10, 100],
  ['bytes=99-', 100, 99, 100],
  ['bytes=-30', 100, 70, 100],
  ['bytes=-300', 100, 0, 100],
])('%s of %d bytes is from %d up to %d', (range, size, start, end) => {
  expect(spanOf(range, size)).toEqual({ start, end })
})

test.each([
  ['bytes=100-', 100],
  ['bytes=0-', 0],
  ['bytes=-5', 0],
  ['bytes=-0', 100],
  ['bytes=20-10', 100],
  ['bytes=-', 100],
  ['bytes=1-2,4-5', 100],
  ['1-2', 100],
])('%s of %d bytes is refused', (range, size) => {
  expect(() => spanOf(range, size)).toThrow(/^range: /)
})

test('a range is written as a header', () => {
  expect([undefined, 'bytes=-5', { start: 1 }, { start: 1, end: 5 }].map(rangeText)).toEqual([
    '',
    'bytes=-5',
    'bytes=1-',
    'bytes=1-5',
  ])
})
