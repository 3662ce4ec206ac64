import type { Bytes } from '../bytes.ts'
import { iterate } from './iterate.ts'

/** What happens while a body is read. */
export interface BodyWatcher {
  /** Makes what is read out of what came. */
  unpack?(chunk: Uint8Array): Iterable<Uint8Array>
  onChunk?(chunk: Uint8Array): void
  /** Called when the last byte was read; may throw to fail the read. */
  onEnd?(): void
}

/**
 * The body of an answer. It is read once, by one of its methods; what nobody reads is cancelled with `cancel()`.
 *
 * Reading rejects with a RequestError when the connection breaks, a TimeoutError after a silence, an IntegrityError when
 * the bytes are not those that OSS stored.
 */
export class ResponseBody implements AsyncIterable<Uint8Array> {
  #stream: ReadableStream<Uint8Array> | null
  #watcher: BodyWatcher
  #isUsed = false

  constructor(stream: ReadableStream<Uint8Array> | null, watcher: BodyWatcher = {}) {
    this.#stream = stream
    this.#watcher = watcher
  }

  /** Whether one of the methods has taken the bytes. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  /** The bytes as they come. */
  stream(): ReadableStream<Uint8Array> {
    const source = this.#stream
    const chunks = this[Symbol.asyncIterator]()
    let isBegun = false
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          isBegun = true
          const { done, value } = await chunks.next()
          if (done) controller.close()
          else controller.enqueue(value)
        },
        async cancel(reason) {
          // A generator that never ran has nothing to clean up after, so it would leave the source open.
          await (isBegun ? chunks.return(undefined) : source?.cancel(reason))
        },
      },
      { highWaterMark: 0 },
    )
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined, undefined> {
    if (this.#isUsed) throw new TypeError('the body of this answer was read already')
    this.#isUsed = true
    return watched(this.#stream, this.#watcher)
  }

  /** The whole body in memory. */
  async bytes(): Promise<Bytes> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of this) {
      chunks.push(chunk)
      size += chunk.byteLength
    }
    const bytes = new Uint8Array(size)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.byteLength
    }
    return bytes
  }

  /** The whole body as UTF-8 text. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  /** The whole body parsed as JSON. */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T
  }

  /** The whole body as a Blob. */
  async blob(type = ''): Promise<Blob> {
    return new Blob([await this.bytes()], { type })
  }

  /** Gives the connection back without reading. Does nothing once the body was read. */
  async cancel(): Promise<void> {
    if (this.#isUsed) return
    this.#isUsed = true
    await this.#stream?.cancel().catch(() => {})
  }
}

async function* watched(
  stream: ReadableStream<Uint8Array> | null,
  watcher: BodyWatcher,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  if (stream) {
    for await (const chunk of iterate(stream)) {
      for (const piece of watcher.unpack?.(chunk) ?? [chunk]) {
        watcher.onChunk?.(piece)
        yield piece
      }
    }
  }
  watcher.onEnd?.()
}
