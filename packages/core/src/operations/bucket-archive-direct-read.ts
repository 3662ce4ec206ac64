import { operation } from '../operation.ts'
import { boolean, required, struct, type TypeOf, xmlBody } from '../words.ts'

const archiveDirectReadConfiguration = struct({
  /** Whether objects of the class `Archive` can be read without being restored. Such reads are paid for by size. */
  enabled: boolean,
})

/** Whether archived objects can be read at once. */
export interface ArchiveDirectReadConfiguration extends TypeOf<typeof archiveDirectReadConfiguration> {}

/**
 * Sets whether objects of the class `Archive` can be read without being restored.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketarchivedirectread PutBucketArchiveDirectRead}
 */
export const putBucketArchiveDirectRead = operation({
  name: 'PutBucketArchiveDirectRead',
  route: 'PUT /{bucket}?bucketArchiveDirectRead',
  input: {
    /** Whether archived objects can be read at once. */
    archiveDirectReadConfiguration: required(
      xmlBody<ArchiveDirectReadConfiguration>('ArchiveDirectReadConfiguration', archiveDirectReadConfiguration),
    ),
  },
})

/**
 * Tells whether objects of the class `Archive` can be read without being restored.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketarchivedirectread GetBucketArchiveDirectRead}
 */
export const getBucketArchiveDirectRead = operation({
  name: 'GetBucketArchiveDirectRead',
  route: 'GET /{bucket}?bucketArchiveDirectRead',
  output: {
    /** Whether archived objects can be read at once. */
    archiveDirectReadConfiguration: required(
      xmlBody<ArchiveDirectReadConfiguration>('ArchiveDirectReadConfiguration', archiveDirectReadConfiguration),
    ),
  },
})
