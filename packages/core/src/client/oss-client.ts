import { createPostPolicy } from '../create-post-policy.ts'
import { isBucketExist, isObjectExist } from '../exist.ts'
import type { AnyOperation, InputOf, OutputOf } from '../operation.ts'
import * as operations from '../operations/index.ts'
import { type PaginateOptions, paginate } from '../paginate.ts'
import { type Presigned, type PresignInput, type PresignOptions, presign } from '../presign.ts'
import { presignParts } from '../presign-parts.ts'
import { type Client, createClient } from './client.ts'
import type { ClientConfig } from './config.ts'

/** What takes a client first and is no operation. */
const helpers = { isBucketExist, isObjectExist, createPostPolicy, presignParts }

/** Functions of a client as methods: without the client that they take first. */
type Methods<T> = {
  readonly [K in keyof T as T[K] extends (client: Client, ...args: never[]) => unknown ? K : never]: T[K] extends (
    client: Client,
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Result
    : never
}

export interface OSSClient extends Client, Methods<typeof operations>, Methods<typeof helpers> {}

/**
 * A client with every operation as a method. It takes them all into the bundle: where size counts, use `createClient` and
 * call the functions.
 *
 * @example
 * const client = new OSSClient({ region: 'cn-hangzhou', credentialsProvider })
 * await client.putObject({ bucket: 'photos', key: 'cat.jpg', body: file })
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of the operations, one by one
export class OSSClient {
  constructor(config: ClientConfig) {
    const client = createClient(config)
    this.send = client.send
    const functions: Record<string, (client: Client, ...args: never[]) => unknown> = { ...operations, ...helpers }
    const methods = Object.entries(functions).map(([name, call]) => [name, (...args: never[]) => call(client, ...args)])
    Object.assign(this, Object.fromEntries(methods))
  }

  /** See {@link paginate}. */
  paginate<F extends AnyOperation>(
    operation: F,
    input: InputOf<F>,
    options?: PaginateOptions,
  ): AsyncGenerator<OutputOf<F>, void, undefined> {
    return paginate(this, operation, input, options)
  }

  /** See {@link presign}. */
  presign<F extends AnyOperation>(operation: F, input: PresignInput<F>, options?: PresignOptions): Promise<Presigned> {
    return presign(this, operation, input, options)
  }
}
