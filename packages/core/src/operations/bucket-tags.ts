import { operation } from '../operation.ts'
import { query, required, xmlBody } from '../words.ts'
import { type Tagging, tagging } from './object-tagging.ts'

/**
 * Sets the tags of a bucket, replacing any it had: at most 20, keys of at most 64 bytes, values of at most 128 bytes.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbuckettags PutBucketTags}
 */
export const putBucketTags = operation({
  name: 'PutBucketTags',
  route: 'PUT /{bucket}?tagging',
  input: {
    /** The tags that the bucket shall have. */
    tagging: required(xmlBody<Tagging>('Tagging', tagging)),
  },
})

/**
 * Tells the tags of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbuckettags GetBucketTags}
 */
export const getBucketTags = operation({
  name: 'GetBucketTags',
  route: 'GET /{bucket}?tagging',
  output: {
    /** The tags; an empty set for a bucket that has none. */
    tagging: required(xmlBody<Tagging>('Tagging', tagging)),
  },
})

/**
 * Deletes tags of a bucket. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebuckettags DeleteBucketTags}
 */
export const deleteBucketTags = operation({
  name: 'DeleteBucketTags',
  route: 'DELETE /{bucket}?tagging',
  input: {
    /** Only the tags with these keys, separated by commas, as in `k1,k2`. @default all */
    tagging: query('tagging'),
  },
})
