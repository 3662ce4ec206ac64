import { createHash } from 'node:crypto'
import { type Call, header } from './call.ts'
import { crc64Value, startCrc64, updateCrc64 } from './crc64.ts'
import { ServiceFault } from './errors.ts'
import { verifyContentMd5 } from './message.ts'
import type { Piece } from './storage/records.ts'

/** Bytes of a request body that were kept, and what they add up to. */
export interface Received {
  readonly piece: Piece
  readonly size: number
  readonly md5: Buffer
  readonly crc64: string
}

/** 5 GiB, the most that one request can bring. */
export const maximumBodySize = 5 * 1024 ** 3

const tooLarge = (): ServiceFault =>
  new ServiceFault(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.')

/** Throws 411 for a body whose end is not announced. */
export function checkLength(call: Call): void {
  const length = header(call, 'content-length')
  if (length !== undefined && Number(length) > maximumBodySize) throw tooLarge()
  if (length !== undefined || header(call, 'transfer-encoding') !== undefined) return
  throw new ServiceFault(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
}

/**
 * Digests bytes as they pass, and once all have passed verifies the Content-MD5 of the request.
 *
 * @returns MD5, CRC-64 and size once `bytes` was read to its end
 */
export function digesting(source: AsyncIterable<Uint8Array>, verify: (md5: Buffer) => void = () => {}) {
  const md5 = createHash('md5')
  const crc64 = startCrc64()
  const digest = { size: 0, md5: Buffer.alloc(0), crc64: '0' }
  async function* bytes(): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      digest.size += chunk.length
      if (digest.size > maximumBodySize) throw tooLarge()
      md5.update(chunk)
      updateCrc64(crc64, chunk)
      yield chunk
    }
    digest.md5 = md5.digest()
    digest.crc64 = crc64Value(crc64).toString()
    verify(digest.md5)
  }
  return { bytes: bytes(), digest }
}

/** Keeps a body. Keeps nothing when it is broken off or its Content-MD5 is wrong. */
export async function keepBody(call: Call): Promise<Received> {
  const { bytes, digest } = digesting(call.request.body, (md5) => verifyContentMd5(call.request, md5))
  const blob = await call.bytes.blobs.write(bytes)
  return { ...digest, piece: { blob, offset: 0, size: digest.size } }
}

/** Keeps the body of a request that announces its end. */
export async function receive(call: Call): Promise<Received> {
  checkLength(call)
  return keepBody(call)
}

/** Runs what makes pieces part of an object, and drops them when it fails. */
export async function adopt<T>(call: Call, pieces: readonly Piece[], action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    await call.bytes.remove(pieces)
    throw error
  }
}
