import { constants, createHash, createPrivateKey, privateDecrypt } from 'node:crypto'
import {
  createClient,
  DecryptionError,
  getObject,
  initiateMultipartUpload,
  noRetry,
  putBucket,
  putObject,
  uploadPart,
  ValidationError,
} from '@oss-js/core'
import { type Emulator, startEmulator } from '@oss-js/emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentCipher } from '../../src/encryption/aes-ctr.ts'
import { EncryptionClient } from '../../src/encryption/encryption-client.ts'
import { openEnvelope, readEnvelope } from '../../src/encryption/envelope.ts'
import { rsaMasterCipher } from '../../src/encryption/rsa-master-cipher.ts'
import { fetchTransport } from '../../src/http/fetch-transport.ts'
import type { HttpRequest } from '../../src/http/transport.ts'
import vectors from '../conformance/vectors/encryption.json' with { type: 'json' }
import { toBytes, type VectorData } from '../integrity/vector-data.ts'

type MasterKey = keyof typeof vectors.keys
type MatDesc = Record<string, string> | null

const bucket = 'examplebucket'
const key = 'example'
const headerStart = 'x-oss-meta-'
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const base64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const plainOf = ({ plain }: { plain: unknown }) => toBytes(plain as VectorData) as Uint8Array<ArrayBuffer>
const objectOf = (id: string) => vectors.objects.find((object) => object.id === id)!
const cipherOf = (name: string, matDesc: MatDesc = null) => {
  const { publicSpki: publicKey, privatePkcs8: privateKey } = vectors.keys[name as MasterKey]
  return rsaMasterCipher({ publicKey, privateKey, ...(matDesc && { matDesc }) })
}
const metadataOf = (headers: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers as Record<string, string | null>)
      .filter((entry): entry is [string, string] => entry[1] !== null)
      .map(([name, value]) => [name.slice(headerStart.length), value]),
  )

const joined = async (chunks: AsyncIterable<Uint8Array>) => {
  const collected: Uint8Array[] = []
  for await (const chunk of chunks) collected.push(chunk)
  return Buffer.concat(collected)
}

let emulator: Emulator
/** What went over the wire. */
const sent: HttpRequest[] = []
const clientOf = () => {
  const { endpoint, region, accessKeyId, accessKeySecret } = emulator
  const send = fetchTransport()
  return createClient({
    endpoint,
    region,
    credentialsProvider: { accessKeyId, accessKeySecret },
    retryer: noRetry,
    transport(request) {
      sent.push(request)
      return send(request)
    },
  })
}
/** Stores an object as its producer sent it. */
const store = (object: (typeof vectors.objects)[number], overrideHeaders = {}) =>
  putObject(clientOf(), {
    bucket,
    key,
    body: base64(object.cipherBase64),
    metadata: metadataOf({ ...object.headers, ...overrideHeaders }),
  })
beforeAll(async () => {
  emulator = await startEmulator()
  await putBucket(clientOf(), { bucket })
})
afterAll(() => emulator.close())

describe('the content', () => {
  test.each(vectors.ctr)('of $id is encrypted from its offset on', async ({ keyHex, ivHex, offset, ...vector }) => {
    const cipher = await contentCipher({ key: hex(keyHex), start: hex(ivHex) })

    const encrypted = await cipher.apply(plainOf(vector), offset)

    expect(sha256(encrypted)).toBe(vector.cipherSha256)
    expect(vector.cipherBase64 ?? Buffer.from(encrypted).toString('base64')).toBe(
      Buffer.from(encrypted).toString('base64'),
    )
  })

  test.each(vectors.ctr)('of $id is decrypted however it is cut', async ({ keyHex, ivHex, offset, ...vector }) => {
    const cipher = await contentCipher({ key: hex(keyHex), start: hex(ivHex) })
    const encrypted = await cipher.apply(plainOf(vector), offset)
    const pieces: Uint8Array[] = []
    for (let at = 0, size = 1; at < encrypted.length; at += size, size = 1 + ((size * 5) % 101))
      pieces.push(encrypted.subarray(at, at + size))

    const decrypted = await joined(cipher.over(pieces, offset))

    expect(sha256(decrypted)).toBe(sha256(plainOf(vector)))
  })
})

describe('a content key', () => {
  const privateForms = ['privatePkcs8', 'privatePkcs1'] as const
  const publicForms = ['publicSpki', 'publicPkcs1'] as const

  test.each(vectors.wraps)('wrapped as $id is what either form of the private key decrypts', async (wrap) => {
    for (const form of privateForms) {
      const cipher = rsaMasterCipher({ privateKey: vectors.keys[wrap.masterKey as MasterKey][form] })

      const decrypted = await cipher.decrypt(base64(wrap.wrappedBase64))

      expect(Buffer.from(decrypted).toString('hex')).toBe(wrap.dataHex)
      expect(cipher.wrapAlgorithm).toBe(wrap.algorithm)
    }
  })

  test.each(vectors.wraps)('wrapped here as $id is what OpenSSL decrypts', async (wrap) => {
    for (const form of publicForms) {
      const keys = vectors.keys[wrap.masterKey as MasterKey]
      const wrapped = await rsaMasterCipher({ publicKey: keys[form] }).encrypt(hex(wrap.dataHex))

      const raw = privateDecrypt(
        { key: createPrivateKey(keys.privatePkcs8), padding: constants.RSA_NO_PADDING },
        wrapped,
      )

      expect(wrapped.byteLength).toBe(keys.bits / 8)
      expect(raw.subarray(0, 2).toString('hex')).toBe('0002')
      expect(raw.indexOf(0, 2)).toBe(raw.length - wrap.dataHex.length / 2 - 1)
      expect(raw.subarray(-wrap.dataHex.length / 2).toString('hex')).toBe(wrap.dataHex)
    }
  })
})

describe('an object', () => {
  test.each(vectors.objects)('written as $id is read, whole and in ranges', async (object) => {
    await store(object)
    const client = new EncryptionClient(clientOf(), cipherOf(object.masterKey))

    for (const read of object.reads as {
      range: string | null
      plainSha256: string
      plainLength: number
      wireRange?: string
      contentRange?: string
    }[]) {
      sent.length = 0
      const { body, ...output } = await getObject(client, { bucket, key, ...(read.range && { range: read.range }) })
      const bytes = await body.bytes()

      expect(sha256(bytes), String(read.range)).toBe(read.plainSha256)
      expect(output.contentLength).toBe(read.plainLength)
      expect(output.response.headers['content-length']).toBe(String(read.plainLength))
      if (read.wireRange) expect(sent[0]!.headers.range).toBe(read.wireRange)
      if (read.range) expect(sent[0]!.headers['x-oss-range-behavior']).toBe('standard')
      if (read.contentRange) expect(output.contentRange).toBe(read.contentRange)
      expect(output.response.headers['content-range']).toBe(output.contentRange)
    }
  })

  test.each(vectors.objects.filter(({ parts }) => parts))(
    'written as $id has parts that begin where the one before ends',
    async (object) => {
      const envelope = readEnvelope(object.headers as object as Record<string, string>, '')!
      const cipher = await contentCipher(await openEnvelope(envelope, [cipherOf(object.masterKey)], ''))
      const plain = plainOf(object)

      for (const { partNumber, size, counterOffset, cipherSha256 } of object.parts!) {
        const position = (partNumber - 1) * object.partSize!
        const part = await cipher.apply(plain.subarray(position, position + size), position)
        expect(counterOffset * vectors.alignment).toBe(position)
        expect(sha256(part)).toBe(cipherSha256)
      }
    },
  )

  test.each(vectors.objects)('$id: the same envelope and key give the same cipher text', async (object) => {
    const envelope = readEnvelope(object.headers as object as Record<string, string>, '')!
    const content = await openEnvelope(envelope, [cipherOf(object.masterKey)], '')
    const encrypted = await (await contentCipher(content)).apply(plainOf(object), 0)

    expect(sha256(encrypted)).toBe(object.cipherSha256)
    expect(Buffer.from(encrypted).toString('base64')).toBe(object.cipherBase64)
    expect(object.contentKeyHex ?? Buffer.from(content.key).toString('hex')).toBe(
      Buffer.from(content.key).toString('hex'),
    )
    expect(object.contentIvHex ?? Buffer.from(content.start).toString('hex')).toBe(
      Buffer.from(content.start).toString('hex'),
    )
  })
})

describe('the master key', () => {
  test.each(vectors.keySelection)(
    'is chosen as $id says',
    async ({ object: id, client: { masterKey, matDesc, decryptMasterKeys } }) => {
      const object = objectOf(id)
      await store(object)
      const decryptMasterCiphers = decryptMasterKeys.map((other) => cipherOf(other.masterKey, other.matDesc as MatDesc))
      const client = new EncryptionClient(clientOf(), cipherOf(masterKey, matDesc as MatDesc), { decryptMasterCiphers })

      const { body } = await getObject(client, { bucket, key })

      expect(sha256(await body.bytes())).toBe(sha256(plainOf(object)))
    },
  )
})

describe('what cannot be done', () => {
  const ofKind = (wanted: string) => vectors.errors.filter(({ kind }) => kind === wanted)

  test.each(ofKind('decrypt'))(
    'decrypting: $id',
    async ({ object: id, overrideHeaders, masterKey, privateKey, expected }) => {
      const object = objectOf(id!)
      await store(object, overrideHeaders)
      const keys = vectors.keys[masterKey as MasterKey]
      const master = rsaMasterCipher({
        publicKey: keys.publicSpki,
        ...(privateKey && { privateKey: keys.privatePkcs8 }),
      })
      const client = new EncryptionClient(clientOf(), master)

      const reading = getObject(client, { bucket, key }).then(({ body }) => body.bytes())

      if (expected === 'passthrough') {
        expect(Buffer.from(await reading).toString('base64')).toBe(object.cipherBase64)
        return
      }
      const error = await reading.catch((error) => error)
      expect(error).toBeInstanceOf(DecryptionError)
      expect(error.message).toMatch(/^oss:\/\/examplebucket\/example: /)
    },
  )

  test.each(ofKind('initiate'))('beginning an upload: $id', async ({ csePartSize, cseDataSize, expected }) => {
    const client = new EncryptionClient(clientOf(), cipherOf('A'))
    sent.length = 0

    const beginning = initiateMultipartUpload(client, {
      bucket,
      key,
      cseDataSize,
      ...(csePartSize !== null && { csePartSize }),
    })

    if (expected === 'ok') {
      await expect(beginning).resolves.toHaveProperty('uploadId')
      return
    }
    await expect(beginning).rejects.toMatchObject({ name: 'ValidationError', field: 'csePartSize' })
    expect(sent).toEqual([])
  })

  test.each(ofKind('uploadPart'))('sending a part: $id', async () => {
    const { uploadId } = await initiateMultipartUpload(clientOf(), { bucket, key })
    const client = new EncryptionClient(clientOf(), cipherOf('A'))
    sent.length = 0

    const sending = uploadPart(client, { bucket, key, uploadId, partNumber: 1, body: 'plain' })

    await expect(sending).rejects.toThrow(/not begun with encryption; unwrap\(\)/)
    expect(sent.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  test.each(ofKind('put'))('putting: $id', async ({ masterKey }) => {
    const { privatePkcs8: privateKey } = vectors.keys[masterKey as MasterKey]
    const client = new EncryptionClient(clientOf(), rsaMasterCipher({ privateKey }))
    sent.length = 0

    const putting = putObject(client, { bucket, key, body: 'plain' })

    await expect(putting).rejects.toThrow(ValidationError)
    await expect(putting).rejects.toThrow(/publicKey/)
    expect(sent).toEqual([])
  })

  test('every kind of error of the vectors is tried', () => {
    const tried = ['decrypt', 'initiate', 'uploadPart', 'put'].flatMap(ofKind)

    expect(tried.length).toBe(vectors.errors.length)
  })
})

test('headers are called what the vectors call them', async () => {
  const client = new EncryptionClient(clientOf(), cipherOf('B', { desc: 'your test master key', tag: '二' }))
  sent.length = 0
  const contentMd5 = 'XrY7u+Ae7tCTyyK7j1rNww=='
  await putObject(client, { bucket, key, body: 'hello world', contentLength: 11, contentMd5 })
  await initiateMultipartUpload(client, { bucket, key, csePartSize: 102_400, cseDataSize: 500_000 })

  const [put, initiate] = sent
  const { headerNames } = vectors
  expect(put!.headers[headerNames['cek-alg']]).toBe(vectors.algorithms.content)
  expect(put!.headers[headerNames['wrap-alg']]).toBe(vectors.algorithms.wrap)
  expect(put!.headers[headerNames.matdesc]).toBe('{"desc":"your test master key","tag":"\\u4e8c"}')
  expect(base64(put!.headers[headerNames.key]!).length).toBe(256)
  expect(base64(put!.headers[headerNames.start]!).length).toBe(256)
  expect(put!.headers[headerNames['unencrypted-content-length']]).toBe('11')
  expect(put!.headers[headerNames['unencrypted-content-md5']]).toBe(contentMd5)
  expect(put!.headers).not.toHaveProperty('content-md5')
  expect(put!.headers).not.toHaveProperty('content-length')
  expect(initiate!.headers[headerNames['part-size']]).toBe('102400')
  expect(initiate!.headers[headerNames['data-size']]).toBe('500000')
})
