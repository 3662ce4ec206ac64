import { operation } from '../../operation.ts'
import {
  boolean,
  element,
  freeJson,
  json,
  list,
  number,
  query,
  required,
  string,
  struct,
  type TypeOf,
} from '../../words.ts'
import {
  inNamespace,
  inTableBucket,
  nextPage,
  ofTable,
  paged,
  type TableEncryption,
  tableEncryption,
} from './shared.ts'

const schemaField = struct({
  /** The column's name. */
  name: string,
  /** Its Iceberg type, as in `long`, `string`, `timestamp`, `decimal(10,2)`. */
  type: string,
  /** Whether every row has a value. @default false */
  required: boolean,
})

/** A column of a table. */
export interface SchemaField extends TypeOf<typeof schemaField> {}

const icebergSchema = struct({
  /** The columns, numbered from 1 in this order. */
  fields: list<SchemaField>('fields', schemaField),
})

/** The columns of a table. */
export interface IcebergSchema extends TypeOf<typeof icebergSchema> {}

const icebergPartitionField = struct({
  /** The number of the column that it comes from. */
  sourceId: number,
  /** Its own number, by which other versions of the partitioning know it. */
  fieldId: number,
  /** Its own name, as in `day_of_sale`. */
  name: string,
  /** How it comes from the column, as in `identity`, `day`, `bucket[16]`. */
  transform: string,
})

/** What files are divided by. */
export interface IcebergPartitionField extends TypeOf<typeof icebergPartitionField> {}

const icebergPartitionSpec = struct({
  /** The number of this specification. */
  specId: number,
  /** What files are divided by, in this order. */
  fields: list<IcebergPartitionField>('fields', icebergPartitionField),
})

/** How the rows of a table are divided into files. */
export interface IcebergPartitionSpec extends TypeOf<typeof icebergPartitionSpec> {}

const icebergSortField = struct({
  /** The number of the column that it comes from. */
  sourceId: number,
  /** `asc` or `desc`. */
  direction: string,
  /** Where rows without a value go: `nulls-first` or `nulls-last`. */
  nullOrder: string,
  /** How it comes from the column, as in `identity`. */
  transform: string,
})

/** What rows are sorted by. */
export interface IcebergSortField extends TypeOf<typeof icebergSortField> {}

const icebergSortOrder = struct({
  /** What rows are sorted by, in this order. */
  fields: list<IcebergSortField>('fields', icebergSortField),
})

/** How the rows of a file are sorted. */
export interface IcebergSortOrder extends TypeOf<typeof icebergSortOrder> {}

const icebergMetadata = struct({
  /** The columns. */
  schema: element<IcebergSchema>('schema', icebergSchema),
  /** How rows are divided into files. @default not at all */
  partitionSpec: element<IcebergPartitionSpec>('partitionSpec', icebergPartitionSpec),
  /** How rows are sorted. @default not at all */
  sortOrder: element<IcebergSortOrder>('sortOrder', icebergSortOrder),
  /** Properties of the Iceberg table, as in `{ 'format-version': '2' }`. */
  properties: freeJson<Record<string, string>>(),
})

/** What an Iceberg table is made of. */
export interface IcebergMetadata extends TypeOf<typeof icebergMetadata> {}

const tableMetadata = struct({
  /** What the Iceberg table is made of. */
  iceberg: element<IcebergMetadata>('iceberg', icebergMetadata),
})

/** What a table is made of. */
export interface TableMetadata extends TypeOf<typeof tableMetadata> {}

/**
 * Creates a table in a namespace.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/createtable CreateTable}
 */
export const createTable = operation({
  name: 'CreateTable',
  route: 'PUT /tables/{tableBucketArn}/{namespace}',
  input: json({
    ...inNamespace,
    /** The table's name: 1 to 255 lower-case letters, digits and underscores, no underscore at either end. */
    name: required(string),
    /** `ICEBERG`. */
    format: required(string),
    /** What the table is made of. */
    metadata: element<TableMetadata>('metadata', tableMetadata),
    /** How the table is encrypted. @default the table bucket's setting */
    encryptionConfiguration: element<TableEncryption>('encryptionConfiguration', tableEncryption),
  }),
  output: json({
    /** The table's ARN. */
    tableArn: element('tableARN'),
    /** Another one after each change of the table. What takes it fails if it is no longer the table's. */
    versionToken: string,
  }),
})

/**
 * Tells what OSS knows about a table, which is named by its ARN or by bucket, namespace and name.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/gettable GetTable}
 */
export const getTable = operation({
  name: 'GetTable',
  route: 'GET /get-table',
  input: {
    /** The table bucket, as in `acs:osstables:cn-hangzhou:1234567890123456:bucket/events`. */
    tableBucketArn: query('tableBucketARN'),
    /** The namespace. */
    namespace: query('namespace'),
    /** The table's name. */
    name: query('name'),
    /** The table, as in `acs:osstables:cn-hangzhou:1234567890123456:bucket/events/table/id`, in place of all others. */
    tableArn: query('tableArn'),
  },
  output: json({
    /** The namespace, one item. */
    namespace: required(list('namespace', string)),
    /** The table's name. */
    name: string,
    /** Of what kind the table is, as in `customer`. */
    type: string,
    /** The table's ARN. */
    tableArn: element('tableARN'),
    /** When the table was created, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
    createdAt: string,
    /** When the table last changed, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
    modifiedAt: string,
    /** The id of the namespace. */
    namespaceId: string,
    /** `ICEBERG`. */
    format: string,
    /** Another one after each change of the table. What takes it fails if it is no longer the table's. */
    versionToken: string,
    /** Where the current metadata file is, as in `oss://warehouse/metadata/00001.metadata.json`. */
    metadataLocation: string,
    /** Where the table's files are, as in `oss://warehouse`. */
    warehouseLocation: string,
    /** The account that created it. */
    createdBy: string,
    /** The account that changed it last. */
    modifiedBy: string,
    /** The account that the table belongs to. */
    ownerAccountId: string,
    /** The id of the table bucket. */
    tableBucketId: string,
  }),
})

const tableSummary = struct({
  /** The namespace, one item. */
  namespace: required(list('namespace', string)),
  /** The table's name. */
  name: string,
  /** Of what kind the table is, as in `customer`. */
  type: string,
  /** The table's ARN. */
  tableArn: element('tableARN'),
  /** When the table was created, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
  createdAt: string,
  /** When the table last changed, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
  modifiedAt: string,
})

/** What a listing says of one table. */
export interface TableSummary extends TypeOf<typeof tableSummary> {}

/**
 * Lists the tables of a namespace.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listtables ListTables}
 */
export const listTables = operation({
  name: 'ListTables',
  route: 'GET /tables/{tableBucketArn}',
  input: {
    ...inTableBucket,
    /** The namespace. */
    namespace: required(query('namespace')),
    ...paged,
    /** Tables on one page at most: 1 to 1000. */
    maxTables: query('maxTables', number),
  },
  output: json({
    /** The tables of this page. */
    tables: required(list<TableSummary>('tables', tableSummary)),
    ...nextPage,
  }),
  next: { continuationToken: 'continuationToken' },
  limit: 'maxTables',
})

/**
 * Gives a table another name or another namespace, or both.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/renametable RenameTable}
 */
export const renameTable = operation({
  name: 'RenameTable',
  route: 'PUT /tables/{tableBucketArn}/{namespace}/{name}/rename',
  input: json({
    ...ofTable,
    /** The namespace that the table shall be in. @default the one it is in */
    newNamespaceName: string,
    /** The name that the table shall have. @default the one it has */
    newName: string,
    /** Fails if the table's token is another: it has changed. */
    versionToken: string,
  }),
})

/**
 * Deletes a table with all its files.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletetable DeleteTable}
 */
export const deleteTable = operation({
  name: 'DeleteTable',
  route: 'DELETE /tables/{tableBucketArn}/{namespace}/{name}',
  input: {
    ...ofTable,
    /** Fails if the table's token is another: it has changed. */
    versionToken: query('versionToken'),
  },
})
