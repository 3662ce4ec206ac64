import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { assumeRole } from './assume-role.ts'
import { element, signedClient } from './signed-client.ts'

const allow = (Action: string | string[], Resource: string | string[]) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})
const key = (name: string, accountId = '1001') => ({ accessKeyId: name, accessKeySecret: `${name}-secret`, accountId })
const uploader = 'acs:ram::1001:role/uploader'
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({
    accounts: [
      key('root'),
      { ...key('reader'), userName: 'reader', policies: [allow('oss:Get*', 'acs:oss:*:*:team-bucket/*')] },
      { ...key('writer'), userName: 'writer', policies: [allow('oss:PutObject', '*')] },
      { ...key('tagger'), userName: 'tagger', policies: [allow(['oss:PutObject', 'oss:PutObjectTagging'], '*')] },
      {
        ...key('careful'),
        userName: 'careful',
        policies: [
          JSON.stringify(allow('oss:*', '*')),
          { Version: '1', Statement: [{ Effect: 'Deny', Action: 'oss:DeleteObject', Resource: '*' }] },
        ],
      },
      { ...key('ci'), userName: 'ci', userId: '20077', policies: [allow('sts:AssumeRole', uploader)] },
      { ...key('idle'), userName: 'idle' },
      key('other', '2002'),
    ],
    roles: [
      {
        arn: uploader,
        policies: [allow(['oss:PutObject', 'oss:GetObject'], 'acs:oss:*:*:team-bucket/in/*')],
        maxSessionSeconds: 1800,
      },
      { arn: 'acs:ram::1001:role/partner', trusts: ['2002'] },
    ],
  })
})
beforeEach(async () => {
  await emulator.reset()
  const root = as('root')
  await root('PUT', { bucket: 'team-bucket' })
  await root('PUT', { bucket: 'team-bucket', key: 'in/a', body: 'a' })
})
afterAll(() => emulator.close())

const credentialsOf = (name: string) => ({ accessKeyId: name, accessKeySecret: `${name}-secret` })
const as = (name: string) => signedClient({ ...emulator, ...credentialsOf(name) })
const object = { bucket: 'team-bucket', key: 'in/a' }

test('a user may do what his policies allow, and nothing else', async () => {
  const reader = as('reader')
  expect((await reader('GET', object)).text).toBe('a')
  const put = await reader('PUT', { ...object, body: 'b' })
  expect([put.status, element(put.text, 'Code')]).toEqual([403, 'AccessDenied'])
  expect(emulator.journal.last()?.reason).toBe(
    'no policy allows oss:PutObject on team-bucket/in/a to the user reader of 1001, and the bucket acl is private',
  )
  expect((await reader('GET', { bucket: 'team-bucket' })).status).toBe(403)
  expect(element((await reader('GET')).text, 'Message')).toBe('You are forbidden to list buckets.')
  expect((await reader('PUT', { bucket: 'new-bucket' })).status).toBe(403)
  expect((await as('idle')('GET', object)).status).toBe(403)
})

test('who may put objects puts tags on them only if he may do that too', async () => {
  const tagged = { ...object, key: 'in/b', headers: { 'x-oss-tagging': 'a=b' } }
  const writer = as('writer')
  const refused = await Promise.all([
    writer('PUT', { ...tagged, body: 'b' }),
    writer('POST', { ...tagged, query: { uploads: null } }),
    writer('POST', { ...tagged, query: { append: null, position: '0' } }),
  ])
  expect(refused.map(({ text }) => element(text, 'Code'))).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied'])
  expect((await writer('PUT', { ...object, key: 'in/b', body: 'b' })).status).toBe(200)
  expect((await as('tagger')('PUT', { ...tagged, body: 'b' })).status).toBe(200)
})

test('what a policy denies a user it denies whatever else it allows', async () => {
  const careful = as('careful')
  expect((await careful('PUT', { ...object, body: 'b' })).status).toBe(200)
  const refused = await careful('DELETE', object)
  expect(element(refused.text, 'Message')).toBe("Access denied by authorizer's policy.")
  expect((await as('root')('DELETE', object)).status).toBe(204)
})

test('a user works in the account of its owner', async () => {
  await as('careful')('PUT', { bucket: 'made-by-user' })
  expect((await as('root')('GET', { bucket: 'made-by-user' })).status).toBe(200)
  expect((await as('other')('GET', { bucket: 'made-by-user' })).status).toBe(403)
})

test('a bucket policy can let a user in by id and by name', async () => {
  for (const [principal, name] of [
    ['20077', 'ci'],
    ['acs:ram::1001:user/idle', 'idle'],
  ] as const) {
    expect((await as(name)('GET', object)).status).toBe(403)
    const statement = {
      Effect: 'Allow',
      Action: ['oss:GetObject'],
      Principal: [principal],
      Resource: ['acs:oss:*:*:team-bucket/*'],
    }
    const body = JSON.stringify({ Version: '1', Statement: [statement] })
    expect((await as('root')('PUT', { bucket: 'team-bucket', query: { policy: null }, body })).status).toBe(200)
    expect((await as(name)('GET', object)).text).toBe('a')
  }
})

test('a public object is read by a user without policies', async () => {
  await as('root')('PUT', { ...object, query: { acl: null }, headers: { 'x-oss-object-acl': 'public-read' } })
  expect((await as('idle')('GET', object)).text).toBe('a')
})

const take = (name: string, RoleArn: string, more: Record<string, string> = {}) =>
  assumeRole({ ...emulator, ...credentialsOf(name) }, { RoleArn, RoleSessionName: 'session', ...more })

test('credentials of a role may do what the role may, less what the session policy leaves out', async () => {
  const role = signedClient({ ...emulator, ...(await take('ci', uploader)) })
  expect((await role('PUT', { bucket: 'team-bucket', key: 'in/b', body: 'b' })).status).toBe(200)
  expect((await role('PUT', { bucket: 'team-bucket', key: 'out/b', body: 'b' })).status).toBe(403)
  expect((await role('GET', { bucket: 'team-bucket' })).status).toBe(403)
  const Policy = JSON.stringify(allow('oss:*', 'acs:oss:*:*:team-bucket/in/a'))
  const narrow = signedClient({ ...emulator, ...(await take('root', uploader, { Policy })) })
  expect((await narrow('GET', object)).status).toBe(200)
  expect((await narrow('GET', { ...object, key: 'in/b' })).status).toBe(403)
})

test('a role is taken by whom it trusts and whose policies allow it', async () => {
  await expect(take('reader', uploader)).rejects.toThrow('403 NoPermission: You are not authorized to do this action.')
  await expect(take('other', uploader)).rejects.toThrow('403 NoPermission')
  await expect(take('root', 'acs:ram::1001:role/partner')).rejects.toThrow('403 NoPermission')
  const partner = signedClient({ ...emulator, ...(await take('other', 'acs:ram::1001:role/partner')) })
  expect((await partner('GET', object)).text).toBe('a')
})

test('a session of a role is no longer than the role allows', async () => {
  await take('ci', uploader, { DurationSeconds: '1800' })
  await expect(take('ci', uploader, { DurationSeconds: '1801' })).rejects.toThrow(
    '400 InvalidParameter.DurationSeconds',
  )
})

test('temporary credentials take a role with their token only', async () => {
  const RoleArn = 'acs:ram::1001:role/partner'
  const session = await take('other', RoleArn)
  const again = (target: typeof session) =>
    assumeRole({ ...emulator, ...target }, { RoleArn, RoleSessionName: 'again' })
  await expect(again(session)).rejects.toThrow('400 MissingSecurityToken')
  const SecurityToken = 'CAISanother'
  const wrong = assumeRole({ ...emulator, ...session }, { RoleArn, RoleSessionName: 'again', SecurityToken })
  await expect(wrong).rejects.toThrow('400 InvalidSecurityToken.MismatchWithAccessKey')
})

test('who took a role that is gone may do nothing any more', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'oss-emulator-roles-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const before = await startEmulator({ dataDir })
  const credentials = await assumeRole(before, { RoleArn: before.roleArn, RoleSessionName: 'session' })
  await signedClient({ ...before, ...credentials })('PUT', { bucket: 'kept-bucket' })
  await before.close()
  await using after = await startEmulator({ dataDir, roleArn: 'acs:ram::1234567890123456:role/other' })
  const client = signedClient({ ...after, ...credentials })
  expect((await client('GET', { bucket: 'kept-bucket' })).status).toBe(403)
  expect((await signedClient(after)('GET', { bucket: 'kept-bucket' })).status).toBe(200)
})
