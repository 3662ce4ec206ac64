/** Servers of the tests' own, for what the emulator never does: stall, cut, redirect, tunnel. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net'
import type { Duplex } from 'node:stream'

export interface LocalServer extends AsyncDisposable {
  readonly url: string
  /** Connections accepted so far. */
  readonly connections: number
}

async function listening(server: Server | TcpServer, scheme: string): Promise<LocalServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export const httpServer = (answer: RequestListener): Promise<LocalServer> => listening(createServer(answer), 'http')

export const httpsServer = (options: ServerOptions, answer: RequestListener): Promise<LocalServer> =>
  listening(createSecureServer(options, answer), 'https')

export const tcpServer = (serve: (socket: Socket) => void): Promise<LocalServer> =>
  listening(createTcpServer(serve), 'http')

/** A proxy that tunnels; it asks for the user and password `user:pa ss`, if told to. */
export async function proxyServer(asksForPassword = false): Promise<LocalServer & { readonly targets: string[] }> {
  const targets: string[] = []
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    const isKnown = request.headers['proxy-authorization'] === `Basic ${Buffer.from('user:pa ss').toString('base64')}`
    if (asksForPassword && !isKnown) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    targets.push(request.url!)
    const [host, port] = request.url!.split(':')
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(target).pipe(client)
    })
    target.on('error', () => client.destroy())
    return client.on('error', () => target.destroy())
  })
  return Object.assign(await listening(server, 'http'), { targets })
}

/** Connects a client with the server that it should have called. */
export function passOn(client: Socket, host: string): Socket {
  const { hostname, port } = new URL(`http://${host}`)
  const server = connect(Number(port), hostname)
  server.on('error', () => client.destroy())
  client.on('close', () => server.destroy())
  client.pipe(server).pipe(client)
  return server
}

/** Whether the other side, or anybody, closed the connection of a request. */
export const disconnection = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => request.resume().socket.once('close', () => resolve()))

/** The whole body of a request. */
export async function received(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Answers with what was sent: method, path, headers and the size of the body, in JSON. */
export async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request
  const body = await received(request).catch(() => undefined)
  if (!body) return
  response.end(JSON.stringify({ method, url, headers, size: body.byteLength }))
}
