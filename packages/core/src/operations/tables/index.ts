/** Every operation of OSS tables, and the shapes that they take and return. */
export * from './namespace.ts'
export type { TableEncryption } from './shared.ts'
export * from './table.ts'
export * from './table-bucket.ts'
export * from './table-bucket-settings.ts'
export * from './table-settings.ts'
