import { readdirSync, readFileSync } from 'node:fs'
import { bucketKey, partKey, uploadKey, versionKey } from '../src/storage/keys.ts'
import type { Transaction } from '../src/storage/store.ts'
import { bucketRecord, noBytes, objectRecord } from './seeded-service.ts'
import { encodeQuery, signV4 } from './sign-v4.ts'
import { type Reachable, sendTo, type TestAnswer } from './signed-client.ts'

/** A recorded request of a client. */
export interface WireCase {
  readonly id: string
  /** Resource group of the operation. */
  readonly group: string
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly http: {
    readonly method: string
    readonly host: string
    readonly path: string
    readonly query: readonly (readonly [name: string, value: string | null])[]
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string | { readonly $bytes: string } | null
  }
}

const folder = new URL('../../core/test/conformance/wire/', import.meta.url)

const casesOf = (isWanted: (client: string | undefined) => boolean): WireCase[] =>
  readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
    .filter(({ client }) => isWanted(client))
    .flatMap(({ group, requests }): WireCase[] => requests.map((request: WireCase) => ({ ...request, group })))

/** All requests of the client for buckets and objects. */
export const wireCases = (): WireCase[] => casesOf((client) => client === 'main')

/** All requests of the clients for vectors, tables and data sets. */
export const foreignCases = (): WireCase[] => casesOf((client) => client !== undefined && client !== 'main')

const account = { accessKeyId: 'LTAIEmulatorFakeKeyId', accessKeySecret: 'EmulatorFakeKeySecretNotForProduction' }

const bytesOf = (body: WireCase['http']['body']): Uint8Array | undefined => {
  if (body === undefined || body === null) return undefined
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body.$bytes, 'base64')
}

/** Sends a recorded request, signed. */
export function sendWireCase(target: Reachable, { http }: WireCase, signedAt: Date): Promise<TestAnswer> {
  const body = bytesOf(http.body)
  const query = Object.fromEntries(http.query)
  const bucket = /^(.*)\.oss-cn-hangzhou\.aliyuncs\.com$/.exec(http.host)?.[1] ?? null
  const length = ['PUT', 'POST'].includes(http.method) ? { 'content-length': String(body?.length ?? 0) } : {}
  const headers = signV4({
    method: http.method,
    bucket,
    key: decodeURIComponent(http.path.slice(1)),
    query,
    headers: { host: http.host, ...length, ...http.headers },
    credentials: account,
    region: 'cn-hangzhou',
    signedAt,
  })
  const search = encodeQuery(query)
  return sendTo(target)(http.method, http.path + (search && `?${search}`), headers, body)
}

const textOf = (value: unknown): string => (value === undefined ? '' : String(value))

/** Documents that a bucket has, so that reading one finds it. */
const configurations = ({ input, operation }: WireCase): Record<string, string> => {
  const rule = (id: string): string =>
    `<Rule><ID>${id}</ID><Destination><Bucket>b</Bucket><Location>l</Location></Destination></Rule>`
  return {
    BucketLifecycle: '<LifecycleConfiguration></LifecycleConfiguration>',
    BucketWebsite: '<WebsiteConfiguration></WebsiteConfiguration>',
    UserDefinedLogFieldsConfig: '<UserDefinedLogFieldsConfiguration></UserDefinedLogFieldsConfiguration>',
    BucketEncryption:
      '<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>',
    BucketTransferAcceleration:
      '<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>',
    BucketOverwriteConfig: '<OverwriteConfiguration></OverwriteConfiguration>',
    BucketPolicy: '{"Version":"1","Statement":[]}',
    BucketObjectWormConfiguration:
      '<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>',
    MetaQuery: '<MetaQueryStatus><State>Running</State></MetaQueryStatus>',
    [`BucketInventory/${textOf(input.inventoryId)}`]: '<InventoryConfiguration></InventoryConfiguration>',
    [`Style/${textOf(input.styleName)}`]: '<Style><Content>image/resize,w_1</Content></Style>',
    [`CnameToken/${textOf(input.cname)}`]: '<CnameToken></CnameToken>',
    [`AccessPoint/${textOf(input.accessPointName)}`]: '<GetAccessPointResult></GetAccessPointResult>',
    [`AccessPointPolicy/${textOf(input.accessPointName)}`]: '{}',
    [`RedundancyTransition/${textOf(input.redundancyTransitionTaskId)}`]:
      '<BucketDataRedundancyTransition></BucketDataRedundancyTransition>',
    [`ObjectProcessAccessPoint/${operation.startsWith('create') ? '' : textOf(input.accessPointForObjectProcessName)}`]:
      '<ObjectProcessAccessPoint></ObjectProcessAccessPoint>',
    [`ObjectProcessAccessPointPolicy/${textOf(input.accessPointForObjectProcessName)}`]: '{}',
    ...Object.fromEntries(
      [input.ruleId, 'id-2 你好', 'id 2 -'].map((id) => [`BucketReplication/${textOf(id)}`, rule(textOf(id))]),
    ),
  }
}

/** A rule that answers the preflight request of a case. */
const corsFor = (headers: Readonly<Record<string, string>>) => ({
  responseVary: false,
  rules: [
    {
      allowedOrigins: ['*'],
      allowedMethods: [headers['access-control-request-method'] ?? 'GET'],
      allowedHeaders: ['*'],
      exposeHeaders: [],
    },
  ],
})

/** The retention that an operation speaks of. */
function wormFor({ operation, input }: WireCase): object | undefined {
  if (operation === 'initiateBucketWorm' || !operation.endsWith('BucketWorm')) return undefined
  const state = operation === 'extendBucketWorm' ? 'Locked' : 'InProgress'
  return { id: textOf(input.wormId), state, days: 1, createdAt: '2026-03-04T00:00:00.000Z' }
}

/** What an object must be like for an operation to make sense. */
function objectFor({ operation, input }: WireCase): object {
  if (['appendObject', 'sealAppendObject'].includes(operation))
    return { type: 'Appendable', size: Number(input.position ?? 0) }
  if (operation === 'restoreObject') return { storageClass: 'ColdArchive' }
  if (operation === 'getSymlink') return { type: 'Symlink', symlinkTarget: 'target' }
  if (operation === 'getObjectRetention')
    return { retention: { mode: 'GOVERNANCE', retainUntil: '2099-01-01T00:00:00.000Z' } }
  if (operation === 'getObjectLegalHold') return { legalHold: 'ON' }
  if (operation === 'cleanRestoredObject') {
    return {
      storageClass: 'Archive',
      restore: { readyAt: '2024-01-01T00:00:00.000Z', expiresAt: '2099-01-01T00:00:00.000Z' },
    }
  }
  return {}
}

const makers = new Set(['putObject', 'initiateMultipartUpload', 'putSymlink', 'copyObject', 'completeMultipartUpload'])

function seedSource(transaction: Transaction, header: string): void {
  const [path = ''] = header.split('?')
  const [bucket = '', ...key] = decodeURIComponent(path).replace(/^\//, '').split('/')
  const name = key.join('/')
  transaction.put(bucketKey(bucket), bucketRecord(bucket))
  transaction.put(versionKey(bucket, name, 1), objectRecord(name, {}))
}

function seedUpload(transaction: Transaction, bucket: string, key: string, uploadId: string): void {
  const upload = objectRecord(key, {})
  transaction.put(uploadKey(bucket, key, uploadId), { ...upload, uploadId, initiatedAt: noBytes.lastModified })
  for (const number of [1, 2, 3]) {
    const piece = { blob: '', offset: 0, size: 0 }
    transaction.put(partKey(uploadId, number), { ...noBytes, size: 102_400, number, piece })
  }
}

/** Puts in place what a recorded request takes for granted. */
export const preconditionsOf =
  (wireCase: WireCase) =>
  (transaction: Transaction): void => {
    const { operation, input, http } = wireCase
    const [bucket, key, uploadId] = [input.bucket, input.key, input.uploadId].map(textOf) as [string, string, string]
    const source = http.headers['x-oss-copy-source']
    if (source !== undefined) seedSource(transaction, source)
    const worm = wormFor(wireCase)
    const more = { ...(worm && { worm }), configurations: configurations(wireCase), cors: corsFor(http.headers) }
    if (bucket !== '') transaction.put(bucketKey(bucket), bucketRecord(bucket, more))
    if (key !== '' && !makers.has(operation)) {
      transaction.put(versionKey(bucket, key, 1), objectRecord(key, objectFor(wireCase)))
    }
    if (uploadId !== '') seedUpload(transaction, bucket, key, uploadId)
  }
