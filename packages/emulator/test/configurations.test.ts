import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { block, documents, website } from './configuration-documents.ts'
import { settableClock } from './settable-clock.ts'
import { element, elements, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07.000Z')
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now, cnames: { 'files.example.com': 'demo-bucket' } })
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, { bucket: 'demo-bucket', signedAt: clock.now(), ...call })

type Query = Record<string, string | null>

const put = (query: Query, body: string, headers: Record<string, string> = {}) => oss('PUT', { query, body, headers })
const get = (query: Query) => oss('GET', { query })
const contentOf = ({ text }: TestAnswer): string => text.replace(/^<\?xml[^>]*>\n/, '')
const codeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Code')]

test.each(documents)('%s tells what was put, and what is unset before', async (_, query, unset, document, kept) => {
  const before = await get(query)
  expect(unset.startsWith('<') ? contentOf(before) : codeOf(before)).toEqual(
    unset.startsWith('<') ? unset : [404, unset],
  )
  expect((await put(query, document)).status).toBe(200)
  expect(contentOf(await get(query))).toBe(kept ?? document)
})

const undeletable = [
  'getBucketRequestPayment',
  'getBucketTransferAcceleration',
  'getBucketAccessMonitor',
  'getBucketHttpsConfig',
  'getBucketReferer',
  'getBucketResourceGroup',
  'getBucketArchiveDirectRead',
  'getBucketVersioning',
]
const deletable = documents.filter(([name]) => !undeletable.includes(name))

test.each(deletable)(
  'what %s tells is unset once deleted, and deleting it twice is fine',
  async (_, query, unset, document) => {
    await put(query, document)
    expect([(await oss('DELETE', { query })).status, (await oss('DELETE', { query })).status]).toEqual([204, 204])
    const { text } = await get(query)
    expect(text).toContain(unset)
  },
)

test.each(documents)('another document than that of %s is refused', async (_, query) => {
  expect(codeOf(await put(query, '<Other></Other>'))).toEqual([400, 'MalformedXML'])
  expect(codeOf(await put(query, '<Broken>'))).toEqual([400, 'MalformedXML'])
})

const rule = (content: string, head = '<Prefix>a/</Prefix><Status>Enabled</Status>') => `<Rule>${head}${content}</Rule>`
const expiration = (days: number) => `<Expiration><Days>${days}</Days></Expiration>`
const transition = (days: number, storageClass: string) =>
  `<Transition><Days>${days}</Days><StorageClass>${storageClass}</StorageClass></Transition>`
const date = '<CreatedBeforeDate>2026-01-01T00:00:00Z</CreatedBeforeDate>'

test.each([
  ['expire before they are moved', rule(expiration(30) + transition(30, 'IA')), 'InvalidArgument'],
  ['move to colder classes earlier', rule(transition(60, 'IA') + transition(30, 'Archive')), 'InvalidArgument'],
  ['move to Standard', rule(transition(30, 'Standard')), 'InvalidArgument'],
  ['expire after no days', rule(expiration(0)), 'InvalidArgument'],
  [
    'mix days and dates',
    rule(`${expiration(90)}<Transition>${date}<StorageClass>IA</StorageClass></Transition>`),
    'InvalidRequest',
  ],
  ['name no midnight', rule(`<Expiration>${date.replace('00:00:00', '01:00:00')}</Expiration>`), 'InvalidArgument'],
  ['have an unknown status', rule(expiration(1), '<Prefix></Prefix><Status>On</Status>'), 'MalformedXML'],
  ['do nothing', rule(''), 'MalformedXML'],
  [
    'overlap',
    rule(expiration(1)) + rule(expiration(2), '<Prefix>a/b</Prefix><Status>Enabled</Status>'),
    'InvalidArgument',
  ],
  ['have eleven tags', rule(expiration(1) + '<Tag><Key>k</Key><Value>v</Value></Tag>'.repeat(11)), 'InvalidTag'],
  [
    'look at access times that nobody notes',
    rule(`<Transition><Days>1</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime></Transition>`),
    'InvalidRequest',
  ],
])('lifecycle rules that %s are refused', async (_, rules, code) => {
  const answer = await put({ lifecycle: null }, `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`)
  expect(codeOf(answer)).toEqual([400, code])
})

test('overlapping lifecycle rules are told apart by tags, or allowed by a header', async () => {
  const overlapping = `<LifecycleConfiguration>${rule(expiration(1))}${rule(expiration(2))}</LifecycleConfiguration>`
  const tagged = `<LifecycleConfiguration>${rule(expiration(1))}${rule(`<Tag><Key>k</Key><Value>v</Value></Tag>${expiration(2)}`)}</LifecycleConfiguration>`
  expect(element((await put({ lifecycle: null }, overlapping)).text, 'Message')).toBe(
    'Overlap for same action type Expiration',
  )
  const allowed = await put({ lifecycle: null }, overlapping, { 'x-oss-allow-same-action-overlap': 'true' })
  expect([allowed.status, (await put({ lifecycle: null }, tagged)).status]).toEqual([200, 200])
})

test('a lifecycle rule without ID is given one', async () => {
  const [first, second] = [
    rule(expiration(1)),
    rule(expiration(1), '<ID></ID><Prefix>b</Prefix><Status>Disabled</Status>'),
  ]
  await put({ lifecycle: null }, `<LifecycleConfiguration>${first}${second}</LifecycleConfiguration>`)
  const ids = elements((await get({ lifecycle: null })).text, 'ID')
  expect(new Set(ids).size).toBe(2)
  expect(ids.every((id) => id.length === 36)).toBe(true)
})

const encryption = (algorithm: string, keyId = '') =>
  `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm>${keyId}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`

test.each<[string, Query, string, string]>([
  [
    'AES256 with a key',
    { encryption: null },
    encryption('AES256', '<KMSMasterKeyID>k</KMSMasterKeyID>'),
    'InvalidArgument',
  ],
  ['an unknown cipher', { encryption: null }, encryption('ROT13'), 'InvalidEncryptionAlgorithmError'],
  [
    'logs to a missing bucket',
    { logging: null },
    '<BucketLoggingStatus><LoggingEnabled><TargetBucket>nowhere</TargetBucket></LoggingEnabled></BucketLoggingStatus>',
    'InvalidTargetBucketForLogging',
  ],
  [
    'an unknown resource group',
    { resourceGroup: null },
    '<BucketResourceGroupConfiguration><ResourceGroupId>rg-x</ResourceGroupId></BucketResourceGroupConfiguration>',
    'ResourceGroupIdPreCheckError',
  ],
  [
    '21 tags',
    { tagging: null },
    `<Tagging><TagSet>${Array.from({ length: 21 }, (_, n) => `<Tag><Key>${n}</Key><Value></Value></Tag>`).join('')}</TagSet></Tagging>`,
    'InvalidTag',
  ],
  [
    'an inventory of another id',
    { inventory: null, inventoryId: 'a' },
    '<InventoryConfiguration><Id>b</Id><IsEnabled>true</IsEnabled></InventoryConfiguration>',
    'InvalidArgument',
  ],
  ['a routing rule 0', { website: null }, website.replace('<RuleNumber>1', '<RuleNumber>0'), 'InvalidArgument'],
  [
    'an unknown monitor status',
    { accessmonitor: null },
    '<AccessMonitorConfiguration><Status>On</Status></AccessMonitorConfiguration>',
    'MalformedXML',
  ],
  [
    'an unknown payer',
    { requestPayment: null },
    '<RequestPaymentConfiguration><Payer>Me</Payer></RequestPaymentConfiguration>',
    'MalformedXML',
  ],
])('a configuration with %s is refused', async (_, query, document, code) => {
  expect(codeOf(await put(query, document))).toEqual([400, code])
})

test('the public access block of an account is its own', async () => {
  const client = signedClient(emulator)
  const call = (method: string, body?: string) =>
    client(method, { query: { publicAccessBlock: null }, signedAt: clock.now(), ...(body && { body }) })
  expect(contentOf(await call('GET'))).toBe(block(false))
  expect((await call('PUT', block(true))).status).toBe(200)
  expect(contentOf(await call('GET'))).toBe(block(true))
  expect(contentOf(await get({ publicAccessBlock: null }))).toBe(block(false))
  expect((await call('DELETE')).status).toBe(204)
  expect(contentOf(await call('GET'))).toBe(block(false))
})

test('inventories are listed by id, a hundred a page', async () => {
  const ids = Array.from({ length: 101 }, (_, number) => `id-${String(number).padStart(3, '0')}`)
  for (const id of [...ids].reverse()) {
    await put(
      { inventory: null, inventoryId: id },
      `<InventoryConfiguration><Id>${id}</Id><IsEnabled>true</IsEnabled></InventoryConfiguration>`,
    )
  }
  const first = await get({ inventory: null })
  expect([elements(first.text, 'Id'), element(first.text, 'IsTruncated')]).toEqual([ids.slice(0, 100), 'true'])
  const token = element(first.text, 'NextContinuationToken')!
  const second = await get({ inventory: null, 'continuation-token': token })
  expect([elements(second.text, 'Id'), element(second.text, 'IsTruncated')]).toEqual([['id-100'], 'false'])
})

test('styles are listed by name', async () => {
  for (const name of ['b', 'a'])
    await put({ style: null, styleName: name }, '<Style><Content>image/info</Content></Style>')
  expect(elements((await get({ style: null })).text, 'Name')).toEqual(['a', 'b'])
})

const replication = (id = '') =>
  `<ReplicationConfiguration><Rule>${id}<Destination><Bucket>copy</Bucket><Location>oss-cn-beijing</Location></Destination></Rule></ReplicationConfiguration>`
const post = (query: Query, body: string) => oss('POST', { query, body })

test('replication rules are added, told, made timely and removed by id', async () => {
  expect(codeOf(await get({ replication: null }))).toEqual([404, 'NoSuchReplicationConfiguration'])
  const added = await post({ replication: null, comp: 'add' }, replication())
  await post({ replication: null, comp: 'add' }, replication('<ID>mine</ID>'))
  const id = String(added.headers['x-oss-replication-rule-id'])
  expect(elements((await get({ replication: null })).text, 'ID').sort()).toEqual([id, 'mine'].sort())
  const rtc = '<ReplicationRule><RTC><Status>enabled</Status></RTC><ID>mine</ID></ReplicationRule>'
  expect((await put({ rtc: null }, rtc)).status).toBe(200)
  const progress = await get({ replicationProgress: null, 'rule-id': 'mine' })
  expect([element(progress.text, 'HistoricalObject'), progress.text.includes('<RTC>')]).toEqual(['0', true])
  const remove = `<ReplicationRules><ID>${id}</ID></ReplicationRules>`
  expect((await post({ replication: null, comp: 'delete' }, remove)).status).toBe(200)
  expect(elements((await get({ replication: null })).text, 'ID')).toEqual(['mine'])
  expect((await get({ replicationLocation: null })).text).toContain('<Location>oss-cn-beijing</Location>')
})

test('a token for a domain is given out and told, and the domain is not taken without proof', async () => {
  const cname = '<BucketCnameConfiguration><Cname><Domain>www.example.com</Domain></Cname></BucketCnameConfiguration>'
  const created = await post({ cname: null, comp: 'token' }, cname)
  const told = await get({ cname: 'www.example.com', comp: 'token' })
  expect(element(told.text, 'Token')).toBe(element(created.text, 'Token'))
  const refused = await post({ cname: null, comp: 'add' }, cname)
  expect([...codeOf(refused), element(refused.text, 'EC')]).toEqual([403, 'NeedVerifyDomainOwnership', '0018-00000115'])
  expect(elements((await get({ cname: null })).text, 'Domain')).toEqual(['files.example.com'])
  expect((await post({ cname: null, comp: 'delete' }, cname)).status).toBe(200)
  expect((await get({ cname: 'www.example.com', comp: 'token' })).status).toBe(404)
})

test('the index of objects is opened, told and closed', async () => {
  expect(codeOf(await get({ metaQuery: null }))).toEqual([404, 'MetaQueryNotExist'])
  expect((await post({ metaQuery: null, comp: 'add', mode: 'semantic' }, '')).status).toBe(200)
  const { text } = await get({ metaQuery: null })
  expect([element(text, 'State'), element(text, 'MetaQueryMode')]).toEqual(['Running', 'semantic'])
  expect((await post({ metaQuery: null, comp: 'delete' }, '')).status).toBe(200)
  expect((await get({ metaQuery: null })).status).toBe(404)
})

test('access points are made, told, listed and deleted, with their policies', async () => {
  const headers = { 'x-oss-access-point-name': 'ap-01' }
  const create =
    '<CreateAccessPointConfiguration><AccessPointName>ap-01</AccessPointName><NetworkOrigin>vpc</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration></CreateAccessPointConfiguration>'
  const created = await put({ accessPoint: null }, create)
  expect(element(created.text, 'AccessPointArn')).toBe('acs:oss:cn-hangzhou:1234567890123456:accesspoint/ap-01')
  expect(codeOf(await put({ accessPoint: null }, create))).toEqual([409, 'AccessPointAlreadyExists'])
  const told = await oss('GET', { query: { accessPoint: null }, headers })
  expect([element(told.text, 'NetworkOrigin'), element(told.text, 'VpcId')]).toEqual(['vpc', 'vpc-1'])
  const listed = await signedClient(emulator)('GET', { query: { accessPoint: null }, signedAt: clock.now() })
  expect(elements(listed.text, 'AccessPointName')).toEqual(['ap-01'])
  const policy = '{"Version":"1","Statement":[]}'
  await oss('PUT', { query: { accessPointPolicy: null }, headers, body: policy })
  expect((await oss('GET', { query: { accessPointPolicy: null }, headers })).text).toBe(policy)
  expect((await oss('DELETE', { query: { accessPoint: null }, headers })).status).toBe(204)
  expect(codeOf(await oss('GET', { query: { accessPointPolicy: null }, headers }))).toEqual([404, 'NoSuchAccessPoint'])
})

const statement = (more: object) =>
  JSON.stringify({
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:demo-bucket/*', ...more }],
  })

test('a bucket policy is told byte for byte, and whether it is public', async () => {
  expect(codeOf(await get({ policy: null }))).toEqual([404, 'NoSuchBucketPolicy'])
  const text = statement({ Principal: ['*'] }).replace('{', '{ ')
  expect((await put({ policy: null }, text)).status).toBe(200)
  expect((await get({ policy: null })).text).toBe(text)
  expect(element((await get({ policyStatus: null })).text, 'IsPublic')).toBe('true')
  await put({ policy: null }, statement({ Principal: ['20214760404935xxxx'] }))
  expect(element((await get({ policyStatus: null })).text, 'IsPublic')).toBe('false')
  expect([(await oss('DELETE', { query: { policy: null } })).status, (await get({ policy: null })).status]).toEqual([
    204, 404,
  ])
})

test.each([
  ['{'],
  ['{"Version":"2","Statement":[]}'],
  [statement({})],
  [statement({ Principal: '*', Effect: 'Perhaps' })],
])('the bucket policy %s is refused', async (text) => {
  expect(codeOf(await put({ policy: null }, text))).toEqual([400, 'InvalidPolicyDocument'])
})

test('the encryption of a bucket is that of its objects, and is told with the bucket', async () => {
  await put({ encryption: null }, encryption('KMS', '<KMSMasterKeyID>my-key</KMSMasterKeyID>'))
  const kept = await oss('PUT', { key: 'a', body: 'a' })
  expect(kept.headers).toMatchObject({
    'x-oss-server-side-encryption': 'KMS',
    'x-oss-server-side-encryption-key-id': 'my-key',
  })
  expect((await get({ bucketInfo: null })).text).toContain(
    '<ServerSideEncryptionRule><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>my-key</KMSMasterKeyID></ServerSideEncryptionRule>',
  )
})

test('buckets are listed by their tags', async () => {
  await put(
    { tagging: null },
    '<Tagging><TagSet><Tag><Key>k1</Key><Value>v1</Value></Tag><Tag><Key>k2</Key><Value>v2</Value></Tag></TagSet></Tagging>',
  )
  const list = async (query: Query) =>
    elements((await signedClient(emulator)('GET', { query, signedAt: clock.now() })).text, 'Name')
  expect(await list({ 'tag-key': 'k1', 'tag-value': 'v1' })).toEqual(['demo-bucket'])
  expect(await list({ 'tag-key': 'k1', 'tag-value': 'v2' })).toEqual([])
  expect(await list({ tagging: '"k1":"v1","k2":"v2"' })).toEqual(['demo-bucket'])
  expect(await list({ tagging: '"k1":"v1","k2":"v3"' })).toEqual([])
})

test('a bucket that is made again has no configuration of the one that was', async () => {
  await put({ website: null }, website)
  await oss('DELETE')
  await oss('PUT')
  expect((await get({ website: null })).status).toBe(404)
})
