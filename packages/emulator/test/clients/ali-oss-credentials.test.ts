import OSS, { type Client } from 'ali-oss'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { element } from '../signed-client.ts'
import { aliOss, bucket, cname, open, ways, waysWithUrls } from './ali-oss-client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ cnames: { [cname]: bucket } })
})
afterAll(() => emulator.close())

/** The client of STS that comes with ali-oss. */
const sts = (secret: string = emulator.accessKeySecret) =>
  new OSS.STS({ accessKeyId: emulator.accessKeyId, accessKeySecret: secret, endpoint: emulator.stsEndpoint })

const allow = (Action: string[], Resource: string[]) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})

/** The options of a client that works with temporary credentials. */
const temporary = ({ credentials }: any) => ({
  accessKeyId: credentials.AccessKeyId,
  accessKeySecret: credentials.AccessKeySecret,
  stsToken: credentials.SecurityToken,
  refreshSTSToken: () => Promise.reject(new Error('not due')),
  refreshSTSTokenInterval: 3_600_000,
})

describe.each(ways)('ali-oss with %s', (_, way) => {
  let oss: Client

  beforeEach(async () => {
    await emulator.reset()
    oss = aliOss(emulator, way)
    await oss.putBucket!(bucket)
  })

  test('works with temporary credentials as far as their policy goes', async () => {
    const policy = allow(['oss:PutObject', 'oss:GetObject'], [`acs:oss:*:*:${bucket}/mine/*`])
    const assumed = await sts().assumeRole(emulator.roleArn, policy, 900, 'a-session')
    const limited = aliOss(emulator, way, temporary(assumed))
    const bytes = Buffer.alloc(250_000, 'x')
    await limited.put!('mine/a', Buffer.from('text'))
    await limited.multipartUpload!('mine/parts', bytes, { partSize: 102_400 })

    expect(assumed.credentials.AccessKeyId).toMatch(/^STS\./)
    expect((await limited.get!('mine/a')).content.toString()).toBe('text')
    expect((await limited.get!('mine/parts')).content.equals(bytes)).toBe(true)
    await expect(limited.put!('yours/a', Buffer.from('x'))).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
    await expect(limited.delete!('mine/a')).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
    await expect(limited.list!({})).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  test('refreshes temporary credentials by itself', async () => {
    const [first, second] = await Promise.all([sts().assumeRole(emulator.roleArn), sts().assumeRole(emulator.roleArn)])
    const { accessKeyId, accessKeySecret, stsToken } = temporary(second)
    const refreshing = aliOss(emulator, way, {
      ...temporary(first),
      refreshSTSToken: async () => ({ accessKeyId, accessKeySecret, stsToken }),
      refreshSTSTokenInterval: 0,
    })
    await refreshing.put!('a', Buffer.from('text'))
    await refreshing.put!('b', Buffer.from('text'))
    expect((await refreshing.list!({})).objects).toHaveLength(2)
  })

  test('is refused with a wrong secret, and with a key that there is not', async () => {
    const wrong = aliOss(emulator, way, { accessKeySecret: 'wrong' })
    const unknown = aliOss(emulator, way, { accessKeyId: 'unknown' })
    await expect(wrong.get!('a')).rejects.toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
    await expect(wrong.head!('a')).rejects.toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
    await expect(unknown.get!('a')).rejects.toMatchObject({ status: 403, code: 'InvalidAccessKeyId' })
  })

  test('signs forms that a page can post', async () => {
    const policy = {
      expiration: new Date(Date.now() + 60_000).toISOString(),
      conditions: [{ bucket }, ['starts-with', '$key', 'uploads/'], ['content-length-range', 1, 10]],
    }
    const url = `${emulator.endpoint}/${bucket}/`
    const post = async (content: string, key: string, more: Record<string, string> = {}) => {
      const form = new FormData()
      const fields = { key, ...oss.calculatePostSignature(policy), success_action_status: '201', ...more }
      for (const [name, value] of Object.entries(fields)) form.set(name, value)
      form.set('file', new Blob([content], { type: 'text/plain' }), 'a.txt')
      const answer = await fetch(url, { method: 'POST', body: form })
      return { status: answer.status, text: await answer.text() }
    }

    const posted = await post('hello', 'uploads/$' + '{filename}')
    expect([posted.status, element(posted.text, 'Key')]).toEqual([201, 'uploads/a.txt'])
    expect((await oss.get!('uploads/a.txt')).content.toString()).toBe('hello')
    expect(element((await post('hello', 'elsewhere')).text, 'Code')).toBe('AccessDenied')
    expect(element((await post('far too long', 'uploads/b')).text, 'Code')).toBe('EntityTooLarge')
    expect(element((await post('hello', 'uploads/c', { Signature: 'wrong' })).text, 'Code')).toBe(
      'SignatureDoesNotMatch',
    )
  })

  test('signs forms with V4', async () => {
    const signedAt = new Date()
    const date = signedAt.toISOString().replace(/[-:]|\.\d{3}/g, '')
    const credential = `${emulator.accessKeyId}/${date.slice(0, 8)}/${emulator.region}/oss/aliyun_v4_request`
    const version = 'OSS4-HMAC-SHA256'
    const policy = {
      expiration: new Date(signedAt.getTime() + 60_000).toISOString(),
      conditions: [
        { bucket },
        { 'x-oss-credential': credential },
        { 'x-oss-date': date },
        { 'x-oss-signature-version': version },
        ['in', '$content-type', ['text/plain']],
        ['not-in', '$cache-control', ['no-cache']],
        ['eq', '$success_action_status', '200'],
      ],
    }
    const form = new FormData()
    const fields = {
      key: 'form',
      policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
      'x-oss-signature-version': version,
      'x-oss-credential': credential,
      'x-oss-date': date,
      'x-oss-signature': oss.signPostObjectPolicyV4(policy, signedAt),
      success_action_status: '200',
      'content-type': 'text/plain',
      'cache-control': 'max-age=1',
    }
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set('file', new Blob(['hello']), 'a.txt')
    const answer = await fetch(`${emulator.endpoint}/${bucket}`, { method: 'POST', body: form })

    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect((await oss.get!('form')).content.toString()).toBe('hello')
  })
})

test('STS tells what is wrong with a policy and with a key', async () => {
  await expect(sts().assumeRole(emulator.roleArn, {})).rejects.toMatchObject({
    status: 400,
    code: 'InvalidParameter.PolicyGrammar',
    message: 'InvalidParameter.PolicyGrammar: The parameter Policy has not passed grammar check.',
  })
  await expect(sts('wrong').assumeRole(emulator.roleArn)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
})

describe.each(waysWithUrls)('URLs made by ali-oss with %s', (_, way) => {
  const name = 'dir/空 格+1.txt'
  let oss: Client

  beforeEach(async () => {
    await emulator.reset()
    oss = aliOss(emulator, way)
    await oss.putBucket!(bucket)
    await oss.put!(name, Buffer.from('text'))
  })

  test('open an object for a while', async () => {
    const plain = oss.signatureUrl(name, { expires: 60, response: { 'content-type': 'text/html' } })
    const waited = await oss.asyncSignatureUrl!(name, { expires: 60, response: { 'content-language': 'en' } })
    const v4 = await oss.signatureUrlV4!('GET', 60, { queries: { 'response-cache-control': 'no-store' } }, name)
    const past = oss.signatureUrl(name, { expires: -60 })

    const opened = await open(emulator, plain)
    expect([opened.text, opened.headers['content-type']]).toEqual(['text', 'text/html'])
    expect((await open(emulator, waited)).headers['content-language']).toBe('en')
    const openedV4 = await open(emulator, v4)
    expect([openedV4.text, openedV4.headers['cache-control']]).toEqual(['text', 'no-store'])
    expect([(await open(emulator, past)).status, (await open(emulator, `${plain}x`)).status]).toEqual([403, 403])
    expect((await open(emulator, v4.replace('x-oss-expires=60', 'x-oss-expires=61'))).status).toBe(403)
  })

  test('take an object whose type they name', async () => {
    const url = oss.signatureUrl('put', { method: 'PUT', 'Content-Type': 'text/html' })
    const v4 = await oss.signatureUrlV4!('PUT', 60, { headers: { 'Content-Type': 'text/html' } }, 'put v4')
    const html = { 'content-type': 'text/html' }

    expect((await open(emulator, url, 'PUT', html, '<p>')).status).toBe(200)
    expect((await open(emulator, v4, 'PUT', html, '<p>4')).status).toBe(200)
    expect((await open(emulator, url, 'PUT', { 'content-type': 'text/css' }, 'x')).status).toBe(403)
    expect((await oss.get!('put')).content.toString()).toBe('<p>')
    expect((await oss.get!('put v4')).content.toString()).toBe('<p>4')
  })

  test('carry the token of temporary credentials', async () => {
    const limited = aliOss(emulator, way, temporary(await sts().assumeRole(emulator.roleArn)))
    expect((await open(emulator, limited.signatureUrl(name))).text).toBe('text')
    limited.options = { ...limited.options, refreshSTSToken: undefined } as Client['options']
    expect((await open(emulator, await limited.signatureUrlV4!('GET', 60, {}, name))).text).toBe('text')
  })
})
