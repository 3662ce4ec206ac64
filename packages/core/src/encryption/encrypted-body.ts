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

/** Bytes at least between two places where what is sent again is compared. So many are held back until then, and a chunk. */
const comparedBytes = 65_536

/**
 * Lets chunks pass that are the same each time, however they are cut: of two texts under one key, both could be read. Nothing of
 * another text passes.
 */
function sameAgain(): (chunks: AsyncIterable<Bytes>) => AsyncGenerator<Bytes> {
  const sent: { readonly size: number; readonly crc64: string }[] = []
  let note = (_least: number): void => {}
  return async function* (chunks) {
    // What was sent the time before, to its last byte.
    note(1)
    const crc = crc64()
    const held: Bytes[] = []
    let size = 0
    let compared = 0
    const add = (bytes: Bytes) => {
      crc.update(bytes)
      size += bytes.byteLength
      return bytes
    }
    note = (least) => {
      if (size - (sent.at(-1)?.size ?? 0) >= least) compared = sent.push({ size, crc64: crc.digest() })
    }
    for await (const chunk of chunks) {
      let from = 0
      for (let next = sent[compared]; next && from < chunk.byteLength; next = sent[compared]) {
        const known = add(chunk.subarray(from, from + next.size - size))
        held.push(known)
        from += known.byteLength
        if (size < next.size) break
        if (crc.digest() !== next.crc64) throw otherBytes()
        compared += 1
        yield* held.splice(0)
      }
      if (from === chunk.byteLength) continue
      const fresh = add(chunk.subarray(from))
      note(comparedBytes)
      yield fresh
    }
    if (compared < sent.length) throw otherBytes()
  }
}

const otherBytes = () => new ValidationError('body', 'opened again, it has other bytes than before')
