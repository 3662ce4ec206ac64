import { stoppable } from '../abortable.ts'
import type { Client } from '../client/client.ts'
import {
  IntegrityError,
  RequestError,
  SerializationError,
  ServiceError,
  TimeoutError,
  ValidationError,
} from '../errors.ts'
import { type Body, bytesOf, requestBody } from '../http/request-body.ts'
import { crc64 } from '../integrity/crc64.ts'
import { contentMd5 } from '../integrity/md5.ts'
import type { InputOf, OutputOf } from '../operation.ts'
import { appendObject } from '../operations/object-append.ts'
import { headObject } from '../operations/object-basic.ts'
import { objectName } from '../transfer/checkpoint.ts'
import { cut } from '../transfer/cut.ts'
import { underAll } from '../transfer/following.ts'
import { cancelledBy, chunksOf } from '../transfer/upload-source.ts'
import { closeWhenDisposed } from './async-dispose.ts'
import { FileError, fileFailure } from './file-error.ts'
import type { FileCallOptions } from './read-only-file.ts'
import { takingTurns } from './turns.ts'

/** Bytes that `writeFrom` appends at once. */
const pieceSize = 6_291_456

/** Which object is appended to. */
export interface AppendFileRequest
  extends Pick<InputOf<typeof appendObject>, 'bucket' | 'key' | 'requestPayer' | 'trafficLimit'> {}

/** What an object is to be like: its ACL, storage class, metadata, headers, encryption and tags. */
export interface AppendCreateParameter
  extends Omit<
    InputOf<typeof appendObject>,
    keyof AppendFileRequest | 'position' | 'body' | 'contentLength' | 'contentMd5'
  > {}

/** How a file is appended to. */
export interface AppendFileOptions {
  /** What the object is to be like if it is not there yet. Without effect on one that is. */
  createParameter?: AppendCreateParameter | undefined
  /** Ends the opening and every call of the file; they then reject with `signal.reason`. */
  signal?: AbortSignal | undefined
}

/**
 * Opens an object to add to its end, as a file is opened. One that is not there is created by the first bytes that are
 * written, or by `flush`.
 *
 * Throws a FileError if the object is there and not appendable, which it is only if it was made by appending; otherwise what
 * `headObject` throws.
 *
 * @example
 * await using log = await appendFile(client, { bucket: 'logs', key: 'app.log' }, { createParameter: { acl: 'private' } })
 * await log.write('started\n')
 */
export async function appendFile(
  client: Client,
  request: AppendFileRequest,
  { createParameter = {}, signal }: AppendFileOptions = {},
): Promise<AppendOnlyFile> {
  const name = objectName(request.bucket, request.key)
  const head = await present(client, request, signal)
  const type = head?.objectType ?? 'Appendable'
  if (type.toLowerCase() !== 'appendable') {
    throw new FileError('open', name, `the object is ${type}, not Appendable: delete it first, or write to another key`)
  }
  const position = head ? (head.nextAppendPosition ?? head.contentLength) : 0
  if (position === undefined) throw new SerializationError('HeadObject: the answer does not tell the size')
  const crc = head ? head.hashCrc64 : '0'
  return new AppendOnlyFile(
    { client, request, name, createParameter, signal },
    { position, crc64: crc, isCreated: head !== undefined },
  )
}

/** What is known of the object; undefined if it is not there. */
async function present(
  client: Client,
  { bucket, key, requestPayer }: AppendFileRequest,
  signal: AbortSignal | undefined,
): Promise<OutputOf<typeof headObject> | undefined> {
  try {
    return await headObject(client, { bucket, key, requestPayer }, { signal })
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404 && error.code !== 'NoSuchBucket') return undefined
    throw error
  }
}

/** An object that is appended to. */
interface AppendedObject {
  readonly client: Client
  readonly request: AppendFileRequest
  /** As in `oss://logs/app.log`. */
  readonly name: string
  readonly createParameter: AppendCreateParameter
  readonly signal: AbortSignal | undefined
}

/** What the object holds. */
interface AppendedSoFar {
  /** Bytes of it. */
  readonly position: number
  /** CRC-64 of them; undefined if OSS did not tell, or a bucket's CORS rules hide it. */
  readonly crc64: string | undefined
  /** Whether the object is there. */
  readonly isCreated: boolean
}

/**
 * An object that is added to like a file. Made by {@link appendFile}.
 *
 * What is written goes to OSS at once, in the order in which it was asked for, with its MD5, so that OSS adds nothing that
 * changed on the way; the CRC-64 of the whole object is compared after every write. A write whose answer was lost counts if
 * the object then has the length and the CRC-64 that the write leads to, and nothing is written twice. Only two writers that
 * add the very same bytes at the same place at once cannot be told apart.
 *
 * Calls reject with a FileError, whose `cause` is what OSS or the network said, such as a ServiceError with the code
 * `PositionNotEqualToLength` when somebody else added to the object, or with `signal.reason`. The same write may then be
 * tried again: what OSS has already it does not take again.
 */
export class AppendOnlyFile {
  /** As in `oss://logs/app.log`. */
  readonly name: string
  /** Closes the file. Missing where the runtime has no `Symbol.asyncDispose`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>
  readonly #object: AppendedObject
  readonly #inTurn = takingTurns()
  #soFar: AppendedSoFar
  #isClosed = false

  constructor(object: AppendedObject, soFar: AppendedSoFar) {
    this.name = object.name
    this.#object = object
    this.#soFar = soFar
    closeWhenDisposed(this)
  }

  /** Adds text, as UTF-8, or bytes, in one request. Resolves to the number of bytes when they are there. */
  write(data: string | ArrayBuffer | ArrayBufferView, options: FileCallOptions = {}): Promise<number> {
    return this.#run('write', options, async (signal) => {
      const bytes = bytesOf(data)
      if (!bytes) throw new ValidationError('data', `text or bytes, got ${typeof data}; writeFrom takes others`)
      return this.#append(bytes, signal)
    })
  }

  /**
   * Adds whatever can be uploaded: a Blob, a stream, an async iterable and so on, in pieces of 6 MiB. Resolves to the number
   * of bytes when they are there. When it fails, a stream is cancelled, and `tell()` says how far it came.
   */
  writeFrom(source: Body, options: FileCallOptions = {}): Promise<number> {
    return this.#call('writeFrom', options, (signal) => {
      // A stream that waits for its turn is cancelled by an abort as well.
      const body = cancelledBy(source, signal)
      return this.#inTurn(() => this.#appendAll(body, signal), signal)
    })
  }

  /** The position: how many bytes the object has, as far as this file knows. */
  tell(): number {
    this.#checkOpen('tell')
    return this.#soFar.position
  }

  /** Resolves when what was written before is there. Creates an empty object if there is none and nothing was written. */
  flush(options: FileCallOptions = {}): Promise<void> {
    return this.#run('flush', options, async (signal) => {
      if (!this.#soFar.isCreated) await this.#send(new Uint8Array(0), signal)
    })
  }

  /** Resolves when what was written before is there, or failed. Every other call fails from now on. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#inTurn(async () => {}, new AbortController().signal)
  }

  #run<T>(operation: string, options: FileCallOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#call(operation, options, (signal) => this.#inTurn(() => run(signal), signal))
  }

  async #call<T>(operation: string, { signal }: FileCallOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#checkOpen(operation)
    try {
      return await underAll([signal, this.#object.signal], run)
    } catch (error) {
      throw fileFailure(operation, this.name, error)
    }
  }

  async #appendAll(body: Body, signal: AbortSignal): Promise<number> {
    const bytes = bytesOf(body)
    if (bytes) return this.#append(bytes, signal)
    const contentType = body instanceof Blob && body.type ? body.type : undefined
    const free: Uint8Array<ArrayBuffer>[] = []
    let written = 0
    for await (const piece of cut(stoppable(chunksOf(await requestBody(body)), signal), pieceSize, free)) {
      written += await this.#append(piece, signal, contentType)
      if (piece.byteLength === pieceSize) free.push(piece)
    }
    return written
  }

  async #append(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal, contentType?: string): Promise<number> {
    if (bytes.byteLength > 0) await this.#send(bytes, signal, contentType)
    return bytes.byteLength
  }

  async #send(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal, contentType?: string): Promise<void> {
    const { client, request, createParameter } = this.#object
    const { position, isCreated } = this.#soFar
    const expected = afterwards(this.#soFar, bytes)
    const described = { ...createParameter, contentType: createParameter.contentType ?? contentType }
    const input = { ...(isCreated ? {} : described), ...request, position, body: bytes, contentMd5: contentMd5(bytes) }
    try {
      const { nextPosition, hashCrc64 } = await appendObject(client, input, { signal })
      compare(expected.crc64, hashCrc64)
      this.#soFar = { ...expected, position: nextPosition ?? expected.position, crc64: expected.crc64 ?? hashCrc64 }
    } catch (error) {
      if (!isAmbiguous(error) || !(await this.#isDone(expected, signal))) throw error
      this.#soFar = expected
    }
  }

  /** Whether the object is what a write leads to. */
  async #isDone(expected: AppendedSoFar, signal: AbortSignal): Promise<boolean> {
    if (expected.crc64 === undefined) return false
    const head = await present(this.#object.client, this.#object.request, signal).catch(() => undefined)
    return head?.contentLength === expected.position && head.hashCrc64 === expected.crc64
  }

  #checkOpen(operation: string): void {
    if (this.#isClosed) throw new FileError(operation, this.name, 'the file is closed')
  }
}

/** What the object holds once bytes were added. */
function afterwards({ position, crc64: before }: AppendedSoFar, bytes: Uint8Array): AppendedSoFar {
  const crc = before === undefined ? undefined : crc64(before)
  crc?.update(bytes)
  return { position: position + bytes.byteLength, crc64: crc?.digest(), isCreated: true }
}

function compare(expected: string | undefined, actual: string | undefined): void {
  if (expected !== undefined && actual !== undefined && expected !== actual) {
    throw new IntegrityError('AppendObject', expected, actual)
  }
}

/** Whether the bytes may have been added all the same: the answer was lost, or answers a repetition of the request. */
const isAmbiguous = (error: unknown): boolean =>
  error instanceof RequestError ||
  error instanceof TimeoutError ||
  error instanceof SerializationError ||
  (error instanceof ServiceError && (error.status >= 500 || error.code === 'PositionNotEqualToLength'))
