/** Fields that several operations share. */
import { query, required, segment, string, struct, type TypeOf } from '../../words.ts'

export const inTableBucket = {
  /** The table bucket, as in `acs:osstables:cn-hangzhou:1234567890123456:bucket/events`. */
  tableBucketArn: required(segment),
}

export const inNamespace = {
  ...inTableBucket,
  /** The namespace. */
  namespace: required(segment),
}

export const ofTable = {
  ...inNamespace,
  /** The table's name. */
  name: required(segment),
}

export const paged = {
  /** Only names that begin with this. */
  prefix: query('prefix'),
  /** Goes on where a page ended: its `continuationToken`. */
  continuationToken: query('continuationToken'),
}

export const nextPage = {
  /** The `continuationToken` of the next page; absent on the last. */
  continuationToken: string,
}

export const tableEncryption = struct({
  /** Who holds the key: OSS itself (`AES256`) or the Key Management Service (`KMS`). */
  sseAlgorithm: string,
  /** The key in the Key Management Service, as in `acs:kms:cn-hangzhou:1234567890123456:key/key-id`. */
  kmsKeyArn: string,
})

/** How tables are encrypted. */
export interface TableEncryption extends TypeOf<typeof tableEncryption> {}
