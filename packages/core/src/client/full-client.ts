import type { AnyOperation, InputOf, OutputOf } from '../operation.ts'
import { type PaginateOptions, paginate } from '../paginate.ts'
import { type Presigned, type PresignInput, type PresignOptions, presign } from '../presign.ts'
import type { Client } from './client.ts'

/** Functions of a client as methods: without the client that they take first. */
export type Methods<T> = {
  readonly [K in keyof T as T[K] extends (client: Client, ...args: never[]) => unknown ? K : never]: T[K] extends (
    client: Client,
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Result
    : never
}

/** A client that has functions as methods. */
export class FullClient implements Client {
  /** Sends one operation. */
  readonly send: Client['send']

  constructor(client: Client, functions: object) {
    this.send = client.send
    const calls = Object.entries(functions as Record<string, (client: Client, ...args: never[]) => unknown>)
    const methods = calls.map(([name, call]) => [name, (...args: never[]) => call(client, ...args)])
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
