import { expect, test } from 'vitest'
import { crc32 } from '../../src/integrity/crc32.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each([
  ['', 0],
  ['123456789', 0xcbf43926],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
])('the CRC-32 of "%s" is %i', (text, expected) => {
  expect(crc32(bytes(text))).toBe(expected)
})

test('data may come in pieces', () => {
  expect(crc32(bytes('456789'), crc32(bytes('123')))).toBe(0xcbf43926)
})
