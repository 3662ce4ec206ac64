import type { ContentCipher } from './aes-ctr.ts'

/** Which bytes a stream has. */
export interface StreamPlace {
  /** Where they begin in the content. */
  readonly start: number
  /** How many are left out at the beginning. */
  readonly surplus: number
}

/** Decrypts chunk by chunk, as they are asked for. Without a cipher, bytes stay what they are. */
export function decryptedStream(
  encrypted: ReadableStream<Uint8Array>,
  cipher: ContentCipher | undefined,
  { start, surplus }: StreamPlace,
): ReadableStream<Uint8Array> {
  const reader = encrypted.getReader()
  let at = start
  const first = start + surplus
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          const wanted = value.subarray(Math.max(0, first - at))
          const position = Math.max(first, at)
          at += value.byteLength
          if (wanted.byteLength > 0) return controller.enqueue((await cipher?.apply(wanted, position)) ?? wanted)
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
