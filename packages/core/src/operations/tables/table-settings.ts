import { operation } from '../../operation.ts'
import { element, freeJson, json, list, required, segment, string, unsent } from '../../words.ts'
import { ofTable, type TableEncryption, tableEncryption } from './shared.ts'
import type { MaintenanceStatus } from './table-bucket-settings.ts'

/**
 * Tells how a table is encrypted.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettableencryption GetTableEncryption}
 */
export const getTableEncryption = operation({
  name: 'GetTableEncryption',
  route: 'GET /tables/{tableBucketArn}/{namespace}/{name}/encryption',
  input: ofTable,
  output: json({
    /** How the table is encrypted. */
    encryptionConfiguration: element<TableEncryption>('encryptionConfiguration', tableEncryption),
  }),
})

/**
 * Sets the policy of a table, replacing the one it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/puttablepolicy PutTablePolicy}
 */
export const putTablePolicy = operation({
  name: 'PutTablePolicy',
  route: 'PUT /tables/{tableBucketArn}/{namespace}/{name}/policy',
  input: json({
    ...ofTable,
    /** The policy, as JSON text. A statement that denies wins over those that allow. */
    resourcePolicy: required(string),
  }),
})

/**
 * Returns the policy of a table.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablepolicy GetTablePolicy}
 */
export const getTablePolicy = operation({
  name: 'GetTablePolicy',
  route: 'GET /tables/{tableBucketArn}/{namespace}/{name}/policy',
  input: ofTable,
  output: json({
    /** The policy, as JSON text. */
    resourcePolicy: string,
  }),
})

/**
 * Removes the policy of a table.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletetablepolicy DeleteTablePolicy}
 */
export const deleteTablePolicy = operation({
  name: 'DeleteTablePolicy',
  route: 'DELETE /tables/{tableBucketArn}/{namespace}/{name}/policy',
  input: ofTable,
})

/** How small files become large ones. */
export interface Compaction {
  /** How large files shall be, in megabytes. @default 512 */
  targetFileSizeMB?: number
  /** How files are put together. @default 'auto' */
  strategy?: string
}

/** Which snapshots are kept. */
export interface SnapshotManagement {
  /** How many snapshots are kept at least. @default 1 */
  minSnapshotsToKeep?: number
  /** Hours after which a snapshot may be deleted. @default 120 */
  maxSnapshotAgeHours?: number
}

/** One kind of maintenance of a table. */
export interface TableMaintenance {
  /** Whether it takes place. */
  status?: MaintenanceStatus
  /** Its settings, under the name of its kind. */
  settings?: {
    /** How small files become large ones. */
    icebergCompaction?: Compaction
    /** Which snapshots are kept. */
    icebergSnapshotManagement?: SnapshotManagement
    /** Settings of a kind that this SDK does not know. */
    [kind: string]: unknown
  }
}

/**
 * Sets one kind of maintenance of a table.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/puttablemaintenanceconfiguration PutTableMaintenanceConfiguration}
 */
export const putTableMaintenanceConfiguration = operation({
  name: 'PutTableMaintenanceConfiguration',
  route: 'PUT /tables/{tableBucketArn}/{namespace}/{name}/maintenance/{type}',
  input: json({
    ...ofTable,
    /** The kind of maintenance: `icebergCompaction` or `icebergSnapshotManagement`. */
    type: required(segment),
    /** Whether it takes place, and how. */
    value: required(freeJson<TableMaintenance>()),
  }),
})

/**
 * Tells how a table is maintained.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablemaintenanceconfiguration GetTableMaintenanceConfiguration}
 */
export const getTableMaintenanceConfiguration = operation({
  name: 'GetTableMaintenanceConfiguration',
  route: 'GET /tables/{tableBucketArn}/{namespace}/{name}/maintenance',
  input: ofTable,
  output: json({
    /** The table's ARN. */
    tableArn: element('tableARN'),
    /** Each kind of maintenance by its name, as in `icebergCompaction`. */
    configuration: freeJson<Record<string, TableMaintenance>>(),
  }),
})

/** How the last maintenance of one kind went. */
export interface TableMaintenanceJob {
  /** `Not_Yet_Run`, `Successful`, `Failed` or `Disabled`. */
  status?: string
  /** When it took place, in ISO 8601, as in `2027-01-01T00:00:00Z`. */
  lastRunTimestamp?: string
  /** Why it failed. */
  failureMessage?: string
}

/**
 * Tells how the last maintenance of a table went.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablemaintenancejobstatus GetTableMaintenanceJobStatus}
 */
export const getTableMaintenanceJobStatus = operation({
  name: 'GetTableMaintenanceJobStatus',
  route: 'GET /tables/{tableBucketArn}/{namespace}/{name}/maintenance-job-status',
  input: {
    ...ofTable,
    /** The table's ARN, which is not sent: bucket, namespace and name say it all. */
    tableArn: unsent(string),
  },
  output: json({
    /** The table's ARN. */
    tableArn: element('tableARN'),
    /** Each kind of maintenance by its name, as in `icebergCompaction`. */
    status: freeJson<Record<string, TableMaintenanceJob>>(),
  }),
})

/**
 * Tells where the current metadata file of a table is.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettablemetadatalocation GetTableMetadataLocation}
 */
export const getTableMetadataLocation = operation({
  name: 'GetTableMetadataLocation',
  route: 'GET /tables/{tableBucketArn}/{namespace}/{name}/metadata-location',
  input: ofTable,
  output: json({
    /** Another one after each change of the table; `updateTableMetadataLocation` takes it. */
    versionToken: string,
    /** Where the current metadata file is, as in `oss://warehouse/metadata/00001.metadata.json`. */
    metadataLocation: string,
    /** Where the table's files are, as in `oss://warehouse`. */
    warehouseLocation: string,
  }),
})

/**
 * Makes another metadata file the current one of a table, which is how Iceberg commits.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/updatetablemetadatalocation UpdateTableMetadataLocation}
 */
export const updateTableMetadataLocation = operation({
  name: 'UpdateTableMetadataLocation',
  route: 'PUT /tables/{tableBucketArn}/{namespace}/{name}/metadata-location',
  input: json({
    ...ofTable,
    /** Fails if the table's token is another: somebody else was faster. */
    versionToken: required(string),
    /** Where the metadata file is, in the table's warehouse. */
    metadataLocation: required(string),
  }),
  output: json({
    /** The table's name. */
    name: string,
    /** The table's token after the change. */
    versionToken: string,
    /** Where the current metadata file is. */
    metadataLocation: string,
    /** The namespace, one item. */
    namespace: required(list('namespace', string)),
    /** The table's ARN. */
    tableArn: element('tableARN'),
  }),
})
