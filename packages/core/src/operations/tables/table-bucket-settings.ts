import { operation } from '../../operation.ts'
import { element, freeJson, json, oneOf, required, segment, string, type TypeOf } from '../../words.ts'
import { inTableBucket, type TableEncryption, tableEncryption } from './shared.ts'

/**
 * Sets how the tables of a bucket are encrypted that are created without a word about it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/puttablebucketencryption PutTableBucketEncryption}
 */
export const putTableBucketEncryption = operation({
  name: 'PutTableBucketEncryption',
  route: 'PUT /buckets/{tableBucketArn}/encryption',
  input: json({
    ...inTableBucket,
    /** How tables are encrypted. */
    encryptionConfiguration: required(element<TableEncryption>('encryptionConfiguration', tableEncryption)),
  }),
})

/**
 * Tells how the tables of a bucket are encrypted that are created without a word about it.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablebucketencryption GetTableBucketEncryption}
 */
export const getTableBucketEncryption = operation({
  name: 'GetTableBucketEncryption',
  route: 'GET /buckets/{tableBucketArn}/encryption',
  input: inTableBucket,
  output: json({
    /** How tables are encrypted. */
    encryptionConfiguration: element<TableEncryption>('encryptionConfiguration', tableEncryption),
  }),
})

/**
 * Removes the encryption setting of a table bucket. Tables that there are stay encrypted as they are.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletetablebucketencryption DeleteTableBucketEncryption}
 */
export const deleteTableBucketEncryption = operation({
  name: 'DeleteTableBucketEncryption',
  route: 'DELETE /buckets/{tableBucketArn}/encryption',
  input: inTableBucket,
})

/**
 * Sets the policy of a table bucket, replacing the one it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/puttablebucketpolicy PutTableBucketPolicy}
 */
export const putTableBucketPolicy = operation({
  name: 'PutTableBucketPolicy',
  route: 'PUT /buckets/{tableBucketArn}/policy',
  input: json({
    ...inTableBucket,
    /** The policy, as JSON text. A statement that denies wins over those that allow. */
    resourcePolicy: required(string),
  }),
})

/**
 * Returns the policy of a table bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablebucketpolicy GetTableBucketPolicy}
 */
export const getTableBucketPolicy = operation({
  name: 'GetTableBucketPolicy',
  route: 'GET /buckets/{tableBucketArn}/policy',
  input: inTableBucket,
  output: json({
    /** The policy, as JSON text. */
    resourcePolicy: string,
  }),
})

/**
 * Removes the policy of a table bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletetablebucketpolicy DeleteTableBucketPolicy}
 */
export const deleteTableBucketPolicy = operation({
  name: 'DeleteTableBucketPolicy',
  route: 'DELETE /buckets/{tableBucketArn}/policy',
  input: inTableBucket,
})

const maintenanceStatus = oneOf('enabled', 'disabled')
/** Whether a kind of maintenance takes place. */
export type MaintenanceStatus = TypeOf<typeof maintenanceStatus>

/** When files are deleted that no snapshot of a table needs. */
export interface UnreferencedFileRemoval {
  /** Days after which a file that nothing needs becomes noncurrent. @default 3 */
  unreferencedDays?: number
  /** Days after which a noncurrent file is deleted. @default 10 */
  nonCurrentDays?: number
}

/** One kind of maintenance of a table bucket. */
export interface TableBucketMaintenance {
  /** Whether it takes place. */
  status?: MaintenanceStatus
  /** Its settings, under the name of its kind. */
  settings?: {
    /** When files are deleted that no snapshot of a table needs. */
    icebergUnreferencedFileRemoval?: UnreferencedFileRemoval
    /** Settings of a kind that this SDK does not know. */
    [kind: string]: unknown
  }
}

/**
 * Sets one kind of maintenance of a table bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/puttablebucketmaintenanceconfiguration PutTableBucketMaintenanceConfiguration}
 */
export const putTableBucketMaintenanceConfiguration = operation({
  name: 'PutTableBucketMaintenanceConfiguration',
  route: 'PUT /buckets/{tableBucketArn}/maintenance/{type}',
  input: json({
    ...inTableBucket,
    /** The kind of maintenance, as in `icebergUnreferencedFileRemoval`. */
    type: required(segment),
    /** Whether it takes place, and how. */
    value: required(freeJson<TableBucketMaintenance>()),
  }),
})

/**
 * Tells how a table bucket is maintained.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablebucketmaintenanceconfiguration GetTableBucketMaintenanceConfiguration}
 */
export const getTableBucketMaintenanceConfiguration = operation({
  name: 'GetTableBucketMaintenanceConfiguration',
  route: 'GET /buckets/{tableBucketArn}/maintenance',
  input: inTableBucket,
  output: json({
    /** The bucket's ARN. */
    tableBucketArn: element('tableBucketARN'),
    /** Each kind of maintenance by its name, as in `icebergUnreferencedFileRemoval`. */
    configuration: freeJson<Record<string, TableBucketMaintenance>>(),
  }),
})
