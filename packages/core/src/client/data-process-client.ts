import * as operations from '../operations/dataprocess/index.ts'
import { createClient } from './client.ts'
import type { ClientConfig } from './config.ts'
import { FullClient, type Methods } from './full-client.ts'

export interface OSSDataProcessClient extends Methods<typeof operations> {}

/**
 * A client with every operation of data processing as a method. Those are requests to ordinary buckets: where size counts,
 * call the functions with the client that `createClient` makes.
 *
 * @example
 * const client = new OSSDataProcessClient({ region: 'cn-hangzhou', credentialsProvider })
 * await client.createDataset({ bucket: 'photos', datasetName: 'cats' })
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of the operations, one by one
export class OSSDataProcessClient extends FullClient {
  constructor(config: ClientConfig) {
    super(createClient(config), operations)
  }
}
