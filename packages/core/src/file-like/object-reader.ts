import type { ByteSpan } from '../transfer/byte-span.ts'
import { type Following, following } from '../transfer/following.ts'
import type { SeenObject } from '../transfer/unbroken-range.ts'
import { type RangeReader, rangeReader } from './range-reader.ts'

/** Jumps after which reading ahead is given up for good. */
const maxJumps = 3

/** How far is read ahead. */
export interface Prefetch {
  /** Bytes per chunk. */
  readonly chunkSize: number
  /** Chunks at once, the one that is being read included. */
  readonly count: number
  /** Bytes that have to be read in order before. */
  readonly threshold: number
}

/** Bytes that are fetched before they are asked for. */
interface Chunk extends ByteSpan {
  readonly bytes: Promise<Uint8Array>
  /** Gives it up. */
  drop(): void
}

/** Reads an object up to some end, over one connection as long as it is read in order, or ahead in parallel chunks. */
export class ObjectReader {
  readonly #object: SeenObject
  readonly #end: number
  readonly #prefetch: Prefetch | undefined
  readonly #ending: Following
  #at: number
  #direct: RangeReader | undefined
  #chunks: Chunk[] = []
  #inOrder = 0
  #jumps = 0

  /** @param prefetch undefined reads over one connection only */
  constructor(object: SeenObject, { start, end }: ByteSpan, prefetch: Prefetch | undefined, signal: AbortSignal) {
    this.#object = object
    this.#at = start
    this.#end = end
    this.#prefetch = prefetch
    this.#ending = following(signal)
  }

  /** The bytes at a position, at most so many; undefined at the end. Not to be called again before it has resolved. */
  async next(position: number, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    if (position >= this.#end) return undefined
    if (position !== this.#at) this.#jump(position)
    const piece = (await this.#nextPrefetched(limit)) ?? (await this.#nextDirect(limit))
    this.#at += piece.byteLength
    this.#inOrder += piece.byteLength
    return piece
  }

  /** Gives all connections and chunks up, and ends a `next` that is under way. */
  close(): void {
    this.#ending.forget()
    this.#ending.abort()
    this.#drop()
  }

  #drop(): void {
    this.#direct?.close()
    this.#direct = undefined
    for (const chunk of this.#chunks) chunk.drop()
    this.#chunks = []
    this.#inOrder = 0
  }

  #jump(position: number): void {
    if (this.#chunks.length > 0) this.#jumps += 1
    this.#drop()
    this.#at = position
  }

  async #nextDirect(limit: number): Promise<Uint8Array> {
    this.#direct ??= rangeReader(this.#object, { start: this.#at, end: this.#end }, this.#ending.signal)
    const piece = await this.#direct.next(Math.min(limit, this.#bytesToThreshold))
    return piece!
  }

  /** Undefined if nothing is read ahead, or that failed. */
  async #nextPrefetched(limit: number): Promise<Uint8Array | undefined> {
    if (!this.#prefetch || this.#bytesToThreshold > 0) return undefined
    this.#direct?.close()
    this.#direct = undefined
    this.#fetchAhead(this.#prefetch)
    const { start, end, bytes } = this.#chunks[0]!
    try {
      const piece = (await bytes).subarray(this.#at - start, this.#at - start + limit)
      if (this.#at + piece.byteLength === end) this.#chunks.shift()
      return piece
    } catch {
      this.#ending.signal.throwIfAborted()
      this.#drop()
      return undefined
    }
  }

  #fetchAhead({ chunkSize, count }: Prefetch): void {
    while (this.#chunks.length < count) {
      const start = this.#chunks.at(-1)?.end ?? this.#at
      if (start >= this.#end) return
      this.#chunks.push(
        fetchChunk(this.#object, { start, end: Math.min(start + chunkSize, this.#end) }, this.#ending.signal),
      )
    }
  }

  get #bytesToThreshold(): number {
    if (!this.#prefetch || this.#jumps >= maxJumps) return Number.POSITIVE_INFINITY
    return Math.max(0, this.#prefetch.threshold - this.#inOrder)
  }
}

function fetchChunk(object: SeenObject, span: ByteSpan, signal: AbortSignal): Chunk {
  const reader = rangeReader(object, span, signal)
  const bytes = readAll(reader, span.end - span.start).finally(() => reader.close())
  // What went wrong is told to whoever reads it; nobody may come to that.
  bytes.catch(() => {})
  return { ...span, bytes, drop: () => reader.close() }
}

async function readAll(reader: RangeReader, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let at = 0
  for (let piece = await reader.next(); piece; piece = await reader.next()) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}
