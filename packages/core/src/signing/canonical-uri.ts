/** The path that V4 signs for the services beside OSS. It names the resource, not the address: host and path style do not change it. */

import { encodeKey } from '../percent-encode.ts'

/** Names a vector bucket or what is in it. Without a bucket the account is left out as well. */
export const vectorsUri = (region: string, accountId: string, bucket = '', key = ''): string =>
  encodeKey(`/acs:ossvector:${region}:${bucket && accountId}:${bucket}/${key}`)

/**
 * Names a table bucket, or what is in it.
 *
 * @param bucketArn as in `acs:osstables:cn-hangzhou:1234567890123456:bucket/name`
 * @param path the path of the request, already percent-encoded
 */
export const tablesUri = (region: string, bucketArn = `acs:osstables:${region}::bucket/`, path = ''): string =>
  encodeKey(`/${bucketArn}/${decodeURIComponent(path)}`)
