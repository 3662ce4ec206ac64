import { operation } from '../../operation.ts'
import { payload, required, text } from '../../words.ts'

/**
 * Sets the policy of a vector bucket, replacing any it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketpolicy PutBucketPolicy}
 */
export const putBucketPolicy = operation({
  name: 'PutBucketPolicy',
  route: 'PUT /{bucket}?policy',
  input: {
    /** The policy as JSON text: `{"Version":"1","Statement":[…]}`, 16 KB at most. */
    body: required(payload),
  },
})

/**
 * Returns the policy of a vector bucket.
 *
 * Throws a ServiceError with the code `NoSuchBucketPolicy` if it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpolicy GetBucketPolicy}
 */
export const getBucketPolicy = operation({
  name: 'GetBucketPolicy',
  route: 'GET /{bucket}?policy',
  output: {
    /** The policy as JSON text. */
    body: required(text()),
  },
})

/**
 * Removes the policy of a vector bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketpolicy DeleteBucketPolicy}
 */
export const deleteBucketPolicy = operation({
  name: 'DeleteBucketPolicy',
  route: 'DELETE /{bucket}?policy',
})
