/** Takes a stream of bytes apart at marks, however its chunks are cut. */
export interface ByteReader {
  /** The bytes before the next mark, which is consumed. Undefined when they are more than `limit` or no mark comes. */
  take(mark: Buffer, limit: number): Promise<Buffer | undefined>
  /** Passes on the bytes before the next mark, which is consumed, and calls `onMissing` when no mark comes. */
  pass(mark: Buffer, onMissing: () => never): AsyncIterable<Uint8Array>
  /** Reads and drops the rest. */
  drain(): Promise<void>
  /** Lets go of the source, wherever it stands. */
  close(): Promise<void>
}

/** Makes a reader of `start` followed by the chunks of `source`. */
export function byteReader(source: AsyncIterable<Uint8Array>, start: Buffer): ByteReader {
  const chunks = source[Symbol.asyncIterator]()
  let pending = start

  async function more(): Promise<boolean> {
    const { done, value } = await chunks.next()
    if (done === true) return false
    pending = pending.length === 0 ? Buffer.from(value) : Buffer.concat([pending, value])
    return true
  }

  return {
    async take(mark, limit) {
      let searched = 0
      for (;;) {
        const at = pending.indexOf(mark, searched)
        if (at > limit || (at < 0 && pending.length > limit + mark.length)) return undefined
        if (at >= 0) {
          const taken = pending.subarray(0, at)
          pending = pending.subarray(at + mark.length)
          return taken
        }
        searched = Math.max(0, pending.length - mark.length + 1)
        if (!(await more())) return undefined
      }
    },
    async *pass(mark, onMissing) {
      for (;;) {
        const at = pending.indexOf(mark)
        // The last bytes may be the beginning of the mark.
        const end = at >= 0 ? at : Math.max(0, pending.length - mark.length + 1)
        const passed = pending.subarray(0, end)
        pending = pending.subarray(at >= 0 ? at + mark.length : end)
        if (passed.length > 0) yield passed
        if (at >= 0) return
        if (!(await more())) onMissing()
      }
    },
    async drain() {
      do pending = Buffer.alloc(0)
      while (await more())
    },
    async close() {
      await chunks.return?.()
    },
  }
}
