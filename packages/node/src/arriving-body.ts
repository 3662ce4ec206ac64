/** Bytes that may arrive ahead of the reader: a small body frees its connection even if nobody reads it. */
const aheadBytes = 262_144

/** What an answer's body asks of its connection. */
export interface ArrivingBodyHost {
  /** Somebody waits for the next byte. */
  onWait(): void
  /** Nobody waits any more. */
  onArrival(): void
  /** Bytes are to come. */
  resume(): void
  /** No byte is to come until `resume`. */
  pause(): void
  /** The reader has everything. */
  onRead(): void
  /** The reader wants no more. */
  onCancel(): void
}

/** The body of an answer between the connection that brings it and the stream that hands it out. */
export class ArrivingBody {
  readonly stream: ReadableStream<Uint8Array>
  #host: ArrivingBodyHost
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #chunks: Uint8Array[] = []
  #size = 0
  #isAwaited: boolean = false
  #ending: 'close' | { error: unknown } | undefined

  constructor(host: ArrivingBodyHost) {
    this.#host = host
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#pull(),
        cancel: () => host.onCancel(),
      },
      { highWaterMark: 0 },
    )
  }

  arrive(chunk: Uint8Array): void {
    if (this.#isAwaited) {
      this.#isAwaited = false
      this.#host.onArrival()
      this.#controller.enqueue(chunk)
      return
    }
    this.#chunks.push(chunk)
    this.#size += chunk.byteLength
    if (this.#size >= aheadBytes) this.#host.pause()
  }

  /** Everything has arrived. */
  end(): void {
    this.#ending = 'close'
    if (this.#isAwaited) this.#finish(this.#ending)
  }

  /** Nothing more will arrive; what did is still handed out. */
  break(error: unknown): void {
    this.#ending = { error }
    if (this.#isAwaited) this.#finish(this.#ending)
  }

  /** The reader is to stop at once. */
  abort(error: unknown): void {
    this.#chunks = []
    this.#controller.error(error)
  }

  #pull(): void {
    const chunk = this.#chunks.shift()
    if (chunk) {
      this.#size -= chunk.byteLength
      this.#controller.enqueue(chunk)
      if (this.#size < aheadBytes) this.#host.resume()
      return
    }
    if (this.#ending) {
      this.#finish(this.#ending)
      return
    }
    this.#isAwaited = true
    this.#host.onWait()
    this.#host.resume()
  }

  #finish(ending: 'close' | { error: unknown }): void {
    this.#isAwaited = false
    this.#host.onRead()
    if (ending === 'close') this.#controller.close()
    else this.#controller.error(ending.error)
  }
}
