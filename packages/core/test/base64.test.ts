import { describe, expect, it } from 'vitest'
import { decodeBase64Text, encodeBase64 } from '../src/base64.ts'

// The vectors of RFC 4648, section 10.
const rfc4648 = [
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
] as const

describe('base64', () => {
  it.each(rfc4648)('encodes %j as %j', (text, base64) => {
    expect(encodeBase64(new TextEncoder().encode(text))).toBe(base64)
  })

  it.each(rfc4648)('decodes %j from %j', (text, base64) => {
    expect(decodeBase64Text(base64)).toBe(text)
  })

  it('encodes bytes that are no text', () => {
    expect(encodeBase64(Uint8Array.of(0, 255, 128, 62, 63))).toBe('AP+APj8=')
  })

  it('encodes more bytes than a call takes arguments', () => {
    expect(encodeBase64(new Uint8Array(300_000))).toBe('A'.repeat(400_000))
  })

  it('decodes UTF-8', () => {
    expect(decodeBase64Text('5p2t5bee8J+YgA==')).toBe('杭州😀')
  })

  it('throws for what is no base64', () => {
    expect(() => decodeBase64Text('<Error>')).toThrow()
  })
})
