import { constants, createPrivateKey, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto'
import { rsaMasterCipher, ValidationError } from '@oss-js/core'
import { describe, expect, test } from 'vitest'
import { fittingCipher, type MasterCipher } from '../../src/encryption/master-cipher.ts'
import vectors from '../conformance/vectors/encryption.json' with { type: 'json' }

const { A, B } = vectors.keys
const data = new Uint8Array(32).map((_, index) => index * 7)

describe('with a key of OpenSSL', () => {
  test.each([512, 1024, 1030, 2047, 2048, 3072, 4096])(
    'of %d bits, both read what the other wrote',
    async (modulusLength) => {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength })
      const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
      const cipher = rsaMasterCipher({ publicKey: spki, privateKey: pkcs1 })

      const theirs = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, data)
      const ours = await cipher.encrypt(data)
      const raw = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, ours)

      expect([...(await cipher.decrypt(new Uint8Array(theirs)))]).toEqual([...data])
      expect([...(await cipher.decrypt(ours))]).toEqual([...data])
      expect([...raw.subarray(-33)]).toEqual([0, ...data])
      expect(raw.subarray(2, -33).includes(0)).toBe(false)
    },
  )

  test('the same data is never encrypted to the same', async () => {
    const cipher = rsaMasterCipher({ publicKey: A.publicSpki })

    expect(await cipher.encrypt(data)).not.toEqual(await cipher.encrypt(data))
  })
})

describe('what was not encrypted with the key', () => {
  const size = 256
  const block = (start: number[], zeroAt?: number) => {
    const bytes = new Uint8Array(size).fill(0xaa)
    bytes.set(start)
    if (zeroAt !== undefined) bytes[zeroAt] = 0
    return new Uint8Array(publicEncrypt({ key: A.publicSpki, padding: constants.RSA_NO_PADDING }, bytes))
  }
  const spoilt: [string, Uint8Array<ArrayBuffer>][] = [
    ['a block of signatures', block([0, 1], 100)],
    ['a block that begins with another byte', block([1, 2], 100)],
    ['a padding of 7 bytes', block([0, 2], 9)],
    ['a padding without end', block([0, 2])],
    ['nothing', new Uint8Array(0)],
    ['too few bytes', new Uint8Array(size - 1).fill(1)],
    ['too many bytes', new Uint8Array(size + 1)],
    ['a number larger than the key', new Uint8Array(size).fill(0xff)],
    ['zero', new Uint8Array(size)],
  ]

  test.each(spoilt)('is refused with one and the same message: %s', (_, encrypted) => {
    const cipher = rsaMasterCipher({ privateKey: A.privatePkcs8 })

    expect(() => cipher.decrypt(encrypted)).toThrow(/^it was not encrypted with this key$/)
  })

  test('is not refused with the shortest padding that there may be', async () => {
    const cipher = rsaMasterCipher({ privateKey: A.privatePkcs8 })

    expect((await cipher.decrypt(block([0, 2], 10))).length).toBe(size - 11)
  })
})

describe('a PEM', () => {
  const lines = A.privatePkcs8.split('\n')
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 1024 })
  const locked = createPrivateKey(A.privatePkcs8).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  })
  const lockedOld = createPrivateKey(A.privatePkcs8).export({
    type: 'pkcs1',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  })
  const wrong: [string, 'publicKey' | 'privateKey', string][] = [
    ['nothing', 'privateKey', ''],
    ['no PEM', 'privateKey', lines.slice(1, -2).join('')],
    ['a cut PEM', 'privateKey', lines.slice(0, 9).join('\n')],
    ['a PEM with lines missing', 'privateKey', [...lines.slice(0, 9), ...lines.slice(12)].join('\n')],
    ['a PEM with other characters', 'privateKey', A.privatePkcs8.replace('MII', 'MI*')],
    [
      'a PEM with changed primes',
      'privateKey',
      A.privatePkcs1.replace(A.privatePkcs1.split('\n')[13]!.slice(0, 8), 'AAAAAAAA'),
    ],
    ['a locked PEM', 'privateKey', String(locked)],
    ['a locked PEM of the older kind', 'privateKey', String(lockedOld)],
    ['a public key in the place of the private one', 'privateKey', A.publicSpki],
    ['a private key in the place of the public one', 'publicKey', A.privatePkcs8],
    ['the key of an elliptic curve', 'privateKey', ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    [
      'the public key of an elliptic curve',
      'publicKey',
      ec.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
    ['a key for signatures alone', 'publicKey', pss.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a certificate', 'publicKey', A.publicSpki.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['an empty one', 'publicKey', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'],
    ['bytes', 'publicKey', new Uint8Array(3) as unknown as string],
  ]

  test.each(wrong)('that is %s is refused by its field, and not quoted', (_, field, pem) => {
    let error: unknown
    try {
      rsaMasterCipher({ [field]: pem })
    } catch (thrown) {
      error = thrown
    }

    expect(error).toBeInstanceOf(ValidationError)
    expect(error).toMatchObject({ field })
    expect(Object.keys(error as object).sort()).toEqual(['field', 'name'])
    for (const run of String(pem).match(/[\w+/]{12,}/g) ?? []) expect((error as Error).message).not.toContain(run)
  })

  test('may have other line ends, text around it, and lines of any length', async () => {
    const cipher = rsaMasterCipher({
      publicKey: `a key\r\n${A.publicSpki.replaceAll('\n', '\r\n')}\r\nof mine`,
      privateKey: A.privatePkcs8.replaceAll(/(?<!-)\n(?!-)/g, ''),
    })

    expect([...(await cipher.decrypt(await cipher.encrypt(data)))]).toEqual([...data])
  })

  /** The exponent, 65537, is what the key ends with. */
  const publicWith = (...exponent: number[]) => {
    const der = Buffer.from(A.publicSpki.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64')
    der.set(exponent, der.length - exponent.length)
    return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----`
  }

  test('whose exponent was damaged is refused: nothing would ever be decrypted', () => {
    for (const exponent of [
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ])
      expect(() => rsaMasterCipher({ publicKey: publicWith(...exponent) })).toThrow(
        /^publicKey: no RSA key is in the PEM/,
      )
    expect(() => rsaMasterCipher({ publicKey: publicWith(1, 0, 3), privateKey: A.privatePkcs8 })).toThrow(
      /^privateKey: it does not belong to publicKey/,
    )
    expect(() => rsaMasterCipher({ publicKey: publicWith(1, 0, 1), privateKey: A.privatePkcs8 })).not.toThrow()
  })

  test('of another key than the other one is refused', () => {
    const wrongPair = () => rsaMasterCipher({ publicKey: A.publicSpki, privateKey: B.privatePkcs8 })

    expect(wrongPair).toThrow(/^privateKey: it does not belong to publicKey/)
    expect(() => rsaMasterCipher({})).toThrow(/^publicKey: /)
  })
})

describe('a description', () => {
  const described = (matDesc: Record<string, string>): MasterCipher => ({
    ...rsaMasterCipher({ publicKey: A.publicSpki }),
    matDesc,
  })
  const own = described({ a: '1', b: '二' })
  const other = described({ a: '2' })
  const none = rsaMasterCipher({ publicKey: A.publicSpki })

  test.each([
    ['{"b": "\\u4e8c", "a": "1"}', own],
    ['{"a":"1","b":"二"}', own],
    ['{"a":"2"}', other],
    ['{"a": "2" , "c": "3"}', own],
    ['{}', none],
    ['', none],
    [undefined, none],
    ['no JSON', own],
    ['null', own],
  ])('%s is compared as what it says, not as text', (text, expected) => {
    expect(fittingCipher([own, other, none], text)).toBe(expected)
  })
})
