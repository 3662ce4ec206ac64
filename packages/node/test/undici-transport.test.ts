import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  fetchTransport,
  type HttpRequest,
  type HttpResponse,
  RequestError,
  TimeoutError,
  type UndiciTransport,
  type UndiciTransportOptions,
  undiciTransport,
  ValidationError,
} from '../src/index.ts'
import {
  disconnection,
  echo,
  httpServer,
  httpsServer,
  passOn,
  proxyServer,
  received,
  tcpServer,
} from './local-server.ts'

const transports: UndiciTransport[] = []
function transportOf(options?: UndiciTransportOptions): UndiciTransport {
  const transport = undiciTransport(options)
  transports.push(transport)
  return transport
}
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()))
})

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  ...more,
})
const put = (url: string, body: HttpRequest['body'], more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'PUT',
  url,
  headers: {},
  body,
  ...more,
})

const text = ({ body }: HttpResponse): Promise<string> => new Response(body).text()
const json = async (response: HttpResponse) => JSON.parse(await text(response))
const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => {
      throw new Error('it succeeded')
    },
    (error: Error) => error,
  )

async function* chunks(...sizes: number[]) {
  for (const size of sizes) yield new Uint8Array(size).fill(97)
}

describe('what is sent', () => {
  test('is the method, the path as it stands in the URL, and the headers', async () => {
    await using server = await httpServer(echo)

    const answer = await json(
      await transportOf()(get(`${server.url}/bucket/a/../b%2B%20c?x=%27&acl`, { headers: { 'x-oss-meta-a': 'b' } })),
    )

    expect(answer).toMatchObject({ method: 'GET', url: '/bucket/a/../b%2B%20c?x=%27&acl', size: 0 })
    expect(answer.headers).toEqual({
      host: new URL(server.url).host,
      connection: 'keep-alive',
      'x-oss-meta-a': 'b',
    })
  })

  test('is one byte for each character of a header; UTF-8 in the headers of the answer is read', async () => {
    let sent = Buffer.alloc(0)
    await using server = await tcpServer((socket) =>
      socket.once('data', (data) => {
        sent = data
        socket.end(
          Buffer.concat([
            Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Oss-Meta-City: 杭州\r\n'),
            Buffer.from('x-oss-meta-odd: caf\xe9\r\n\r\n', 'latin1'),
          ]),
        )
      }),
    )

    const { headers } = await transportOf()(
      get(`${server.url}/`, { headers: { 'x-oss-meta-city': '\xe6\x9d\xad\xe5\xb7\x9e' } }),
    )

    expect(sent.toString('utf8')).toContain('x-oss-meta-city: 杭州\r\n')
    expect(headers).toEqual({ 'content-length': '0', 'x-oss-meta-city': '杭州', 'x-oss-meta-odd': 'caf\xe9' })
  })

  test.each([
    ['bytes', () => new TextEncoder().encode('hello'), 5],
    ['a Blob', () => new Blob(['hel', 'lo']), 5],
    ['an iterable of known size', () => chunks(2, 3), 5],
    ['more bytes than one piece', () => new Uint8Array(200_000), 200_000],
    ['nothing', () => new Uint8Array(0), 0],
    ['an iterable of nothing', () => chunks(), 0],
  ])('declares the length of %s', async (_name, body, bodySize) => {
    await using server = await httpServer(echo)

    const answer = await json(await transportOf()(put(`${server.url}/`, body(), { bodySize })))

    expect(answer.size).toBe(bodySize)
    expect(answer.headers['content-length']).toBe(String(bodySize))
    expect(answer.headers['transfer-encoding']).toBeUndefined()
  })

  test.each([
    ['bytes', new TextEncoder().encode('hello')],
    ['a Blob', new Blob(['hello'])],
  ])('declares the length of %s once, also over the fetch of Node', async (_, body) => {
    await using server = await httpServer(echo)

    const answer = await json(
      await fetchTransport()(put(`${server.url}/`, body, { headers: { 'content-length': '5' } })),
    )

    expect(answer).toMatchObject({ size: 5, headers: { 'content-length': '5' } })
  })

  test('declares that a PUT without a body is empty', async () => {
    await using server = await httpServer(echo)

    const answer = await json(await transportOf()({ method: 'PUT', url: `${server.url}/`, headers: {} }))

    expect(answer.headers['content-length']).toBe('0')
  })

  test('is chunked if its size is not known', async () => {
    await using server = await httpServer(echo)

    const answer = await json(await transportOf()(put(`${server.url}/`, chunks(100_000, 1))))

    expect(answer.size).toBe(100_001)
    expect(answer.headers['transfer-encoding']).toBe('chunked')
    expect(answer.headers['content-length']).toBeUndefined()
  })

  test.each([
    ['more', chunks(3, 3), 'body: holds more than the 5 bytes declared'],
    ['fewer', chunks(3, 1), 'body: ended after 4 of the 5 bytes declared'],
  ])('is never complete if the body holds %s bytes than declared', async (_name, body, message) => {
    const complete = vi.fn()
    await using server = await httpServer((request) =>
      request
        .resume()
        .on('end', complete)
        .on('error', () => {}),
    )

    const error = await failure(transportOf()(put(`${server.url}/`, body, { bodySize: 5 })))

    expect(error).toBeInstanceOf(ValidationError)
    expect(error.message).toBe(message)
    expect(complete).not.toHaveBeenCalled()
  })

  test.each([
    ['bytes', () => new Uint8Array(150_000)],
    ['a Blob', () => new Blob([new Uint8Array(150_000)])],
    ['an iterable', () => chunks(150_000)],
  ])('is reported in steps for %s, up to the last byte', async (_name, body) => {
    await using server = await httpServer(echo)
    const reports: number[] = []

    await transportOf()(
      put(`${server.url}/`, body(), { bodySize: 150_000, onUploadProgress: (sent) => reports.push(sent) }),
    )

    expect(reports.length).toBeGreaterThanOrEqual(3)
    expect(reports).toEqual([...reports].sort((a, b) => a - b))
    expect(reports.at(-1)).toBe(150_000)
  })

  test('a header that HTTP forbids is named before anything is sent', async () => {
    await using server = await httpServer(echo)

    const error = await failure(transportOf()(get(`${server.url}/`, { headers: { 'x-oss-meta-a': 'one\ntwo' } })))

    expect(error).toBeInstanceOf(ValidationError)
    expect(error.message).toBe('headers: invalid x-oss-meta-a header')
    expect(server.connections).toBe(0)
  })
})

describe('the answer', () => {
  test.each([
    ['HEAD', 200],
    ['DELETE', 204],
    ['GET', 304],
  ])('of %s with status %i has no body', async (method, status) => {
    await using server = await httpServer((_request, response) => response.writeHead(status).end())

    const response = await transportOf()({ method, url: `${server.url}/`, headers: {} })

    expect(response).toMatchObject({ status, body: null })
  })

  test('may come before the upload is complete', async () => {
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536)
      } finally {
        closed()
      }
    }
    await using server = await httpServer((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>')
    })

    const response = await transportOf()(put(`${server.url}/`, endless()))

    expect(response.status).toBe(403)
    expect(await text(response)).toBe('<Error/>')
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), { timeout: 20_000 })
  })

  test('after an early hint is the final one', async () => {
    await using server = await tcpServer((socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
      ),
    )

    const response = await transportOf()(get(`${server.url}/`))

    expect(response).toMatchObject({ status: 200, headers: { 'content-length': '2' } })
    expect(await text(response)).toBe('ok')
  })

  test('keeps its connection for the next request, even if nobody reads a small body', async () => {
    await using server = await httpServer((_request, response) => response.end('small'.repeat(1000)))
    const transport = transportOf()

    for (let count = 0; count < 5; count++) {
      const response = await transport(get(`${server.url}/`))
      expect(response.status).toBe(200)
    }

    expect(server.connections).toBeLessThanOrEqual(2)
  })

  test('to a HEAD keeps its connection for the next request', async () => {
    await using server = await httpServer((_request, response) => response.setHeader('content-length', 5).end())
    const transport = transportOf({ maxConnections: 1 })

    for (let count = 0; count < 5; count++) {
      const { headers, body } = await transport(get(`${server.url}/`, { method: 'HEAD' }))
      expect([headers['content-length'], body]).toEqual(['5', null])
    }

    expect(server.connections).toBe(1)
  })

  test('that is large and cancelled gives its connection up', async () => {
    let closed: Promise<void> | undefined
    await using server = await httpServer((request, response) => {
      closed = disconnection(request)
      response.writeHead(200, { 'content-length': 1e9 }).write(Buffer.alloc(1e6))
    })

    const { body } = await transportOf()(get(`${server.url}/`))
    await body!.cancel()

    await closed
  })

  test('is taken from the network only as fast as it is read', async () => {
    let sentBytes = () => 0
    await using server = await httpServer((request, response) => {
      sentBytes = () => request.socket.bytesWritten
      const fill = () => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', fill)
      }
      fill()
    })

    const { body } = await transportOf()(get(`${server.url}/`))
    const reader = body!.getReader()
    await reader.read()
    await vi.waitUntil(async () => {
      const before = sentBytes()
      await new Promise((resolve) => setTimeout(resolve, 50))
      return before === sentBytes()
    })

    expect(sentBytes()).toBeLessThan(32_000_000)
    await reader.cancel()
  })

  test.each([
    ['ends', (socket: Socket) => void socket.end()],
    ['breaks', (socket: Socket) => void socket.resetAndDestroy()],
  ])('whose connection %s while nobody reads fails nothing but the reading', async (_, stop) => {
    let isStopped = () => {}
    const stopped = new Promise<void>((resolve) => {
      isStopped = resolve
    })
    await using server = await tcpServer((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\nConnection: close\r\n\r\n')
        socket.write(Buffer.alloc(270_000), () => {
          stop(socket)
          isStopped()
        })
      }),
    )
    await using other = await httpServer(echo)
    const transport = transportOf()

    const { body } = await transport(get(`${server.url}/`))
    await stopped
    // By the time of its answer, the end of the other connection has been seen as well.
    await text(await transport(get(`${other.url}/`)))
    const error = await failure(new Response(body).arrayBuffer())

    expect(error).toBeInstanceOf(RequestError)
  })

  test('is not gunzipped', async () => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip at all')
    })

    expect(await text(await transportOf()(get(`${server.url}/`)))).toBe('not gzip at all')
  })
})

describe('silence', () => {
  const stall = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': 10 }).write('half')
  }

  test('before the answer ends the request with a TimeoutError', async () => {
    await using server = await httpServer(() => {})

    const error = await failure(transportOf()(get(`${server.url}/`, { readWriteTimeoutMs: 100 })))

    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toBe(`GET ${new URL(server.url).host}: no byte moved for 100 ms`)
  })

  test('in the middle of the body ends the reading with a TimeoutError', async () => {
    await using server = await httpServer(stall)

    const { body } = await transportOf()(get(`${server.url}/`, { readWriteTimeoutMs: 100 }))
    const reader = body!.getReader()

    expect(new TextDecoder().decode((await reader.read()).value)).toBe('half')
    const error = await failure(reader.read())
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toBe(`GET ${new URL(server.url).host}: no byte of the answer came for 100 ms`)
  })

  test('of a server that does not take the upload ends it', async () => {
    await using server = await tcpServer((socket) => socket.pause())

    const error = await failure(
      transportOf()(
        put(`${server.url}/`, new Uint8Array(32_000_000), { bodySize: 32_000_000, readWriteTimeoutMs: 200 }),
      ),
    )

    expect(error).toBeInstanceOf(TimeoutError)
  })

  test('of the source of a body ends the upload, saying so', async () => {
    await using server = await httpServer(echo)
    async function* dry() {
      yield new Uint8Array(1)
      await new Promise(() => {})
    }

    const error = await failure(transportOf()(put(`${server.url}/`, dry(), { readWriteTimeoutMs: 100 })))

    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toBe(`PUT ${new URL(server.url).host}: the body to send gave nothing for 100 ms`)
  })

  test('is not what a slow upload is', async () => {
    const size = 24_000_000
    await using server = await httpServer(async (request, response) => {
      let count = 0
      for await (const chunk of request) {
        count += chunk.length
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      response.end(String(count))
    })
    const startedAt = performance.now()

    const response = await transportOf()(
      put(`${server.url}/`, new Uint8Array(size), { bodySize: size, readWriteTimeoutMs: 300 }),
    )

    expect(await text(response)).toBe(String(size))
    expect(performance.now() - startedAt).toBeGreaterThan(600)
  })

  test('while nobody reads the body does not count', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let rest = () => {}
      await using server = await httpServer((_request, response) => {
        response.writeHead(200, { 'content-length': 8 }).write('half')
        rest = () => response.end('rest')
      })

      const response = await transportOf()(get(`${server.url}/`, { readWriteTimeoutMs: 1_000 }))
      vi.advanceTimersByTime(60_000)
      rest()

      expect(await text(response)).toBe('halfrest')
    } finally {
      vi.useRealTimers()
    }
  })

  test('while a request waits for one of maxConnections does not count', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const waiting: ServerResponse[] = []
      const arrived = vi.fn()
      await using server = await httpServer((_request, response) => {
        waiting.push(response)
        arrived()
      })
      const transport = transportOf({ maxConnections: 1 })

      const first = transport(get(`${server.url}/first`, { readWriteTimeoutMs: 1e6 }))
      const second = transport(get(`${server.url}/second`, { readWriteTimeoutMs: 1_000 }))
      await vi.waitUntil(() => waiting.length === 1)
      vi.advanceTimersByTime(60_000)
      waiting[0]!.end('one')
      expect(await text(await first)).toBe('one')
      await vi.waitUntil(() => waiting.length === 2)
      waiting[1]!.end('two')

      expect(await text(await second)).toBe('two')
      expect(server.connections).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('abort', () => {
  const reason = new Error('changed my mind')

  test('before the start sends nothing', async () => {
    await using server = await httpServer(echo)

    const error = await failure(transportOf()(get(`${server.url}/`, { signal: AbortSignal.abort(reason) })))

    expect(error).toBe(reason)
    expect(server.connections).toBe(0)
  })

  test('during an upload rejects with the reason, closes the connection and the source', async () => {
    const controller = new AbortController()
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536)
      } finally {
        closed()
      }
    }
    let disconnected: Promise<void> | undefined
    await using server = await httpServer((request) => {
      disconnected = disconnection(request)
      controller.abort(reason)
    })

    const error = await failure(transportOf()(put(`${server.url}/`, endless(), { signal: controller.signal })))

    expect(error).toBe(reason)
    await disconnected
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), { timeout: 20_000 })
  })

  test('while the answer is awaited rejects with the reason', async () => {
    const controller = new AbortController()
    await using server = await httpServer(() => controller.abort(reason))

    expect(await failure(transportOf()(get(`${server.url}/`, { signal: controller.signal })))).toBe(reason)
  })

  test('while the body is read fails the reading with the reason and closes the connection', async () => {
    const controller = new AbortController()
    let disconnected: Promise<void> | undefined
    await using server = await httpServer((request, response) => {
      disconnected = disconnection(request)
      response.writeHead(200, { 'content-length': 10 }).write('half')
    })

    const { body } = await transportOf()(get(`${server.url}/`, { signal: controller.signal }))
    const reader = body!.getReader()
    await reader.read()
    const next = failure(reader.read())
    controller.abort(reason)

    expect(await next).toBe(reason)
    await disconnected
  })

  test('of a request that waits for a connection leaves the others alone', async () => {
    const controller = new AbortController()
    const waiting: ServerResponse[] = []
    await using server = await httpServer((_request, response) => waiting.push(response))
    const transport = transportOf({ maxConnections: 1 })

    const first = transport(get(`${server.url}/first`))
    const second = failure(transport(get(`${server.url}/second`, { signal: controller.signal })))
    await vi.waitUntil(() => waiting.length === 1)
    controller.abort(reason)
    expect(await second).toBe(reason)
    waiting[0]!.end('one')

    expect(await text(await first)).toBe('one')
    expect(waiting).toHaveLength(1)
  })
})

describe('failures say what to check', () => {
  test('a port where nobody listens', async () => {
    const { url, ...server } = await httpServer(echo)
    await server[Symbol.asyncDispose]()
    const { host } = new URL(url)

    const error = await failure(transportOf()(get(`${url}/`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toBe(
      `GET ${host}: nothing listens there: check the endpoint and its port (ECONNREFUSED ${host})`,
    )
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('a name that does not exist', async () => {
    const error = await failure(transportOf()(get('http://no-such-bucket.invalid/')))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toMatch(/^GET no-such-bucket\.invalid: the name .*DNS \((ENOTFOUND|EAI_AGAIN)\)$/)
  })

  test('a connection that breaks before the answer', async () => {
    await using server = await tcpServer((socket) => socket.once('data', () => socket.destroy()))

    const error = await failure(transportOf()(get(`${server.url}/`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toMatch(/^GET 127\.0\.0\.1:\d+: the connection broke \(/)
  })

  test('a connection that breaks in the body, after the bytes that came', async () => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half', () => response.socket!.end())
    })

    const { body } = await transportOf()(get(`${server.url}/`))
    const reader = body!.getReader()

    expect(new TextDecoder().decode((await reader.read()).value)).toBe('half')
    const error = await failure(reader.read())
    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toMatch(/the connection broke/)
  })

  test('an answer that is no HTTP', async () => {
    await using server = await tcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))

    const error = await failure(transportOf()(get(`${server.url}/`)))

    expect(error.message).toMatch(/: the answer is no HTTP: check the endpoint/)
  })

  test('a connection that does not come about', async () => {
    await using server = await tcpServer((socket) => socket.pause())

    const error = await failure(
      transportOf()(get(`${server.url.replace('http:', 'https:')}/`, { connectTimeoutMs: 300 })),
    )

    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toMatch(
      /: no connection within 300 ms: check network, endpoint and proxy, or raise connectTimeoutMs$/,
    )
  })

  test('an error of the body itself comes as it is, and the upload is never complete', async () => {
    const broken = new Error('the camera is off')
    const complete = vi.fn()
    await using server = await httpServer((request) =>
      request
        .resume()
        .on('end', complete)
        .on('error', () => {}),
    )
    async function* camera() {
      yield new Uint8Array(10)
      throw broken
    }

    expect(await failure(transportOf()(put(`${server.url}/`, camera())))).toBe(broken)
    expect(complete).not.toHaveBeenCalled()
  })

  test('a transport that was closed', async () => {
    await using server = await httpServer(echo)
    const transport = undiciTransport()
    await text(await transport(get(`${server.url}/`)))
    await transport.close()

    const error = await failure(transport(get(`${server.url}/`)))

    expect(error.message).toMatch(/: the transport was closed \(/)
  })

  test('a transport that was closed before its first request', async () => {
    await using server = await httpServer(echo)
    const transport = undiciTransport()
    await transport.close()

    const error = await failure(transport(get(`${server.url}/`)))

    expect(error.message).toMatch(/: the transport was closed \(/)
    expect(server.connections).toBe(0)
  })
})

describe('redirects', () => {
  const headers = {
    authorization: 'OSS4-HMAC-SHA256 …',
    'x-oss-security-token': 'secret',
    'x-oss-date': '20261121T000000Z',
  }

  test('are answers like others', async () => {
    await using server = await httpServer((_request, response) => response.writeHead(307, { location: '/there' }).end())

    const response = await transportOf()(get(`${server.url}/`))

    expect(response).toMatchObject({ status: 307, headers: { location: '/there' } })
  })

  test('are followed with enabledRedirect, without showing signature and token to another host', async () => {
    await using target = await httpServer(echo)
    await using server = await httpServer((_request, response) =>
      response.writeHead(302, { location: `${target.url}/there` }).end('moved'),
    )

    const response = await transportOf({ enabledRedirect: true })(
      get(`${server.url}/`, { headers: { ...headers, authorization: 'a' } }),
    )

    expect(await json(response)).toMatchObject({ url: '/there', headers: { host: new URL(target.url).host } })
    expect((await json(await transportOf()(get(`${target.url}/`)))).headers.authorization).toBeUndefined()
  })

  test.each(['authorization', 'Authorization', 'x-oss-security-token', 'x-aliyun-ecs-metadata-token'])(
    'do not show another host the header %s',
    async (name) => {
      await using target = await httpServer(echo)
      await using server = await httpServer((_request, response) =>
        response.writeHead(302, { location: `${target.url}/there` }).end(),
      )

      const response = await transportOf({ enabledRedirect: true })(
        get(`${server.url}/`, { headers: { [name]: 'canary', 'x-a': 'b' } }),
      )

      const { headers: shown } = await json(response)
      expect(shown).toMatchObject({ 'x-a': 'b' })
      expect(JSON.stringify(shown)).not.toContain('canary')
    },
  )

  test('within a host keep the headers', async () => {
    await using server = await httpServer((request, response) =>
      request.url === '/there' ? echo(request, response) : response.writeHead(301, { location: 'there' }).end(),
    )

    const response = await transportOf({ enabledRedirect: true })(get(`${server.url}/`, { headers: { 'x-a': 'b' } }))

    expect(await json(response)).toMatchObject({ url: '/there', headers: { 'x-a': 'b' } })
  })

  test('of uploads are not followed', async () => {
    await using server = await httpServer(async (request, response) => {
      await received(request)
      response.writeHead(307, { location: '/there' }).end()
    })

    const response = await transportOf({ enabledRedirect: true })(
      put(`${server.url}/`, new Uint8Array(3), { bodySize: 3 }),
    )

    expect(response.status).toBe(307)
  })

  test('may have a fragment, which is not sent', async () => {
    await using server = await httpServer((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b?c=1#d' }).end()
      else response.end(request.url)
    })

    expect(await text(await transportOf({ enabledRedirect: true })(get(`${server.url}/a`)))).toBe('/b?c=1')
  })

  test('to no URL are told as what they are', async () => {
    await using server = await httpServer((_request, response) => response.writeHead(302, { location: '//[' }).end())

    const error = await failure(transportOf({ enabledRedirect: true })(get(`${server.url}/a`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toMatch(/: redirected to no URL$/)
  })

  test('in a circle end', async () => {
    await using server = await httpServer((_request, response) => response.writeHead(302, { location: '/' }).end())

    const error = await failure(transportOf({ enabledRedirect: true })(get(`${server.url}/`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toMatch(/: more than 10 redirects$/)
  })
})

describe('proxies', () => {
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']
  let saved: (string | undefined)[]
  beforeEach(() => {
    saved = names.map((name) => process.env[name])
    for (const name of names) delete process.env[name]
  })
  afterEach(() => {
    for (const [index, name] of names.entries()) {
      if (saved[index] === undefined) delete process.env[name]
      else process.env[name] = saved[index]
    }
  })

  test('tunnel what is sent, both ways', async () => {
    await using proxy = await proxyServer()
    await using server = await httpServer(echo)

    const response = await transportOf({ proxy: proxy.url })(
      put(`${server.url}/a`, new Uint8Array(100_000), { bodySize: 100_000 }),
    )

    expect(await json(response)).toMatchObject({ method: 'PUT', url: '/a', size: 100_000 })
    expect(proxy.targets).toEqual([new URL(server.url).host])
  })

  test('tunnel TLS, whose certificate is checked against ca', async () => {
    await using proxy = await proxyServer()
    await using server = await httpsServer(localhost, echo)

    const response = await transportOf({ proxy: proxy.url, ca: localhost.cert })(get(`${server.url}/a`))

    expect(await json(response)).toMatchObject({ url: '/a' })
    expect(proxy.targets).toEqual([new URL(server.url).host])
  })

  test('are shown the user and password of their URL', async () => {
    await using proxy = await proxyServer(true)
    await using server = await httpServer(echo)

    const url = proxy.url.replace('http://', 'http://user:pa%20ss@')
    const answer = await json(await transportOf({ proxy: url })(get(`${server.url}/`)))

    expect(answer.headers['proxy-authorization']).toBeUndefined()
  })

  test('that refuse are named, without the password', async () => {
    await using proxy = await proxyServer(true)
    await using server = await httpServer(echo)

    const url = proxy.url.replace('http://', 'http://user:wrong-secret@')
    const error = await failure(transportOf({ proxy: url })(get(`${server.url}/`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toMatch(/: the proxy answered 407: check the user and password in its URL$/)
    expect(JSON.stringify([error.message, error.cause, String(error.cause)])).not.toContain('wrong-secret')
  })

  test('that hang up are told, and the next request asks again', async () => {
    await using server = await httpServer(echo)
    const { host } = new URL(server.url)
    let tunnels = 0
    await using proxy = await tcpServer((socket) =>
      socket.once('data', () => {
        tunnels += 1
        if (tunnels === 1) return socket.end()
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        return passOn(socket, host)
      }),
    )
    const transport = transportOf({ proxy: proxy.url, maxConnections: 1 })

    const error = await failure(transport(get(`${server.url}/`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toBe(`GET ${host}: the proxy ended the connection instead of answering`)
    expect(await json(await transport(get(`${server.url}/a`)))).toMatchObject({ url: '/a' })
  })

  test('that do not answer are a connection that does not come about', async () => {
    await using proxy = await tcpServer((socket) => socket.resume())

    const error = await failure(transportOf({ proxy: proxy.url })(get('http://127.0.0.1/', { connectTimeoutMs: 300 })))

    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toMatch(/: no connection within 300 ms: check network, endpoint and proxy/)
  })

  test("of the environment are used with 'environment' only", async () => {
    await using proxy = await proxyServer()
    await using server = await httpServer(echo)
    process.env.HTTP_PROXY = proxy.url

    await text(await transportOf()(get(`${server.url}/`)))
    expect(proxy.targets).toEqual([])
    await text(await transportOf({ proxy: 'environment' })(get(`${server.url}/`)))
    expect(proxy.targets).toEqual([new URL(server.url).host])
    process.env.NO_PROXY = '127.0.0.1'
    await text(await transportOf({ proxy: 'environment' })(get(`${server.url}/`)))
    expect(proxy.targets).toHaveLength(1)
  })

  test('of the environment need no scheme', async () => {
    await using proxy = await proxyServer(true)
    await using server = await httpServer(echo)
    process.env.HTTP_PROXY = proxy.url.replace('http://', 'user:pa%20ss@')

    await text(await transportOf({ proxy: 'environment' })(get(`${server.url}/`)))

    expect(proxy.targets).toEqual([new URL(server.url).host])
  })

  test.each(['user:secret@proxy:99999', 'http://user:secret%@proxy'])(
    'of the environment that are no URL are refused, without repeating a password: %s',
    async (url) => {
      process.env.HTTPS_PROXY = url

      const error = await failure(transportOf({ proxy: 'environment' })(get('https://127.0.0.1/')))

      expect(error).toEqual(
        new ValidationError(
          'proxy',
          'the environment variable HTTPS_PROXY holds no URL, as http://proxy.example.com:3128 is one',
        ),
      )
    },
  )

  test.each(['user:secret@proxy:3128', 'http://user:secret%@proxy:3128'])(
    'that are no URL are refused at once, without repeating a password: %s',
    (proxy) => {
      expect(() => undiciTransport({ proxy })).toThrow(
        new ValidationError('proxy', "expected 'environment' or a URL, as in http://proxy.example.com:3128"),
      )
    },
  )
})

const pem = (name: string) => readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8')
const localhost = { key: pem('localhost.key'), cert: pem('localhost') }
const other = { key: pem('other.key'), cert: pem('other') }

describe('certificates', () => {
  test('that nobody vouches for are refused, saying what to do', async () => {
    await using server = await httpsServer(localhost, echo)

    const error = await failure(transportOf()(get(`${server.url}/`)))

    expect(error).toBeInstanceOf(RequestError)
    expect(error.message).toBe(
      `GET ${new URL(server.url).host}: no authority known here vouches for the certificate: give that authority as \`ca\` (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    )
  })

  test('that ca vouches for are accepted', async () => {
    await using server = await httpsServer(localhost, echo)

    expect((await transportOf({ ca: localhost.cert })(get(`${server.url}/`))).status).toBe(200)
  })

  test('for another name are refused, saying so', async () => {
    await using server = await httpsServer(other, echo)

    const error = await failure(transportOf({ ca: other.cert })(get(`${server.url}/`)))

    expect(error.message).toMatch(/: the certificate is for another name: check the endpoint/)
  })

  test('of any kind are accepted with insecureSkipVerify', async () => {
    await using server = await httpsServer(other, echo)

    expect((await transportOf({ insecureSkipVerify: true })(get(`${server.url}/`))).status).toBe(200)
  })

  test('are missed where no TLS is spoken', async () => {
    await using server = await httpServer(echo)

    const error = await failure(transportOf()(get(`${server.url.replace('http:', 'https:')}/`)))

    expect(error.message).toMatch(
      /: no TLS (is spoken there|connection came about): check whether the endpoint is https or http/,
    )
  })
})

test('maxConnections holds many requests to few connections', async () => {
  const sockets = new Set<Socket>()
  await using server = await httpServer((request, response) => {
    sockets.add(request.socket)
    setImmediate(() => response.end('ok'))
  })
  const transport = transportOf({ maxConnections: 2 })

  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => text(await transport(get(`${server.url}/`)))),
  )

  expect(answers).toEqual(Array(20).fill('ok'))
  expect(sockets.size).toBe(2)
})
