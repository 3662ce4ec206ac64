import { abortable } from '../abortable.ts'
import type { Bytes } from '../bytes.ts'
import type { Client } from '../client/client.ts'
import { SerializationError, ValidationError } from '../errors.ts'
import type { InputOf, OutputOf } from '../operation.ts'
import { headObject } from '../operations/object-basic.ts'
import type { ByteSpan } from '../transfer/byte-span.ts'
import { objectName } from '../transfer/checkpoint.ts'
import { type Following, following, underAll } from '../transfer/following.ts'
import type { SeenObject } from '../transfer/unbroken-range.ts'
import { withWholeEtag } from '../transfer/whole-etag.ts'
import { closeWhenDisposed } from './async-dispose.ts'
import { FileError, fileFailure } from './file-error.ts'
import { ObjectReader, type Prefetch } from './object-reader.ts'
import { takingTurns } from './turns.ts'

declare global {
  interface SymbolConstructor {
    /** What `await using` calls. Declared here for applications whose TypeScript `lib` is older; their runtime may be as well. */
    readonly asyncDispose: unique symbol
  }
}

/** Which object is read. */
export interface FileRequest
  extends Pick<InputOf<typeof headObject>, 'bucket' | 'key' | 'versionId' | 'requestPayer'> {}

/** An object as it was when it was opened. */
interface OpenObject extends SeenObject {
  /** As in `oss://photos/cat.jpg?versionId=CAEQ`. */
  readonly name: string
  /** Bytes of it. */
  readonly size: number
}

/** How a file is read. */
export interface OpenFileOptions {
  /** Whether bytes are fetched in parallel before they are asked for, once enough were read in order. @default false */
  enablePrefetch?: boolean | undefined
  /** Chunks that are fetched ahead at once. Zero or less asks for the default. @default 3 */
  prefetchNum?: number | undefined
  /** Bytes per chunk that is fetched ahead. Zero or less asks for the default. @default 6291456 */
  chunkSize?: number | undefined
  /** Bytes to be read in order before any are fetched ahead. Zero or less asks for the default. @default 20971520 */
  prefetchThreshold?: number | undefined
  /** Where reading begins, in bytes from the start. @default 0 */
  offset?: number | undefined
  /** Ends the opening and every call of the file; they then reject with `signal.reason`. */
  signal?: AbortSignal | undefined
}

/** What a position is counted from. */
export type Whence = 'start' | 'current' | 'end'

/** What `headObject` told when the file was opened. */
export interface FileStat extends OutputOf<typeof headObject> {
  /** As in `oss://photos/cat.jpg`. */
  name: string
  /** Bytes of the file. */
  size: number
}

/** How one read is done. */
export interface FileCallOptions {
  /** Ends the call at once; it then rejects with `signal.reason`. */
  signal?: AbortSignal | undefined
}

/** Which bytes a stream of a file has. */
export interface FileStreamOptions extends FileCallOptions {
  /** The first byte. @default the file's position */
  start?: number | undefined
  /** The byte behind the last one. @default the file's size */
  end?: number | undefined
}

/**
 * Opens an object for reading, as a file is opened. Size, time and ETag are what they are now: when the object is replaced,
 * reading rejects with an ObjectChangedError.
 *
 * Throws what `headObject` throws, such as a ServiceError with the code `NoSuchKey`, and a ValidationError for options that
 * make no sense.
 *
 * @example
 * await using file = await openFile(client, { bucket: 'photos', key: 'holiday.mp4' })
 * file.seek(-128, 'end')
 * const tail = await file.read(128)
 */
export async function openFile(
  client: Client,
  request: FileRequest,
  options: OpenFileOptions = {},
): Promise<ReadOnlyFile> {
  const prefetch = prefetchOf(options)
  const { bucket, key, versionId, requestPayer } = request
  const input = { bucket, key, versionId, requestPayer }
  const head = withWholeEtag(await headObject(client, input, { signal: options.signal }))
  const { contentLength: size } = head
  if (size === undefined) throw new SerializationError('HeadObject: the answer does not tell the size')
  const version = versionId === undefined ? '' : `?versionId=${versionId}`
  const name = objectName(bucket, key) + version
  const changed = `read ${name}: the object was replaced since it was opened: open it again`
  const opened = { client, request: input, name, head, size, changed, isEndOpen: true }
  const file = new ReadOnlyFile(opened, prefetch, options.signal)
  if (options.offset) file.seek(options.offset)
  return file
}

function prefetchOf({ enablePrefetch, prefetchNum, chunkSize, prefetchThreshold }: OpenFileOptions) {
  const prefetch = {
    count: wholeNumber('prefetchNum', prefetchNum, 3),
    chunkSize: wholeNumber('chunkSize', chunkSize, 6_291_456),
    threshold: wholeNumber('prefetchThreshold', prefetchThreshold, 20_971_520),
  }
  return enablePrefetch ? prefetch : undefined
}

function wholeNumber(field: string, given = 0, standard: number): number {
  if (given <= 0) return standard
  if (Number.isSafeInteger(given)) return given
  throw new ValidationError(field, `a whole number, got ${given}`)
}

/**
 * An object that is read like a file. Made by {@link openFile}.
 *
 * One connection serves all reads that follow each other; one that breaks is replaced from the last byte on. Reads that are
 * asked for at once are done one after the other. What is fetched ahead is `prefetchNum` chunks of `chunkSize` bytes at most.
 * Bytes of ranges have no checksum that OSS would tell.
 *
 * Calls reject with a FileError, whose `cause` is what OSS or the network said, an ObjectChangedError when the object was
 * replaced, or `signal.reason`. A read that failed moves the position back to where it began.
 */
export class ReadOnlyFile {
  /** As in `oss://photos/cat.jpg`, or `oss://photos/cat.jpg?versionId=CAEQ` if a version was asked for. */
  readonly name: string
  /** Bytes of the file. */
  readonly size: number
  /** Closes the file. Missing where the runtime has no `Symbol.asyncDispose`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>
  readonly #object: OpenObject
  readonly #prefetch: Prefetch | undefined
  readonly #ending: Following
  readonly #inTurn = takingTurns()
  #reader: ObjectReader
  #position = 0
  #seeks = 0
  #isClosed = false

  constructor(object: OpenObject, prefetch: Prefetch | undefined, signal: AbortSignal | undefined) {
    this.name = object.name
    this.size = object.size
    this.#object = object
    this.#prefetch = prefetch
    this.#ending = following(signal)
    this.#reader = this.#readerOf({ start: 0, end: object.size }, this.#ending.signal)
    closeWhenDisposed(this)
  }

  /**
   * Reads from the position on and moves it. Fills the buffer as far as the file goes, and resolves to the number of bytes:
   * fewer than asked for, or 0, only at the end.
   */
  read(target: Uint8Array, options?: FileCallOptions): Promise<number>
  /**
   * Reads from the position on and moves it. Resolves to so many bytes as were asked for; fewer, or none, only at the end.
   *
   * @param size how many. @default all that are left, however many those are
   */
  read(size?: number, options?: FileCallOptions): Promise<Bytes>
  async read(wanted: Uint8Array | number = this.size, { signal }: FileCallOptions = {}): Promise<number | Bytes> {
    this.#checkOpen('read')
    const start = this.#position
    const left = this.size - start
    const bytes = typeof wanted === 'number' ? new Uint8Array(clip(wanted, left)) : wanted.subarray(0, left)
    const seeks = this.#seeks
    this.#position = start + bytes.byteLength
    try {
      await underAll([signal, this.#ending.signal], (either) =>
        this.#inTurn(() => this.#fill(bytes, start, either), either),
      )
    } catch (error) {
      if (this.#seeks === seeks) this.#position = Math.min(this.#position, start)
      throw this.#failure('read', error)
    }
    return typeof wanted === 'number' ? (bytes as Bytes) : bytes.byteLength
  }

  /**
   * Moves the position to so many bytes from the start, from where it is, or from the end, and returns it from the start.
   * The end itself is a position, at which nothing is read.
   *
   * @throws ValidationError if that is before the start or behind the end; the position is then left where it is
   */
  seek(offset: number, whence: Whence = 'start'): number {
    this.#checkOpen('seek')
    const position = { start: 0, current: this.#position, end: this.size }[whence] + offset
    this.#checkPlace('offset', position, `seek ${this.name}`)
    this.#position = position
    this.#seeks += 1
    return position
  }

  /** The position: what the next read begins with, in bytes from the start. */
  tell(): number {
    this.#checkOpen('tell')
    return this.#position
  }

  /** What is known of the object, as it was when the file was opened. */
  stat(): FileStat {
    this.#checkOpen('stat')
    return { ...this.#object.head, name: this.name, size: this.size }
  }

  /**
   * The bytes from the position on, or any others, as they come. A stream has a connection of its own, and chunks of its own
   * that are fetched ahead: it does not move the position, and several can be read at once.
   *
   * @throws ValidationError if the bytes asked for are not in the file
   */
  stream({ start = this.#position, end = this.size, signal }: FileStreamOptions = {}): ReadableStream<Uint8Array> {
    this.#checkOpen('stream')
    this.#checkPlace('end', end, `stream ${this.name}`)
    this.#checkPlace('start', start, `stream ${this.name}`, end)
    const { signal: either, forget } = following(signal, this.#ending.signal)
    const reader = this.#readerOf({ start, end }, either)
    const giveUp = () => {
      forget()
      reader.close()
    }
    let at = start
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const piece = await abortable(reader.next(at), either)
            if (!piece) {
              giveUp()
              return controller.close()
            }
            at += piece.byteLength
            controller.enqueue(piece)
          } catch (error) {
            giveUp()
            throw this.#failure('stream', error)
          }
        },
        cancel: giveUp,
      },
      { highWaterMark: 0 },
    )
  }

  /** Ends all reads and streams, and drops what was fetched ahead. Every other call fails from now on. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#ending.forget()
    this.#ending.abort(new FileError('close', this.name, 'the file was closed'))
  }

  #readerOf(span: ByteSpan, signal: AbortSignal): ObjectReader {
    return new ObjectReader(this.#object, span, this.#prefetch, signal)
  }

  async #fill(bytes: Uint8Array, start: number, signal: AbortSignal): Promise<void> {
    const reader = this.#reader
    try {
      signal.throwIfAborted()
      for (let filled = 0; filled < bytes.byteLength; ) {
        const piece = await abortable(reader.next(start + filled, bytes.byteLength - filled), signal)
        bytes.set(piece!, filled)
        filled += piece!.byteLength
      }
    } catch (error) {
      // It may still be busy with what nobody waits for any more.
      reader.close()
      this.#reader = this.#readerOf({ start, end: this.size }, this.#ending.signal)
      throw error
    }
  }

  #failure(operation: string, error: unknown): unknown {
    if (!this.#isClosed) return fileFailure(operation, this.name, error)
    return new FileError(operation, this.name, 'the file is closed')
  }

  #checkOpen(operation: string): void {
    if (this.#isClosed) throw new FileError(operation, this.name, 'the file is closed')
  }

  #checkPlace(field: string, place: number, what: string, limit = this.size): void {
    if (Number.isSafeInteger(place) && place >= 0 && place <= limit) return
    throw new ValidationError(field, `${what}: a place from 0 to ${limit}, got ${place}`)
  }
}

/** How many bytes there are of those asked for. */
function clip(size: number, left: number): number {
  if (Number.isSafeInteger(size) && size >= 0) return Math.min(size, left)
  throw new ValidationError('size', `a whole number from 0 on, got ${size}`)
}
