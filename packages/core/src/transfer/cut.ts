/** Cuts a stream into pieces of one size, the last excepted. Memory that is free again is used again. */
export async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
  free: Uint8Array<ArrayBuffer>[],
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  let piece = free.pop() ?? new Uint8Array(size)
  let filled = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const taken = chunk.subarray(at, at + size - filled)
      piece.set(taken, filled)
      filled += taken.byteLength
      at += taken.byteLength
      if (filled < size) continue
      yield piece
      piece = free.pop() ?? new Uint8Array(size)
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}
