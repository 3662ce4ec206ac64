import type { CallOptions } from '../client/client.ts'
import type { ClientConfig } from '../client/config.ts'
import type { FetchExchange } from '../http/fetch-exchange.ts'
import type { Body } from '../http/request-body.ts'
import type { Crc64Engine } from '../integrity/crc64.ts'
import type { Definition } from '../operation.ts'
import type { Values } from './types.ts'

/** A request under construction: what the operation decides, before anything about the client is added. */
export interface Draft {
  /** The path of the route, in which the fields that it names replace their names. */
  path: string
  /** The bucket that the URL names. */
  bucket: string | undefined
  /** The object that the URL names. */
  key?: string | undefined
  /** Names and values as they are, not encoded. An empty value is a bare name. */
  query: Record<string, string>
  /** Lower-case names, values as text. */
  headers: Record<string, string>
  body?: Body
  /** Whether the body is the caller's own bytes, whose way is worth a report. */
  isUpload?: boolean
  /** How the Content-MD5 of the body is computed, if it shall be. */
  md5?: (bytes: Uint8Array) => string
  /** How the CRC-64 of the body is computed, if OSS will answer with its own. */
  crc64?: Crc64Engine
  /** How the answer arrives piece by piece where the client's own transport would collect it. */
  streaming?: FetchExchange
  readonly input: Values
}

/** An answer under reading. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Null if there is none, undefined once somebody took it. */
  body: ReadableStream<Uint8Array> | null | undefined
  /** What was asked. */
  readonly input: Values
  readonly definition: Definition
  readonly options: CallOptions
  readonly config: ClientConfig
}
