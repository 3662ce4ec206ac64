import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { type FormPart, multipartBody } from './multipart-body.ts'
import { settableClock } from './settable-clock.ts'
import { contentMd5, element, fetchFrom, sendTo, signedClient, type TestCall } from './signed-client.ts'

const clock = settableClock('2026-03-04T05:06:07.500Z')
let emulator: Emulator
let url: string

beforeAll(async () => {
  emulator = await startEmulator({ clock: clock.now })
  url = `${emulator.endpoint}/form-bucket/`
})
beforeEach(async () => {
  await emulator.reset()
  await oss('PUT')
})
afterAll(() => emulator.close())

const oss = (method: string, call: TestCall = {}) =>
  signedClient(emulator)(method, { bucket: 'form-bucket', signedAt: clock.now(), ...call })

type Conditions = readonly unknown[]

/** The fields that sign a policy with these conditions. */
function signedFields(conditions: Conditions = [], expiration = '2026-03-04T05:07:00Z'): Record<string, string> {
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  const signature = createHmac('sha1', emulator.accessKeySecret).update(policy).digest('base64')
  return { OSSAccessKeyId: emulator.accessKeyId, policy, Signature: signature }
}

const fileOf = (content: string | Uint8Array<ArrayBuffer> = 'file content', type = 'text/plain') =>
  new File([content], 'photo.txt', { type })

function formOf(fields: Record<string, string>, file: File | undefined = fileOf()): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  if (file !== undefined) form.set('file', file)
  return form
}

/** Sends a form as a page would. */
async function post(fields: Record<string, string>, file?: File, headers: Record<string, string> = {}) {
  const answer = await fetchFrom(emulator)(url, {
    method: 'POST',
    body: formOf(fields, file),
    redirect: 'manual',
    headers,
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const codeOf = ({ status, text }: { status: number; text: string }) => [status, element(text, 'Code')]

test('a form becomes an object with the fields as its description', async () => {
  const answer = await post({
    key: 'dir/a',
    ...signedFields(),
    'Cache-Control': 'no-cache',
    'Content-Disposition': 'attachment',
    Expires: 'whenever',
    'x-oss-meta-Author': 'Zoë 你好',
    'x-oss-storage-class': 'IA',
    'x-oss-object-acl': 'public-read',
  })
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(answer.headers.get('etag')).toBe('"D10B4C3FF123B26DC068D43A8BEF2D23"')
  const { text, headers } = await oss('GET', { key: 'dir/a' })
  expect(text).toBe('file content')
  expect(headers).toMatchObject({
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'content-disposition': 'attachment',
    expires: 'whenever',
    'x-oss-storage-class': 'IA',
    'x-oss-object-type': 'Normal',
  })
  expect(Buffer.from(String(headers['x-oss-meta-author']), 'latin1').toString()).toBe('Zoë 你好')
  expect((await oss('GET', { key: 'dir/a', isAnonymous: true })).status).toBe(200)
})

test('x-oss-content-type goes before the type of the file, which goes before Content-Type', async () => {
  await post({ key: 'first', ...signedFields(), 'x-oss-content-type': 'image/png', 'Content-Type': 'image/gif' })
  await post({ key: 'second', ...signedFields(), 'Content-Type': 'image/gif' })
  const types = [await oss('HEAD', { key: 'first' }), await oss('HEAD', { key: 'second' })]
  expect(types.map(({ headers }) => headers['content-type'])).toEqual(['image/png', 'text/plain'])
})

test('the file name in the key is the last segment of the name of the file', async () => {
  const file = new File(['a'], 'C:\\photos\\my "$&" cat.jpg')
  await post({ key: 'user/$' + '{filename}', ...signedFields([['starts-with', '$key', 'user/my']]) }, file)
  expect((await oss('HEAD', { key: 'user/my "$&" cat.jpg' })).status).toBe(200)
})

test.each([
  ['200', 200],
  ['204', 204],
  ['404', 204],
  ['', 204],
])('success_action_status %s is answered %i without body', async (success_action_status, status) => {
  const answer = await post({ key: 'a', ...signedFields(), success_action_status })
  expect([answer.status, answer.text]).toEqual([status, ''])
})

test('success_action_status 201 is answered with a document', async () => {
  const { status, text } = await post({ key: 'dir/a b', ...signedFields(), success_action_status: '201' })
  expect(status).toBe(201)
  expect(['Bucket', 'Key', 'ETag'].map((name) => element(text, name))).toEqual([
    'form-bucket',
    'dir/a b',
    '"D10B4C3FF123B26DC068D43A8BEF2D23"',
  ])
  expect(element(text, 'Location')).toBe(`${emulator.endpoint}/form-bucket/dir/a%20b`)
  expect(text).toContain('<PostResponse>')
})

test.each([
  ['https://example.com/done', 'https://example.com/done?bucket=form-bucket&key=a%2Fb'],
  ['https://example.com/done?x=1', 'https://example.com/done?x=1&bucket=form-bucket&key=a%2Fb'],
])('success_action_redirect %s leads there with bucket, key and ETag', async (success_action_redirect, target) => {
  const fields = { key: 'a/b', ...signedFields(), success_action_redirect, success_action_status: '200' }
  const answer = await post(fields)
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    `${target}&etag=%22D10B4C3FF123B26DC068D43A8BEF2D23%22`,
  ])
})

test.each<[string, Conditions, Record<string, string>]>([
  ['another bucket', [{ bucket: 'another' }], {}],
  ['a key with another beginning', [['starts-with', '$key', 'user/']], {}],
  ['another key', [['eq', 'key', 'b']], {}],
  ['a type that is not listed', [['in', '$content-type', ['image/png', 'image/jpg']]], {}],
  ['a listed value that is forbidden', [['not-in', '$cache-control', ['no-cache']]], { 'Cache-Control': 'no-cache' }],
  ['a missing field', [{ 'x-oss-meta-owner': 'me' }], {}],
])('a form with %s is refused', async (_, conditions, fields) => {
  const answer = await post({ key: 'a', ...signedFields(conditions), ...fields })
  expect([...codeOf(answer), element(answer.text, 'EC')]).toEqual([403, 'AccessDenied', '0006-00000227'])
  expect(element(answer.text, 'Message')).toMatch(/^Invalid according to Policy: Policy Condition failed: \[/)
  expect((await oss('HEAD', { key: 'a' })).status).toBe(404)
})

test('a file whose size is out of range is refused and nothing is kept', async () => {
  const fields = { key: 'a', ...signedFields([['content-length-range', 3, 5]]) }
  expect(codeOf(await post(fields, fileOf('ab')))).toEqual([400, 'EntityTooSmall'])
  expect(codeOf(await post(fields, fileOf('abcdef')))).toEqual([400, 'EntityTooLarge'])
  expect((await oss('HEAD', { key: 'a' })).status).toBe(404)
  expect((await post(fields, fileOf('abcde'))).status).toBe(204)
})

const policyField = (text: string) => ({ policy: Buffer.from(text).toString('base64') })

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no expiration', '{"conditions":[]}'],
  ['an expiration in words', '{"expiration":"tomorrow","conditions":[]}'],
  ['no conditions', '{"expiration":"2026-03-04T05:07:00Z"}'],
  ['an unknown condition', '{"expiration":"2026-03-04T05:07:00Z","conditions":[["ends-with","$key","a"]]}'],
  ['sizes in reverse', '{"expiration":"2026-03-04T05:07:00Z","conditions":[["content-length-range",5,1]]}'],
])('a policy that is or has %s is refused', async (_, text) => {
  const { policy } = policyField(text)
  const signature = createHmac('sha1', emulator.accessKeySecret).update(policy).digest('base64')
  const answer = await post({ key: 'a', OSSAccessKeyId: emulator.accessKeyId, policy, Signature: signature })
  expect([...codeOf(answer), element(answer.text, 'EC')]).toEqual([400, 'InvalidPolicyDocument', '0006-00000201'])
})

test('what the form lacks is told', async () => {
  const { policy, OSSAccessKeyId, Signature } = signedFields()
  expect(codeOf(await post(signedFields()))).toEqual([400, 'InvalidArgument'])
  expect(codeOf(await post({ key: 'a', policy: policy! }))).toEqual([400, 'InvalidArgument'])
  expect(codeOf(await post({ key: 'a', OSSAccessKeyId: OSSAccessKeyId!, Signature: Signature! }))).toEqual([
    400,
    'InvalidArgument',
  ])
  const noFile = await fetchFrom(emulator)(url, {
    method: 'POST',
    body: formOf({ key: 'a', file: 'not the last' }, undefined),
  })
  expect(noFile.status).toBe(403)
})

test('an unknown key and a wrong token are refused as in any request', async () => {
  const fields = { key: 'a', ...signedFields() }
  expect(codeOf(await post({ ...fields, OSSAccessKeyId: 'nobody' }))).toEqual([403, 'InvalidAccessKeyId'])
  expect(codeOf(await post({ ...fields, 'x-oss-security-token': 'x' }))).toEqual([403, 'InvalidSecurityToken'])
})

test('an unsigned form is taken by a public-read-write bucket alone', async () => {
  expect(codeOf(await post({ key: 'a' }))).toEqual([403, 'AccessDenied'])
  await oss('PUT', { query: { acl: null }, headers: { 'x-oss-acl': 'public-read-write' } })
  expect((await post({ key: 'a' })).status).toBe(204)
})

test('x-oss-forbid-overwrite keeps the object that was', async () => {
  const fields = { key: 'a', ...signedFields(), 'x-oss-forbid-overwrite': 'true' }
  expect((await post(fields, fileOf('first'))).status).toBe(204)
  expect(codeOf(await post(fields, fileOf('second')))).toEqual([409, 'FileAlreadyExists'])
  expect((await oss('GET', { key: 'a' })).text).toBe('first')
})

test('a form of another origin gets the CORS headers of the rule, refused or not', async () => {
  const body =
    '<CORSConfiguration><CORSRule><AllowedOrigin>http://page.test</AllowedOrigin>' +
    '<AllowedMethod>POST</AllowedMethod><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>'
  await oss('PUT', { query: { cors: null }, headers: { 'content-md5': contentMd5(body) }, body })
  const origin = { origin: 'http://page.test' }
  const answers = [
    await post({ key: 'a', ...signedFields() }, undefined, origin),
    await post({ key: 'a' }, undefined, origin),
  ]
  expect(answers.map(({ status }) => status)).toEqual([204, 403])
  for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBe('http://page.test')
})

test('the versions of a form are told', async () => {
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  await oss('PUT', { query: { versioning: null }, body })
  const { headers } = await post({ key: 'a', ...signedFields() })
  expect(headers.get('x-oss-version-id')).toMatch(/^CAEQ/)
})

test('metadata whose name no header can have is refused', async () => {
  const answer = await post({ key: 'a', ...signedFields(), 'x-oss-meta-my name': 'b' })
  expect(codeOf(answer)).toEqual([400, 'InvalidArgument'])
  expect((await oss('HEAD', { key: 'a' })).status).toBe(404)
})

test('metadata with a character that no header can hold is sent with a space', async () => {
  await post({ key: 'a', ...signedFields(), 'x-oss-meta-a': 'b\u0001c\u007fd\te' })
  expect((await oss('GET', { key: 'a' })).headers['x-oss-meta-a']).toBe('b c d\te')
})

test('a signature of a form is wrong whatever letters it is made of', async () => {
  const fields = signedFields()
  const answer = await post({ key: 'a', ...fields, Signature: fields.Signature!.replace(/.$/, 'é') })
  expect(codeOf(answer)).toEqual([403, 'SignatureDoesNotMatch'])
})

const boundary = 'a-boundary'

const handWritten = (parts: readonly FormPart[]): Buffer => multipartBody(boundary, parts)

const partsOf = (file: FormPart, after: readonly FormPart[] = []): FormPart[] => [
  ...Object.entries({ key: 'a', ...signedFields() }).map(([name, value]) => ({ name, value })),
  file,
  ...after,
]

/** Sends a form body in one request. */
const sendForm = (body: Uint8Array, contentType = `multipart/form-data; boundary=${boundary}`) =>
  sendTo(emulator)(
    'POST',
    '/form-bucket/',
    { host: 'localhost', 'content-type': contentType, 'content-length': `${body.length}` },
    body,
  )

test('fields after the file are ignored, and bytes that look like a boundary are kept', async () => {
  const content = `\r\n--${boundary.slice(0, -1)}\r\n--\r\n\r\n--a-bound\r`
  const after = [
    { name: 'key', value: 'other' },
    { name: 'file', value: 'second', filename: 'b' },
  ]
  const answer = await sendForm(handWritten(partsOf({ name: 'file', value: content, filename: 'f' }, after)))
  expect(answer.status).toBe(204)
  expect((await oss('GET', { key: 'a' })).text).toBe(content)
  expect((await oss('HEAD', { key: 'other' })).status).toBe(404)
})

test('a quoted boundary, a preamble and padding after a boundary are understood', async () => {
  const form = handWritten(partsOf({ name: 'file', value: 'x', filename: 'f' })).toString()
  const body = Buffer.from(`a preamble\r\n${form.replace(`--${boundary}\r\n`, `--${boundary}  \r\n`)}`)
  expect((await sendForm(body, `Multipart/Form-Data; charset=utf-8; boundary="${boundary}"`)).status).toBe(204)
})

test.each([
  ['with another type', (form: Buffer) => form, 'application/json'],
  ['with another boundary', (form: Buffer) => form, 'multipart/form-data; boundary=other'],
  ['that ends within a field', (form: Buffer) => form.subarray(0, 60), undefined],
  ['that ends within its file', (form: Buffer) => form.subarray(0, -20), undefined],
  ['whose parts have no names', (form: Buffer) => Buffer.from(form.toString().replaceAll('name=', 'nom=')), undefined],
])('a form %s is malformed', async (_, change, contentType) => {
  const form = handWritten(partsOf({ name: 'file', value: 'content', filename: 'f' }))
  const answer = await sendForm(change(form), contentType)
  expect(codeOf(answer)).toEqual([400, 'MalformedPOSTRequest'])
  expect((await oss('HEAD', { key: 'a' })).status).toBe(404)
})

test('a form without file is refused', async () => {
  const answer = await sendForm(handWritten([{ name: 'key', value: 'a' }]))
  expect(codeOf(answer)).toEqual([400, 'IncorrectNumberOfFilesInPOSTRequest'])
})

const pieceSizes = [1, 2, 3, 7, 11, 13, 64]

test.each(pieceSizes)('a form that arrives in chunks of %i bytes is read the same', async (size) => {
  const content = Buffer.from(`\r\r\n\r\n-\r\n--\r\n--a-\r\n--${boundary.slice(0, -1)}${'\r\n'.repeat(20)}end\r`)
  const body = handWritten(partsOf({ name: 'file', value: content, filename: 'f' }))
  const socket = connect(emulator.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    'POST /form-bucket/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n' +
      `Content-Type: multipart/form-data; boundary=${boundary}\r\n\r\n`,
  )
  for (let offset = 0; offset < body.length; offset += size) {
    const piece = body.subarray(offset, offset + size)
    socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]))
  }
  socket.write('0\r\n\r\n')
  const answer = await textOf(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 204 /)
  expect((await oss('GET', { key: 'a' })).bytes).toEqual(content)
})

test('a large file passes through whole', async () => {
  const content = new Uint8Array(5_000_000).map((_, index) => (index * 31 + (index >> 8)) % 251)
  expect((await post({ key: 'large', ...signedFields() }, fileOf(content, ''))).status).toBe(204)
  const { bytes, headers } = await oss('GET', { key: 'large' })
  expect(bytes.equals(content)).toBe(true)
  expect(headers['content-type']).toBe('application/octet-stream')
})
