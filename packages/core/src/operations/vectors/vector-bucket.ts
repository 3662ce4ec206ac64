import { operation } from '../../operation.ts'
import {
  boolean,
  date,
  element,
  header,
  json,
  list,
  number,
  query,
  required,
  struct,
  type TypeOf,
} from '../../words.ts'

/**
 * Creates a vector bucket in the client's region.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putvectorbucket PutVectorBucket}
 */
export const putVectorBucket = operation({
  name: 'PutVectorBucket',
  route: 'PUT /{bucket}',
  input: {
    /** The resource group that the bucket shall belong to. @default the account's default group */
    resourceGroupId: header('x-oss-resource-group-id'),
    /** Tags in URL query form, as in `a=1&b=2`. */
    bucketTagging: header('x-oss-bucket-tagging'),
  },
})

const vectorBucketInfo = struct({
  /** The bucket's name with the account before it, as in `acs:ossvector:cn-hangzhou:123:films`. */
  name: element('Name'),
  /** The region that the bucket is in, as in `oss-cn-hangzhou`. */
  location: element('Location'),
  /** When the bucket was created. */
  creationDate: element('CreationDate', date),
  /** Host for access from the internet. */
  extranetEndpoint: element('ExtranetEndpoint'),
  /** Host for access from inside Alibaba Cloud. */
  intranetEndpoint: element('IntranetEndpoint'),
  /** The resource group that the bucket belongs to. */
  resourceGroupId: element('ResourceGroupId'),
})

/** What OSS knows about a vector bucket. */
export interface VectorBucketInfo extends TypeOf<typeof vectorBucketInfo> {}

/**
 * Tells what OSS knows about a vector bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getvectorbucket GetVectorBucket}
 */
export const getVectorBucket = operation({
  name: 'GetVectorBucket',
  route: 'GET /{bucket}?bucketInfo',
  contentType: '',
  output: json({
    /** What OSS knows about it. */
    bucketInfo: element<VectorBucketInfo>('BucketInfo', vectorBucketInfo),
  }),
})

const vectorBucketProperties = struct({
  /** The bucket's name with the account before it, as in `acs:ossvector:cn-hangzhou:123:films`. */
  name: element('Name'),
  /** The region that the bucket is in, as in `oss-cn-hangzhou`. */
  location: element('Location'),
  /** When the bucket was created. */
  creationDate: element('CreationDate', date),
  /** Host for access from the internet. */
  extranetEndpoint: element('ExtranetEndpoint'),
  /** Host for access from inside Alibaba Cloud. */
  intranetEndpoint: element('IntranetEndpoint'),
  /** The region's id, as in `cn-hangzhou`. */
  region: element('Region'),
  /** The resource group that the bucket belongs to. */
  resourceGroupId: element('ResourceGroupId'),
})

/** What a listing says of one vector bucket. */
export interface VectorBucketProperties extends TypeOf<typeof vectorBucketProperties> {}

/**
 * Lists the vector buckets of the account in the client's region, in the order of their names.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listvectorbuckets ListVectorBuckets}
 */
export const listVectorBuckets = operation({
  name: 'ListVectorBuckets',
  route: 'GET /',
  contentType: 'application/octet-stream',
  input: {
    /** Only buckets that come after this one. */
    marker: query('marker'),
    /** Buckets on one page at most: 1 to 1000. @default 100 */
    maxKeys: query('max-keys', number),
    /** Only buckets whose name begins with this. */
    prefix: query('prefix'),
    /** Only buckets of this resource group. */
    resourceGroupId: header('x-oss-resource-group-id'),
  },
  output: json('ListAllMyBucketsResult', {
    /** What was asked for. */
    prefix: element('Prefix'),
    /** What was asked for. */
    marker: element('Marker'),
    /** What was asked for. */
    maxKeys: element('MaxKeys', number),
    /** Whether there are more, from `nextMarker` on. */
    isTruncated: element('IsTruncated', boolean),
    /** The `marker` of the next page. */
    nextMarker: element('NextMarker'),
    /** The buckets of this page. */
    buckets: required(list<VectorBucketProperties>('Buckets', vectorBucketProperties)),
  }),
  next: { marker: 'nextMarker' },
  limit: 'maxKeys',
})

/**
 * Deletes a vector bucket without any index.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletevectorbucket DeleteVectorBucket}
 */
export const deleteVectorBucket = operation({
  name: 'DeleteVectorBucket',
  route: 'DELETE /{bucket}',
})
