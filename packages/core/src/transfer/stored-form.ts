import { abortable } from '../abortable.ts'
import type { CallOptions, Client } from '../client/client.ts'
import type { Answered } from '../operation.ts'

/** How bytes are stored: takes those from a position of the object on, gives as many that OSS has there. */
export type StoredForm = (
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  position: number,
) => AsyncIterable<Uint8Array>

/** An object that is there, by what `headObject` or `getObject` told of it, or the upload that makes one. */
export interface StoredObject {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  readonly requestPayer?: 'requester' | undefined
  /** The upload. */
  readonly uploadId?: string
  /** What was told of the object. */
  readonly head?: Answered
}

/**
 * A client that stores other bytes than it is given, but as many. Transfers compare with the CRC-64 of OSS what such a client
 * stores, and note in checkpoints that it was one.
 */
export interface StoringClient extends Client {
  /** How the bytes of an object are stored; undefined if as they are. */
  storedForm(object: StoredObject, options?: Pick<CallOptions, 'signal'>): Promise<StoredForm | undefined>
}

const isStoring = (client: Client): client is StoringClient => 'storedForm' in client

/** How a client stores the bytes of an object; undefined if as they are. Rejects with `signal.reason` once that is aborted. */
export const storedFormOf = async (
  client: Client,
  object: StoredObject,
  signal: AbortSignal,
): Promise<StoredForm | undefined> =>
  isStoring(client) ? abortable(client.storedForm(object, { signal }), signal) : undefined

/** What a checkpoint says of a client that stores other bytes. */
export const encryptedBy = (client: Client): true | undefined => isStoring(client) || undefined

const unsentSignals = new WeakMap<CallOptions, AbortSignal>()

/**
 * Options of a call that is not broken off once it is sent; what such a client has to wait for before that ends with the signal.
 */
export function unlessSent(options: CallOptions, signal: AbortSignal): CallOptions {
  unsentSignals.set(options, signal)
  return options
}

/** What ends a call as long as it is not sent. */
export const signalUnsent = (options: CallOptions): AbortSignal | undefined =>
  unsentSignals.get(options) ?? options.signal
