/** Every operation of OSS vectors, and the shapes that they take and return. */
export * from './bucket-logging.ts'
export * from './bucket-policy.ts'
export * from './vector.ts'
export * from './vector-bucket.ts'
export * from './vector-index.ts'
