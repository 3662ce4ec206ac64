import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { RequestError, TimeoutError, ValidationError } from '../../src/errors.ts'
import { fetchTransport } from '../../src/http/fetch-transport.ts'
import { ResponseBody } from '../../src/http/response-body.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server on a free port of this machine. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const send = fetchTransport()

test('sends method, headers and body, and hands back status, headers and body', async () => {
  const url = await serve(async (request, response) => {
    const chunks = await request.toArray()
    response.writeHead(203, { 'X-Oss-Request-Id': 'R' })
    response.end(`${request.method} ${request.url} ${request.headers['x-oss-meta-a']} ${Buffer.concat(chunks)}`)
  })

  const response = await send({
    method: 'PUT',
    url: `${url}/a%20b?acl`,
    headers: { 'x-oss-meta-a': '1' },
    body: new TextEncoder().encode('body'),
    bodySize: 4,
  })

  expect(response.status).toBe(203)
  expect(response.headers['x-oss-request-id']).toBe('R')
  expect(await new ResponseBody(response.body).text()).toBe('PUT /a%20b?acl 1 body')
})

test('streams a body and tells how far it is', async () => {
  const url = await serve(async (request, response) =>
    response.end(String((await request.toArray()).length && 'got it')),
  )
  const sent: number[] = []

  const response = await send({
    method: 'PUT',
    url,
    headers: {},
    body: chunks('ab', 'cde'),
    onUploadProgress: (bytes) => sent.push(bytes),
  })

  expect(await new ResponseBody(response.body).text()).toBe('got it')
  expect(sent).toEqual([2, 5])
})

test.each([
  ['is never answered', () => {}],
  ['is answered before', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(403).end('no')],
  [
    'is answered before, without a body',
    (_: IncomingMessage, response: ServerResponse) => void response.writeHead(204).end(),
  ],
])('the source of a stream that %s it was sent to the end is closed', async (_, answer) => {
  const url = await serve(answer)
  const closed = vi.fn()
  async function* endless() {
    try {
      for (;;) yield new Uint8Array(65_536)
    } finally {
      closed()
    }
  }

  await send({ method: 'PUT', url, headers: {}, body: endless(), readWriteTimeoutMs: 100 })
    .then(({ body }) => new ResponseBody(body).text())
    .catch(() => {})

  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), { timeout: 20_000 })
})

test('a source that fails is not mistaken for the network', async () => {
  const url = await serve((request) => request.resume())
  const problem = new ValidationError('body', 'ended early')
  async function* failing() {
    yield new Uint8Array(1)
    throw problem
  }

  await expect(send({ method: 'PUT', url, headers: {}, body: failing() })).rejects.toBe(problem)
})

test('a redirect is handed back, not followed', async () => {
  const url = await serve((_, response) => response.writeHead(307, { location: 'http://192.0.2.1/' }).end())

  const { status } = await send({ method: 'GET', url, headers: { authorization: 'x' } })

  expect(status).toBe(307)
})

test('a server that is not there is a RequestError that names it', async () => {
  const url = await serve(() => {})
  servers[0]!.close()

  const call = send({ method: 'GET', url, headers: {} })

  await expect(call).rejects.toThrow(RequestError)
  await expect(call).rejects.toThrow(new URL(url).host)
})

test('silence before the answer is a TimeoutError', async () => {
  const url = await serve(() => {})

  await expect(send({ method: 'GET', url, headers: {}, connectTimeoutMs: 20, readWriteTimeoutMs: 30 })).rejects.toThrow(
    new TimeoutError('no byte moved for 50 ms'),
  )
})

test('silence inside the answer is a TimeoutError', async () => {
  const url = await serve((_, response) => response.writeHead(200, { 'content-length': 10 }).write('half'))

  const { body } = await send({ method: 'GET', url, headers: {}, readWriteTimeoutMs: 50 })

  await expect(new ResponseBody(body).text()).rejects.toThrow(TimeoutError)
})

test('a slow reader is no silence', async () => {
  const url = await serve((_, response) => response.end('abc'))

  const { body } = await send({ method: 'GET', url, headers: {}, readWriteTimeoutMs: 20 })
  await new Promise((resolve) => setTimeout(resolve, 60))

  await expect(new ResponseBody(body).text()).resolves.toBe('abc')
})

test('a connection that breaks inside the answer is a RequestError', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 10 })
    response.write('half', () => response.destroy())
  })

  const { body } = await send({ method: 'GET', url, headers: {} })

  await expect(new ResponseBody(body).text()).rejects.toThrow(RequestError)
})

test('an abort rejects with its reason, before and inside the answer', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': 10 }).write('half')
  })
  const before = new AbortController()
  const inside = new AbortController()

  const waiting = expect(send({ method: 'GET', url, headers: {}, signal: before.signal })).rejects.toBe('first')
  before.abort('first')
  const { body } = await send({ method: 'GET', url: `${url}/half`, headers: {}, signal: inside.signal })
  const reading = expect(new ResponseBody(body).text()).rejects.toBe('second')
  inside.abort('second')

  await waiting
  await reading
})

test('a body that is cancelled before it was read closes the connection', async () => {
  const closed = withResolvers()
  const url = await serve((request, response) => {
    request.socket.on('close', () => closed.resolve(undefined))
    response.writeHead(200)
    response.write('x'.repeat(100_000))
  })

  const { body } = await send({ method: 'GET', url, headers: {} })
  await new ResponseBody(body).stream().cancel()

  await closed.promise
})

test('leaving the body early closes the connection', async () => {
  const closed = withResolvers()
  const url = await serve((request, response) => {
    request.socket.on('close', () => closed.resolve(undefined))
    response.writeHead(200)
    response.write('x'.repeat(100_000))
  })

  const { body } = await send({ method: 'GET', url, headers: {} })
  for await (const _ of new ResponseBody(body)) break

  await closed.promise
})

function withResolvers() {
  let resolve: (value: unknown) => void = () => {}
  const promise = new Promise((done) => {
    resolve = done
  })
  return { promise, resolve }
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of texts) yield new TextEncoder().encode(chunk)
}
