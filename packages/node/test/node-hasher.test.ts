import { expect, test } from 'vitest'
import { nodeHasher } from '../src/index.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

test('SHA-256 is that of FIPS 180-4', async () => {
  expect(hex(await nodeHasher.sha256(bytes('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test('HMAC is that of RFC 4231 and RFC 2202, and one key serves many messages', async () => {
  const sha256 = await nodeHasher.hmac('SHA-256', bytes('Jefe'))
  const sha1 = await nodeHasher.hmac('SHA-1', bytes('Jefe'))
  const message = bytes('what do ya want for nothing?')

  for (let count = 0; count < 2; count++) {
    expect(hex(await sha256(message))).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
    expect(hex(await sha1(message))).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  }
})
