import type { ConnectionOptions } from 'node:tls'
import { type HttpRequest, type HttpResponse, RequestError, type Transport, ValidationError } from '@oss-js/core'
import { Agent, type buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici'
import { exchange } from './exchange.ts'
import { type HeldConnections, heldConnections } from './held-connection.ts'

/** How connections are made. */
export interface UndiciTransportOptions {
  /** Connections to one host at a time; further requests wait for a free one. @default unlimited */
  maxConnections?: number | undefined
  /** Milliseconds to wait for a connection, where the request does not say. @default 10000 */
  connectTimeoutMs?: number | undefined
  /** Accepts every certificate, and so anybody in between. @default false */
  insecureSkipVerify?: boolean | undefined
  /** PEM certificates of the authorities to trust. Takes the place of Node's own list. */
  ca?: ConnectionOptions['ca']
  /**
   * URL of an HTTP proxy, as in `http://user:password@proxy.example.com:3128`. `'environment'` reads `HTTPS_PROXY`,
   * `HTTP_PROXY` and `NO_PROXY`.
   *
   * @default none, whatever the environment says
   */
  proxy?: string | undefined
  /** Follows up to 10 redirects of GET and HEAD. Signature and token are not shown to another host. @default false */
  enabledRedirect?: boolean | undefined
}

/** A transport that keeps connections open between requests. */
export type UndiciTransport = Transport & {
  /** Closes the connections once the running requests have ended. Idle connections do not keep a process alive. */
  close(): Promise<void>
}

/**
 * A transport over undici's own HTTP/1.1 client: a pool of connections for each host, a declared length for every body
 * whose size is known, and byte progress.
 *
 * Bodies arrive as they were sent: a `Content-Encoding` is left to the reader.
 *
 * Throws a ValidationError if `proxy` is not a URL; its requests reject with one if the environment's is none.
 *
 * @example
 * const transport = undiciTransport({ maxConnections: 20, proxy: 'environment' })
 * const client = createClient({ region: 'cn-hangzhou', credentialsProvider, transport })
 */
export function undiciTransport(options: UndiciTransportOptions = {}): UndiciTransport {
  checkProxy(options.proxy)
  const defaultConnectTimeoutMs = options.connectTimeoutMs ?? 10_000
  const dispatchers = new Map<number, Dispatcher>()
  const connections = heldConnections()

  let isClosed = false

  function dispatcherFor(connectTimeoutMs: number): Dispatcher {
    const known = dispatchers.get(connectTimeoutMs)
    if (known) return known
    const dispatcher = createDispatcher(options, connections, connectTimeoutMs)
    dispatchers.set(connectTimeoutMs, dispatcher)
    // It then refuses what it is given, as the others do.
    if (isClosed) void dispatcher.close()
    return dispatcher
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const connectTimeoutMs = request.connectTimeoutMs ?? defaultConnectTimeoutMs
    return exchange(dispatcherFor(connectTimeoutMs), connections, { ...request, connectTimeoutMs })
  }

  return Object.assign(options.enabledRedirect ? (request: HttpRequest) => following(send, request) : send, {
    async close() {
      isClosed = true
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.close()))
    },
  })
}

function checkProxy(proxy: string | undefined): void {
  if (proxy === undefined || proxy === 'environment' || (/^https?:/i.test(proxy) && isProxyUrl(proxy))) return
  // The text may hold a password.
  throw new ValidationError('proxy', "expected 'environment' or a URL, as in http://proxy.example.com:3128")
}

/** Whether user and password can be read as well. */
function isProxyUrl(text: string): boolean {
  try {
    const { username, password } = new URL(text)
    decodeURIComponent(`${username} ${password}`)
    return true
  } catch {
    return false
  }
}

/** As other programs do, takes a proxy without a scheme for one of HTTP. Undici looks at the same variables. */
function proxyOf(name: string): string {
  const value = process.env[name] ?? process.env[name.toUpperCase()] ?? ''
  const url = value === '' || value.includes('://') ? value : `http://${value}`
  if (url === '' || isProxyUrl(url)) return url
  const problem = `the environment variable ${name.toUpperCase()} holds no URL, as http://proxy.example.com:3128 is one`
  throw new ValidationError('proxy', problem)
}

function createDispatcher(
  options: UndiciTransportOptions,
  connections: HeldConnections,
  connectTimeoutMs: number,
): Dispatcher {
  const { maxConnections, insecureSkipVerify, ca, proxy } = options
  const tls = {
    timeout: connectTimeoutMs,
    ...(insecureSkipVerify && { rejectUnauthorized: false }),
    ...(ca !== undefined && { ca }),
  }
  const pool = {
    ...(maxConnections !== undefined && { connections: maxConnections }),
    factory: (origin: string | URL, { connect, ...rest }: Pool.Options = {}) =>
      new Pool(origin, { ...rest, connect: failing(connections.connector(connect)) }),
  }
  if (proxy === undefined) return new Agent({ ...pool, connect: tls })
  const proxied = {
    ...pool,
    requestTls: tls,
    proxyTls: tls,
    clientFactory: (origin: URL, toProxy: object) => new Pool(origin, { ...toProxy, headersTimeout: connectTimeoutMs }),
  }
  if (proxy === 'environment') {
    const fromEnvironment = { httpProxy: proxyOf('http_proxy'), httpsProxy: proxyOf('https_proxy') }
    return new EnvHttpProxyAgent({ ...proxied, ...fromEnvironment, connect: tls })
  }
  return new ProxyAgent({ ...proxied, uri: proxy })
}

/**
 * A client of undici takes these for the end of a connection that it had, and lets its requests wait for the next, without
 * making one. From a connector they mean that the proxy hung up.
 */
const notTaken: readonly (string | undefined)[] = ['UND_ERR_SOCKET', 'UND_ERR_INFO']

const failing =
  (connect: buildConnector.connector): buildConnector.connector =>
  (options, callback) =>
    connect(options, (...outcome) => {
      const [error] = outcome
      if (error === null || !notTaken.includes((error as NodeJS.ErrnoException).code)) return callback(...outcome)
      return callback(new Error('the proxy ended the connection instead of answering', { cause: error }), null)
    })

const redirects: readonly number[] = [301, 302, 303, 307, 308]

async function following(send: Transport, request: HttpRequest, left = 10): Promise<HttpResponse> {
  const response = await send(request)
  const { location } = response.headers
  const canFollow = request.method === 'GET' || request.method === 'HEAD'
  if (!canFollow || !location || !redirects.includes(response.status)) return response
  await response.body?.cancel()
  const from = new URL(request.url)
  if (!URL.canParse(location, from.href)) throw new RequestError(`${request.method} ${from.host}: redirected to no URL`)
  const to = new URL(location, from)
  // It is for who asked, not for the server.
  to.hash = ''
  if (left === 0) throw new RequestError(`${request.method} ${from.host}: more than 10 redirects`)
  return following(send, { ...request, url: to.href, headers: headersFor(from, to, request.headers) }, left - 1)
}

const secretHeaders: readonly string[] = [
  'authorization',
  'x-oss-security-token',
  'x-aliyun-ecs-metadata-token',
  'cookie',
  'host',
]

const headersFor = (from: URL, to: URL, headers: Record<string, string>): Record<string, string> =>
  from.origin === to.origin
    ? headers
    : Object.fromEntries(Object.entries(headers).filter(([name]) => !secretHeaders.includes(name.toLowerCase())))
