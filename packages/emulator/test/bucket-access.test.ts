import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { element, sendTo, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

const owner = { accessKeyId: 'owner-key', accessKeySecret: 'owner-secret', accountId: '1000000000000001' }
const guest = { accessKeyId: 'guest-key', accessKeySecret: 'guest-secret', accountId: '2000000000000002' }
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ accounts: [owner, guest] })
})
beforeEach(async () => {
  await emulator.reset()
  await asOwner('PUT')
  await asOwner('PUT', { key: 'docs/a', body: 'content' })
})
afterAll(() => emulator.close())

const as =
  (account: typeof owner) =>
  (method: string, call: TestCall = {}): Promise<TestAnswer> =>
    signedClient({ ...emulator, ...account })(method, { bucket: 'shared-bucket', ...call })
const asOwner = as(owner)
const asGuest = as(guest)
const asNobody = (method: string, call: TestCall = {}) => asOwner(method, { ...call, isAnonymous: true })

const outcomeOf = ({ status, text }: TestAnswer) => [status, element(text, 'Message')]
const read = { key: 'docs/a' }

const putPolicy = (...statements: object[]) =>
  asOwner('PUT', { query: { policy: null }, body: JSON.stringify({ Version: '1', Statement: statements }) })

const allow = (principal: string[], action: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: [action],
  Resource: ['acs:oss:*:1000000000000001:shared-bucket', 'acs:oss:*:1000000000000001:shared-bucket/docs/*'],
  ...more,
})

test('a policy lets an account in to what it names, and to no more', async () => {
  expect((await asGuest('GET', read)).status).toBe(403)
  await putPolicy(allow([guest.accountId], 'oss:GetObject'))
  expect([(await asGuest('GET', read)).text, (await asGuest('HEAD', read)).status]).toEqual(['content', 200])
  const denied = [
    await asGuest('PUT', { key: 'docs/b', body: '' }),
    await asGuest('GET', { key: 'other/a' }),
    await asGuest('GET'),
    await asNobody('GET', read),
  ]
  expect(denied.map(({ status }) => status)).toEqual([403, 403, 403, 403])
})

test('a policy for everybody lets in who does not sign', async () => {
  await putPolicy(allow(['*'], 'oss:Get*'))
  expect((await asNobody('GET', read)).text).toBe('content')
})

test('what a policy denies nobody may, the owner too, who may still change the policy', async () => {
  await putPolicy(allow(['*'], 'oss:*'), { ...allow(['*'], 'oss:*'), Effect: 'Deny' })
  for (const request of [asOwner, asGuest, asNobody]) {
    expect(outcomeOf(await request('GET', read))).toEqual([403, 'Access denied by bucket policy.'])
  }
  expect((await asOwner('DELETE', { query: { policy: null } })).status).toBe(204)
  expect((await asOwner('GET', read)).status).toBe(200)
})

test.each([
  ['an address in a range', { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } }, 200],
  ['another address', { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } }, 403],
  ['any but an address', { NotIpAddress: { 'acs:SourceIp': '127.0.0.1' } }, 403],
  ['TLS', { Bool: { 'acs:SecureTransport': 'true' } }, 403],
  ['a time to come', { DateGreaterThan: { 'acs:CurrentTime': '2099-01-01T00:00:00Z' } }, 403],
  ['a time before long', { DateLessThan: { 'acs:CurrentTime': '2099-01-01T00:00:00Z' } }, 200],
  ['a range that is none', { IpAddress: { 'acs:SourceIp': '127.0.0.1/99' } }, 403],
])('a policy may ask for %s', async (_, condition, status) => {
  await putPolicy(allow([guest.accountId], 'oss:GetObject', { Condition: condition }))
  expect((await asGuest('GET', read)).status).toBe(status)
})

test('a policy may ask for the prefix of a listing', async () => {
  const condition = { StringLike: { 'oss:Prefix': ['docs/*'] } }
  await putPolicy(allow([guest.accountId], 'oss:ListObjects', { Condition: condition }))
  const statuses = [
    await asGuest('GET', { query: { prefix: 'docs/' } }),
    await asGuest('GET', { query: { prefix: '' } }),
  ]
  expect(statuses.map(({ status }) => status)).toEqual([200, 403])
})

const block = (isBlocked: boolean) =>
  `<PublicAccessBlockConfiguration><BlockPublicAccess>${isBlocked}</BlockPublicAccess></PublicAccessBlockConfiguration>`
const putBlock = (isBlocked: boolean) => asOwner('PUT', { query: { publicAccessBlock: null }, body: block(isBlocked) })
const putAcl = (acl: string) => asOwner('PUT', { query: { acl: null }, headers: { 'x-oss-acl': acl } })

test('where public access is blocked, public ACLs and policies are refused', async () => {
  await putBlock(true)
  expect(outcomeOf(await putAcl('public-read'))).toEqual([403, 'Put public bucket acl is not allowed'])
  const objectAcl = { 'x-oss-object-acl': 'public-read' }
  expect(outcomeOf(await asOwner('PUT', { ...read, query: { acl: null }, headers: objectAcl }))).toEqual([
    403,
    'Put public object acl is not allowed',
  ])
  expect((await asOwner('PUT', { key: 'docs/b', headers: objectAcl })).status).toBe(403)
  expect(outcomeOf(await putPolicy(allow(['*'], 'oss:GetObject')))).toEqual([
    403,
    'Put public bucket policy is not allowed',
  ])
  expect((await putPolicy(allow([guest.accountId], 'oss:GetObject'))).status).toBe(200)
  expect((await asGuest('GET', read)).status).toBe(200)
  expect((await asOwner('GET', { query: { bucketInfo: null } })).text).toContain('<BlockPublicAccess>true<')
})

test('blocking public access closes what was open, and unblocking opens it again', async () => {
  await putAcl('public-read')
  expect((await asNobody('GET', read)).status).toBe(200)
  await putBlock(true)
  expect((await asNobody('GET', read)).status).toBe(403)
  await putBlock(false)
  expect((await asNobody('GET', read)).status).toBe(200)
})

test('an account blocks public access for all its buckets', async () => {
  await putAcl('public-read')
  const call = { query: { publicAccessBlock: null }, body: block(true) }
  expect((await signedClient({ ...emulator, ...owner })('PUT', call)).status).toBe(200)
  expect((await asNobody('GET', read)).status).toBe(403)
})

test('new buckets block public access when the emulator is told so', async () => {
  await using strict = await startEmulator({ blockPublicAccessByDefault: true })
  const oss = signedClient(strict)
  await oss('PUT', { bucket: 'new-bucket' })
  const acl = () => oss('PUT', { bucket: 'new-bucket', query: { acl: null }, headers: { 'x-oss-acl': 'public-read' } })
  expect((await acl()).status).toBe(403)
  await oss('PUT', { bucket: 'new-bucket', query: { publicAccessBlock: null }, body: block(false) })
  expect((await acl()).status).toBe(200)
})

const putReferer = (content: string) =>
  asOwner('PUT', {
    query: { referer: null },
    body: `<RefererConfiguration>${content}</RefererConfiguration>`,
  })
const visit = (referer?: string) =>
  sendTo(emulator)('GET', '/shared-bucket/docs/a', {
    host: `127.0.0.1:${emulator.port}`,
    ...(referer !== undefined && { referer }),
  })

const list = (name: string, ...patterns: string[]) =>
  `<${name}>${patterns.map((pattern) => `<Referer>${pattern}</Referer>`).join('')}</${name}>`

test.each<[string, string, string | undefined, number]>([
  [
    'a listed page',
    `<AllowEmptyReferer>false</AllowEmptyReferer>${list('RefererList', 'http://a.test/*')}`,
    'http://a.test/x?y=1',
    200,
  ],
  [
    'another page',
    `<AllowEmptyReferer>false</AllowEmptyReferer>${list('RefererList', 'http://a.test/*')}`,
    'http://b.test/',
    403,
  ],
  [
    'no page, where that is allowed',
    `<AllowEmptyReferer>true</AllowEmptyReferer>${list('RefererList', 'http://a.test/*')}`,
    undefined,
    200,
  ],
  [
    'no page, where that is not',
    `<AllowEmptyReferer>false</AllowEmptyReferer>${list('RefererList', 'http://a.test/*')}`,
    undefined,
    403,
  ],
  [
    'any page, where none is listed',
    '<AllowEmptyReferer>false</AllowEmptyReferer><RefererList></RefererList>',
    'http://b.test/',
    200,
  ],
  [
    'a page in the blacklist',
    `<AllowEmptyReferer>true</AllowEmptyReferer>${list('RefererList', 'http://*')}${list('RefererBlacklist', 'http://?.test/*')}`,
    'http://b.test/',
    403,
  ],
  [
    'a query that is cut off',
    `<AllowEmptyReferer>true</AllowEmptyReferer>${list('RefererList', 'http://a.test/x')}`,
    'http://a.test/x?y',
    200,
  ],
  [
    'a query that is not',
    `<AllowEmptyReferer>true</AllowEmptyReferer><AllowTruncateQueryString>false</AllowTruncateQueryString>${list('RefererList', 'http://a.test/x')}`,
    'http://a.test/x?y',
    403,
  ],
  [
    'a path that is cut off',
    `<AllowEmptyReferer>true</AllowEmptyReferer><TruncatePath>true</TruncatePath>${list('RefererList', 'http://a.test')}`,
    'http://a.test/x/y?z',
    200,
  ],
])('Referer rules judge %s', async (_, rules, referer, status) => {
  await putAcl('public-read')
  await putReferer(rules)
  const answer = await visit(referer)
  expect(outcomeOf(answer)).toEqual([status, status === 403 ? 'You are denied by bucket referer policy.' : undefined])
})

test('Referer rules do not hold for requests that are signed in their header', async () => {
  await putReferer(`<AllowEmptyReferer>false</AllowEmptyReferer>${list('RefererList', 'http://a.test')}`)
  expect((await asOwner('GET', read)).status).toBe(200)
})

test('where requesters pay, others must say that they do', async () => {
  await putPolicy(allow([guest.accountId], 'oss:GetObject'))
  const body = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'
  await asOwner('PUT', { query: { requestPayment: null }, body })
  const payer = (value: string) => ({ ...read, headers: { 'x-oss-request-payer': value } })
  expect(outcomeOf(await asGuest('GET', read))).toEqual([403, 'Access denied for requester pay bucket'])
  expect((await asGuest('GET', payer('owner'))).status).toBe(403)
  expect((await asGuest('GET', payer('requester'))).status).toBe(200)
  expect((await asGuest('GET', { ...read, query: { 'x-oss-request-payer': 'requester' } })).status).toBe(200)
  expect((await asOwner('GET', read)).status).toBe(200)
})

test('a symlink opens its target to nobody who may not read the target itself', async () => {
  await asOwner('PUT', { key: 'docs/open', body: 'open', headers: { 'x-oss-object-acl': 'public-read' } })
  const link = (target: string) => ({ 'x-oss-symlink-target': target, 'x-oss-object-acl': 'public-read' })
  await asOwner('PUT', { key: 'to-open', query: { symlink: null }, headers: link('docs%2Fopen') })
  await asOwner('PUT', { key: 'to-closed', query: { symlink: null }, headers: link('docs%2Fa') })
  expect((await asNobody('GET', { key: 'to-open' })).text).toBe('open')
  const refused = [await asNobody('GET', { key: 'to-closed' }), await asNobody('HEAD', { key: 'to-closed' })]
  expect(refused.map(({ status }) => status)).toEqual([403, 403])
  expect((await asOwner('GET', { key: 'to-closed' })).text).toBe('content')
})

test('a policy whose list of principals is empty speaks of everybody', async () => {
  expect((await putPolicy(allow([], 'oss:GetObject'))).status).toBe(200)
  expect((await asNobody('GET', read)).text).toBe('content')
  const status = await asOwner('GET', { query: { policyStatus: null } })
  expect(element(status.text, 'IsPublic')).toBe('true')
})
