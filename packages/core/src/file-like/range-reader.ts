import { RequestError, SerializationError, TimeoutError } from '../errors.ts'
import { abortable } from '../transfer/abortable.ts'
import type { ByteSpan } from '../transfer/byte-span.ts'
import { type OpenObject, openRange } from './open-object.ts'

/** Connections in a row that may break before they bring a byte. */
const maxFruitless = 3

/** Reads a span of an object in order over one connection, and over another from the last byte on when that breaks. */
export class RangeReader {
  readonly #object: OpenObject
  readonly #end: number
  readonly #ending = new AbortController()
  readonly #signal: AbortSignal
  #at: number
  #rest = new Uint8Array(0)
  #connection: Connection | undefined

  constructor(object: OpenObject, { start, end }: ByteSpan, signal: AbortSignal) {
    this.#object = object
    this.#at = start
    this.#end = end
    this.#signal = AbortSignal.any([signal, this.#ending.signal])
  }

  /** The next bytes, at most so many; undefined at the end. */
  async next(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    if (this.#at >= this.#end) return undefined
    if (this.#rest.byteLength === 0) this.#rest = await this.#receive()
    const piece = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(piece.byteLength)
    this.#at += piece.byteLength
    return piece
  }

  /** Gives the connection up. */
  close(): void {
    this.#ending.abort()
  }

  /** The next bytes as they come, one at least. */
  async #receive(): Promise<Uint8Array<ArrayBuffer>> {
    for (let fruitless = 1; ; fruitless++) {
      this.#connection ??= await connect(this.#object, { start: this.#at, end: this.#end }, this.#signal)
      try {
        return await receive(this.#connection, this.#end - this.#at, this.#signal)
      } catch (error) {
        this.#connection.close()
        this.#connection = undefined
        const isBroken = error instanceof RequestError || error instanceof TimeoutError
        if (this.#signal.aborted || !isBroken || fruitless >= maxFruitless) throw error
      }
    }
  }
}

interface Connection {
  readonly chunks: AsyncIterator<Uint8Array>
  close(): void
}

async function connect(object: OpenObject, span: ByteSpan, signal: AbortSignal): Promise<Connection> {
  const ending = new AbortController()
  const chunks = await openRange(object, span, AbortSignal.any([signal, ending.signal]))
  return { chunks, close: () => ending.abort() }
}

async function receive({ chunks }: Connection, missing: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  for (;;) {
    const { done, value } = await abortable(chunks.next(), signal)
    if (done) throw new RequestError(`GetObject: the answer ended ${missing} bytes too early`)
    if (value.byteLength > missing) throw new SerializationError('GetObject: the answer is longer than its range')
    if (value.byteLength > 0) return value as Uint8Array<ArrayBuffer>
  }
}
