import { operation } from '../operation.ts'
import {
  boolean,
  date,
  element,
  encodedString,
  header,
  list,
  number,
  query,
  required,
  string,
  struct,
  type TypeOf,
  xml,
  xmlBody,
} from '../words.ts'
import {
  bucketAcl,
  type CommonPrefix,
  commonPrefix,
  dataRedundancyType,
  encodedKeys,
  type Owner,
  objectType,
  owner,
  payer,
  storageClass,
  versioningStatus,
} from './shared.ts'

const createBucketConfiguration = struct({
  /** The class of objects that are stored without one. @default 'Standard' */
  storageClass,
  /** Whether copies are kept in one zone or in several; fixed for the bucket's life. @default 'LRS' */
  dataRedundancyType,
})

/** How a bucket is created. */
export interface CreateBucketConfiguration extends TypeOf<typeof createBucketConfiguration> {}

/**
 * Creates a bucket in the client's region. Creating one's own bucket again changes nothing.
 *
 * Throws a ServiceError with the code `BucketAlreadyExists` if the name belongs to another account.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucket PutBucket}
 */
export const putBucket = operation({
  name: 'PutBucket',
  route: 'PUT /{bucket}',
  input: {
    /** Who may read and write the bucket. @default 'private' */
    acl: header('x-oss-acl', bucketAcl),
    /** The resource group that the bucket shall belong to. @default the account's default group */
    resourceGroupId: header('x-oss-resource-group-id'),
    /** Storage class and redundancy. */
    createBucketConfiguration: xmlBody<CreateBucketConfiguration>(
      'CreateBucketConfiguration',
      createBucketConfiguration,
    ),
    /** Up to 20 tags in URL query form, as in `a=1&b=2`. */
    bucketTagging: header('x-oss-bucket-tagging'),
  },
})

/**
 * Deletes an empty bucket.
 *
 * Throws a ServiceError with the code `BucketNotEmpty` while an object, a version or an unfinished upload is left.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucket DeleteBucket}
 */
export const deleteBucket = operation({
  name: 'DeleteBucket',
  route: 'DELETE /{bucket}',
})

/**
 * Sets who may read and write a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketacl PutBucketAcl}
 */
export const putBucketAcl = operation({
  name: 'PutBucketAcl',
  route: 'PUT /{bucket}?acl',
  contentType: '',
  input: {
    /** Who may read and write the bucket. */
    acl: required(header('x-oss-acl', bucketAcl)),
  },
})

/**
 * Tells who may read and write a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketacl GetBucketAcl}
 */
export const getBucketAcl = operation({
  name: 'GetBucketAcl',
  route: 'GET /{bucket}?acl',
  contentType: '',
  output: xml('AccessControlPolicy', {
    /** Whose bucket it is. */
    owner: element<Owner>('Owner', owner),
    /** Who may read and write the bucket. */
    acl: element('AccessControlList/Grant', bucketAcl),
  }),
})

const bucketPolicy = struct({
  /** Where access logs go; empty if they are not kept. */
  logBucket: string,
  /** What the names of access logs begin with. */
  logPrefix: string,
})

/** Where a bucket's access logs go. */
export interface BucketLogPolicy extends TypeOf<typeof bucketPolicy> {}

const sseRule = struct({
  /** The id of the key in the Key Management Service. */
  kmsMasterKeyId: element('KMSMasterKeyID'),
  /** Who holds the key: `AES256`, `KMS`, `SM4`; `None` if objects are not encrypted. */
  sseAlgorithm: element('SSEAlgorithm'),
  /** The algorithm, where the Key Management Service holds the key. */
  kmsDataEncryption: element('KMSDataEncryption'),
})

/** How a bucket encrypts objects that are stored without a word about it. */
export interface BucketSseRule extends TypeOf<typeof sseRule> {}

const bucketInfo = struct({
  /** The bucket's name. */
  name: string,
  /** Whether OSS keeps the time of each object's last access: `Enabled` or `Disabled`. */
  accessMonitor: string,
  /** The region with `oss-` before it, as in `oss-cn-hangzhou`. */
  location: string,
  /** When the bucket was created. */
  creationDate: date,
  /** Host for access from the internet. */
  extranetEndpoint: string,
  /** Host for access from inside Alibaba Cloud. */
  intranetEndpoint: string,
  /** Who may read and write the bucket. */
  acl: element('AccessControlList/Grant', bucketAcl),
  /** Whether copies are kept in one zone or in several. */
  dataRedundancyType,
  /** Whose bucket it is. */
  owner: element<Owner>('Owner', owner),
  /** The class of objects that are stored without one. */
  storageClass,
  /** The resource group that the bucket belongs to. */
  resourceGroupId: string,
  /** How objects are encrypted that are stored without a word about it. */
  sseRule: element<BucketSseRule>('ServerSideEncryptionRule', sseRule),
  /** Absent if versioning was never turned on. */
  versioning: element('Versioning', versioningStatus),
  /** Whether the transfer acceleration endpoint serves this bucket: `Enabled` or `Disabled`. */
  transferAcceleration: string,
  /** Whether the bucket takes part in replication across regions: `Enabled` or `Disabled`. */
  crossRegionReplication: string,
  /** Where access logs go. */
  bucketPolicy: element<BucketLogPolicy>('BucketPolicy', bucketPolicy),
  /** Free text. */
  comment: string,
  /** Whether public ACLs and policies are without effect. */
  blockPublicAccess: boolean,
})

/** What OSS knows about a bucket. */
export interface BucketInfo extends TypeOf<typeof bucketInfo> {}

/**
 * Tells what OSS knows about a bucket: place, owner, settings.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketinfo GetBucketInfo}
 */
export const getBucketInfo = operation({
  name: 'GetBucketInfo',
  route: 'GET /{bucket}?bucketInfo',
  contentType: '',
  output: xml('BucketInfo', {
    /** What OSS knows about it. */
    bucketInfo: element<BucketInfo>('Bucket', bucketInfo),
  }),
})

/**
 * Tells in which region a bucket is.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketlocation GetBucketLocation}
 */
export const getBucketLocation = operation({
  name: 'GetBucketLocation',
  route: 'GET /{bucket}?location',
  contentType: '',
  output: xml('LocationConstraint', {
    /** The region with `oss-` before it, as in `oss-cn-hangzhou`. */
    location: element('.'),
  }),
})

/**
 * Counts what a bucket holds. OSS updates the numbers about once an hour.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketstat GetBucketStat}
 */
export const getBucketStat = operation({
  name: 'GetBucketStat',
  route: 'GET /{bucket}?stat',
  contentType: '',
  output: xml('BucketStat', {
    /** Bytes in all. */
    storage: number,
    /** Objects in all. */
    objectCount: number,
    /** Multipart uploads that are neither completed nor aborted. */
    multipartUploadCount: number,
    /** Live channels. */
    liveChannelCount: number,
    /** When OSS counted, in seconds since 1970. */
    lastModifiedTime: number,
    /** Bytes in the class Standard. */
    standardStorage: number,
    /** Objects in the class Standard. */
    standardObjectCount: number,
    /** Bytes in the class IA that are paid for: an object counts as 64 KB at least. */
    infrequentAccessStorage: number,
    /** Bytes in the class IA. */
    infrequentAccessRealStorage: number,
    /** Objects in the class IA. */
    infrequentAccessObjectCount: number,
    /** Bytes in the class Archive that are paid for: an object counts as 64 KB at least. */
    archiveStorage: number,
    /** Bytes in the class Archive. */
    archiveRealStorage: number,
    /** Objects in the class Archive. */
    archiveObjectCount: number,
    /** Bytes in the class ColdArchive that are paid for: an object counts as 64 KB at least. */
    coldArchiveStorage: number,
    /** Bytes in the class ColdArchive. */
    coldArchiveRealStorage: number,
    /** Objects in the class ColdArchive. */
    coldArchiveObjectCount: number,
    /** Bytes in the class DeepColdArchive that are paid for: an object counts as 64 KB at least. */
    deepColdArchiveStorage: number,
    /** Bytes in the class DeepColdArchive. */
    deepColdArchiveRealStorage: number,
    /** Objects in the class DeepColdArchive. */
    deepColdArchiveObjectCount: number,
    /** Delete markers, in a versioned bucket. */
    deleteMarkerCount: number,
    /** Parts of multipart uploads that are neither completed nor aborted. */
    multipartPartCount: number,
  }),
})

const versioningConfiguration = struct({
  /** Whether new versions are kept. */
  status: versioningStatus,
})

/** Whether a bucket keeps what is replaced or deleted. */
export interface VersioningConfiguration extends TypeOf<typeof versioningConfiguration> {}

/**
 * Turns the versioning of a bucket on, or suspends it. It cannot be turned off for good.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketversioning PutBucketVersioning}
 */
export const putBucketVersioning = operation({
  name: 'PutBucketVersioning',
  route: 'PUT /{bucket}?versioning',
  input: {
    /** Whether new versions are kept. */
    versioningConfiguration: required(
      xmlBody<VersioningConfiguration>('VersioningConfiguration', versioningConfiguration),
    ),
  },
})

/**
 * Tells whether a bucket keeps versions.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketversioning GetBucketVersioning}
 */
export const getBucketVersioning = operation({
  name: 'GetBucketVersioning',
  route: 'GET /{bucket}?versioning',
  contentType: '',
  output: xml('VersioningConfiguration', {
    /** Absent if versioning was never turned on. */
    versionStatus: element('Status', versioningStatus),
  }),
})

const listed = {
  /** The object's key. */
  key: required(encodedString),
  /** How the object came to be. */
  objectType: element('Type', objectType),
  /** Bytes. */
  size: number,
  /** Changes with the content; quoted. */
  etag: element('ETag'),
  /** When the content last changed. */
  lastModified: date,
  /** How the object is kept. */
  storageClass,
  /** Whose object it is; in ListObjectsV2 only if `fetchOwner` asked for it. */
  owner: element<Owner>('Owner', owner),
  /** Whether a restored copy of an archived object is there, as in `ongoing-request="false", expiry-date="…"`. */
  restoreInfo: string,
  /** When a lifecycle rule moved the object to an archive class, as text. */
  transitionTime: string,
}

const objectProperties = struct(listed)

/** What a listing says of one object. */
export interface ObjectProperties extends TypeOf<typeof objectProperties> {}

const grouping = {
  /** Groups keys that agree up to the first of this after the prefix, usually `/`; they become `commonPrefixes`. */
  delimiter: query('delimiter'),
  /** Only keys that begin with this. */
  prefix: query('prefix'),
  /** Keys and common prefixes on one page at most: 1 to 1000. @default 100 */
  maxKeys: query('max-keys', number),
  ...encodedKeys,
  ...payer,
}

const grouped = {
  /** The bucket's name. */
  name: string,
  /** What was asked for. */
  prefix: encodedString,
  /** What was asked for. */
  maxKeys: number,
  /** What was asked for. */
  delimiter: encodedString,
  /** Whether there is more. */
  isTruncated: boolean,
  /** `url` if keys travelled percent-encoded; here they are decoded. */
  encodingType: string,
  /** Keys that agree up to the delimiter, each prefix once. */
  commonPrefixes: required(list<CommonPrefix>('CommonPrefixes', commonPrefix)),
}

/**
 * Lists the objects of a bucket in the order of their keys. Prefer `listObjectsV2`, which OSS answers faster.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listobjects ListObjects}
 */
export const listObjects = operation({
  name: 'ListObjects',
  route: 'GET /{bucket}?encoding-type=url',
  contentType: 'application/octet-stream',
  input: {
    ...grouping,
    /** Only keys that come after this one. */
    marker: query('marker'),
  },
  output: xml(undefined, {
    ...grouped,
    /** What was asked for. */
    marker: encodedString,
    /** The `marker` of the next page. */
    nextMarker: encodedString,
    /** The objects of this page. */
    contents: required(list<ObjectProperties>('Contents', objectProperties)),
  }),
  next: { marker: 'nextMarker' },
  limit: 'maxKeys',
})

/**
 * Lists the objects of a bucket in the order of their keys.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2 ListObjectsV2}
 * @example
 * for await (const { contents } of paginate(client, listObjectsV2, { bucket: 'photos', prefix: 'cats/' })) …
 */
export const listObjectsV2 = operation({
  name: 'ListObjectsV2',
  route: 'GET /{bucket}?list-type=2&encoding-type=url',
  contentType: 'application/octet-stream',
  input: {
    ...grouping,
    /** Only keys that come after this one. */
    startAfter: query('start-after'),
    /** Goes on where a page ended: its `nextContinuationToken`. */
    continuationToken: query('continuation-token'),
    /** Tells the owner of each object. @default false */
    fetchOwner: query('fetch-owner', boolean),
  },
  output: xml(undefined, {
    ...grouped,
    /** What was asked for. */
    startAfter: encodedString,
    /** What was asked for. */
    continuationToken: encodedString,
    /** The `continuationToken` of the next page. */
    nextContinuationToken: encodedString,
    /** Keys and common prefixes on this page. */
    keyCount: number,
    /** The objects of this page. */
    contents: required(list<ObjectProperties>('Contents', objectProperties)),
  }),
  next: { continuationToken: 'nextContinuationToken' },
  limit: 'maxKeys',
})

const objectVersionProperties = struct({
  ...listed,
  /** The version's id; `null` if it was written while versioning was not on. */
  versionId: string,
  /** Whether this is the current version. */
  isLatest: boolean,
})

/** What a listing says of one version of an object. */
export interface ObjectVersionProperties extends TypeOf<typeof objectVersionProperties> {}

const deleteMarkerProperties = struct({
  /** The key of the object that was deleted. */
  key: required(encodedString),
  /** The delete marker's own id. */
  versionId: string,
  /** Whether the object counts as deleted. */
  isLatest: boolean,
  /** When the object was deleted. */
  lastModified: date,
  /** Whose it is. */
  owner: element<Owner>('Owner', owner),
})

/** What a listing says of one delete marker. */
export interface DeleteMarkerProperties extends TypeOf<typeof deleteMarkerProperties> {}

/**
 * Lists the versions and delete markers of a bucket in the order of their keys, the newest of a key first.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectversions ListObjectVersions}
 */
export const listObjectVersions = operation({
  name: 'ListObjectVersions',
  route: 'GET /{bucket}?versions&encoding-type=url',
  contentType: 'application/octet-stream',
  input: {
    ...grouping,
    /** Only keys that come after this one; with `versionIdMarker`, also the versions of this one after that. */
    keyMarker: query('key-marker'),
    /** Only versions of `keyMarker` that come after this one. */
    versionIdMarker: query('version-id-marker'),
  },
  output: xml('ListVersionsResult', {
    ...grouped,
    /** What was asked for. */
    keyMarker: encodedString,
    /** The `keyMarker` of the next page. */
    nextKeyMarker: encodedString,
    /** What was asked for. */
    versionIdMarker: string,
    /** The `versionIdMarker` of the next page. */
    nextVersionIdMarker: string,
    /** The versions of this page. */
    version: required(list<ObjectVersionProperties>('Version', objectVersionProperties)),
    /** The delete markers of this page. */
    deleteMarker: required(list<DeleteMarkerProperties>('DeleteMarker', deleteMarkerProperties)),
  }),
  next: { keyMarker: 'nextKeyMarker', versionIdMarker: 'nextVersionIdMarker' },
  limit: 'maxKeys',
})
