import { operation } from '../operation.ts'
import { boolean, list, number, oneOf, query, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const targetRedundancyType = oneOf('ZRS')
/** What a bucket can be converted to: copies in several zones (`ZRS`). There is no way back. */
export type TargetRedundancyType = TypeOf<typeof targetRedundancyType>

const redundancyTransitionStatus = oneOf('Queueing', 'Processing', 'Finished')
/** Where a conversion stands. */
export type RedundancyTransitionStatus = TypeOf<typeof redundancyTransitionStatus>

const bucketDataRedundancyTransition = struct({
  /** The bucket that is converted. */
  bucket: string,
  /** The conversion's id. */
  taskId: string,
  /** Where the conversion stands. */
  status: redundancyTransitionStatus,
  /** When it was asked for, in ISO 8601, as in `2023-11-17T08:40:17.000Z`. */
  createTime: string,
  /** When it began, in ISO 8601; absent while it is `Queueing`. */
  startTime: string,
  /** When it ended, in ISO 8601; only when it is `Finished`. */
  endTime: string,
  /** How far it has come: 0 to 100; absent while it is `Queueing`. */
  processPercentage: number,
  /** Hours that it will take yet; absent while it is `Queueing`. */
  estimatedRemainingTime: number,
})

/** The conversion of a bucket to another data redundancy. */
export interface BucketDataRedundancyTransition extends TypeOf<typeof bucketDataRedundancyTransition> {}

const listBucketDataRedundancyTransitions = struct({
  /** The conversions of this page. */
  bucketDataRedundancyTransition: required(
    list<BucketDataRedundancyTransition>('BucketDataRedundancyTransition', bucketDataRedundancyTransition),
  ),
  /** Whether there are more, from `nextContinuationToken` on. */
  isTruncated: boolean,
  /** The `continuationToken` of the next page. */
  nextContinuationToken: string,
})

/** Conversions of buckets to another data redundancy. */
export interface ListBucketDataRedundancyTransition extends TypeOf<typeof listBucketDataRedundancyTransitions> {}

const task = {
  /** The conversion's id. */
  redundancyTransitionTaskId: required(query('x-oss-redundancy-transition-taskid')),
}

/**
 * Starts to convert a bucket of the class Standard, IA or Archive from `LRS` to another data redundancy. Objects of the colder
 * classes stay as they are.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createbucketdataredundancytransition CreateBucketDataRedundancyTransition}
 */
export const createBucketDataRedundancyTransition = operation({
  name: 'CreateBucketDataRedundancyTransition',
  route: 'POST /{bucket}?redundancyTransition',
  input: {
    /** What to convert the bucket to. */
    targetRedundancyType: required(query('x-oss-target-redundancy-type', targetRedundancyType)),
  },
  output: {
    /** The conversion, by its `taskId`. */
    bucketDataRedundancyTransition: required(
      xmlBody<BucketDataRedundancyTransition>('BucketDataRedundancyTransition', bucketDataRedundancyTransition),
    ),
  },
})

/**
 * Tells how far the conversion of a bucket has come.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketdataredundancytransition GetBucketDataRedundancyTransition}
 */
export const getBucketDataRedundancyTransition = operation({
  name: 'GetBucketDataRedundancyTransition',
  route: 'GET /{bucket}?redundancyTransition',
  input: { ...task },
  output: {
    /** How far it has come. */
    bucketDataRedundancyTransition: required(
      xmlBody<BucketDataRedundancyTransition>('BucketDataRedundancyTransition', bucketDataRedundancyTransition),
    ),
  },
})

/**
 * Lists the conversions of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listbucketdataredundancytransition ListBucketDataRedundancyTransition}
 */
export const listBucketDataRedundancyTransition = operation({
  name: 'ListBucketDataRedundancyTransition',
  route: 'GET /{bucket}?redundancyTransition',
  output: {
    /** The conversions. */
    listBucketDataRedundancyTransition: required(
      xmlBody<ListBucketDataRedundancyTransition>(
        'ListBucketDataRedundancyTransition',
        listBucketDataRedundancyTransitions,
      ),
    ),
  },
})

/**
 * Lists the conversions of all buckets of an account.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listuserdataredundancytransition ListUserDataRedundancyTransition}
 */
export const listUserDataRedundancyTransition = operation({
  name: 'ListUserDataRedundancyTransition',
  route: 'GET /?redundancyTransition',
  input: {
    /** Conversions on one page at most: 1 to 100. */
    maxKeys: query('max-keys', number),
    /** Goes on where the page with this `nextContinuationToken` ended. */
    continuationToken: query('continuation-token'),
  },
  output: {
    /** The conversions. */
    listBucketDataRedundancyTransition: required(
      xmlBody<ListBucketDataRedundancyTransition>(
        'ListBucketDataRedundancyTransition',
        listBucketDataRedundancyTransitions,
      ),
    ),
  },
  next: { continuationToken: 'listBucketDataRedundancyTransition.nextContinuationToken' },
  limit: 'maxKeys',
})

/**
 * Cancels the conversion of a bucket. One that is `Processing` cannot be cancelled.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketdataredundancytransition DeleteBucketDataRedundancyTransition}
 */
export const deleteBucketDataRedundancyTransition = operation({
  name: 'DeleteBucketDataRedundancyTransition',
  route: 'DELETE /{bucket}?redundancyTransition',
  input: { ...task },
})
