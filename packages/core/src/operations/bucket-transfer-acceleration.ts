import { operation } from '../operation.ts'
import { boolean, required, struct, type TypeOf, xmlBody } from '../words.ts'

const transferAccelerationConfiguration = struct({
  /** Whether the accelerated endpoint serves the bucket. Turning it on takes up to 30 minutes. */
  enabled: boolean,
})

/** Whether a bucket can be reached through the accelerated endpoint, whose traffic is paid for extra. */
export interface TransferAccelerationConfiguration extends TypeOf<typeof transferAccelerationConfiguration> {}

/**
 * Sets whether the accelerated endpoint serves a bucket, beside its own.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbuckettransferacceleration PutBucketTransferAcceleration}
 */
export const putBucketTransferAcceleration = operation({
  name: 'PutBucketTransferAcceleration',
  route: 'PUT /{bucket}?transferAcceleration',
  input: {
    /** Whether the accelerated endpoint shall serve the bucket. */
    transferAccelerationConfiguration: required(
      xmlBody<TransferAccelerationConfiguration>(
        'TransferAccelerationConfiguration',
        transferAccelerationConfiguration,
      ),
    ),
  },
})

/**
 * Tells whether the accelerated endpoint serves a bucket.
 *
 * Throws a ServiceError with the code `NoSuchTransferAccelerationConfiguration` if it was never set.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbuckettransferacceleration GetBucketTransferAcceleration}
 */
export const getBucketTransferAcceleration = operation({
  name: 'GetBucketTransferAcceleration',
  route: 'GET /{bucket}?transferAcceleration',
  output: {
    /** Whether the accelerated endpoint serves the bucket. */
    transferAccelerationConfiguration: required(
      xmlBody<TransferAccelerationConfiguration>(
        'TransferAccelerationConfiguration',
        transferAccelerationConfiguration,
      ),
    ),
  },
})
