/** What the compiler infers from the operations and refuses. Checked by `tsc`; never run. */
import type { Client } from '../../src/client/client.ts'
import type { OSSClient } from '../../src/client/oss-client.ts'
import type { Body } from '../../src/http/request-body.ts'
import type { ResponseBody } from '../../src/http/response-body.ts'
import type { InputOf, OutputOf } from '../../src/operation.ts'
import {
  type BucketInfo,
  type BucketProperties,
  type Callback,
  type CommonPrefix,
  type CorsConfiguration,
  type CorsRule,
  type copyObject,
  type createSelectObjectMeta,
  type DeletedInfo,
  type deleteMultipleObjects,
  describeRegions,
  getBucketCors,
  type getBucketInfo,
  type getBucketPolicy,
  type getObject,
  type headObject,
  type initiateMultipartUpload,
  type LifecycleRule,
  type LifecycleRuleStatus,
  type LifecycleRuleTransition,
  type ListInventoryConfigurationsResult,
  listAccessPoints,
  type listBucketInventory,
  listBuckets,
  listObjectsV2,
  type listParts,
  type ObjectProperties,
  type Part,
  putBucket,
  putBucketAcl,
  putBucketCors,
  putBucketLifecycle,
  type putBucketPolicy,
  putObject,
  type ReplicationRule,
  type StorageClass,
  selectObject,
  type Tag,
  type UploadPart,
} from '../../src/operations/index.ts'
import { paginate } from '../../src/paginate.ts'
import type { Complete } from '../../src/words.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <_Yes extends true>(): void => {}

declare const client: Client
declare const full: OSSClient
declare const rule: CorsRule
declare const part: Part

same<Equal<InputOf<typeof putObject>['body'], Body | undefined>>()
same<Equal<InputOf<typeof putObject>['storageClass'], StorageClass | undefined>>()
same<Equal<InputOf<typeof putObject>['metadata'], Record<string, string> | undefined>>()
same<Equal<InputOf<typeof putObject>['callback'], Callback | string | undefined>>()
same<Equal<InputOf<typeof putObject>['forbidOverwrite'], boolean | string | undefined>>()
same<Equal<InputOf<typeof getObject>['ifModifiedSince'], Date | string | undefined>>()
same<Equal<InputOf<typeof copyObject>['sourceKey'], string>>()
same<Equal<InputOf<typeof putBucketCors>['corsConfiguration'], CorsConfiguration>>()
same<Equal<InputOf<typeof putBucketPolicy>['body'], Body>>()
same<Equal<OutputOf<typeof getBucketPolicy>['body'], string>>()
same<Equal<LifecycleRule['status'], LifecycleRuleStatus>>()
same<Equal<LifecycleRule['transitions'], LifecycleRuleTransition[] | undefined>>()
same<Equal<OutputOf<typeof getObject>['body'], ResponseBody>>()
same<Equal<OutputOf<typeof selectObject>['body'], ResponseBody>>()
same<Equal<OutputOf<typeof createSelectObjectMeta>['rowsCount'], number>>()
same<Equal<ReplicationRule['action'], 'ALL' | 'PUT' | undefined>>()
same<Equal<OutputOf<typeof getObject>['metadata'], Record<string, string>>>()
same<Equal<OutputOf<typeof getObject>['contentLength'], number | undefined>>()
same<Equal<OutputOf<typeof headObject>['lastModified'], Date | undefined>>()
same<
  Equal<OutputOf<typeof headObject>['response'], { status: number; headers: Record<string, string>; requestId: string }>
>()
same<Equal<OutputOf<typeof listObjectsV2>['contents'], ObjectProperties[]>>()
same<Equal<OutputOf<typeof listObjectsV2>['commonPrefixes'], CommonPrefix[]>>()
same<Equal<OutputOf<typeof listBuckets>['buckets'], BucketProperties[]>>()
same<Equal<OutputOf<typeof listParts>['parts'], Part[]>>()
same<Equal<OutputOf<typeof deleteMultipleObjects>['deletedObjects'], DeletedInfo[]>>()
same<Equal<OutputOf<typeof getBucketInfo>['bucketInfo'], BucketInfo | undefined>>()
same<Equal<OutputOf<typeof getBucketCors>['corsConfiguration'], Complete<CorsConfiguration>>>()
same<Equal<Complete<CorsConfiguration>['corsRules'], Complete<CorsRule>[]>>()
same<Equal<Complete<CorsConfiguration>['responseVary'], boolean | undefined>>()
same<Equal<Complete<CorsRule>['allowedHeaders'], string[]>>()
same<Equal<Complete<CorsRule>['allowedOrigins'], string[]>>()
same<Equal<Complete<LifecycleRule>['tags'], Tag[]>>()
same<Equal<Complete<LifecycleRule>['expiration'], LifecycleRule['expiration']>>()
same<
  Equal<OutputOf<typeof listBucketInventory>['listInventoryConfigurationsResult'], ListInventoryConfigurationsResult>
>()
same<Equal<OutputOf<typeof initiateMultipartUpload>['uploadId'], string>>()
same<Equal<ObjectProperties['key'], string>>()
same<Equal<ObjectProperties['lastModified'], Date | undefined>>()
same<Equal<CorsRule['allowedOrigins'], string[]>>()

part satisfies UploadPart
await listBuckets(client)
await describeRegions(client)
await listAccessPoints(client)
await full.listBuckets({ prefix: 'photos-' })
await full.putBucketCors({ bucket: 'photos', corsConfiguration: { corsRules: [rule] } })
await putBucketCors(client, { bucket: 'photos', ...(await getBucketCors(client, { bucket: 'photos' })) })
await putBucket(client, { bucket: 'photos', createBucketConfiguration: { storageClass: 'IA' } })
for await (const { contents } of paginate(client, listObjectsV2, { bucket: 'photos' }))
  contents satisfies ObjectProperties[]

// @ts-expect-error a mistyped field
await putObject(client, { bucket: 'photos', key: 'cat.jpg', bodey: 'x' })
// @ts-expect-error a mistyped field further in
await putBucketCors(client, { bucket: 'photos', corsConfiguration: { corsRule: [rule] } })
// @ts-expect-error the key left out
await putObject(client, { bucket: 'photos', body: 'x' })
// @ts-expect-error a required field left out
await putBucketAcl(client, { bucket: 'photos' })
// @ts-expect-error a required field further in left out
await putBucketCors(client, { bucket: 'photos', corsConfiguration: { corsRules: [{ allowedOrigins: ['*'] }] } })
// @ts-expect-error an object that is neither CSV nor JSON
await selectObject(client, { bucket: 'photos', key: 'sales.parquet', process: 'parquet/select', selectRequest: {} })
// @ts-expect-error a rule without its status
await putBucketLifecycle(client, { bucket: 'photos', lifecycleConfiguration: { rules: [{ prefix: 'logs/' }] } })
// @ts-expect-error a key, which this operation does not take
await listObjectsV2(client, { bucket: 'photos', key: 'cat.jpg' })
// @ts-expect-error a word that is none of the few
await putObject(client, { bucket: 'photos', key: 'cat.jpg', storageClass: 'Cold' })
// @ts-expect-error a word of buckets' that objects do not have
await putBucketAcl(client, { bucket: 'photos', acl: 'default' })
// @ts-expect-error a number as text
await listObjectsV2(client, { bucket: 'photos', maxKeys: '10' })
// @ts-expect-error the input left out, though a bucket is required
await listObjectsV2(client)
// @ts-expect-error an option of the call among the fields
await putObject(client, { bucket: 'photos', key: 'cat.jpg', onProgress: () => {} })
// @ts-expect-error a method that does not exist
await full.putObjects({ bucket: 'photos', key: 'cat.jpg' })
