import { operation } from '../operation.ts'
import {
  boolean,
  date,
  element,
  header,
  list,
  number,
  query,
  required,
  string,
  struct,
  type TypeOf,
  xml,
} from '../words.ts'
import { type Owner, owner, storageClass } from './shared.ts'

const bucketProperties = struct({
  /** The bucket's name. */
  name: required(string),
  /** The region with `oss-` before it, as in `oss-cn-hangzhou`. */
  location: string,
  /** When the bucket was created. */
  creationDate: date,
  /** The class of objects that are stored without one. */
  storageClass,
  /** Host for access from the internet. */
  extranetEndpoint: string,
  /** Host for access from inside Alibaba Cloud. */
  intranetEndpoint: string,
  /** The region's id, as in `cn-hangzhou`. */
  region: string,
  /** The resource group that the bucket belongs to. */
  resourceGroupId: string,
})

/** What a listing says of one bucket. */
export interface BucketProperties extends TypeOf<typeof bucketProperties> {}

/**
 * Lists the buckets of an account in all regions, in the order of their names.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listbuckets ListBuckets}
 */
export const listBuckets = operation({
  name: 'ListBuckets',
  route: 'GET /',
  contentType: 'application/octet-stream',
  input: {
    /** Only buckets whose names come after this one. */
    marker: query('marker'),
    /** Buckets on one page at most: 1 to 1000. @default 100 */
    maxKeys: query('max-keys', number),
    /** Only buckets whose names begin with this. */
    prefix: query('prefix'),
    /** Only buckets of this resource group. @default all */
    resourceGroupId: header('x-oss-resource-group-id'),
    /** Only buckets with a tag of this key. */
    tagKey: query('tag-key'),
    /** Only buckets whose tag `tagKey` has this value. */
    tagValue: query('tag-value'),
    /** Only buckets that have all of these tags, as in `"k1":"v1","k2":"v2"`. */
    tagging: query('tagging'),
  },
  output: xml('ListAllMyBucketsResult', {
    /** What was asked for. */
    prefix: string,
    /** What was asked for. */
    marker: string,
    /** What was asked for; absent when nothing was left out. */
    maxKeys: number,
    /** Whether there are more buckets, from `nextMarker` on. */
    isTruncated: boolean,
    /** The `marker` of the next page. */
    nextMarker: string,
    /** Whose buckets these are. */
    owner: element<Owner>('Owner', owner),
    /** The buckets of this page. */
    buckets: required(list<BucketProperties>('Buckets/Bucket', bucketProperties)),
  }),
  next: { marker: 'nextMarker' },
  limit: 'maxKeys',
})
