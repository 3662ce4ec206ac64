import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { block, documents } from './configuration-documents.ts'
import { settableClock } from './settable-clock.ts'
import { element, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const start = '2026-03-04T05:06:07.000Z'
const clock = settableClock(start)
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now })
})
beforeEach(async () => {
  clock.set(start)
  await emulator.reset()
  await send(['PUT', {}])
})
afterAll(() => emulator.close())

type Call = readonly [method: string, call: TestCall, place?: 'service' | undefined]

const send = ([method, call, place]: Call): Promise<TestAnswer> =>
  signedClient(emulator)(method, {
    ...(place !== 'service' && { bucket: 'demo-bucket' }),
    signedAt: clock.now(),
    ...call,
  })

/** What an answer is about: its code, or what it tells in headers and body. */
function outcomeOf({ status, headers, text }: TestAnswer): string {
  const code = element(text, 'Code')
  if (code !== undefined) return `${status} ${code}`
  return String(headers['x-oss-symlink-target'] ?? text.replace(/^<\?xml[^>]*>\n/, ''))
}

/** Something that is set in another way than as a document that comes back as a whole. */
interface SubResource {
  readonly read: Call
  /** What must be there before. */
  readonly given?: readonly Call[]
  /** What is read before it is set: an error, or a text. */
  readonly unset: string
  readonly set: Call
  readonly told: string | RegExp
  /** Calls that set it wrongly, with their errors. */
  readonly refused: readonly (readonly [call: Call, error: string])[]
}

const policy = (resource: string): string =>
  `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["1001"],"Resource":["${resource}"]}]}`

const keepVersions: Call = [
  'PUT',
  { query: { versioning: null }, body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' },
]
const objectWorm = '<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>'
const enableObjectWorm: Call = ['PUT', { query: { objectWorm: null }, body: objectWorm }]
const object: Call = ['PUT', { key: 'a', body: 'a' }]
const owner = '<Owner><ID>1234567890123456</ID><DisplayName>1234567890123456</DisplayName></Owner>'

const atPoint = { 'x-oss-access-point-name': 'ap-01' }
const createPoint =
  '<CreateAccessPointConfiguration><AccessPointName>ap-01</AccessPointName><NetworkOrigin>internet</NetworkOrigin></CreateAccessPointConfiguration>'
const point: Call = ['PUT', { query: { accessPoint: null }, body: createPoint }]

const atProcess = { 'x-oss-access-point-for-object-process-name': 'processing' }
const processing = (functionName: string): string =>
  `<ObjectProcessConfiguration><AllowedFeatures></AllowedFeatures><TransformationConfigurations><TransformationConfiguration><Actions><Action>GetObject</Action></Actions><ContentTransformation><FunctionCompute><FunctionAssumeRoleArn>role</FunctionAssumeRoleArn><FunctionArn>${functionName}</FunctionArn></FunctionCompute></ContentTransformation></TransformationConfiguration></TransformationConfigurations></ObjectProcessConfiguration>`
const process: Call = [
  'PUT',
  {
    query: { accessPointForObjectProcess: null },
    headers: atProcess,
    body: `<CreateAccessPointForObjectProcessConfiguration><AccessPointName>plain</AccessPointName>${processing('one')}</CreateAccessPointForObjectProcessConfiguration>`,
  },
]

/** Reads, or sets, what a parameter names. */
const of = (method: string, parameter: string, more: TestCall = {}): Call => [
  method,
  { query: { [parameter]: null }, ...more },
]
const malformed = ([method, call, place]: Call): readonly [Call, string] => [
  [method, { ...call, body: '<Broken>' }, place],
  '400 MalformedXML',
]

const subResources: Readonly<Record<string, SubResource>> = {
  getBucketAcl: {
    read: of('GET', 'acl'),
    unset: `<AccessControlPolicy>${owner}<AccessControlList><Grant>private</Grant></AccessControlList></AccessControlPolicy>`,
    set: of('PUT', 'acl', { headers: { 'x-oss-acl': 'public-read' } }),
    told: `<AccessControlPolicy>${owner}<AccessControlList><Grant>public-read</Grant></AccessControlList></AccessControlPolicy>`,
    refused: [[of('PUT', 'acl', { headers: { 'x-oss-acl': 'open' } }), '400 InvalidArgument']],
  },
  getBucketPolicy: {
    read: of('GET', 'policy'),
    unset: '404 NoSuchBucketPolicy',
    set: of('PUT', 'policy', { body: policy('acs:oss:*:*:demo-bucket/*') }),
    told: policy('acs:oss:*:*:demo-bucket/*'),
    refused: [[of('PUT', 'policy', { body: '{"Version":"1"}' }), '400 InvalidPolicyDocument']],
  },
  getBucketWorm: {
    read: of('GET', 'worm'),
    unset: '404 NoSuchWORMConfiguration',
    set: of('POST', 'worm', {
      body: '<InitiateWormConfiguration><RetentionPeriodInDays>2</RetentionPeriodInDays></InitiateWormConfiguration>',
    }),
    told: /^<WormConfiguration><WormId>[^<]+<\/WormId><State>InProgress<\/State><RetentionPeriodInDays>2<\/RetentionPeriodInDays>/,
    refused: [malformed(of('POST', 'worm'))],
  },
  getBucketObjectWormConfiguration: {
    read: of('GET', 'objectWorm'),
    given: [keepVersions],
    unset: '404 NoSuchObjectWormConfiguration',
    set: enableObjectWorm,
    told: objectWorm,
    refused: [malformed(enableObjectWorm)],
  },
  getPublicAccessBlock: {
    read: ['GET', { query: { publicAccessBlock: null } }, 'service'],
    unset: block(false),
    set: ['PUT', { query: { publicAccessBlock: null }, body: block(true) }, 'service'],
    told: block(true),
    refused: [malformed(['PUT', { query: { publicAccessBlock: null } }, 'service'])],
  },
  getBucketReplication: {
    read: of('GET', 'replication'),
    unset: '404 NoSuchReplicationConfiguration',
    set: [
      'POST',
      {
        query: { replication: null, comp: 'add' },
        body: '<ReplicationConfiguration><Rule><ID>mine</ID><Destination><Bucket>copy</Bucket><Location>oss-cn-beijing</Location></Destination></Rule></ReplicationConfiguration>',
      },
    ],
    told: '<ReplicationConfiguration><Rule><Destination><Bucket>copy</Bucket><Location>oss-cn-beijing</Location></Destination><ID>mine</ID><Status>starting</Status></Rule></ReplicationConfiguration>',
    refused: [malformed(['POST', { query: { replication: null, comp: 'add' } }])],
  },
  getCnameToken: {
    read: ['GET', { query: { cname: 'www.example.com', comp: 'token' } }],
    unset: '404 CnameTokenNotFound',
    set: [
      'POST',
      {
        query: { cname: null, comp: 'token' },
        body: '<BucketCnameConfiguration><Cname><Domain>www.example.com</Domain></Cname></BucketCnameConfiguration>',
      },
    ],
    told: /^<CnameToken><Bucket>demo-bucket<\/Bucket><Cname>www\.example\.com<\/Cname><Token>[^<]+<\/Token>/,
    refused: [malformed(['POST', { query: { cname: null, comp: 'token' } }])],
  },
  getMetaQueryStatus: {
    read: of('GET', 'metaQuery'),
    unset: '404 MetaQueryNotExist',
    set: ['POST', { query: { metaQuery: null, comp: 'add' } }],
    told: /^<MetaQueryStatus><State>Running<\/State>/,
    refused: [[['POST', { query: { metaQuery: null, comp: 'add', mode: 'magic' } }], '400 InvalidArgument']],
  },
  getAccessPoint: {
    read: of('GET', 'accessPoint', { headers: atPoint }),
    unset: '404 NoSuchAccessPoint',
    set: point,
    told: /^<GetAccessPointResult><AccessPointName>ap-01<\/AccessPointName><Bucket>demo-bucket<\/Bucket>/,
    refused: [malformed(point)],
  },
  getAccessPointPolicy: {
    read: of('GET', 'accessPointPolicy', { headers: atPoint }),
    given: [point],
    unset: '404 NoSuchAccessPointPolicy',
    set: of('PUT', 'accessPointPolicy', { headers: atPoint, body: policy('*') }),
    told: policy('*'),
    refused: [[of('PUT', 'accessPointPolicy', { headers: atPoint, body: '{' }), '400 InvalidPolicyDocument']],
  },
  getAccessPointForObjectProcess: {
    read: of('GET', 'accessPointForObjectProcess', { headers: atProcess }),
    unset: '404 NoSuchAccessPointForObjectProcess',
    set: process,
    told: /<AccessPointNameForObjectProcess>processing<\/AccessPointNameForObjectProcess>/,
    refused: [malformed(process)],
  },
  getAccessPointConfigForObjectProcess: {
    read: of('GET', 'accessPointConfigForObjectProcess', { headers: atProcess }),
    given: [process],
    unset: `<GetAccessPointConfigForObjectProcessResult>${processing('one')}<AllowAnonymousAccessForObjectProcess>false</AllowAnonymousAccessForObjectProcess>${block(true)}</GetAccessPointConfigForObjectProcessResult>`,
    set: of('PUT', 'accessPointConfigForObjectProcess', {
      headers: atProcess,
      body: `<PutAccessPointConfigForObjectProcessConfiguration>${processing('two')}</PutAccessPointConfigForObjectProcessConfiguration>`,
    }),
    told: /<FunctionArn>two<\/FunctionArn>/,
    refused: [malformed(of('PUT', 'accessPointConfigForObjectProcess', { headers: atProcess }))],
  },
  getAccessPointPolicyForObjectProcess: {
    read: of('GET', 'accessPointPolicyForObjectProcess', { headers: atProcess }),
    given: [process],
    unset: '404 NoSuchAccessPointPolicy',
    set: of('PUT', 'accessPointPolicyForObjectProcess', { headers: atProcess, body: policy('*') }),
    told: policy('*'),
    refused: [
      [of('PUT', 'accessPointPolicyForObjectProcess', { headers: atProcess, body: '{' }), '400 InvalidPolicyDocument'],
    ],
  },
  getObjectAcl: {
    read: of('GET', 'acl', { key: 'a' }),
    given: [object],
    unset: `<AccessControlPolicy>${owner}<AccessControlList><Grant>default</Grant></AccessControlList></AccessControlPolicy>`,
    set: of('PUT', 'acl', { key: 'a', headers: { 'x-oss-object-acl': 'public-read' } }),
    told: `<AccessControlPolicy>${owner}<AccessControlList><Grant>public-read</Grant></AccessControlList></AccessControlPolicy>`,
    refused: [[of('PUT', 'acl', { key: 'a', headers: { 'x-oss-object-acl': 'open' } }), '400 InvalidArgument']],
  },
  getObjectTagging: {
    read: of('GET', 'tagging', { key: 'a' }),
    given: [object],
    unset: '<Tagging><TagSet></TagSet></Tagging>',
    set: of('PUT', 'tagging', {
      key: 'a',
      body: '<Tagging><TagSet><Tag><Key>k</Key><Value>v 值</Value></Tag></TagSet></Tagging>',
    }),
    told: '<Tagging><TagSet><Tag><Key>k</Key><Value>v 值</Value></Tag></TagSet></Tagging>',
    refused: [malformed(of('PUT', 'tagging', { key: 'a' }))],
  },
  getObjectRetention: {
    read: of('GET', 'retention', { key: 'a' }),
    given: [keepVersions, enableObjectWorm, object],
    unset: '404 NoSuchObjectRetention',
    set: of('PUT', 'retention', {
      key: 'a',
      body: '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2026-03-05T00:00:00.000Z</RetainUntilDate></Retention>',
    }),
    told: '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2026-03-05T00:00:00.000Z</RetainUntilDate></Retention>',
    refused: [malformed(of('PUT', 'retention', { key: 'a' }))],
  },
  getObjectLegalHold: {
    read: of('GET', 'legalHold', { key: 'a' }),
    given: [keepVersions, enableObjectWorm, object],
    unset: '404 NoSuchObjectLegalHold',
    set: of('PUT', 'legalHold', { key: 'a', body: '<LegalHold><Status>ON</Status></LegalHold>' }),
    told: '<LegalHold><Status>ON</Status></LegalHold>',
    refused: [malformed(of('PUT', 'legalHold', { key: 'a' }))],
  },
  getSymlink: {
    read: of('GET', 'symlink', { key: 'link' }),
    unset: '404 NoSuchKey',
    set: of('PUT', 'symlink', { key: 'link', headers: { 'x-oss-symlink-target': 'dir%2Fa%20b' } }),
    told: 'dir%2Fa%20b',
    refused: [[of('PUT', 'symlink', { key: 'link' }), '400 InvalidArgument']],
  },
}

const rows = Object.entries(subResources)

test.each(rows)('%s tells what was set, and what is unset before', async (_, row) => {
  for (const call of row.given ?? []) expect((await send(call)).status).toBe(200)
  expect(outcomeOf(await send(row.read))).toBe(row.unset)
  expect((await send(row.set)).status).toBe(200)
  const told = outcomeOf(await send(row.read))
  if (typeof row.told === 'string') expect(told).toBe(row.told)
  else expect(told).toMatch(row.told)
})

test.each(rows)('what %s tells is not set wrongly', async (_, row) => {
  for (const call of row.given ?? []) await send(call)
  for (const [call, error] of row.refused) expect(outcomeOf(await send(call))).toBe(error)
  expect(outcomeOf(await send(row.read))).toBe(row.unset)
})

/** Readers of what nobody sets, and of a task, which has an id of its own. */
const computed = [
  'getBucketInfo',
  'getBucketLocation',
  'getBucketStat',
  'getBucketPolicyStatus',
  'getBucketReplicationLocation',
  'getBucketReplicationProgress',
  'getBucketDataRedundancyTransition',
  'getObjectMeta',
]

test('there is no other sub-resource that can be set and read', () => {
  const path = new URL('../../core/test/conformance/operations.json', import.meta.url)
  const operations: Record<string, { query?: object }> = JSON.parse(readFileSync(path, 'utf8')).clients.main.operations
  const readers = Object.entries(operations)
    .filter(([name, { query }]) => name.startsWith('get') && query !== undefined && !computed.includes(name))
    .map(([name]) => name)
  const tested = [...Object.keys(subResources), ...documents.map(([name]) => name)]
  expect(tested.filter((name) => name !== 'getBucketCallbackPolicy').sort()).toEqual(readers.sort())
})
