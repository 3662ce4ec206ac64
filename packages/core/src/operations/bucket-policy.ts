import { operation } from '../operation.ts'
import { boolean, payload, required, struct, type TypeOf, text, xmlBody } from '../words.ts'

const policyStatus = struct({
  /** Whether the policy opens the bucket to everybody. */
  isPublic: boolean,
})

/** What a bucket's policy amounts to. */
export interface PolicyStatus extends TypeOf<typeof policyStatus> {}

/**
 * Sets the policy of a bucket, replacing the one it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketpolicy PutBucketPolicy}
 *
 * @example
 * const policy = {
 *   Version: '1',
 *   Statement: [
 *     { Effect: 'Allow', Action: ['oss:GetObject'], Principal: ['1234567890'], Resource: ['acs:oss:*:*:photos/*'] },
 *   ],
 * }
 * await putBucketPolicy(client, { bucket: 'photos', body: JSON.stringify(policy) })
 */
export const putBucketPolicy = operation({
  name: 'PutBucketPolicy',
  route: 'PUT /{bucket}?policy',
  input: {
    /** The policy, as JSON text. A statement that denies wins over those that allow. */
    body: required(payload),
  },
})

/**
 * Tells the policy of a bucket.
 *
 * Throws a ServiceError with the code `NoSuchBucketPolicy` if it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpolicy GetBucketPolicy}
 */
export const getBucketPolicy = operation({
  name: 'GetBucketPolicy',
  route: 'GET /{bucket}?policy',
  output: {
    /** The policy, as the JSON text that was set. */
    body: required(text()),
  },
})

/**
 * Deletes the policy of a bucket. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketpolicy DeleteBucketPolicy}
 */
export const deleteBucketPolicy = operation({
  name: 'DeleteBucketPolicy',
  route: 'DELETE /{bucket}?policy',
})

/**
 * Tells whether the policy of a bucket opens it to everybody.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpolicystatus GetBucketPolicyStatus}
 */
export const getBucketPolicyStatus = operation({
  name: 'GetBucketPolicyStatus',
  route: 'GET /{bucket}?policyStatus',
  output: {
    /** What the policy amounts to. */
    policyStatus: required(xmlBody<PolicyStatus>('PolicyStatus', policyStatus)),
  },
})
