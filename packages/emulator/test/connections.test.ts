import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { startEmulator } from '../src/index.ts'
import { element, send, signedClient } from './signed-client.ts'
import { emulator, oss } from './watched-emulator.ts'

/** Sends bytes as they are, and resolves with all that comes back until the server ends the connection. */
async function raw(request: string): Promise<string> {
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(request)
  return text(socket)
}

// A URL resolves dots itself, so that these keys come over a socket only.
test.each(['../../etc/passwd', './..'])('the key %j is a key and no path', async (key) => {
  await oss('PUT', { bucket: 'demo-bucket', key, body: key })
  expect((await oss('GET', { bucket: 'demo-bucket', key })).text).toBe(key)
})

test('whatever a key says, nothing is written outside of the data folder', async () => {
  const around = await mkdtemp(join(tmpdir(), 'oss-around-'))
  onTestFinished(() => rm(around, { recursive: true }))
  await using kept = await startEmulator({ dataDir: join(around, 'data') })
  const call = signedClient(kept)
  await call('PUT', { bucket: 'demo-bucket' })
  const names = ['../../escaped', '..\\escaped', 'a/../../../escaped', 'C:escaped', '~/escaped']
  for (const key of names) expect((await call('PUT', { bucket: 'demo-bucket', key, body: key })).status).toBe(200)
  const files = await readdir(around, { recursive: true })
  expect(files.filter((file) => file.includes('escaped'))).toEqual([])
  expect(await readdir(around)).toEqual(['data'])
})

/** Reads until the answer holds `part`. */
async function readUntil(socket: Socket, part: string): Promise<string> {
  let received = ''
  while (!received.includes(part)) received += String((await once(socket, 'data'))[0])
  return received
}

test.each([
  ['no HTTP at all', 'nonsense\r\n\r\n'],
  ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(100_000)}\r\n\r\n`],
  ['a broken header', 'GET / HTTP/1.1\r\nHost: localhost\r\nbad header: \u0001\r\n : x\r\n\r\n'],
  ['broken escapes', 'GET /demo-bucket/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['bytes that are no UTF-8', 'GET /demo-bucket/%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['a bucket called ..', 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['a zero byte in the key', 'GET /demo-bucket/a%00b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
])('%s is answered 400, and the server goes on', async (_, request) => {
  expect(await raw(request)).toMatch(/^HTTP\/1\.1 400 /)
  expect((await oss('GET', { bucket: 'demo-bucket', key: 'key' })).text).toBe('kept')
})

test('a refusal is heard by a client that has not sent its body yet', async () => {
  const body = Buffer.alloc(3_000_000)
  const answer = await signedClient({ ...emulator, accessKeySecret: 'wrong' })('PUT', {
    bucket: 'demo-bucket',
    key: 'big',
    body,
  })
  expect([answer.status, element(answer.text, 'Code')]).toEqual([403, 'SignatureDoesNotMatch'])
})

test('the connection stays usable after a refusal whose body was sent', async () => {
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(`PUT /demo-bucket/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n`)
  const refusal = await readUntil(socket, '</Error>')
  socket.write('a'.repeat(100_000))
  socket.write('GET /demo-bucket/key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  const next = await readUntil(socket, '</Error>')
  expect(refusal).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(refusal).toMatch(/connection: keep-alive/i)
  expect(next).toMatch(/^HTTP\/1\.1 403 /)
})

test('the end of the connection is announced when the body is too long to drop', async () => {
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(`PUT /demo-bucket/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000000\r\n\r\n`)
  const refusal = await readUntil(socket, '</Error>')
  socket.destroy()
  expect(refusal).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(refusal).toMatch(/connection: close/i)
})

test('a client that expects 100 Continue is refused before it sends, or asked to go on', async () => {
  await oss('PUT', { bucket: 'open-bucket', headers: { 'x-oss-acl': 'public-read-write' } })
  const put = (bucket: string) =>
    `PUT /${bucket}/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`
  const refused = await raw(put('demo-bucket'))
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(put('open-bucket'))
  const asked = await readUntil(socket, '\r\n\r\n')
  socket.write('hello')
  expect(refused).toMatch(/^HTTP\/1\.1 403 /)
  expect(asked).toMatch(/^HTTP\/1\.1 100 /)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK/)
})

test('a body without length is refused, and a chunked one is taken', async () => {
  await oss('PUT', { bucket: 'open-bucket', headers: { 'x-oss-acl': 'public-read-write' } })
  const head = 'PUT /open-bucket/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
  expect(await raw(`${head}\r\n`)).toMatch(/^HTTP\/1\.1 411 [\s\S]*MissingContentLength/)
  expect(await raw(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
  expect((await oss('GET', { bucket: 'open-bucket', key: 'x' })).text).toBe('hello')
})

test('a path with dots stays inside its bucket', async () => {
  const answer = await send(emulator.port, 'GET', '/demo-bucket/../../../etc/passwd', { host: 'localhost' })
  expect(element(answer.text, 'Code')).toBe('AccessDenied')
  expect(emulator.requests.at(-1)?.path).toBe('/demo-bucket/../../../etc/passwd')
})

test('many headers and long ones together are refused before they are held', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `x-oss-meta-${index}: ${'v'.repeat(50)}\r\n`).join('')
  const answer = await raw(`PUT /demo-bucket/x HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*RequestHeaderTooLarge/)
})
