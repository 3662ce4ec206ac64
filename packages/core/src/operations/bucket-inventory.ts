import { operation } from '../operation.ts'
import {
  boolean,
  element,
  list,
  number,
  oneOf,
  query,
  required,
  string,
  struct,
  type TypeOf,
  xmlBody,
} from '../words.ts'

const objectVersions = oneOf('All', 'Current')
/** Whether a list holds every version of an object or the current one. */
export type InventoryObjectVersions = TypeOf<typeof objectVersions>

const frequency = oneOf('Daily', 'Weekly', 'Monthly', 'Once')
/** How often a list is written. */
export type InventoryFrequency = TypeOf<typeof frequency>

const optionalField = oneOf(
  'Size',
  'LastModifiedDate',
  'ETag',
  'StorageClass',
  'IsMultipartUploaded',
  'EncryptionStatus',
  'TransitionTime',
  'ObjectAcl',
  'TaggingCount',
  'ObjectType',
  'Crc64',
)
/** What a list can say of an object, beside its bucket and key. */
export type InventoryOptionalField = TypeOf<typeof optionalField>

const incrementalOptionalField = oneOf(
  'SequenceNumber',
  'RecordType',
  'RecordTimestamp',
  'Requester',
  'SourceIp',
  'RequestId',
  'Size',
  'StorageClass',
  'LastModifiedDate',
  'ETag',
  'IsMultipartUploaded',
  'ObjectType',
  'ObjectAcl',
  'Crc64',
  'EncryptionStatus',
)
/** What a list of changes can say of a change and its object. */
export type IncrementalInventoryOptionalField = TypeOf<typeof incrementalOptionalField>

const optionalFields = struct({
  /** The fields, in any order. */
  fields: required(list('Field', optionalField)),
})

/** What a list says of each object, beside its bucket and key. */
export interface InventoryOptionalFields extends TypeOf<typeof optionalFields> {}

const incrementalOptionalFields = struct({
  /** The fields, in any order. */
  fields: required(list('Field', incrementalOptionalField)),
})

/** What a list of changes says of each change. */
export interface IncrementalInventoryOptionalFields extends TypeOf<typeof incrementalOptionalFields> {}

const sseKms = struct({
  /** The id of the key in the Key Management Service. */
  keyId: required(string),
})

/** The key that a list is encrypted with, where the Key Management Service holds it. */
export interface InventorySseKms extends TypeOf<typeof sseKms> {}

const encryption = struct({
  /** Given if the Key Management Service holds the key. */
  sseKms: element<InventorySseKms>('SSE-KMS', sseKms),
  /** Given, as `''`, if OSS itself holds the key. */
  sseOss: element('SSE-OSS'),
})

/** How a list is encrypted: one of the two. */
export interface InventoryEncryption extends TypeOf<typeof encryption> {}

const bucketDestination = struct({
  /** The format: CSV, packed with gzip. */
  format: required(oneOf('CSV')),
  /** The id of the account that owns `bucket`. */
  accountId: required(string),
  /** The RAM role that may read this bucket and write to the other, as in `acs:ram::1234567890:role/inventory`. */
  roleArn: required(string),
  /** The bucket that gets the lists, as in `acs:oss:::lists`; in the same region. */
  bucket: required(string),
  /** What the keys of the lists begin with. @default none */
  prefix: string,
  /** How the lists are encrypted. @default not at all */
  encryption: element<InventoryEncryption>('Encryption', encryption),
})

/** The bucket that gets the lists. */
export interface InventoryOSSBucketDestination extends TypeOf<typeof bucketDestination> {}

const destination = struct({
  /** The bucket that gets the lists. */
  ossBucketDestination: element<InventoryOSSBucketDestination>('OSSBucketDestination', bucketDestination),
})

/** Where the lists go. */
export interface InventoryDestination extends TypeOf<typeof destination> {}

const schedule = struct({
  /** How often lists are written. */
  frequency: required(frequency),
  /** On which day of the month, with `Monthly` only. */
  dayOfMonth: number,
  /** Whether the inventory is deleted when its list is written, with `Once` only. */
  autoDelete: boolean,
})

/** When lists are written. */
export interface InventorySchedule extends TypeOf<typeof schedule> {}

const filter = struct({
  /** Only keys that begin with this. */
  prefix: string,
  /** Only objects of at least this many bytes: 0 to 48.8 TB. */
  lowerSizeBound: number,
  /** Only objects of at most this many bytes: 1 to 48.8 TB. */
  upperSizeBound: number,
  /** Only objects of these storage classes, separated by commas, as in `Standard,IA`. @default 'All' */
  storageClass: string,
  /** Only objects changed from then on, in seconds since 1970: 1262275200 (2010) to 253402271999 (9999). */
  lastModifyBeginTimeStamp: number,
  /** Only objects changed until then, in seconds since 1970: 1262275200 (2010) to 253402271999 (9999). */
  lastModifyEndTimeStamp: number,
})

/** Which objects a list holds. */
export interface InventoryFilter extends TypeOf<typeof filter> {}

const incrementalSchedule = struct({
  /** Seconds between two lists: 600 is all there is. */
  frequency: number,
})

/** When lists of changes are written. */
export interface IncrementalInventorySchedule extends TypeOf<typeof incrementalSchedule> {}

const incrementalInventory = struct({
  /** Whether lists of changes are written. */
  isEnabled: boolean,
  /** When they are written. */
  schedule: element<IncrementalInventorySchedule>('Schedule', incrementalSchedule),
  /** What they say of each change. */
  optionalFields: element<IncrementalInventoryOptionalFields>('OptionalFields', incrementalOptionalFields),
})

/** Lists of what has changed, between the full ones. OSS's support has to turn them on for the account. */
export interface IncrementalInventory extends TypeOf<typeof incrementalInventory> {}

const inventoryConfiguration = struct({
  /** The inventory's id, the same as `inventoryId`. */
  id: string,
  /** Whether lists are written. */
  isEnabled: boolean,
  /** Which objects they hold. @default all */
  filter: element<InventoryFilter>('Filter', filter),
  /** Where they go. */
  destination: element<InventoryDestination>('Destination', destination),
  /** When they are written. */
  schedule: element<InventorySchedule>('Schedule', schedule),
  /** Whether they hold every version or the current one. */
  includedObjectVersions: objectVersions,
  /** What they say of each object, beside its bucket and key. */
  optionalFields: element<InventoryOptionalFields>('OptionalFields', optionalFields),
  /** Lists of what has changed, between the full ones. @default none */
  incrementalInventory: element<IncrementalInventory>('IncrementalInventory', incrementalInventory),
})

/**
 * A list of a bucket's objects that OSS writes again and again. It needs an id, a destination, a schedule, and words on
 * whether it is enabled and which versions it holds.
 */
export interface InventoryConfiguration extends TypeOf<typeof inventoryConfiguration> {}

const listInventoryConfigurationsResult = struct({
  /** At most 100, in the order of their ids. */
  inventoryConfigurations: required(list<InventoryConfiguration>('InventoryConfiguration', inventoryConfiguration)),
  /** Whether there are more, from `nextContinuationToken` on. */
  isTruncated: boolean,
  /** The `continuationToken` of the next page. */
  nextContinuationToken: string,
})

/** One page of a bucket's inventories. */
export interface ListInventoryConfigurationsResult extends TypeOf<typeof listInventoryConfigurationsResult> {}

const inventoryId = {
  /** The inventory's id, unique in the bucket. */
  inventoryId: required(query('inventoryId')),
}

/**
 * Has OSS write lists of a bucket's objects to another bucket. A bucket can have 1000 inventories.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketinventory PutBucketInventory}
 */
export const putBucketInventory = operation({
  name: 'PutBucketInventory',
  route: 'PUT /{bucket}?inventory',
  input: {
    ...inventoryId,
    /** What is listed, how, when and where to. */
    inventoryConfiguration: required(xmlBody<InventoryConfiguration>('InventoryConfiguration', inventoryConfiguration)),
  },
})

/**
 * Tells one inventory of a bucket.
 *
 * Throws a ServiceError with the code `NoSuchInventory` if there is none with this id.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketinventory GetBucketInventory}
 */
export const getBucketInventory = operation({
  name: 'GetBucketInventory',
  route: 'GET /{bucket}?inventory',
  input: { ...inventoryId },
  output: {
    /** What is listed, how, when and where to. */
    inventoryConfiguration: required(xmlBody<InventoryConfiguration>('InventoryConfiguration', inventoryConfiguration)),
  },
})

/**
 * Lists the inventories of a bucket, 100 at a time.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listbucketinventory ListBucketInventory}
 */
export const listBucketInventory = operation({
  name: 'ListBucketInventory',
  route: 'GET /{bucket}?inventory',
  input: {
    /** From where to go on: `nextContinuationToken` of the page before. */
    continuationToken: query('continuation-token'),
  },
  output: {
    /** The inventories of this page. */
    listInventoryConfigurationsResult: required(
      xmlBody<ListInventoryConfigurationsResult>(
        'ListInventoryConfigurationsResult',
        listInventoryConfigurationsResult,
      ),
    ),
  },
  next: { continuationToken: 'listInventoryConfigurationsResult.nextContinuationToken' },
})

/**
 * Deletes one inventory of a bucket. Lists that are written stay.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketinventory DeleteBucketInventory}
 */
export const deleteBucketInventory = operation({
  name: 'DeleteBucketInventory',
  route: 'DELETE /{bucket}?inventory',
  input: { ...inventoryId },
})
