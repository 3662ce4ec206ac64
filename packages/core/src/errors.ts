/**
 * What can go wrong, one class per kind of cause. Every message is one line that a person can act on; none of them, and no
 * property, ever holds a secret.
 */
import type { Checkpoint } from './transfer/checkpoint.ts'

/** The root of every error that oss-js makes itself. A caller's own abort reason is thrown as it is. */
export class OSSError extends Error {
  override name = 'OSSError'
  /** Whether the same call may succeed when it is made again, as far as oss-js knows. */
  declare readonly isRetryable?: boolean | undefined

  constructor(message?: string, details?: ErrorOptions | Readonly<Record<string, unknown>>) {
    super(message, details)
    Object.assign(this, details)
  }
}

/** What a {@link ServiceError} is made of. */
export interface ServiceErrorDetails {
  /** The operation's name in the OSS API reference, as in `PutObject`. */
  operation: string
  /** HTTP status. */
  status: number
  /** OSS's error code, as in `NoSuchKey`. `BadErrorResponse` if the answer held no error document. */
  code: string
  /** The service's own words. */
  reason: string
  /** The id to give to OSS's support. Empty if the answer carried none. */
  requestId: string
  /** The fine-grained error code, as in `0026-00000001`. Empty if the answer carried none. */
  ec: string
  /** The host that answered, as OSS names it in the error document. */
  hostId?: string | undefined
  /** Every element of the error document, by name, secrets and the signatures of URLs left out. */
  fields?: Record<string, string> | undefined
  /** The headers of the answer, lower-case names, secrets left out. */
  headers?: Record<string, string> | undefined
  /** When OSS answered, from the `Date` header or the error document. */
  serverTime?: Date | undefined
  /** What to do about it, where oss-js knows. */
  hint?: string | undefined
  /** Whether the same call may succeed when it is made again. */
  isRetryable?: boolean | undefined
  /** Whether what OSS complained about was set right meanwhile: then the call is repeated at once. */
  isMended?: boolean | undefined
}

/** OSS received the request and refused it. */
export class ServiceError extends OSSError {
  override name = 'ServiceError'
  /** The operation's name in the OSS API reference, as in `PutObject`. */
  declare readonly operation: string
  /** HTTP status. */
  declare readonly status: number
  /** OSS's error code, as in `NoSuchKey`. `BadErrorResponse` if the answer held no error document. */
  declare readonly code: string
  /** The service's own words, without the operation and status that `message` has. */
  declare readonly reason: string
  /** The id to give to OSS's support. Empty if the answer carried none. */
  declare readonly requestId: string
  /** The fine-grained error code, as in `0026-00000001`. Empty if the answer carried none. */
  declare readonly ec: string
  /** The host that answered, as OSS names it in the error document. */
  declare readonly hostId: string | undefined
  /** Every element of the error document, by name, secrets and the signatures of URLs left out. */
  declare readonly fields: Readonly<Record<string, string>>
  /**
   * The headers of the answer that the runtime shows, lower-case names, secrets left out: `etag` of a 304, `content-range` of a
   * 416. Empty if the explanation of the refusal could not be loaded.
   */
  declare readonly headers: Readonly<Record<string, string>>
  /** When OSS answered, if it said so. */
  declare readonly serverTime: Date | undefined
  /** What to do about it, where oss-js knows. */
  declare readonly hint: string | undefined
  /** Whether what OSS complained about was set right meanwhile, as by asking for other credentials. */
  declare readonly isMended?: boolean | undefined

  constructor(details: ServiceErrorDetails) {
    const { operation, status, code, reason, requestId, hint, fields = {}, headers = {} } = details
    super(
      `${operation}: ${status} ${code}: ${reason}${hint ? ` ${hint}` : ''}${requestId && ` (request ${requestId})`}`,
      { ...details, fields, headers },
    )
  }
}

/** The request did not arrive, or its answer did not: no connection, a cut, an unreadable name. `cause` tells why. */
export class RequestError extends OSSError {
  override name = 'RequestError'
  override readonly isRetryable = true
}

/** Nothing moved for too long, or the call took longer than `timeoutMs`. */
export class TimeoutError extends OSSError {
  override name = 'TimeoutError'
  override readonly isRetryable = true
}

/** Wrong use, found before anything was sent. */
export class ValidationError extends OSSError {
  override name = 'ValidationError'
  /** Which field, option or setting is wrong. */
  declare readonly field: string

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`, { field })
  }
}

/** No usable credentials: the provider failed, or what it returned is incomplete. */
export class CredentialsError extends OSSError {
  override name = 'CredentialsError'
  /** Whether there are none at all where the provider looks, so that `credentialsChain` asks the next one. */
  declare readonly isAbsent?: boolean | undefined
  // Without a cause the provider did answer, but with incomplete credentials: asking again gives the same.
  override readonly isRetryable = 'cause' in this
}

/** The bytes that arrived are not the bytes that were sent. */
export class IntegrityError extends OSSError {
  override name = 'IntegrityError'
  override readonly isRetryable = true
  /** CRC-64 of the bytes on this side, of what `selectObject` reads CRC-32, as an unsigned decimal. */
  declare readonly clientCrc: string
  /** The checksum that OSS reported, as an unsigned decimal. */
  declare readonly serverCrc: string

  constructor(operation: string, clientCrc: string, serverCrc: string, checksum = 'CRC-64') {
    super(`${operation}: the ${checksum} here is ${clientCrc}, OSS says ${serverCrc}: bytes changed on the way`, {
      clientCrc,
      serverCrc,
    })
  }
}

/** A transfer failed after it had begun. `cause` tells why. */
export class TransferError extends OSSError {
  override name = 'TransferError'
  /** The upload, if it was one in parts. It is still open if its parts were kept, or if giving it up failed as well. */
  declare readonly uploadId: string | undefined
  /** Where the transfer goes on when it is started again; undefined if it begins anew. */
  declare readonly checkpoint: Checkpoint | undefined

  /** @param what the object and what was done, as in `oss://photos/cat.jpg: upload 0004B9…` */
  constructor(
    what: string,
    details: { cause: unknown; uploadId?: string | undefined; checkpoint?: Checkpoint | undefined },
  ) {
    const { cause } = details
    super(`${what}: ${cause instanceof Error ? cause.message : cause}`, { ...details })
  }
}

/** An answer that is not what the operation promises. */
export class SerializationError extends OSSError {
  override name = 'SerializationError'
}
