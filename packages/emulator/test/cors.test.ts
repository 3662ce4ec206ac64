import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { contentMd5, element, sendTo, signedClient } from './signed-client.ts'

let emulator: Emulator
let oss: ReturnType<typeof signedClient>

beforeAll(async () => {
  emulator = await startEmulator()
  oss = signedClient(emulator)
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT', { bucket: 'web-bucket' })
})
afterAll(() => emulator.close())

function putCors(rules: string) {
  const body = `<CORSConfiguration>${rules}</CORSConfiguration>`
  return oss('PUT', { bucket: 'web-bucket', query: { cors: null }, headers: { 'content-md5': contentMd5(body) }, body })
}

const rules =
  '<CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>' +
  '<AllowedMethod>GET</AllowedMethod><AllowedHeader>X-Oss-*</AllowedHeader><AllowedHeader>authorization</AllowedHeader>' +
  '<ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-oss-request-id</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>' +
  '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>HEAD</AllowedMethod></CORSRule>'

const preflight = (headers: Record<string, string>, path = '/web-bucket/any-key') =>
  sendTo(emulator)('OPTIONS', path, { host: `127.0.0.1:${emulator.port}`, ...headers })

test('a preflight that a rule matches is answered with that rule, for keys that do not exist too', async () => {
  await putCors(rules)
  const answer = await preflight({
    origin: 'https://app.example.com',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'X-OSS-Date, Authorization',
  })
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-allow-methods': 'PUT, GET',
    'access-control-allow-headers': 'X-OSS-Date, Authorization',
    'access-control-expose-headers': 'ETag, x-oss-request-id',
    'access-control-max-age': '600',
    vary: 'Origin',
    'content-length': '0',
  })
})

test('a rule for every origin answers with a star and does not vary', async () => {
  await putCors(rules)
  const answer = await preflight({ origin: 'http://elsewhere.test', 'access-control-request-method': 'HEAD' })
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.headers.vary).toBeUndefined()
})

test.each([
  ['another origin', { origin: 'https://example.com', 'access-control-request-method': 'PUT' }],
  ['another method', { origin: 'https://a.example.com', 'access-control-request-method': 'DELETE' }],
  [
    'another header',
    {
      origin: 'https://a.example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'x-custom',
    },
  ],
])('a preflight with %s is forbidden', async (_, headers) => {
  await putCors(rules)
  const answer = await preflight(headers as unknown as Record<string, string>)
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'AccessForbidden'])
  expect(element(answer.text, 'Message')).toMatch(/^CORSResponse:/)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test('a preflight is forbidden where there are no rules, and unknown where there is no bucket', async () => {
  const headers = { origin: 'https://a.example.com', 'access-control-request-method': 'PUT' }
  expect(element((await preflight(headers)).text, 'Code')).toBe('AccessForbidden')
  expect(element((await preflight(headers, '/no-such-bucket/')).text, 'Code')).toBe('NoSuchBucket')
})

test('the answer to an actual request carries the headers of the rule, an error too', async () => {
  await putCors(rules)
  const headers = { origin: 'https://a.example.com' }
  const answers = [
    await oss('PUT', { bucket: 'web-bucket', key: 'key', body: 'a', headers }),
    await oss('GET', { bucket: 'web-bucket', key: 'missing', headers }),
    await signedClient({ ...emulator, accessKeySecret: 'wrong' })('GET', { bucket: 'web-bucket', key: 'key', headers }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 403])
  for (const answer of answers) {
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example.com',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-expose-headers': 'ETag, x-oss-request-id',
      'access-control-max-age': '600',
      vary: 'Origin',
    })
  }
})

test('an actual request that no rule matches is served without these headers', async () => {
  await putCors(rules)
  const answer = await oss('PUT', { bucket: 'web-bucket', key: 'key', body: 'a', headers: { origin: 'http://b.test' } })
  expect(answer.status).toBe(200)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test('ResponseVary makes every answer vary', async () => {
  await putCors(`${rules}<ResponseVary>true</ResponseVary>`)
  expect((await oss('GET', { bucket: 'web-bucket' })).headers.vary).toBe('Origin')
})

test('the rules come back with header names in lower case, and are gone when deleted', async () => {
  const cors = { bucket: 'web-bucket', query: { cors: null } }
  expect(element((await oss('GET', cors)).text, 'Code')).toBe('NoSuchCORSConfiguration')
  await putCors(rules)
  const text = (await oss('GET', cors)).text
  expect(text).toContain('<AllowedHeader>x-oss-*</AllowedHeader><AllowedHeader>authorization</AllowedHeader>')
  expect(text).toContain('<MaxAgeSeconds>600</MaxAgeSeconds>')
  expect(element(text, 'ResponseVary')).toBe('false')
  expect([(await oss('DELETE', cors)).status, (await oss('DELETE', cors)).status]).toEqual([204, 204])
  expect((await oss('GET', cors)).status).toBe(404)
})

const rule = (origin: string, method: string, rest = '') =>
  `<CORSRule><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>${method}</AllowedMethod>${rest}</CORSRule>`

test.each([
  ['a negative age', rule('*', 'GET', '<MaxAgeSeconds>-1</MaxAgeSeconds>'), 'InvalidArgument'],
  ['an unknown method', rule('*', 'PATCH'), 'InvalidArgument'],
  ['an origin with two stars', rule('http://*.*', 'GET'), 'InvalidArgument'],
  ['eleven rules', rule('*', 'GET').repeat(11), 'InvalidArgument'],
  ['no rule', '', 'MalformedXML'],
  ['broken XML', '<CORSRule>', 'MalformedXML'],
])('a configuration with %s is refused', async (_, content, code) => {
  const answer = await putCors(content)
  expect([answer.status, element(answer.text, 'Code')]).toEqual([400, code])
})

test('a refused age is named in the answer', async () => {
  const { text } = await putCors(rule('*', 'GET', '<MaxAgeSeconds>-1</MaxAgeSeconds>'))
  expect([element(text, 'ArgumentName'), element(text, 'ArgumentValue')]).toEqual(['MaxAgeSeconds', '-1'])
})

test('a compressed answer varies by the origin as well as by the encoding', async () => {
  await putCors(rules)
  const text = 'a line of text\n'.repeat(100)
  await oss('PUT', { bucket: 'web-bucket', key: 'key', body: text, headers: { 'content-type': 'text/plain' } })
  const headers = { origin: 'https://app.example.com', 'accept-encoding': 'gzip' }
  const answer = await oss('GET', { bucket: 'web-bucket', key: 'key', headers })
  expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual(['gzip', 'Accept-Encoding, Origin'])
})
