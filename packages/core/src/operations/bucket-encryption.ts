import { operation } from '../operation.ts'
import { element, oneOf, required, struct, type TypeOf, xmlBody } from '../words.ts'
import { serverSideEncryption } from './shared.ts'

const applyServerSideEncryptionByDefault = struct({
  /** Who holds the key. */
  sseAlgorithm: required(element('SSEAlgorithm', serverSideEncryption)),
  /** The id of the key, with `KMS` only. @default a key that the Key Management Service keeps for OSS */
  kmsMasterKeyId: element('KMSMasterKeyID'),
  /** The algorithm, with `KMS` only. @default AES256 */
  kmsDataEncryption: element('KMSDataEncryption', oneOf('SM4')),
})

/** How objects are encrypted that are stored without a word about it. */
export interface ApplyServerSideEncryptionByDefault extends TypeOf<typeof applyServerSideEncryptionByDefault> {}

const serverSideEncryptionRule = struct({
  /** How objects are encrypted that are stored without a word about it. */
  applyServerSideEncryptionByDefault: element<ApplyServerSideEncryptionByDefault>(
    'ApplyServerSideEncryptionByDefault',
    applyServerSideEncryptionByDefault,
  ),
})

/** How a bucket encrypts. */
export interface ServerSideEncryptionRule extends TypeOf<typeof serverSideEncryptionRule> {}

/**
 * Sets how a bucket encrypts objects that are stored without a word about it. Objects that are there stay as they are.
 *
 * Throws a ServiceError with the code `InvalidArgument` for a key's id beside another algorithm than `KMS`.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketencryption PutBucketEncryption}
 */
export const putBucketEncryption = operation({
  name: 'PutBucketEncryption',
  route: 'PUT /{bucket}?encryption',
  input: {
    /** How the bucket shall encrypt. */
    serverSideEncryptionRule: required(
      xmlBody<ServerSideEncryptionRule>('ServerSideEncryptionRule', serverSideEncryptionRule),
    ),
  },
})

/**
 * Tells how a bucket encrypts objects that are stored without a word about it.
 *
 * Throws a ServiceError with the code `NoSuchServerSideEncryptionRule` if it does not.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketencryption GetBucketEncryption}
 */
export const getBucketEncryption = operation({
  name: 'GetBucketEncryption',
  route: 'GET /{bucket}?encryption',
  output: {
    /** How the bucket encrypts. */
    serverSideEncryptionRule: required(
      xmlBody<ServerSideEncryptionRule>('ServerSideEncryptionRule', serverSideEncryptionRule),
    ),
  },
})

/**
 * Deletes the encryption rule of a bucket. Deleting none succeeds; encrypted objects stay encrypted.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketencryption DeleteBucketEncryption}
 */
export const deleteBucketEncryption = operation({
  name: 'DeleteBucketEncryption',
  route: 'DELETE /{bucket}?encryption',
})
