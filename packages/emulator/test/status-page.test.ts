import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { assumeRole } from './assume-role.ts'
import { element, send, signedClient } from './signed-client.ts'

let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator({ seed: 'status' })
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'photo-bucket' })
  await oss('PUT', { bucket: 'photo-bucket', key: '<b>&"\'.jpg', body: 'x'.repeat(1536) })
  await oss('PUT', { bucket: 'photo-bucket', key: 'second', body: 'y' })
  await oss('PUT', { bucket: 'empty-bucket' })
})
afterAll(() => emulator.close())

const open = (path = '/_emulator', host = `127.0.0.1:${emulator.port}`, method = 'GET') =>
  send(emulator.port, method, path, { host })

test('the status page shows buckets with what is in them', async () => {
  const { status, text, headers } = await open()
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(text).toMatch(
    /buckets\/photo-bucket">photo-bucket<\/a><\/td><td>private<\/td><td>off<\/td>\s*<td class="number">2<\/td><td class="number">1\.5 KiB</,
  )
  expect(text).toMatch(/empty-bucket<\/a>.*\s*<td class="number">0<\/td><td class="number">0 B</)
})

test('the page of a bucket shows its objects, as text whatever their names', async () => {
  const { text } = await open('/_emulator/buckets/photo-bucket')
  expect(text).toContain('&lt;b&gt;&amp;&quot;&#39;.jpg</td><td class="number">1.5 KiB')
  expect(text).not.toContain('<b>')
  expect((await open('/_emulator/buckets/none')).status).toBe(404)
  expect((await open('/_emulator/elsewhere')).status).toBe(404)
})

test('uploads under way are shown with their parts', async () => {
  const initiated = await oss('POST', { bucket: 'photo-bucket', key: 'big', query: { uploads: null } })
  const uploadId = element(initiated.text, 'UploadId')!
  await oss('PUT', { bucket: 'photo-bucket', key: 'big', query: { uploadId, partNumber: '1' }, body: 'z'.repeat(2048) })
  for (const path of ['/_emulator', '/_emulator/buckets/photo-bucket']) {
    expect((await open(path)).text).toMatch(
      new RegExp(`${uploadId}</code></td><td class="number">1</td>\\s*<td class="number">2.0 KiB`),
    )
  }
})

test('the last requests are shown with the reason of a refusal, newest first, and not the page itself', async () => {
  await open()
  await oss('GET', { bucket: 'photo-bucket', key: 'none' })
  const { text } = await open()
  expect(text).toContain('<strong>NoSuchKey</strong> The specified key does not exist.')
  expect(text.indexOf('NoSuchKey')).toBeLessThan(text.indexOf('PutBucket'))
  expect(text).not.toContain('GetStatusPage')
  expect(emulator.requests.map(({ operation }) => operation)).not.toContain('GetStatusPage')
})

test('no secret, token or signature is on the page', async () => {
  const credentials = await assumeRole(emulator, { RoleArn: emulator.roleArn, RoleSessionName: 'reader' })
  await signedClient({ ...emulator, ...credentials, accessKeySecret: 'wrong' })('GET', { bucket: 'photo-bucket' })
  const url = `/photo-bucket/second?OSSAccessKeyId=${emulator.accessKeyId}&Expires=9999999999&Signature=c2lnbmVk`
  await send(emulator.port, 'GET', url, { host: 'localhost' })
  const { text } = await open()
  expect(text).toContain('SignatureDoesNotMatch')
  for (const secret of [emulator.accessKeySecret, credentials.accessKeySecret, credentials.securityToken, 'c2lnbmVk']) {
    expect(text).not.toContain(secret)
  }
})

test.each(['localhost', 'localhost:80', '127.0.0.1', '127.1.2.3:99', '[::1]:9000'])(
  'the status page is shown under the name %s',
  async (host) => {
    expect((await open('/_emulator', host)).status).toBe(200)
  },
)

test.each([
  'rebound.attacker.test',
  'attacker.test:9000',
  'emulator',
  '192.168.1.5',
  'localhost.attacker.test',
  'sts.localhost',
])('the status page is not shown under the name %j', async (host) => {
  const { status, text } = await open('/_emulator', host)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(text).not.toContain('photo-bucket')
})

test('the status page only shows', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await open('/_emulator', 'localhost', method)).status).toBe(405)
  expect((await open('/_emulator', 'localhost', 'HEAD')).text).toBe('')
})

test('the status page runs no script, is framed nowhere and read by no other origin', async () => {
  const { headers } = await send(emulator.port, 'GET', '/_emulator', {
    host: 'localhost',
    origin: 'http://elsewhere.test',
  })
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
  )
  expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

test('in the host of a bucket the path is a key', async () => {
  await oss('PUT', { bucket: 'photo-bucket', key: '_emulator', body: 'mine' })
  expect((await oss('GET', { bucket: 'photo-bucket', key: '_emulator', host: 'photo-bucket.localhost' })).text).toBe(
    'mine',
  )
})

test('without a socket the page is shown as well', async () => {
  const response = await emulator.fetch(new Request('http://localhost/_emulator'))
  expect(await response.text()).toContain('photo-bucket')
})

test('a page from elsewhere whose name leads here is answered nothing', async () => {
  const headers = { host: 'rebound.attacker.test' }
  const answer = await oss('GET', { bucket: 'photo-bucket', key: 'second', headers })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'AccessDenied'])
  expect(emulator.journal.last()?.reason).toBe(
    'the host rebound.attacker.test is none of this machine: allow it with --allow-host, or bind it to a bucket with --cname',
  )
})

test('further names are let in where they are allowed, and all names beyond loopback', async () => {
  await using allowing = await startEmulator({ allowedHosts: ['oss.shop.test', '.dev.test'] })
  await using open = await startEmulator({ host: '0.0.0.0' })
  const statusOf = async (target: Emulator, host: string) =>
    (await signedClient(target)('GET', { headers: { host } })).status
  expect(await statusOf(allowing, 'OSS.shop.test:9000')).toBe(200)
  expect(await statusOf(allowing, 'a.b.dev.test')).toBe(200)
  expect(await statusOf(allowing, 'dev.test')).toBe(403)
  expect(await statusOf(allowing, 'evil-oss.shop.test')).toBe(403)
  expect(await statusOf(open, 'any.test')).toBe(200)
  expect((await send(open.port, 'GET', '/_emulator', { host: 'any.test' })).status).toBe(403)
})

test('a request without a Host header is answered', async () => {
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write('GET /_emulator HTTP/1.0\r\n\r\n')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 403 /)
})
