import type { Readable } from 'node:stream'
import { type HttpRequest, type HttpResponse, TimeoutError } from '@oss-js/core'
import type { Dispatcher } from 'undici'
import { ArrivingBody } from './arriving-body.ts'
import { bodyPieces } from './body-pieces.ts'
import { exchangeFailure } from './exchange-failure.ts'
import { headerTexts } from './header-text.ts'
import type { HeldConnection, HeldConnections } from './held-connection.ts'
import { type SilenceWatch, watchSilence } from './silence-watch.ts'

/** What the operating system may hold of an upload after the last byte was handed to it: Linux's default maximum. */
const sendBufferBytes = 4_194_304

/** Sends one request over a dispatcher with these connections; resolves with the answer's headers. */
export function exchange(
  dispatcher: Dispatcher,
  connections: HeldConnections,
  request: HttpRequest,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => new Exchange(request, connections, resolve, reject).start(dispatcher))
}

class Exchange implements Dispatcher.DispatchHandler {
  #request: HttpRequest
  #connections: HeldConnections
  #resolve: (response: HttpResponse) => void
  #reject: (error: unknown) => void
  #silenceMs: number
  #watch: SilenceWatch
  #upload: AsyncGenerator<Uint8Array> | undefined
  #connection: Dispatcher.DispatchController | undefined
  #held: HeldConnection | undefined
  #body: ArrivingBody | undefined
  #isOver: boolean = false

  constructor(
    request: HttpRequest,
    connections: HeldConnections,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request
    this.#connections = connections
    this.#resolve = resolve
    this.#reject = reject
    this.#silenceMs = request.readWriteTimeoutMs ?? 20_000
    this.#watch = watchSilence((silence) => this.#stop(new TimeoutError(`${this.#where}: ${silence}`)))
  }

  start(dispatcher: Dispatcher): void {
    const { method, url, headers, body, bodySize, signal } = this.#request
    if (signal?.aborted) {
      this.#stop(signal.reason)
      return
    }
    signal?.addEventListener('abort', this.#onAbort)
    // `new URL` would resolve the dots in a key such as `a/../b`.
    const pathAt = url.indexOf('/', url.indexOf('//') + 2)
    this.#upload = body === undefined ? undefined : this.#watchedPieces(bodyPieces(body, bodySize))
    const declared = this.#upload && bodySize !== undefined ? { 'content-length': String(bodySize) } : {}
    try {
      dispatcher.dispatch(
        {
          origin: url.slice(0, pathAt),
          path: url.slice(pathAt),
          method: method as Dispatcher.HttpMethod,
          headers: { ...headers, ...declared } as Record<string, string>,
          body: (this.#upload ?? null) as Readable | null,
          headersTimeout: 0,
          bodyTimeout: 0,
          // undici would open a connection for each HEAD, in case a server answers with a body.
          ...(method === 'HEAD' && { reset: false }),
        },
        this,
      )
    } catch (error) {
      this.onResponseError(undefined, error as Error)
    }
  }

  /** A request that waits for a free connection is not silent: the watch begins when it has one. */
  onRequestStart(connection: Dispatcher.DispatchController): void {
    this.#connection = connection
    if (this.#isOver) connection.abort(new Error('the request was given up'))
    else this.#expectMore(this.#silenceMs, 'no byte moved')
  }

  onResponseStart(
    _connection: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#isOver) return
    this.#watch.pause()
    const texts = headerTexts(headers)
    const isEmpty =
      this.#request.method === 'HEAD' || status === 204 || status === 304 || texts['content-length'] === '0'
    this.#held = this.#connections.current
    this.#body = isEmpty ? undefined : this.#arrivingBody()
    this.#resolve({ status, headers: texts, body: this.#body?.stream ?? null })
    if (isEmpty) this.#finish()
  }

  onResponseData(_connection: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.arrive(chunk)
  }

  onResponseEnd(): void {
    this.#letGo()
    this.#closeUpload()
    this.#body?.end()
  }

  onResponseError(_connection: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#isOver) return
    const failure = exchangeFailure(this.#request, error)
    this.#letGo()
    this.#watch.pause()
    this.#closeUpload()
    this.#reject(failure)
    this.#body?.break(failure)
    if (!this.#body) this.#finish()
  }

  get #where(): string {
    return `${this.#request.method} ${new URL(this.#request.url).host}`
  }

  #onAbort = (): void => this.#stop(this.#request.signal?.reason)

  /** Ends everything at once, with this error as it is. */
  #stop(error: unknown): void {
    if (this.#isOver) return
    this.#finish()
    this.#reject(error)
    this.#body?.abort(error)
    this.#connection?.abort(error as Error)
  }

  #finish(): void {
    this.#isOver = true
    this.#letGo()
    this.#watch.pause()
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
    this.#closeUpload()
  }

  /** The connection may carry another answer from here on. */
  #letGo(): void {
    this.#held?.release()
    this.#held = undefined
  }

  /** Lets the body's source release what it holds, however far it was read. */
  #closeUpload(): void {
    this.#upload?.return(undefined).catch(() => {})
  }

  /**
   * Asking for a piece means that the one before has left this process, which is as much as a program can know of its
   * progress. An error of the source is thrown as it is.
   */
  async *#watchedPieces(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    const startedAt = performance.now()
    let sent = 0
    try {
      for (;;) {
        this.#expectMore(this.#silenceMs, 'the body to send gave nothing')
        const { done, value } = await pieces.next()
        if (done) break
        this.#expectMore(this.#silenceMs, 'no byte moved')
        yield value
        sent += value.byteLength
        this.#request.onUploadProgress?.(sent)
      }
      // What the system still holds leaves at the pace seen so far.
      const heldShare = Math.min(1, sendBufferBytes / Math.max(1, sent))
      this.#expectMore(this.#silenceMs + heldShare * (performance.now() - startedAt), 'no byte moved')
    } catch (error) {
      this.#stop(error)
      throw error
    } finally {
      await pieces.return(undefined)
    }
  }

  /** Once the answer is here, only its reader waits for something. */
  #expectMore(milliseconds: number, silence: string): void {
    if (!this.#body && !this.#isOver) this.#watch.expect(milliseconds, silence)
  }

  #arrivingBody(): ArrivingBody {
    return new ArrivingBody({
      onWait: () => this.#watch.expect(this.#silenceMs, 'no byte of the answer came'),
      onArrival: () => this.#watch.pause(),
      pause: () => this.#held?.hold(),
      resume: () => this.#held?.release(),
      onRead: () => this.#finish(),
      onCancel: () => this.#stop(undefined),
    })
  }
}
