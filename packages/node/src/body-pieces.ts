import { type TransportBody, ValidationError } from '@oss-js/core'

/** Small enough that progress shows on a slow line. */
const pieceBytes = 65_536

/**
 * Cuts a body into pieces of at most 64 KiB. With a size, the last piece is handed out when the body is known to end
 * there, so that one of another size is never sent completely.
 */
export async function* bodyPieces(body: TransportBody, size: number | undefined): AsyncGenerator<Uint8Array> {
  let sum = 0
  let last: Uint8Array | undefined
  for await (const piece of cut(body)) {
    sum += piece.byteLength
    if (size !== undefined && sum > size)
      throw new ValidationError('body', `holds more than the ${size} bytes declared`)
    if (sum === size) last = piece
    else yield piece
  }
  if (size !== undefined && sum < size)
    throw new ValidationError('body', `ended after ${sum} of the ${size} bytes declared`)
  if (last) yield last
}

async function* cut(body: TransportBody): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(body)) {
    for (let at = 0; at < chunk.byteLength; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes)
  }
}

function chunksOf(body: TransportBody): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (body instanceof Uint8Array) return [body]
  return body instanceof Blob ? body.stream() : body
}
