/** OSS vectors: buckets of vectors, indexes over them, and queries for what is near. */
export { createVectorsClient, OSSVectorsClient, type VectorsClientConfig } from './client/vectors-client.ts'
export * from './operations/vectors/index.ts'
