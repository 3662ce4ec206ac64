import { operation } from '../operation.ts'
import { element, list, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const loggingEnabled = struct({
  /** The bucket that the logs go to: of the same account, in the same region; it may be this one. */
  targetBucket: required(string),
  /** What the keys of the logs begin with. @default none */
  targetPrefix: string,
  /** The name of the RAM role with which OSS writes the logs. */
  loggingRole: string,
})

/** Where access logs go. */
export interface LoggingEnabled extends TypeOf<typeof loggingEnabled> {}

const bucketLoggingStatus = struct({
  /** Where access logs go; left out, none are kept. */
  loggingEnabled: element<LoggingEnabled>('LoggingEnabled', loggingEnabled),
})

/** Whether a bucket keeps access logs, and where. */
export interface BucketLoggingStatus extends TypeOf<typeof bucketLoggingStatus> {}

const headerSet = struct({
  /** Names of request headers. They may hold `-` but not `_`. */
  headers: required(list('header', string)),
})

/** Request headers to log. */
export interface LoggingHeaderSet extends TypeOf<typeof headerSet> {}

const paramSet = struct({
  /** Names of query parameters. */
  parameters: required(list('parameter', string)),
})

/** Query parameters to log. */
export interface LoggingParamSet extends TypeOf<typeof paramSet> {}

const userDefinedLogFieldsConfiguration = struct({
  /** Request headers to log. */
  headerSet: element<LoggingHeaderSet>('HeaderSet', headerSet),
  /** Query parameters to log. */
  paramSet: element<LoggingParamSet>('ParamSet', paramSet),
})

/**
 * What real-time logs hold in their field `user_defined_log_fields`: at most 6 headers and parameters together, and at
 * most 1024 bytes of names and values; what is longer is cut off.
 */
export interface UserDefinedLogFieldsConfiguration extends TypeOf<typeof userDefinedLogFieldsConfiguration> {}

/**
 * Sets where the access logs of a bucket go, which OSS writes about once an hour, or turns them off.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketlogging PutBucketLogging}
 */
export const putBucketLogging = operation({
  name: 'PutBucketLogging',
  route: 'PUT /{bucket}?logging',
  input: {
    /** Where the logs shall go. */
    bucketLoggingStatus: required(xmlBody<BucketLoggingStatus>('BucketLoggingStatus', bucketLoggingStatus)),
  },
})

/**
 * Tells where the access logs of a bucket go.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketlogging GetBucketLogging}
 */
export const getBucketLogging = operation({
  name: 'GetBucketLogging',
  route: 'GET /{bucket}?logging',
  output: {
    /** Where the logs go; empty if none are kept. */
    bucketLoggingStatus: required(xmlBody<BucketLoggingStatus>('BucketLoggingStatus', bucketLoggingStatus)),
  },
})

/**
 * Turns the access logs of a bucket off. Logs that are written stay; turning off none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketlogging DeleteBucketLogging}
 */
export const deleteBucketLogging = operation({
  name: 'DeleteBucketLogging',
  route: 'DELETE /{bucket}?logging',
})

/**
 * Sets which request headers and query parameters the real-time logs of a bucket hold, replacing any that were set.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putuserdefinedlogfieldsconfig PutUserDefinedLogFieldsConfig}
 */
export const putUserDefinedLogFieldsConfig = operation({
  name: 'PutUserDefinedLogFieldsConfig',
  route: 'PUT /{bucket}?userDefinedLogFieldsConfig',
  input: {
    /** What shall be logged. */
    userDefinedLogFieldsConfiguration: required(
      xmlBody<UserDefinedLogFieldsConfiguration>(
        'UserDefinedLogFieldsConfiguration',
        userDefinedLogFieldsConfiguration,
      ),
    ),
  },
})

/**
 * Tells which request headers and query parameters the real-time logs of a bucket hold.
 *
 * Throws a ServiceError if none were set.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getuserdefinedlogfieldsconfig GetUserDefinedLogFieldsConfig}
 */
export const getUserDefinedLogFieldsConfig = operation({
  name: 'GetUserDefinedLogFieldsConfig',
  route: 'GET /{bucket}?userDefinedLogFieldsConfig',
  output: {
    /** What is logged. */
    userDefinedLogFieldsConfiguration: required(
      xmlBody<UserDefinedLogFieldsConfiguration>(
        'UserDefinedLogFieldsConfiguration',
        userDefinedLogFieldsConfiguration,
      ),
    ),
  },
})

/**
 * Takes the request headers and query parameters that were set out of the real-time logs of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteuserdefinedlogfieldsconfig DeleteUserDefinedLogFieldsConfig}
 */
export const deleteUserDefinedLogFieldsConfig = operation({
  name: 'DeleteUserDefinedLogFieldsConfig',
  route: 'DELETE /{bucket}?userDefinedLogFieldsConfig',
})
