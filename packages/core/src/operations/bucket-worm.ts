import { operation } from '../operation.ts'
import { header, number, oneOf, query, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const wormState = oneOf('InProgress', 'Locked')
/** `InProgress` can be aborted and lapses after 24 hours; `Locked` stays. */
export type BucketWormState = TypeOf<typeof wormState>

const retention = {
  /** Days that each object is kept from change and deletion, counted from its last change: 1 to 25550 (70 years). */
  retentionPeriodInDays: number,
}

const initiateWormConfiguration = struct({ ...retention })

/** How long a retention policy shall keep objects. */
export interface InitiateWormConfiguration extends TypeOf<typeof initiateWormConfiguration> {}

const extendWormConfiguration = struct({ ...retention })

/** How long a retention policy shall keep objects from here on: longer than before. */
export interface ExtendWormConfiguration extends TypeOf<typeof extendWormConfiguration> {}

const wormConfiguration = struct({
  /** The policy's id. */
  wormId: string,
  /** Whether the policy can still be aborted. */
  state: wormState,
  ...retention,
  /** When the policy was created, in ISO 8601. */
  creationDate: string,
  /** When the policy lapses if it is not completed, in ISO 8601. */
  expirationDate: string,
})

/** The retention policy of a bucket. */
export interface WormConfiguration extends TypeOf<typeof wormConfiguration> {}

const policyId = {
  /** The policy's id, from `initiateBucketWorm` or `getBucketWorm`. */
  wormId: required(query('wormId')),
}

/**
 * Gives a bucket a retention policy, under which objects can be neither changed nor deleted until their time is over
 * (`FileImmutable`). It lapses after 24 hours unless `completeBucketWorm` locks it. Not in a bucket with versioning.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/initiatebucketworm InitiateBucketWorm}
 */
export const initiateBucketWorm = operation({
  name: 'InitiateBucketWorm',
  route: 'POST /{bucket}?worm',
  input: {
    /** How long objects shall be kept. */
    initiateWormConfiguration: required(
      xmlBody<InitiateWormConfiguration>('InitiateWormConfiguration', initiateWormConfiguration),
    ),
  },
  output: {
    /** The policy's id, by which it is completed and extended. */
    wormId: header('x-oss-worm-id'),
  },
})

/**
 * Withdraws the retention policy of a bucket, as long as it is not locked.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/abortbucketworm AbortBucketWorm}
 */
export const abortBucketWorm = operation({
  name: 'AbortBucketWorm',
  route: 'DELETE /{bucket}?worm',
})

/**
 * Locks the retention policy of a bucket. Nobody can delete or shorten it any more.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/completebucketworm CompleteBucketWorm}
 */
export const completeBucketWorm = operation({
  name: 'CompleteBucketWorm',
  route: 'POST /{bucket}',
  input: { ...policyId },
})

/**
 * Lengthens the time for which a locked retention policy keeps the objects of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/extendbucketworm ExtendBucketWorm}
 */
export const extendBucketWorm = operation({
  name: 'ExtendBucketWorm',
  route: 'POST /{bucket}?wormExtend',
  input: {
    ...policyId,
    /** How long objects shall be kept. */
    extendWormConfiguration: required(
      xmlBody<ExtendWormConfiguration>('ExtendWormConfiguration', extendWormConfiguration),
    ),
  },
})

/**
 * Tells the retention policy of a bucket.
 *
 * Throws a ServiceError with the code `NoSuchWORMConfiguration` if it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketworm GetBucketWorm}
 */
export const getBucketWorm = operation({
  name: 'GetBucketWorm',
  route: 'GET /{bucket}?worm',
  output: {
    /** The policy that the bucket has. */
    wormConfiguration: required(xmlBody<WormConfiguration>('WormConfiguration', wormConfiguration)),
  },
})
