import { operation } from '../operation.ts'
import {
  boolean,
  date,
  element,
  header,
  number,
  required,
  string,
  struct,
  type TypeOf,
  xml,
  xmlBody,
} from '../words.ts'
import { bucketAcl, dataRedundancyType, type Owner, owner, storageClass, versioningStatus } from './shared.ts'

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
  /** What the bucket is for, in free text. */
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
    /** Live channels in all. */
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
