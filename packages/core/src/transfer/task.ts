import { abortable } from '../abortable.ts'
import { tellListener } from '../tell-listener.ts'
import type { UploadName } from './multipart.ts'
import { type ProgressMeter, progressMeter, type TransferPhase, type TransferProgress } from './progress.ts'

/** What every transfer takes besides what is special to it. */
export interface TaskOptions {
  /** Ends the transfer, as `abort()` does; it then rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
  /**
   * Told how far the transfer has come. What it throws does not change the transfer: it is reported as an error that nobody
   * caught, in browsers by an `error` event, in Node by `uncaughtException`.
   */
  onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** How a transfer is given up. */
export interface AbortOptions {
  /** Leaves what was transferred where it is, to go on from there. @default as after a failure */
  keepParts?: boolean | undefined
  /** What the task rejects with. @default an AbortError */
  reason?: unknown
}

/** What a running transfer sees of its task. */
export interface TaskControl {
  /** Aborted when the transfer is over, whether given up or failed. */
  readonly signal: AbortSignal
  readonly meter: ProgressMeter
  /** Whether somebody gave the transfer up. */
  readonly isAborted: boolean
  /** What `abort()` said about what was transferred. */
  readonly keepsParts: boolean | undefined
  /** Notes an upload that is not given up, or could not be. */
  leaveOpen(upload: UploadName): void
  /**
   * Runs a step that `pause()` breaks off by the signal it is given; it is run again after `resume()`. A step that does not
   * look at that signal is run again if it fails while the transfer is paused.
   *
   * @param ending what ends the waiting for `resume()`; aborted with `signal` at the latest. @default `signal`
   */
  attempt<T>(step: (signal: AbortSignal) => Promise<T>, ending?: AbortSignal): Promise<T>
  /** Breaks off every step under way. */
  fail(error: unknown): void
}

/** A transfer under way. Await it for its result. */
export class TransferTask<T> implements PromiseLike<T> {
  readonly #whole = new AbortController()
  #running = new AbortController()
  #resumed: Promise<void> = Promise.resolve()
  #resume = () => {}
  #state: 'running' | 'paused' | 'finished' = 'running'
  #isAborted = false
  #keepsParts: boolean | undefined
  readonly #openUploads: UploadName[] = []
  readonly #listeners = new Set<(progress: TransferProgress) => void>()
  readonly #meter: ProgressMeter
  readonly #result: Promise<T>

  /** Made by `Uploader`, `Downloader` and `Copier`. */
  constructor(
    phase: TransferPhase,
    { signal, onProgress }: TaskOptions,
    transfer: (control: TaskControl) => Promise<T>,
  ) {
    if (onProgress) this.#listeners.add(onProgress)
    this.#meter = progressMeter((progress) => {
      for (const listener of this.#listeners) tellListener(listener, progress)
    }, phase)
    this.#result = this.#run(transfer, signal)
  }

  /** `finished` once the task has resolved or rejected. */
  get state(): 'running' | 'paused' | 'finished' {
    return this.#state
  }

  /** How far the transfer has come. */
  get progress(): TransferProgress {
    return this.#meter.latest()
  }

  /**
   * The uploads in parts that the task has left open: those whose parts are kept, and those that could not be given up. Hand
   * them to `abortMultipartUpload` when nobody needs them; their parts cost until then.
   *
   * @example
   * await task.abort({ keepParts: true })
   * for (const upload of task.openUploads) await abortMultipartUpload(client, { ...upload })
   */
  get openUploads(): readonly UploadName[] {
    return this.#openUploads
  }

  /** Aborted when the transfer was given up or has failed. */
  get signal(): AbortSignal {
    return this.#whole.signal
  }

  /** Calls `listener` with every report to come, as `onProgress` is. Returns what ends that. */
  on(_event: 'progress', listener: (progress: TransferProgress) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Breaks off what is under way until `resume()`; parts that are complete stay. Requests that open and complete an upload are
   * not broken off.
   */
  pause(): void {
    if (this.#state !== 'running') return
    this.#state = 'paused'
    this.#meter.pause()
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve
    })
    this.#running.abort(new DOMException('The transfer is paused.', 'AbortError'))
  }

  /** Goes on after `pause()`: parts that were under way are sent again. */
  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'running'
    this.#meter.resume()
    this.#running = new AbortController()
    this.#resume()
  }

  /**
   * Gives the transfer up; the task rejects with `reason`. Resolves when nothing is under way any more, and what was
   * transferred is deleted unless it is kept; `openUploads` tells what is left.
   */
  async abort({
    keepParts,
    reason = new DOMException('The transfer was aborted.', 'AbortError'),
  }: AbortOptions = {}): Promise<void> {
    if (this.#state !== 'finished') this.#giveUp(reason, keepParts)
    await this.#result.catch(() => {})
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a task is awaiting its result
  then<A = T, B = never>(
    onResult?: ((result: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(onResult, onError)
  }

  /** As of a promise. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.#result.catch(onError)
  }

  /** As of a promise. */
  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.#result.finally(onEnd)
  }

  async #run(transfer: (control: TaskControl) => Promise<T>, outer: AbortSignal | undefined): Promise<T> {
    const follow = () => this.#giveUp(outer!.reason)
    try {
      // A transfer that never begins has to let go of what it was handed as well.
      if (outer?.aborted) follow()
      outer?.addEventListener('abort', follow)
      return await transfer(this.#control())
    } catch (error) {
      this.#stop(error)
      throw error
    } finally {
      outer?.removeEventListener('abort', follow)
      this.#state = 'finished'
    }
  }

  #giveUp(reason: unknown, keepParts?: boolean): void {
    if (this.#whole.signal.aborted) return
    this.#isAborted = true
    this.#keepsParts = keepParts
    this.#stop(reason)
  }

  #stop(reason: unknown): void {
    this.#whole.abort(reason)
    this.#running.abort(reason)
  }

  #control(): TaskControl {
    const task = this
    const { signal } = this.#whole
    return {
      signal,
      meter: this.#meter,
      get isAborted() {
        return task.#isAborted
      },
      get keepsParts() {
        return task.#keepsParts
      },
      leaveOpen: (upload) => void task.#openUploads.push(upload),
      async attempt(step, ending = signal) {
        for (;;) {
          await abortable(task.#resumed, ending)
          const running = task.#running.signal
          try {
            return await step(running)
          } catch (error) {
            ending.throwIfAborted()
            if (!running.aborted) throw error
          }
        }
      },
      fail: (error) => task.#stop(error),
    }
  }
}
