import { operation } from '../operation.ts'
import { boolean, element, list, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const refererList = struct({
  /** Addresses, as in `https://www.example.com`; `*` stands for any characters, `?` for one. */
  referers: required(list('Referer', string)),
})

/** The pages that may link to a bucket's objects. */
export interface RefererList extends TypeOf<typeof refererList> {}

const refererBlacklist = struct({
  /** Addresses, as in `https://www.example.com`; `*` stands for any characters, `?` for one. */
  referers: required(list('Referer', string)),
})

/** The pages that may not link to a bucket's objects. */
export interface RefererBlacklist extends TypeOf<typeof refererBlacklist> {}

const refererConfiguration = struct({
  /** Whether requests without a Referer are answered. @default true */
  allowEmptyReferer: boolean,
  /** Whether a Referer is compared without its query string. @default true */
  allowTruncateQueryString: boolean,
  /** Whether a Referer is compared without its path and all that follows it. @default false */
  truncatePath: boolean,
  /** The pages that may link to objects; empty, every page may. OSS demands it when it is set. */
  refererList: element<RefererList>('RefererList', refererList),
  /** The pages that may not, even if `refererList` has them. */
  refererBlacklist: element<RefererBlacklist>('RefererBlacklist', refererBlacklist),
})

/** Which pages may link to a bucket's objects. */
export interface RefererConfiguration extends TypeOf<typeof refererConfiguration> {}

/**
 * Sets which pages may link to the objects of a bucket, replacing what was set. An empty `refererList` lifts it again.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketreferer PutBucketReferer}
 *
 * @example
 * await putBucketReferer(client, {
 *   bucket: 'photos',
 *   refererConfiguration: { allowEmptyReferer: false, refererList: { referers: ['https://*.example.com'] } },
 * })
 */
export const putBucketReferer = operation({
  name: 'PutBucketReferer',
  route: 'PUT /{bucket}?referer',
  input: {
    /** Which pages may link to objects. */
    refererConfiguration: required(xmlBody<RefererConfiguration>('RefererConfiguration', refererConfiguration)),
  },
})

/**
 * Tells which pages may link to the objects of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketreferer GetBucketReferer}
 */
export const getBucketReferer = operation({
  name: 'GetBucketReferer',
  route: 'GET /{bucket}?referer',
  output: {
    /** Which pages may link to objects; without a list if it was never set. */
    refererConfiguration: required(xmlBody<RefererConfiguration>('RefererConfiguration', refererConfiguration)),
  },
})
