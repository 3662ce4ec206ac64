import { tablesAddressing } from '../endpoint/tables-endpoint.ts'
import * as operations from '../operations/tables/index.ts'
import type { Client } from './client.ts'
import { FullClient, type Methods } from './full-client.ts'
import { createJsonClient, type SiblingClientConfig } from './json-client.ts'

/** How all calls of a client of OSS tables are made. */
export interface TablesClientConfig extends SiblingClientConfig {
  /** Leaves the table bucket out of the host, as is done for every IP address. @default false */
  usePathStyle?: boolean | undefined
}

/**
 * Makes a client of OSS tables without any operation attached; bundlers then keep only what is called. The account is part
 * of the ARNs that operations take.
 *
 * Throws a ValidationError if region or endpoint is unusable, a CredentialsError if credentials are incomplete.
 *
 * @example
 * const client = createTablesClient({ region: 'cn-hangzhou', credentialsProvider })
 * const { arn } = await createTableBucket(client, { name: 'events' })
 */
export function createTablesClient(config: TablesClientConfig): Client {
  return createJsonClient(config, tablesAddressing(config))
}

export interface OSSTablesClient extends Methods<typeof operations> {}

/**
 * A client of OSS tables with every operation as a method. It takes them all into the bundle: where size counts, use
 * `createTablesClient` and call the functions.
 *
 * @example
 * const client = new OSSTablesClient({ region: 'cn-hangzhou', credentialsProvider })
 * const { tableBuckets } = await client.listTableBuckets()
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of the operations, one by one
export class OSSTablesClient extends FullClient {
  constructor(config: TablesClientConfig) {
    super(createTablesClient(config), operations)
  }
}
