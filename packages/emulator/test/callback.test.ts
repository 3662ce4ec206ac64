import { createHmac, createVerify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { signV4 } from './sign-v4.ts'
import { element, elements, fetchFrom, signedClient, type TestAnswer, type TestCall } from './signed-client.ts'

interface Told {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let emulator: Emulator
let application: Server
let told: Told[]

/** The server of an application: its answers are told by the path. */
function startApplication(): Server {
  return createServer(async (request, response) => {
    told.push({ path: request.url ?? '', headers: request.headers, body: await text(request) })
    const path = request.url?.split('?')[0]
    if (path === '/silent') return
    if (path === '/moved') return void response.writeHead(301, { location: '/' }).end()
    response.setHeader('content-type', 'application/json')
    response.end(path === '/words' ? 'no json' : '{"Status":"OK"}')
  }).listen(0, '127.0.0.1')
}

beforeAll(async () => {
  emulator = await startEmulator()
  told = []
  application = startApplication()
  await once(application, 'listening')
})
beforeEach(async () => {
  told = []
  await emulator.reset()
  await oss('PUT')
})
afterAll(async () => {
  await emulator.close()
  application.closeAllConnections()
  application.close()
})

const oss = (method: string, call: TestCall = {}) => signedClient(emulator)(method, { bucket: 'demo-bucket', ...call })
const at = (path: string) => `http://127.0.0.1:${(application.address() as AddressInfo).port}${path}`
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64')
const outcomeOf = ({ status, text: body }: TestAnswer) => [status, element(body, 'Code')]

const form =
  'bucket=$' +
  '{bucket}&object=$' +
  '{object}&size=$' +
  '{size}&etag=$' +
  '{etag}&type=$' +
  '{mimeType}&mine=$' +
  '{x:mine}&none=$' +
  '{x:none}'

const putWith = (callback: object, more: Record<string, string> = {}) =>
  oss('PUT', {
    key: 'dir/a b',
    body: 'hello',
    headers: { 'x-oss-callback': base64(callback), 'content-type': 'text/plain', ...more },
  })

test('an upload is told to the application, whose answer is the answer', async () => {
  const variables = base64({ 'x:mine': 'a&b 你好' })
  const answer = await putWith({ callbackUrl: at('/told'), callbackBody: form }, { 'x-oss-callback-var': variables })
  expect([answer.status, answer.text]).toEqual([200, '{"Status":"OK"}'])
  expect(answer.headers.etag).toBe('"5D41402ABC4B2A76B9719D911017C592"')
  expect(told[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(Object.fromEntries(new URLSearchParams(told[0]?.body))).toEqual({
    bucket: 'demo-bucket',
    object: 'dir/a b',
    size: '5',
    etag: '5D41402ABC4B2A76B9719D911017C592',
    type: 'text/plain',
    mine: 'a&b 你好',
    none: '',
  })
})

test('variables in JSON are quoted, but for the size', async () => {
  const callbackBody =
    '{"object":$' + '{object},"size":$' + '{size},"operation":$' + '{operation},"mine":$' + '{x:mine}}'
  const callback = { callbackUrl: at('/told'), callbackBody, callbackBodyType: 'application/json' }
  await putWith(callback, { 'x-oss-callback-var': base64({ 'x:mine': 'a "b"' }) })
  expect(told[0]?.headers['content-type']).toBe('application/json')
  expect(JSON.parse(told[0]?.body ?? '')).toEqual({ object: 'dir/a b', size: 5, operation: 'PutObject', mine: 'a "b"' })
})

test('a callback is signed, and its key can be fetched', async () => {
  await putWith({ callbackUrl: at('/to%20ld?x=%201'), callbackBody: form, callbackHost: 'app.example.com' })
  const [{ headers, body }] = told as [Told]
  const keyUrl = Buffer.from(String(headers['x-oss-pub-key-url']), 'base64').toString()
  const key = await (await fetch(keyUrl)).text()
  const verifier = createVerify('md5').update(`/to ld?x=%201\n${body}`)
  expect(verifier.verify(key, String(headers.authorization), 'base64')).toBe(true)
  expect(headers).toMatchObject({ host: 'app.example.com', 'x-oss-bucket': 'demo-bucket' })
})

test('the key of a callback is where the emulator is, over TLS too', async () => {
  const callback = base64({ callbackUrl: at('/told'), callbackBody: 'a' })
  const headers = signV4({
    method: 'PUT',
    bucket: 'demo-bucket',
    key: 'a',
    query: {},
    headers: { host: 'localhost:9443', 'x-oss-callback': callback },
    credentials: emulator,
    region: emulator.region,
    signedAt: new Date(),
  })
  const request = new Request('https://localhost:9443/demo-bucket/a', { method: 'PUT', headers })
  expect((await emulator.fetch(request)).status).toBe(200)
  expect(Buffer.from(String(told[0]?.headers['x-oss-pub-key-url']), 'base64').toString()).toBe(
    'https://127.0.0.1:9443/_emulator/callback-public-key.pem',
  )
})

test('a callback may come in the query', async () => {
  const query = {
    callback: base64({ callbackUrl: at('/told'), callbackBody: 'm=$' + '{x:m}' }),
    'callback-var': base64({ 'x:m': '1' }),
  }
  const answer = await oss('PUT', { key: 'a', body: '', query })
  expect([answer.text, told[0]?.body]).toEqual(['{"Status":"OK"}', 'm=1'])
})

test.each([
  ['moves', '/moved', 'Error status : 301.'],
  ['answers with words', '/words', 'Response body is not valid json format.'],
])('when the application %s, the object is kept and the answer is 203', async (_, path, message) => {
  const answer = await putWith({ callbackUrl: at(path), callbackBody: 'a' })
  expect([...outcomeOf(answer), element(answer.text, 'Message'), element(answer.text, 'EC')]).toEqual([
    203,
    'CallbackFailed',
    message,
    '0007-00000203',
  ])
  expect(answer.headers.etag).toBe('"5D41402ABC4B2A76B9719D911017C592"')
  expect((await oss('GET', { key: 'dir/a b' })).text).toBe('hello')
})

test('an application that does not answer is waited for five seconds', async () => {
  const startedAt = performance.now()
  const answer = await putWith({ callbackUrl: at('/silent'), callbackBody: 'a' })
  expect(outcomeOf(answer)).toEqual([203, 'CallbackFailed'])
  expect(performance.now() - startedAt).toBeGreaterThan(4900)
})

test('of several addresses the next one is told when one fails', async () => {
  const answer = await putWith({ callbackUrl: `${at('/moved')};${at('/told')};${at('/never')}`, callbackBody: 'a' })
  expect([answer.status, told.map(({ path }) => path)]).toEqual([200, ['/moved', '/told']])
})

test.each([
  ['no Base64 of JSON', 'nonsense'],
  ['without body', base64({ callbackUrl: 'http://a.test' })],
  ['with a wrong address', base64({ callbackUrl: 'http://', callbackBody: 'a' })],
  ['with six addresses', base64({ callbackUrl: 'a;b;c;d;e;f', callbackBody: 'a' })],
  ['with another type', base64({ callbackUrl: 'a', callbackBody: 'a', callbackBodyType: 'text/plain' })],
  ['longer than 5 KB', base64({ callbackUrl: 'a', callbackBody: 'a'.repeat(6000) })],
])('a callback %s is refused and nothing is kept', async (_, callback) => {
  const answer = await oss('PUT', { key: 'refused', body: 'a', headers: { 'x-oss-callback': callback } })
  expect(outcomeOf(answer)).toEqual([400, 'InvalidArgument'])
  expect((await oss('HEAD', { key: 'refused' })).status).toBe(404)
})

test('a multipart upload is told when it is complete', async () => {
  const initiated = await oss('POST', { key: 'large', query: { uploads: null } })
  const uploadId = element(initiated.text, 'UploadId')!
  const part = await oss('PUT', { key: 'large', query: { partNumber: '1', uploadId }, body: 'part' })
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
  const headers = { 'x-oss-callback': base64({ callbackUrl: at('/told'), callbackBody: 'size=$' + '{size}' }) }
  const answer = await oss('POST', { key: 'large', query: { uploadId }, body, headers })
  expect([answer.text, told[0]?.body]).toEqual(['{"Status":"OK"}', 'size=4'])
})

test('a form is told with the variables in its fields', async () => {
  const policy = base64({ expiration: '2099-01-01T00:00:00Z', conditions: [] })
  const data = new FormData()
  const fields = {
    key: 'from-form',
    OSSAccessKeyId: emulator.accessKeyId,
    policy,
    Signature: createHmac('sha1', emulator.accessKeySecret).update(policy).digest('base64'),
    callback: base64({ callbackUrl: at('/told'), callbackBody: 'key=$' + '{object}&mine=$' + '{x:mine}' }),
    'x:mine': '1',
  }
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  data.set('file', new Blob(['bytes']), 'name')
  const answer = await fetchFrom(emulator)(`${emulator.endpoint}/demo-bucket/`, { method: 'POST', body: data })
  expect([answer.status, await answer.text(), told[0]?.body]).toEqual([200, '{"Status":"OK"}', 'key=from-form&mine=1'])
})

test('uploads and downloads keep to a traffic limit', async () => {
  const limit = { 'x-oss-traffic-limit': '819200' }
  const elapsed = async (action: () => Promise<TestAnswer>) => {
    const startedAt = performance.now()
    expect((await action()).status).toBe(200)
    return performance.now() - startedAt
  }
  const body = Buffer.alloc(51_200)
  expect(await elapsed(() => oss('PUT', { key: 'slow', body, headers: limit }))).toBeGreaterThan(450)
  expect(await elapsed(() => oss('GET', { key: 'slow', query: limit }))).toBeGreaterThan(450)
})

test.each(['245759', '838860801', 'fast'])('the traffic limit %s is refused', async (limit) => {
  const answer = await oss('PUT', { key: 'a', body: '', headers: { 'x-oss-traffic-limit': limit } })
  expect([outcomeOf(answer), elements(answer.text, 'ArgumentName')]).toEqual([
    [400, 'InvalidArgument'],
    ['x-oss-traffic-limit'],
  ])
})
