/** What the compiler infers from the operations of the services beside OSS, and refuses. Checked by `tsc`; never run. */
import type { Client } from '../../src/client/client.ts'
import type { DatasetFile, OSSDataProcessClient, simpleQuery } from '../../src/dataprocess.ts'
import type { InputOf, OutputOf } from '../../src/operation.ts'
import { paginate } from '../../src/paginate.ts'
import {
  createTable,
  createTablesClient,
  type getTable,
  type getTableMaintenanceConfiguration,
  listTables,
  type NamespaceSummary,
  type OSSTablesClient,
  type TableBucketSummary,
  type TableMaintenance,
} from '../../src/tables.ts'
import {
  createVectorsClient,
  type DistanceMetric,
  type FoundVector,
  type getVectorIndex,
  listVectors,
  OSSVectorsClient,
  putVectors,
  type queryVectors,
  type VectorBucketProperties,
  type VectorIndex,
} from '../../src/vectors.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <_Yes extends true>(): void => {}

declare const client: Client
declare const vectors: OSSVectorsClient
declare const tables: OSSTablesClient
declare const dataprocess: OSSDataProcessClient

const tableBucketArn = 'acs:osstables:cn-hangzhou:123:bucket/events'
const credentialsProvider = 'anonymous'

same<Equal<OutputOf<typeof queryVectors>['vectors'], FoundVector[]>>()
same<Equal<OutputOf<typeof getVectorIndex>['index'], VectorIndex | undefined>>()
same<Equal<NonNullable<VectorIndex['distanceMetric']>, DistanceMetric>>()
same<Equal<InputOf<typeof queryVectors>['topK'], number>>()
same<Equal<OutputOf<typeof getTable>['namespace'], string[]>>()
same<
  Equal<
    OutputOf<typeof getTableMaintenanceConfiguration>['configuration'],
    Record<string, TableMaintenance> | undefined
  >
>()
same<Equal<NamespaceSummary['namespace'], string[]>>()
same<Equal<TableBucketSummary['createdAt'], Date | undefined>>()
same<Equal<VectorBucketProperties['creationDate'], Date | undefined>>()
same<Equal<OutputOf<typeof simpleQuery>['files'], DatasetFile[]>>()
same<Equal<DatasetFile['ossUserMeta'], Record<string, string> | undefined>>()
same<Equal<DatasetFile['labels'][number]['clips'][number]['timeRange'], number[]>>()

await putVectors(client, { bucket: 'films', indexName: 'plots', vectors: [{ key: 'a', data: { float32: [0.5] } }] })
await vectors.listVectorBuckets()
await tables.listTableBuckets()
await tables.createNamespace({ tableBucketArn, namespace: ['clicks'] })
await dataprocess.listDatasets({ bucket: 'photos' })
for await (const page of paginate(client, listVectors, { bucket: 'films', indexName: 'plots' }))
  page.vectors satisfies FoundVector[]
createVectorsClient({ region: 'cn-hangzhou', accountId: '123', credentialsProvider })
createTablesClient({ region: 'cn-hangzhou', credentialsProvider })

// @ts-expect-error the account left out, which is part of every host
createVectorsClient({ region: 'cn-hangzhou', credentialsProvider })
// @ts-expect-error a flag that only OSS knows
new OSSVectorsClient({ region: 'cn-hangzhou', accountId: '123', credentialsProvider, useCname: true })
// @ts-expect-error a vector without its numbers
await putVectors(client, { bucket: 'films', indexName: 'plots', vectors: [{ key: 'a' }] })
// @ts-expect-error a segment of the path left out
await createTable(client, { tableBucketArn, name: 'clicks', format: 'ICEBERG' })
// @ts-expect-error a bucket by its name, where its ARN names it
await listTables(client, { bucket: 'events', namespace: 'clicks' })
// @ts-expect-error a metric that is none of the few
await vectors.putVectorIndex({ bucket: 'b', indexName: 'i', dataType: 'float32', dimension: 1, distanceMetric: 'dot' })
