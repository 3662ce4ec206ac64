import type { AnyOperation, InputOf, OutputOf } from '../operation.ts'
import * as operations from '../operations/index.ts'
import { type PaginateOptions, paginate } from '../paginate.ts'
import { type Client, createClient } from './client.ts'
import type { ClientConfig } from './config.ts'

/** Operations as methods: without the client that they take first. */
type Methods<T> = {
  readonly [K in keyof T as T[K] extends AnyOperation ? K : never]: T[K] extends (
    client: Client,
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Result
    : never
}

export interface OSSClient extends Client, Methods<typeof operations> {}

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
    const methods: Record<string, unknown> = Object.fromEntries(
      Object.entries(operations)
        .filter(([, value]) => typeof value === 'function' && 'definition' in value)
        .map(([name, call]) => [name, (call as AnyOperation).bind(undefined, client)]),
    )
    Object.assign(this, methods)
  }

  /** See {@link paginate}. */
  paginate<F extends AnyOperation>(
    operation: F,
    input: InputOf<F>,
    options?: PaginateOptions,
  ): AsyncGenerator<OutputOf<F>, void, undefined> {
    return paginate(this, operation, input, options)
  }
}
