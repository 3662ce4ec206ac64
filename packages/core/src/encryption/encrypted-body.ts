import type { Bytes } from '../bytes.ts'
import { ValidationError } from '../errors.ts'
import { iterate } from '../http/iterate.ts'
import { type Body, bytesOf, requestBody } from '../http/request-body.ts'
import { crc64 } from '../integrity/crc64.ts'
import { chunksOf } from '../transfer/upload-source.ts'
import type { ContentCipher } from './aes-ctr.ts'

/** Where a body belongs, and how large it may be. */
export interface BodyPlace {
  /** Where it begins in the content. */
  readonly position: number
  /** Bytes, as the caller says. */
  readonly declaredSize?: number | undefined
  /** Throws if it must not have so many bytes. `isAll`: there come no more. */
  checkSize(size: number, isAll: boolean): void
}

/** A body as it is stored. */
export interface EncryptedBody {
  readonly body: Body
  /** Whether it cannot be sent again. */
  readonly isOneShot: boolean
  /** Bytes; undefined if that is not known before they were sent. */
  size: number | undefined
}

/** Encrypts what is in memory at once, and everything else as it is sent. Sent again, it is the same cipher text. */
export async function encryptedBody(given: Body, cipher: ContentCipher, place: BodyPlace): Promise<EncryptedBody> {
  const { position, declaredSize, checkSize } = place
  const plain = await requestBody(given, declaredSize)
  const { size } = plain
  if (declaredSize !== undefined && size !== declaredSize)
    throw new ValidationError('contentLength', `the body has ${size} bytes, ${declaredSize} are declared`)
  if (size !== undefined) checkSize(size, true)
  const bytes = bytesOf(given)
  if (bytes) return { size, isOneShot: false, body: await encryptedBytes(bytes, cipher, position) }
  if (given instanceof Blob) {
    return { size, isOneShot: false, body: { size, open: () => cipher.over(iterate(given.stream()), position) } }
  }
  const isSame = sameAgain()
  const encrypted: EncryptedBody = { size, isOneShot: plain.isOneShot === true, body: { size, open } }
  return encrypted

  async function* open(): AsyncGenerator<Bytes> {
    let sent = 0
    for await (const chunk of isSame(cipher.over(chunksOf(plain), position))) {
      sent += chunk.byteLength
      checkSize(sent, false)
      yield chunk
    }
    checkSize(sent, true)
    encrypted.size = sent
  }
}

async function encryptedBytes(bytes: Bytes, cipher: ContentCipher, position: number): Promise<Bytes> {
  const encrypted = new Uint8Array(bytes.byteLength)
  let at = 0
  for await (const piece of cipher.over([bytes], position)) {
    encrypted.set(piece, at)
    at += piece.byteLength
  }
  return encrypted
}

/** Lets chunks pass that are the same each time, however they are cut: of two texts under one key, both could be read. */
function sameAgain(): (chunks: AsyncIterable<Bytes>) => AsyncGenerator<Bytes> {
  let furthest = { size: 0, crc64: '0' }
  return async function* (chunks) {
    const crc = crc64()
    let size = 0
    const add = (bytes: Bytes) => {
      crc.update(bytes)
      size += bytes.byteLength
    }
    try {
      for await (const chunk of chunks) {
        const known = Math.min(chunk.byteLength, furthest.size - size)
        if (known > 0) add(chunk.subarray(0, known))
        if (known > 0 && size === furthest.size && crc.digest() !== furthest.crc64) throw otherBytes()
        add(chunk.subarray(Math.max(known, 0)))
        yield chunk
      }
      if (size < furthest.size) throw otherBytes()
    } finally {
      if (size > furthest.size) furthest = { size, crc64: crc.digest() }
    }
  }
}

const otherBytes = () => new ValidationError('body', 'opened again, it has other bytes than before')
