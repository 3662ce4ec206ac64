/** What takes bytes at any place, such as a file. Places are counted from the first byte that is downloaded. */
export interface DownloadTarget {
  /** What a checkpoint calls it, such as an absolute path. Without it there are none. */
  readonly id?: string | undefined
  /** Whether bytes can only be written in order. @default false */
  readonly isSequential?: boolean | undefined
  /** How many bytes an earlier download left. @default 0 */
  size?(): Promise<number>
  /** The bytes that an earlier download left, from `start` up to, but not including, `end`. For `verifyData`. */
  read?(start: number, end: number): AsyncIterable<Uint8Array>
  /** Keeps so many of the bytes that an earlier download left, and drops the rest. Called before the first `write`. */
  truncate(size: number): Promise<void>
  write(position: number, bytes: Uint8Array): Promise<void>
  /** Resolves when what was written would survive a crash. Called before a checkpoint says so. */
  flush?(): Promise<void>
  /** All bytes are there. */
  commit(): Promise<void>
  /** The download failed and will not go on. */
  discard(reason: unknown): Promise<void>
  /** The download failed and may go on later. */
  suspend(): Promise<void>
}

/** Closes the stream at the end, aborts it when the download fails, and waits as long as it is full. */
export function streamTarget(stream: WritableStream<Uint8Array>): DownloadTarget {
  const writer = stream.getWriter()
  // What went wrong with it is told by the next write.
  writer.closed.catch(() => {})
  return {
    isSequential: true,
    truncate: async () => {},
    async write(_position, bytes) {
      await writer.ready
      await writer.write(bytes)
    },
    commit: () => writer.close(),
    discard: (reason) => writer.abort(reason).catch(() => {}),
    suspend: async () => {},
  }
}
