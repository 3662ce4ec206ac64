import type { Client } from 'ali-oss'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { aliOss, bucket, cname, ways } from './ali-oss-client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ cnames: { [cname]: bucket } })
})
afterAll(() => emulator.close())

describe.each(ways)('ali-oss with %s', (_, way) => {
  let oss: Client

  beforeEach(async () => {
    await emulator.reset()
    oss = aliOss(emulator, way)
    await oss.putBucket!(bucket, { storageClass: 'IA', dataRedundancyType: 'ZRS' })
  })

  test('tells what a bucket is', async () => {
    await oss.put!('a', Buffer.from('12345'))
    const info = await oss.getBucketInfo!(bucket)
    const stat = await oss.getBucketStat!(bucket)

    expect(info.bucket).toMatchObject({
      Name: bucket,
      Location: 'oss-cn-hangzhou',
      StorageClass: 'IA',
      DataRedundancyType: 'ZRS',
    })
    expect(stat.stat).toMatchObject({ ObjectCount: '1', Storage: '5' })
    expect((await oss.getBucketLocation!(bucket)).location).toBe('oss-cn-hangzhou')
  })

  test('sets the ACL of a bucket, and anyone may read then', async () => {
    await oss.put!('a', Buffer.from('for all'))
    expect((await oss.getBucketACL!(bucket)).acl).toBe('private')
    await oss.putBucketACL!(bucket, 'public-read')

    expect((await oss.getBucketACL!(bucket)).acl).toBe('public-read')
    expect(await (await fetch(`${emulator.endpoint}/${bucket}/a`)).text()).toBe('for all')
  })

  test('sets, tells and forgets CORS rules', async () => {
    const rules = [
      {
        allowedOrigin: ['https://a.test', 'https://b.test'],
        allowedMethod: ['GET', 'PUT'],
        allowedHeader: 'x-oss-*',
        exposeHeader: ['ETag', 'x-oss-request-id'],
        maxAgeSeconds: '60',
      },
      { allowedOrigin: '*', allowedMethod: 'GET' },
    ]
    await oss.putBucketCORS!(bucket, rules)

    expect((await oss.getBucketCORS!(bucket)).rules).toEqual(rules)
    await oss.deleteBucketCORS!(bucket)
    await expect(oss.getBucketCORS!(bucket)).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' })
  })

  test('sets, tells and forgets lifecycle rules', async () => {
    await oss.putBucketLifecycle!(bucket, [
      {
        id: 'expire',
        prefix: 'logs/',
        status: 'Enabled',
        expiration: { days: 3 },
        tag: [{ key: 'a', value: '1' }],
      },
      {
        id: 'archive',
        prefix: 'old/',
        status: 'Disabled',
        transition: { createdBeforeDate: '2023-02-19T00:00:00.000Z', storageClass: 'Archive' },
      },
      {
        id: 'abort',
        prefix: 'parts/',
        status: 'Enabled',
        abortMultipartUpload: { days: 1 },
        noncurrentVersionExpiration: { noncurrentDays: 5 },
      },
    ])

    expect((await oss.getBucketLifecycle!(bucket)).rules).toMatchObject([
      { id: 'expire', prefix: 'logs/', status: 'Enabled', expiration: { days: '3' }, tag: [{ key: 'a', value: '1' }] },
      { id: 'archive', status: 'Disabled', transition: { storageClass: 'Archive' } },
      { id: 'abort', abortMultipartUpload: { days: '1' }, noncurrentVersionExpiration: { noncurrentDays: '5' } },
    ])
    await oss.deleteBucketLifecycle!(bucket)
    await expect(oss.getBucketLifecycle!(bucket)).rejects.toMatchObject({ code: 'NoSuchLifecycle' })
  })

  test('sets, tells and forgets website, referers, logging and tags', async () => {
    await oss.putBucketWebsite!(bucket, {
      index: 'index.html',
      error: 'error.html',
      supportSubDir: 'true',
      routingRules: [
        {
          RuleNumber: '1',
          Condition: { KeyPrefixEquals: 'abc/', HttpErrorCodeReturnedEquals: '404' },
          Redirect: { RedirectType: 'Mirror', MirrorURL: 'http://example.test/' },
        },
      ],
    })
    await oss.putBucketReferer!(bucket, false, ['https://a.test/*', 'https://b.test/*'])
    await oss.putBucketLogging!(bucket, 'logs/')
    await oss.putBucketTags!(bucket, { a: '1', 'b c': '2' })

    const website = await oss.getBucketWebsite!(bucket)
    expect([website.index, website.error, website.supportSubDir]).toEqual(['index.html', 'error.html', 'true'])
    expect(website.routingRules).toMatchObject([{ Redirect: { MirrorURL: 'http://example.test/' } }])
    expect(await oss.getBucketReferer!(bucket)).toMatchObject({
      allowEmpty: false,
      referers: ['https://a.test/*', 'https://b.test/*'],
    })
    expect(await oss.getBucketLogging!(bucket)).toMatchObject({ enable: true, prefix: 'logs/' })
    expect((await oss.getBucketTags!(bucket)).tag).toEqual({ a: '1', 'b c': '2' })

    await oss.deleteBucketWebsite!(bucket)
    await oss.deleteBucketReferer!(bucket)
    await oss.deleteBucketLogging!(bucket)
    await oss.deleteBucketTags!(bucket)
    await expect(oss.getBucketWebsite!(bucket)).rejects.toMatchObject({ code: 'NoSuchWebsiteConfiguration' })
    expect(await oss.getBucketReferer!(bucket)).toMatchObject({ allowEmpty: true, referers: null })
    expect((await oss.getBucketLogging!(bucket)).enable).toBe(false)
    expect((await oss.getBucketTags!(bucket)).tag).toEqual({})
  })

  test('sets, tells and forgets encryption, and objects tell it', async () => {
    await oss.putBucketEncryption!(bucket, { SSEAlgorithm: 'AES256' })
    await oss.put!('a', Buffer.from('text'))

    expect((await oss.getBucketEncryption!(bucket)).encryption).toMatchObject({ SSEAlgorithm: 'AES256' })
    expect((await oss.head!('a')).res.headers['x-oss-server-side-encryption']).toBe('AES256')
    await oss.deleteBucketEncryption!(bucket)
    await expect(oss.getBucketEncryption!(bucket)).rejects.toMatchObject({
      code: 'NoSuchServerSideEncryptionRule',
    })
  })

  test('sets, tells and forgets policy, payer and inventory', async () => {
    const policy = {
      Version: '1',
      Statement: [
        { Action: ['oss:GetObject'], Effect: 'Deny', Principal: ['*'], Resource: [`acs:oss:*:*:${bucket}/secret/*`] },
      ],
    }
    const inventory = {
      id: 'daily',
      isEnabled: true,
      prefix: 'a/',
      OSSBucketDestination: {
        format: 'CSV',
        accountId: '1234567890123456',
        rolename: 'emulator',
        bucket,
        prefix: 'inventories',
      },
      frequency: 'Daily',
      includedObjectVersions: 'All',
      optionalFields: { field: ['Size', 'LastModifiedDate'] },
    }
    await oss.putBucketPolicy!(bucket, policy)
    await oss.put!('secret/a', Buffer.from('x'))
    await oss.putBucketRequestPayment!(bucket, 'Requester')
    await oss.putBucketInventory!(bucket, inventory)

    expect((await oss.getBucketPolicy!(bucket)).policy).toEqual(policy)
    await expect(oss.get!('secret/a')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
    expect((await oss.getBucketRequestPayment!(bucket)).payer).toBe('Requester')
    expect((await oss.getBucketInventory!(bucket, 'daily')).inventory).toMatchObject({
      id: 'daily',
      frequency: 'Daily',
      includedObjectVersions: 'All',
    })
    expect((await oss.listBucketInventory!(bucket)).inventoryList).toHaveLength(1)

    await oss.deleteBucketPolicy!(bucket)
    await oss.deleteBucketInventory!(bucket, 'daily')
    expect((await oss.getBucketPolicy!(bucket)).policy).toBeNull()
    expect((await oss.get!('secret/a')).content.toString()).toBe('x')
  })

  test('locks a bucket for a time, and gives it up before', async () => {
    const started = await oss.initiateBucketWorm!(bucket, 1)
    expect(await oss.getBucketWorm!(bucket)).toMatchObject({ wormId: started.wormId, state: 'InProgress', days: '1' })
    await oss.abortBucketWorm!(bucket)
    const again = await oss.initiateBucketWorm!(bucket, 1)
    await oss.completeBucketWorm!(bucket, again.wormId)
    await oss.extendBucketWorm!(bucket, again.wormId, 2)
    expect(await oss.getBucketWorm!(bucket)).toMatchObject({ state: 'Locked', days: '2' })
  })

  test('deletes a bucket only when it is empty', async () => {
    await oss.put!('a', Buffer.from('x'))
    await expect(oss.deleteBucket!(bucket)).rejects.toMatchObject({ status: 409, code: 'BucketNotEmpty' })
    await oss.delete!('a')
    expect((await oss.deleteBucket!(bucket)).res.status).toBe(204)
    await expect(oss.getBucketInfo!(bucket)).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' })
  })

  test('keeps versions, tells delete markers, and brings back what was', async () => {
    await oss.putBucketVersioning!(bucket, 'Enabled')
    const first = (await oss.put!('a', Buffer.from('one'))).res.headers['x-oss-version-id']
    const second = (await oss.put!('a', Buffer.from('two'))).res.headers['x-oss-version-id']
    const deleted = await oss.delete!('a')
    const marker = deleted.res.headers['x-oss-version-id']

    expect((await oss.getBucketVersioning!(bucket)).versionStatus).toBe('Enabled')
    expect(deleted.res.headers['x-oss-delete-marker']).toBe('true')
    await expect(oss.get!('a')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
    await expect(oss.get!('a', { versionId: marker })).rejects.toMatchObject({ status: 405 })
    expect((await oss.get!('a', { versionId: first })).content.toString()).toBe('one')

    const listed = await oss.getBucketVersions!({})
    expect(listed.objects.map(({ versionId, isLatest }: any) => [versionId, isLatest])).toEqual([
      [second, false],
      [first, false],
    ])
    expect(listed.deleteMarker.map(({ versionId }: any) => versionId)).toEqual([marker])
    const page = await oss.listObjectVersions!({ maxKeys: 1 })
    const next = await oss.listObjectVersions!({
      maxKeys: 10,
      keyMarker: page.nextKeyMarker,
      versionIdMarker: page.nextVersionIdMarker,
    })
    expect([page.isTruncated, next.objects.length]).toEqual([true, 2])

    await oss.copy!('a', 'a', { versionId: first })
    expect((await oss.get!('a')).content.toString()).toBe('one')
    await oss.delete!('a', { versionId: second })
    const many = await oss.deleteMulti!([{ key: 'a', versionId: first }, { key: 'a' }])
    expect(many.deleted).toHaveLength(2)
    await expect(oss.get!('a', { versionId: first })).rejects.toMatchObject({ status: 404, code: 'NoSuchVersion' })
  })

  test('keeps ACL, tags and the symlink of each version', async () => {
    await oss.putBucketVersioning!(bucket, 'Enabled')
    const versionId = (await oss.put!('a', Buffer.from('one'))).res.headers['x-oss-version-id']
    await oss.put!('a', Buffer.from('two'))
    await oss.putACL!('a', 'public-read', { versionId })
    await oss.putObjectTagging!('a', { old: 'yes' }, { versionId })
    const link = (await oss.putSymlink!('link', 'a')).res.headers['x-oss-version-id']
    await oss.putSymlink!('link', 'b')

    expect((await oss.getACL!('a', { versionId })).acl).toBe('public-read')
    expect((await oss.getACL!('a')).acl).toBe('default')
    expect((await oss.getObjectTagging!('a', { versionId })).tag).toEqual({ old: 'yes' })
    expect((await oss.getObjectTagging!('a')).tag).toEqual({})
    expect((await oss.getSymlink!('link', { versionId: link })).targetName).toBe('a')
    expect((await oss.head!('a', { versionId })).res.headers['x-oss-tagging-count']).toBe('1')
  })
})

test.each(ways.filter(([, endpoint]) => endpoint.cname !== true))(
  'ali-oss with %s lists its buckets',
  async (_, way) => {
    await emulator.reset()
    const oss = aliOss(emulator, way)
    await oss.putBucket!(bucket)
    await oss.putBucket!('another-bucket')
    const listed = await oss.listBuckets!({ prefix: 'a' })
    const first = await oss.listBuckets!({ 'max-keys': 1 })

    expect(listed.buckets.map(({ name }: { name: string }) => name)).toEqual([bucket, 'another-bucket'])
    expect([first.buckets.length, first.isTruncated, first.nextMarker]).toEqual([1, true, bucket])
  },
)
