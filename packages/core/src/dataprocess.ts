/** Data processing: datasets over what buckets hold, and queries for it. */
export { OSSDataProcessClient } from './client/data-process-client.ts'
export * from './operations/dataprocess/index.ts'
