import type { Principal } from './authentication/principal.ts'
import type { Circumstances } from './authorization/circumstances.ts'
import type { CallbackSigner } from './callback/callback-signer.ts'
import type { OssRequest } from './message.ts'
import type { RandomSource } from './random-source.ts'
import type { Settings } from './settings.ts'
import type { Storage } from './storage/storage.ts'

/** A request that was understood and let in. */
export interface Call extends Storage {
  readonly settings: Settings
  readonly request: OssRequest
  /** Decoded parameters; of a repeated one the first. */
  readonly query: ReadonlyMap<string, string>
  readonly operation: string
  /** Empty for a call to the service. */
  readonly bucket: string
  /** Empty for a call to a bucket. */
  readonly key: string
  readonly principal: Principal
  readonly circumstances: Circumstances
  readonly now: Date
  readonly requestId: string
  readonly signer: CallbackSigner
  readonly random: RandomSource
}

/** A header of the request, by lower-case name. */
export const header = (call: Pick<Call, 'request'>, name: string): string | undefined => call.request.headers.get(name)

/** The version that the request names. */
export const versionIdOf = (call: Call): string | undefined => call.query.get('versionId') || undefined
