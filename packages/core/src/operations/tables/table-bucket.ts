import { operation } from '../../operation.ts'
import { date, element, json, list, number, query, required, string, struct, type TypeOf } from '../../words.ts'
import { inTableBucket, nextPage, paged, type TableEncryption, tableEncryption } from './shared.ts'

/**
 * Creates a table bucket in the client's region.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createtablebucket CreateTableBucket}
 */
export const createTableBucket = operation({
  name: 'CreateTableBucket',
  route: 'PUT /buckets',
  input: json({
    /** The bucket's name: 3 to 63 lowercase letters, digits and hyphens, no hyphen at either end. */
    name: required(string),
    /** How its tables are encrypted that say nothing about it. */
    encryptionConfiguration: element<TableEncryption>('encryptionConfiguration', tableEncryption),
  }),
  output: json({
    /** The bucket's ARN, by which every other operation names it. */
    arn: string,
  }),
})

/**
 * Tells what OSS knows about a table bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablebucket GetTableBucket}
 */
export const getTableBucket = operation({
  name: 'GetTableBucket',
  route: 'GET /buckets/{tableBucketArn}',
  input: inTableBucket,
  output: json({
    /** The bucket's ARN. */
    arn: string,
    /** The bucket's name. */
    name: string,
    /** The account that the bucket belongs to. */
    ownerAccountId: string,
    /** When the bucket was created, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
    createdAt: string,
    /** The bucket's id. */
    tableBucketId: string,
    /** Of what kind the bucket is, as in `customer`. */
    type: string,
  }),
})

const tableBucketSummary = struct({
  /** The bucket's ARN. */
  arn: string,
  /** The bucket's name. */
  name: string,
  /** The account that the bucket belongs to. */
  ownerAccountId: string,
  /** When the bucket was created. */
  createdAt: date,
  /** The bucket's id. */
  tableBucketId: string,
  /** Of what kind the bucket is, as in `customer`. */
  type: string,
})

/** What a listing says of one table bucket. */
export interface TableBucketSummary extends TypeOf<typeof tableBucketSummary> {}

/**
 * Lists the table buckets of the account in the client's region.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listtablebuckets ListTableBuckets}
 */
export const listTableBuckets = operation({
  name: 'ListTableBuckets',
  route: 'GET /buckets',
  input: {
    ...paged,
    /** Buckets on one page at most: 1 to 1000. */
    maxBuckets: query('maxBuckets', number),
  },
  output: json({
    /** The buckets of this page. */
    tableBuckets: required(list<TableBucketSummary>('tableBuckets', tableBucketSummary)),
    ...nextPage,
  }),
  next: { continuationToken: 'continuationToken' },
  limit: 'maxBuckets',
})

/**
 * Deletes a table bucket without any namespace.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletetablebucket DeleteTableBucket}
 */
export const deleteTableBucket = operation({
  name: 'DeleteTableBucket',
  route: 'DELETE /buckets/{tableBucketArn}',
  input: inTableBucket,
})
