import { vectorsAddressing } from '../endpoint/vectors-endpoint.ts'
import * as operations from '../operations/vectors/index.ts'
import type { Client } from './client.ts'
import { FullClient, type Methods } from './full-client.ts'
import { createJsonClient, type SiblingClientConfig } from './json-client.ts'

/** How all calls of a client of OSS vectors are made. */
export interface VectorsClientConfig extends SiblingClientConfig {
  /** The id of the Alibaba Cloud account that the vector buckets belong to: digits. Part of every host and signature. */
  accountId: string
}

/**
 * Makes a client of OSS vectors without any operation attached; bundlers then keep only what is called.
 *
 * Throws a ValidationError if region, endpoint or account id is unusable, a CredentialsError if credentials are incomplete.
 *
 * @example
 * const client = createVectorsClient({ region: 'cn-hangzhou', accountId: '1234567890123456', credentialsProvider })
 * const { vectors } = await queryVectors(client, { bucket: 'films', indexName: 'plots', queryVector: { float32 }, topK: 10 })
 */
export function createVectorsClient(config: VectorsClientConfig): Client {
  return createJsonClient(config, vectorsAddressing(config))
}

export interface OSSVectorsClient extends Methods<typeof operations> {}

/**
 * A client of OSS vectors with every operation as a method. It takes them all into the bundle: where size counts, use
 * `createVectorsClient` and call the functions.
 *
 * @example
 * const client = new OSSVectorsClient({ region: 'cn-hangzhou', accountId: '1234567890123456', credentialsProvider })
 * await client.putVectorBucket({ bucket: 'films' })
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of the operations, one by one
export class OSSVectorsClient extends FullClient {
  constructor(config: VectorsClientConfig) {
    super(createVectorsClient(config), operations)
  }
}
