import { afterEach, expect, test, vi } from 'vitest'
import { defaultHasher, webCryptoHasher } from '../../src/signing/hasher.ts'
import { nobleHasher } from '../../src/signing/noble-hasher.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

afterEach(() => {
  vi.unstubAllGlobals()
})

const hashers = async () => {
  const withWebCrypto = await defaultHasher()
  vi.stubGlobal('crypto', { subtle: undefined })
  const withoutWebCrypto = await defaultHasher()
  vi.stubGlobal('crypto', undefined)
  const withoutCrypto = await defaultHasher()
  vi.unstubAllGlobals()
  return [webCryptoHasher, nobleHasher, withWebCrypto, withoutWebCrypto, withoutCrypto]
}

test.each(await hashers())('SHA-256 of "abc" is that of FIPS 180-2 (hasher %#)', async (hasher) => {
  expect(hex(await hasher.sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test.each(await hashers())('HMAC is that of RFC 2202 and RFC 4231, test case 2 (hasher %#)', async (hasher) => {
  const message = utf8('what do ya want for nothing?')

  const sha1 = await hasher.hmac('SHA-1', utf8('Jefe'))
  const sha256 = await hasher.hmac('SHA-256', utf8('Jefe'))

  expect(hex(await sha1(message))).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  expect(hex(await sha256(message))).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})

test('WebCrypto is chosen where there is one, and only there', async () => {
  expect(await defaultHasher()).toBe(webCryptoHasher)

  vi.stubGlobal('crypto', { subtle: undefined })

  expect(await defaultHasher()).not.toBe(webCryptoHasher)
})
