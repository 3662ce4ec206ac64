import { operation } from '../operation.ts'
import { required, xmlBody } from '../words.ts'
import { type PublicAccessBlockConfiguration, publicAccessBlockConfiguration } from './shared.ts'

/**
 * Sets whether public access to a bucket is blocked. Buckets are created with it blocked; public ACLs and policies work
 * only after this is set to false, which takes a few seconds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketpublicaccessblock PutBucketPublicAccessBlock}
 */
export const putBucketPublicAccessBlock = operation({
  name: 'PutBucketPublicAccessBlock',
  route: 'PUT /{bucket}?publicAccessBlock',
  input: {
    /** Whether public access to the bucket shall be blocked. */
    publicAccessBlockConfiguration: required(
      xmlBody<PublicAccessBlockConfiguration>('PublicAccessBlockConfiguration', publicAccessBlockConfiguration),
    ),
  },
})

/**
 * Tells whether public access to a bucket is blocked.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpublicaccessblock GetBucketPublicAccessBlock}
 */
export const getBucketPublicAccessBlock = operation({
  name: 'GetBucketPublicAccessBlock',
  route: 'GET /{bucket}?publicAccessBlock',
  output: {
    /** Whether public access to the bucket is blocked. */
    publicAccessBlockConfiguration: required(
      xmlBody<PublicAccessBlockConfiguration>('PublicAccessBlockConfiguration', publicAccessBlockConfiguration),
    ),
  },
})

/**
 * Deletes the bucket's setting of public access. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketpublicaccessblock DeleteBucketPublicAccessBlock}
 */
export const deleteBucketPublicAccessBlock = operation({
  name: 'DeleteBucketPublicAccessBlock',
  route: 'DELETE /{bucket}?publicAccessBlock',
})
