import { abortable } from '../abortable.ts'

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

/**
 * Closes the stream at the end, aborts it when the download fails, and waits as long as it is full, unless the signal is
 * aborted.
 */
export function streamTarget(stream: WritableStream<Uint8Array>, signal: AbortSignal): DownloadTarget {
  const writer = stream.getWriter()
  // What went wrong with it is told by the next write.
  writer.closed.catch(() => {})
  let isStuck = false
  const taken = async (step: Promise<void>) => {
    isStuck = true
    await abortable(step, signal)
    isStuck = false
  }
  return {
    isSequential: true,
    truncate: async () => {},
    write: (_position, bytes) => taken(writer.ready.then(() => writer.write(bytes))),
    commit: () => taken(writer.close()),
    async discard(reason) {
      const aborted = writer.abort(reason).catch(() => {})
      // A stream is not aborted before it has taken what it was given.
      if (!isStuck) await aborted
    },
    suspend: async () => {},
  }
}
