import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type * as Sdk from '../src/index.ts'
import { bundleSdk, type LocalServer, launchChromium, listen, listenWithPage, openPage } from './open-page.ts'

declare const OSS: typeof Sdk

const mebibyte = 1024 * 1024

let browser: Browser
let sdk: string
let pages: LocalServer
let page: Page
let local: LocalServer | undefined

beforeAll(async () => {
  sdk = await bundleSdk()
  browser = await launchChromium()
  pages = await listenWithPage()
  page = await openPage(browser, sdk, `${pages.origin}/`)
})
afterAll(async () => {
  await browser.close()
  await pages.close()
})
afterEach(async () => {
  await local?.close()
  local = undefined
})

/** Serves one request from the page with `answer`, and its preflight as a well-configured bucket does. */
async function serve(answer: RequestListener): Promise<string> {
  local = await listen((request, response) => {
    response.setHeader('access-control-allow-origin', pages.origin)
    response.setHeader('access-control-expose-headers', 'etag, x-oss-request-id')
    if (request.method !== 'OPTIONS') return answer(request, response)
    response.setHeader('access-control-allow-methods', 'PUT, POST, GET, HEAD, DELETE')
    response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '')
    response.end()
  })
  return `${local.origin}/bucket/key`
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

interface Attempt {
  url: string
  method?: string
  size?: number
  headers?: Record<string, string>
  readWriteTimeoutMs?: number
}

/** Sends one request from the page and returns what became of it, in words. */
const send = (attempt: Attempt, inPage = page): Promise<string> =>
  inPage.evaluate(async ({ url, method = 'PUT', size, headers = {}, readWriteTimeoutMs }) => {
    const body = size === undefined ? undefined : new Blob([new Uint8Array(size)])
    try {
      const response = await OSS.xhrTransport()({ url, method, headers, body, readWriteTimeoutMs })
      return `${response.status} ${await new OSS.ResponseBody(response.body).text()}`
    } catch (error) {
      const { name, message } = error as Error
      return `${name}: ${message}`
    }
  }, attempt)

test('the bytes of an upload are reported while they leave, and all of them in the end', async () => {
  let goOn = () => {}
  const url = await serve((request, response) => {
    // Reads no further until the page has told of the first bytes.
    request.once('data', () => request.pause())
    request.on('end', () => response.end())
    goOn = () => void request.resume()
  })
  await page.exposeFunction('letServerRead', () => goOn())

  const reports = await page.evaluate(
    async ({ url, size }) => {
      const reports: number[] = []
      const onUploadProgress = (sent: number) => {
        reports.push(sent)
        void (globalThis as unknown as { letServerRead(): Promise<void> }).letServerRead()
      }
      const body = new Blob([new Uint8Array(size)])
      await OSS.xhrTransport()({ url, method: 'PUT', headers: {}, body, onUploadProgress })
      return reports
    },
    { url, size: 32 * mebibyte },
  )

  expect(reports.length).toBeGreaterThan(1)
  expect(reports).toEqual([...reports].sort((a, b) => a - b))
  expect(reports.at(-1)).toBe(33_554_432)
})

test('the answer has its status, lower-case headers and bytes', async () => {
  const url = await serve((request, response) => {
    request
      .on('end', () => response.writeHead(203, { ETag: '"5D41"', 'X-Oss-Request-Id': 'R1' }).end('callback failed'))
      .resume()
  })

  const answer = await page.evaluate(async (url) => {
    const { status, headers, body } = await OSS.xhrTransport()({
      url,
      method: 'PUT',
      headers: {},
      body: new Blob(['a']),
    })
    return { status, headers, text: await new OSS.ResponseBody(body).text() }
  }, url)

  expect(answer.status).toBe(203)
  expect(answer.headers).toMatchObject({ etag: '"5D41"', 'x-oss-request-id': 'R1' })
  expect(answer.text).toBe('callback failed')
})

test('header values leave byte by byte, and headers that browsers keep to themselves are left out silently', async () => {
  let received: IncomingMessage['headers'] = {}
  const url = await serve((request, response) => {
    received = request.headers
    request.on('end', () => response.end()).resume()
  })
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))

  await send({
    url,
    size: 3,
    headers: {
      'x-oss-meta-place': 'ZÃ¼rich',
      host: 'other.example',
      'content-length': '9',
      'user-agent': 'oss-js',
      date: 'today',
      expect: '100-continue',
      'accept-encoding': 'identity',
      connection: 'close',
    },
  })

  // Node shows header bytes as ISO-8859-1: these are the UTF-8 bytes of "Zürich".
  expect(received['x-oss-meta-place']).toBe('ZÃ¼rich')
  expect(received['content-length']).toBe('3')
  expect(received['user-agent']).toContain('Chrome')
  expect(received.date).toBeUndefined()
  expect(received.expect).toBeUndefined()
  expect(received['accept-encoding']).not.toBe('identity')
  expect(received.connection).toBe('keep-alive')
  expect(received['content-type']).toBeUndefined()
  expect(complaints).toEqual([])
})

test('a body that comes in chunks is collected and sent whole', async () => {
  let received = ''
  const url = await serve(async (request, response) => {
    received = String(await bytesOf(request))
    response.end()
  })

  await page.evaluate(async (url) => {
    async function* chunks() {
      const chunk = new Uint8Array(2)
      for (const text of ['ab', 'cd', 'ef']) {
        new TextEncoder().encodeInto(text, chunk)
        yield chunk
      }
    }
    await OSS.xhrTransport()({ url, method: 'PUT', headers: {}, body: chunks() })
  }, url)

  expect(received).toBe('abcdef')
})

test('a download streams', async () => {
  let finish = () => {}
  const url = await serve((_, response) => {
    response.write('first ')
    finish = () => void response.end('second')
  })
  await page.exposeFunction('finishAnswer', () => finish())

  const chunks = await page.evaluate(async (url) => {
    const { body } = await OSS.xhrTransport()({ url, method: 'GET', headers: {} })
    const chunks: string[] = []
    for await (const chunk of new OSS.ResponseBody(body)) {
      chunks.push(new TextDecoder().decode(chunk))
      if (chunks.length === 1) await (globalThis as unknown as { finishAnswer(): Promise<void> }).finishAnswer()
    }
    return chunks
  }, url)

  expect(chunks).toEqual(['first ', 'second'])
})

test('an abort ends the upload with its reason, and the server sees the connection end', async () => {
  let isCut: Promise<unknown> = Promise.resolve()
  const url = await serve((request) => {
    isCut = new Promise((resolve) => request.once('close', resolve))
    request.resume()
  })

  const reason = await page.evaluate(
    async ({ url, size }) => {
      const controller = new AbortController()
      const body = new Blob([new Uint8Array(size)])
      const onUploadProgress = () => controller.abort('enough')
      const { signal } = controller
      return OSS.xhrTransport()({ url, method: 'PUT', headers: {}, body, signal, onUploadProgress }).catch(
        (error) => error,
      )
    },
    { url, size: 64 * mebibyte },
  )

  expect(reason).toBe('enough')
  await isCut
})

test('requests that wait for a connection while others move bytes are not taken for dead', async () => {
  // Every upload takes longer than the time for a first byte, and a browser has six connections to a host.
  const url = await serve((request, response) => {
    request
      .on('data', () => {
        request.pause()
        setTimeout(() => request.resume(), 10)
      })
      .on('end', () => response.end('here'))
  })

  const outcomes = await page.evaluate(
    async ({ url, size }) => {
      const transport = OSS.xhrTransport()
      const send = (method: string, body?: Blob) => {
        const limits = { connectTimeoutMs: 100, readWriteTimeoutMs: 1500 }
        return transport({ url, method, headers: {}, body, ...limits }).then(
          ({ status }) => String(status),
          ({ message }) => message,
        )
      }
      const uploads = Array.from({ length: 8 }, () => send('PUT', new Blob([new Uint8Array(size)])))
      return Promise.all([...uploads, send('POST')])
    },
    { url, size: 24 * mebibyte },
  )

  expect(outcomes).toEqual(Array.from({ length: 9 }, () => '200'))
})

test('downloads that wait for a connection while others move bytes are not taken for dead', async () => {
  const url = await serve((_, response) => {
    let left = 10
    const timer = setInterval(() => {
      response.write('chunk ')
      left -= 1
      if (left > 0) return
      clearInterval(timer)
      response.end()
    }, 100)
  })

  const outcomes = await page.evaluate(async (url) => {
    const transport = OSS.xhrTransport()
    const get = async () => {
      const limits = { connectTimeoutMs: 100, readWriteTimeoutMs: 400 }
      const { body } = await transport({ url, method: 'GET', headers: {}, ...limits })
      return new OSS.ResponseBody(body).text()
    }
    return Promise.all(Array.from({ length: 8 }, () => get().catch(({ message }) => message)))
  }, url)

  expect(outcomes).toEqual(Array.from({ length: 8 }, () => 'chunk '.repeat(10)))
})

test('an upload that the server does not read ends with a TimeoutError', async () => {
  const url = await serve((request) => request.pause())

  const outcome = await send({ url, size: 64 * mebibyte, readWriteTimeoutMs: 300 })

  expect(outcome).toBe('TimeoutError: PUT: no byte moved for 300 ms')
})

test('an upload without an answer ends with a TimeoutError', async () => {
  const url = await serve((request) => request.resume())

  const outcome = await send({ url, size: 100, readWriteTimeoutMs: 300 })

  expect(outcome).toBe('TimeoutError: PUT: no byte moved for 300 ms')
})

test('a download that falls silent ends with a TimeoutError', async () => {
  const url = await serve((_, response) => response.writeHead(200, { 'content-length': '10' }).write('half'))

  const outcome = await send({ url, method: 'GET', readWriteTimeoutMs: 300 })

  expect(outcome).toBe('TimeoutError: no byte moved for 300 ms')
})

test('a connection that breaks on the way is not taken for a missing CORS rule', async () => {
  const url = await serve((request) => {
    let received = 0
    request.on('data', (chunk) => {
      received += chunk.length
      if (received > 16 * mebibyte) request.socket.destroy()
    })
  })

  const outcome = await send({ url, size: 64 * mebibyte })

  expect(outcome).toMatch(
    /^RequestError: PUT 127\.0\.0\.1:\d+: the connection broke after \d+ bytes: check the network$/,
  )
})

const methods = [
  ['an upload', 'PUT', 3],
  ['a download', 'GET', undefined],
] as const

test.each(methods)('%s from a page that no CORS rule allows names the rule to add', async (_, method, size) => {
  local = await listen((_, response) => response.writeHead(403).end())

  const outcome = await send({
    url: `${local.origin}/bucket/key`,
    method,
    headers: { 'x-oss-date': 'today' },
    ...(size && { size }),
  })

  expect(outcome).toBe(
    `RequestError: ${method} ${new URL(local.origin).host}: the server is there, but the browser shows no answer: most likely no ` +
      `CORS rule of the bucket allows this page. Add this rule to the bucket: AllowedOrigin ${pages.origin}; ` +
      'AllowedMethod PUT, POST, GET, HEAD, DELETE; AllowedHeader *; ExposeHeader ETag, Date, x-oss-request-id, ' +
      'x-oss-hash-crc64ecma, x-oss-version-id, x-oss-next-append-position, x-oss-ec',
  )
})

test.each(methods)('%s to a server that does not run says that there is no connection', async (_, method, size) => {
  const { origin, close } = await listen(() => {})
  await close()

  const outcome = await send({ url: `${origin}/bucket/key`, method, ...(size && { size }) })

  expect(outcome).toBe(
    `RequestError: no connection to ${new URL(origin).host}: check the network, the endpoint's name, and that the server is running`,
  )
})

test('a page that is offline says that there is no connection', async () => {
  const url = await serve((_, response) => response.end())
  await page.context().setOffline(true)

  const outcome = await send({ url, size: 3 })
  await page.context().setOffline(false)

  expect(outcome).toContain('no connection to 127.0.0.1')
})

test.each(methods)('%s that is redirected fails', async (_, method, size) => {
  const redirect = (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(307, { location: '/elsewhere' }).end()
  const url = await serve((request, response) =>
    request.url === '/elsewhere' ? response.end() : redirect(request, response),
  )

  const outcome = await send({ url, method, ...(size && { size }) })

  expect(outcome).toBe('RequestError: the answer is a redirect, which is not followed')
})

test('an http endpoint on an https page is named as the mistake, but not one on the same machine', async () => {
  const secure = await openPage(browser, sdk, 'https://app.example/')
  local = await listen((_, response) =>
    response.writeHead(200, { 'access-control-allow-origin': 'https://app.example' }).end('here'),
  )

  const remote = await send({ url: 'http://bucket.oss.example/key', method: 'GET' }, secure)
  const onThisMachine = await send({ url: `${local.origin}/bucket/key`, method: 'GET' }, secure)

  expect(remote).toBe(
    'ValidationError: endpoint: http://bucket.oss.example cannot be reached from an https page: use https',
  )
  expect(onThisMachine).toBe('200 here')
})

test('an http endpoint on an https page that upgrades it is named as the mistake as well', async () => {
  const secure = await openPage(browser, sdk, 'https://app.example/')
  await secure.evaluate(() => {
    const rule = { httpEquiv: 'Content-Security-Policy', content: 'upgrade-insecure-requests' }
    document.head.append(Object.assign(document.createElement('meta'), rule))
  })
  await secure.route('https://bucket.oss.example/**', (route) =>
    route.fulfill({ headers: { 'access-control-allow-origin': 'https://app.example' } }),
  )

  const upload = await send({ url: 'http://bucket.oss.example/key', size: 3 }, secure)

  expect(upload).toBe(
    'ValidationError: endpoint: http://bucket.oss.example cannot be reached from an https page: use https',
  )
})

test.each(methods)('%s that the Content-Security-Policy of the page forbids says so', async (_, method, size) => {
  const strict = await openPage(browser, sdk, `${pages.origin}/`)
  const url = await serve((_, response) => response.end())
  await strict.evaluate(() => {
    const rule = { httpEquiv: 'Content-Security-Policy', content: "connect-src 'self'" }
    document.head.append(Object.assign(document.createElement('meta'), rule))
  })

  const outcome = await send({ url, method, ...(size && { size }) }, strict)
  const token = await strict.evaluate(
    (url) =>
      OSS.stsFromUrl(url)
        .getCredentials()
        .catch(({ message }) => message),
    url,
  )

  const reason = `the Content-Security-Policy of this page forbids ${local!.origin}: add it to connect-src`
  expect(outcome).toBe(`ValidationError: endpoint: ${reason}`)
  expect(token).toBe(`no STS token from ${url}: ${reason}`)
})

test('a token server that redirects to a login elsewhere, and one that allows no page, are told apart', async () => {
  const login = await listen((_, response) => response.end('<h1>Sign in</h1>'))
  const site = await listen(({ url }, response) => {
    if (url === '/sts') return response.writeHead(302, { location: `${login.origin}/login` }).end()
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,">')
  })
  const signedOut = await openPage(browser, sdk, `${site.origin}/`)
  const failureOf = (url: string) =>
    signedOut.evaluate(
      (url) =>
        OSS.stsFromUrl(url)
          .getCredentials()
          .catch(({ message }) => message),
      url,
    )

  const redirected = await failureOf('/sts')
  const other = await failureOf(`${login.origin}/sts`)
  await Promise.all([site.close(), login.close()])

  expect(redirected).toBe(
    'no STS token from /sts: it redirects to where this page may not read: check that the user is signed in',
  )
  expect(other).toBe(
    `no STS token from ${login.origin}/sts: no answer: Failed to fetch: most likely it lacks Access-Control-Allow-Origin for this page`,
  )
})

test('a failure whose explanation does not load is an error of the same class, with what is known', async () => {
  const unexplained = await openPage(browser, await bundleSdk('explanations.ts'), `${pages.origin}/`)
  const { origin, close } = await listen(() => {})
  await close()
  const { host } = new URL(origin)

  const upload = await send({ url: `${origin}/bucket/key`, size: 3 }, unexplained)
  const download = await send({ url: `${origin}/bucket/key`, method: 'GET' }, unexplained)
  const token = await unexplained.evaluate(
    (url) =>
      OSS.stsFromUrl(url)
        .getCredentials()
        .catch(({ name, message, cause }) => [name, message, cause.message]),
    `${origin}/sts`,
  )

  expect(upload).toBe('RequestError: PUT: no answer')
  expect(download).toBe(`RequestError: GET ${host}: Failed to fetch`)
  expect(token).toEqual(['CredentialsError', 'no STS token', 'Failed to fetch'])
})

test('a file that changed after it was chosen is to be picked again', async () => {
  const url = await serve((request, response) => {
    request.on('end', () => response.end()).resume()
  })
  const folder = await mkdtemp(join(tmpdir(), 'picked-'))
  const path = join(folder, 'report.txt')
  await writeFile(path, 'first version')
  await utimes(path, new Date('2026-01-01'), new Date('2026-01-01'))
  await page.setContent('<input type="file">')
  await page.setInputFiles('input', path)
  // A page knows what it was given once it has asked.
  await page.evaluate(() => document.querySelector('input')!.files![0]!.lastModified)
  await writeFile(path, 'a second, longer version')

  const outcome = await page.evaluate(async (url) => {
    const body = document.querySelector('input')!.files![0]!.slice()
    return OSS.xhrTransport()({ url, method: 'PUT', headers: {}, body }).catch(
      (error) => `${error.name}: ${error.message}`,
    )
  }, url)
  await rm(folder, { recursive: true })

  expect(outcome).toBe('ValidationError: body: the file changed or cannot be read any more: pick it again')
})
