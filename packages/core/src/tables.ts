/** OSS tables: buckets of Apache Iceberg tables. */
export { createTablesClient, OSSTablesClient, type TablesClientConfig } from './client/tables-client.ts'
export * from './operations/tables/index.ts'
