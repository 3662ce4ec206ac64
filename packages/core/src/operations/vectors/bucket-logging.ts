import { operation } from '../../operation.ts'
import { element, json, required, struct, type TypeOf } from '../../words.ts'

const vectorLoggingEnabled = struct({
  /** The bucket that logs are stored in. */
  targetBucket: element('TargetBucket'),
  /** What the names of logs begin with. */
  targetPrefix: element('TargetPrefix'),
  /** The RAM role with which OSS stores logs. */
  loggingRole: element('LoggingRole'),
})

/** Where the access logs of a vector bucket go. */
export interface VectorLoggingEnabled extends TypeOf<typeof vectorLoggingEnabled> {}

const vectorBucketLoggingStatus = struct({
  /** Where access logs go; absent if they are not kept. */
  loggingEnabled: element<VectorLoggingEnabled>('LoggingEnabled', vectorLoggingEnabled),
})

/** Whether a vector bucket keeps access logs. */
export interface VectorBucketLoggingStatus extends TypeOf<typeof vectorBucketLoggingStatus> {}

/**
 * Turns the access logs of a vector bucket on, or sets where they go.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketlogging PutBucketLogging}
 */
export const putBucketLogging = operation({
  name: 'PutBucketLogging',
  route: 'PUT /{bucket}?logging',
  input: json({
    /** Where access logs go. */
    bucketLoggingStatus: required(element<VectorBucketLoggingStatus>('BucketLoggingStatus', vectorBucketLoggingStatus)),
  }),
})

/**
 * Tells where the access logs of a vector bucket go.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketlogging GetBucketLogging}
 */
export const getBucketLogging = operation({
  name: 'GetBucketLogging',
  route: 'GET /{bucket}?logging',
  output: json({
    /** Where access logs go. */
    bucketLoggingStatus: element<VectorBucketLoggingStatus>('BucketLoggingStatus', vectorBucketLoggingStatus),
  }),
})

/**
 * Turns the access logs of a vector bucket off. Logs that were stored stay.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketlogging DeleteBucketLogging}
 */
export const deleteBucketLogging = operation({
  name: 'DeleteBucketLogging',
  route: 'DELETE /{bucket}?logging',
})
