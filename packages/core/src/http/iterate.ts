/** Reads a stream chunk by chunk, also where streams are not iterable; leaving the loop early cancels it. */
export async function* iterate(
  body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (!('getReader' in body)) return yield* body
  const reader = body.getReader()
  let isDone = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      isDone = done
      if (done) return
      yield value
    }
  } finally {
    if (isDone) reader.releaseLock()
    else await reader.cancel().catch(() => {})
  }
}
