import { operation } from '../operation.ts'
import {
  boolean,
  date,
  element,
  header,
  list,
  number,
  oneOf,
  required,
  type Scalar,
  string,
  struct,
  type TypeOf,
  xmlBody,
} from '../words.ts'
import { storageClass, type Tag, tag } from './shared.ts'

/** A day in UTC, written as `2026-01-31T00:00:00.000Z`. */
const day: Scalar<Date> = {
  parse: date.parse,
  format: (value) => `${date.format(value).slice(0, 10)}T00:00:00.000Z`,
}

const lifecycleRuleStatus = oneOf('Enabled', 'Disabled')
/** Whether OSS carries a rule out. */
export type LifecycleRuleStatus = TypeOf<typeof lifecycleRuleStatus>

const expiration = struct({
  /** Days since the last change, 1 or more. Either this, `createdBeforeDate` or `expiredObjectDeleteMarker`. */
  days: number,
  /** Objects whose last change was before this: midnight in UTC. */
  createdBeforeDate: date,
  /** From when on objects are deleted, midnight in UTC as text; `createdBeforeDate` is the clearer choice. */
  date: string,
  /** Whether delete markers are deleted that have no version left behind them. @default false */
  expiredObjectDeleteMarker: boolean,
})

/** When objects are deleted; in a bucket with versioning, when their current version becomes a previous one. */
export interface LifecycleRuleExpiration extends TypeOf<typeof expiration> {}

const byAccess = {
  /** Whether days count from the last access instead of the last change. The bucket's access monitor has to be on. */
  isAccessTime: boolean,
  /** Whether objects go back to `Standard` when they are read; with `isAccessTime` only. */
  returnToStdWhenVisit: boolean,
  /** Whether objects below 64 KB are changed too, and then paid for as 64 KB; with `isAccessTime` only. */
  allowSmallFile: boolean,
}

const transition = struct({
  /** Days since the last change or access; more for colder classes. Either this or `createdBeforeDate`. */
  days: number,
  /** Objects whose last change was before this: midnight in UTC. */
  createdBeforeDate: day,
  /** The class that objects get: colder than the one they have, so never `Standard`. */
  storageClass,
  ...byAccess,
})

/** When objects get another storage class. */
export interface LifecycleRuleTransition extends TypeOf<typeof transition> {}

const noncurrentVersionTransition = struct({
  /** Days since the version was replaced or deleted; more for colder classes. */
  noncurrentDays: number,
  /** The class that versions get: colder than the one they have, so never `Standard`. */
  storageClass,
  ...byAccess,
})

/** When previous versions get another storage class. */
export interface NoncurrentVersionTransition extends TypeOf<typeof noncurrentVersionTransition> {}

const noncurrentVersionExpiration = struct({
  /** Days since the version was replaced or deleted. */
  noncurrentDays: number,
})

/** When previous versions are deleted for good. */
export interface NoncurrentVersionExpiration extends TypeOf<typeof noncurrentVersionExpiration> {}

const abandonedUploads = struct({
  /** Days since the upload was begun. Either this or `createdBeforeDate`. */
  days: number,
  /** Uploads that were begun before this: midnight in UTC. */
  createdBeforeDate: date,
  /** From when on uploads are aborted, midnight in UTC as text; `createdBeforeDate` is the clearer choice. */
  date: string,
})

/** When multipart uploads are aborted that were not completed. */
export interface LifecycleRuleAbortMultipartUpload extends TypeOf<typeof abandonedUploads> {}

const not = struct({
  /** Keys that begin with this. It has to begin with the rule's own prefix, and be longer. */
  prefix: string,
  /** Objects with this tag. */
  tag: element<Tag>('Tag', tag),
})

/** Which objects a rule leaves alone: those that match both. */
export interface LifecycleRuleNot extends TypeOf<typeof not> {}

const filter = struct({
  /** Only objects of more bytes than this. */
  objectSizeGreaterThan: number,
  /** Only objects of fewer bytes than this. Neither size goes with `allowSmallFile`. */
  objectSizeLessThan: number,
  /** Objects that the rule leaves alone. */
  nots: list<LifecycleRuleNot>('Not', not),
})

/** Which objects a rule is about, beside its prefix and tags. */
export interface LifecycleRuleFilter extends TypeOf<typeof filter> {}

const rule = struct({
  /** The rule's id, unique in the bucket, at most 255 bytes. @default one that OSS makes */
  id: element('ID'),
  /** Only keys that begin with this. @default every key */
  prefix: string,
  /** Only objects with all of these tags; not together with `abortMultipartUpload`. */
  tags: list<Tag>('Tag', tag),
  /** Only objects that this lets through. */
  filter: element<LifecycleRuleFilter>('Filter', filter),
  /** Whether the rule is carried out. */
  status: required(lifecycleRuleStatus),
  /** When objects are deleted: later than any of `transitions`. */
  expiration: element<LifecycleRuleExpiration>('Expiration', expiration),
  /** When objects get another storage class. A rule goes by days or by dates, not by both. */
  transitions: list<LifecycleRuleTransition>('Transition', transition),
  /** When multipart uploads are aborted that were not completed. */
  abortMultipartUpload: element<LifecycleRuleAbortMultipartUpload>('AbortMultipartUpload', abandonedUploads),
  /** When previous versions are deleted for good. */
  noncurrentVersionExpiration: element<NoncurrentVersionExpiration>(
    'NoncurrentVersionExpiration',
    noncurrentVersionExpiration,
  ),
  /** When previous versions get another storage class. */
  noncurrentVersionTransitions: list<NoncurrentVersionTransition>(
    'NoncurrentVersionTransition',
    noncurrentVersionTransition,
  ),
  /** When the access monitor was turned on, in seconds since 1970; OSS tells it of rules that go by the last access. */
  atimeBase: number,
})

/** What becomes of some objects of a bucket, and when. */
export interface LifecycleRule extends TypeOf<typeof rule> {}

const lifecycleConfiguration = struct({
  /** At most 1000. Prefixes of rules with the same action may not overlap, unless `allowSameActionOverlap` is sent. */
  rules: list<LifecycleRule>('Rule', rule),
})

/** The lifecycle rules of a bucket. */
export interface LifecycleConfiguration extends TypeOf<typeof lifecycleConfiguration> {}

/**
 * Sets the lifecycle rules of a bucket, replacing any it had. OSS carries them out once a day, for objects that are
 * there too.
 *
 * Throws a ServiceError with the code `InvalidArgument` if deletion would not come after every change of class, and
 * with `InvalidRequest` if a rule goes by days and by dates.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketlifecycle PutBucketLifecycle}
 *
 * @example
 * await putBucketLifecycle(client, {
 *   bucket: 'photos',
 *   lifecycleConfiguration: {
 *     rules: [
 *       {
 *         prefix: 'logs/',
 *         status: 'Enabled',
 *         transitions: [{ days: 30, storageClass: 'IA' }],
 *         expiration: { days: 365 },
 *       },
 *     ],
 *   },
 * })
 */
export const putBucketLifecycle = operation({
  name: 'PutBucketLifecycle',
  route: 'PUT /{bucket}?lifecycle',
  input: {
    /** Whether rules with the same action may have overlapping prefixes. @default 'false' */
    allowSameActionOverlap: header('x-oss-allow-same-action-overlap', oneOf('true', 'false')),
    /** The rules that the bucket shall have. */
    lifecycleConfiguration: required(xmlBody<LifecycleConfiguration>('LifecycleConfiguration', lifecycleConfiguration)),
  },
})

/**
 * Tells the lifecycle rules of a bucket.
 *
 * Throws a ServiceError with the code `NoSuchLifecycle` if it has none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketlifecycle GetBucketLifecycle}
 */
export const getBucketLifecycle = operation({
  name: 'GetBucketLifecycle',
  route: 'GET /{bucket}?lifecycle',
  output: {
    /** The rules that the bucket has. */
    lifecycleConfiguration: required(xmlBody<LifecycleConfiguration>('LifecycleConfiguration', lifecycleConfiguration)),
  },
})

/**
 * Deletes the lifecycle rules of a bucket. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketlifecycle DeleteBucketLifecycle}
 */
export const deleteBucketLifecycle = operation({
  name: 'DeleteBucketLifecycle',
  route: 'DELETE /{bucket}?lifecycle',
})
