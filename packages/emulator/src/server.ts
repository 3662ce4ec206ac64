import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { ServiceFault } from './errors.ts'
import { decodeHeader, encodeHeaders } from './header-text.ts'
import type { Handle, OssRequest, OssResponse } from './message.ts'
import type { Certificate } from './tls/certificate.ts'

/** Bytes of an unread body that are read and dropped, so that the client hears the answer before the connection ends. */
const drainLimit = 16 * 1024 * 1024
/** How long a client may take to notice an answer that came before its body was read. */
const drainTimeoutMs = 10_000
const maximumHeaderSize = 64 * 1024

function readHeaders(message: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index]!.toLowerCase()
    const value = decodeHeader(message.rawHeaders[index + 1]!)
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return headers
}

/** A body that asks the client for its bytes, with `100 Continue`, when it is first read. */
async function* bodyOf(message: IncomingMessage, askForBody: () => void): AsyncIterable<Uint8Array> {
  askForBody()
  try {
    // Who stops reading early still wants to answer, so the connection stays.
    yield* message.iterator({ destroyOnReturn: false })
  } catch (error) {
    throw new ServiceFault(400, 'IncompleteBody', 'The request body ended before its announced length.', {
      reason: `the client closed the connection: ${error instanceof Error ? error.message : String(error)}`,
    })
  }
}

function toRequest(message: IncomingMessage, askForBody: () => void): OssRequest {
  const headers = readHeaders(message)
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    host: headers.get('host') ?? '',
    headers,
    body: bodyOf(message, askForBody),
    ...(message.socket.remoteAddress !== undefined && { remoteAddress: message.socket.remoteAddress }),
    isSecure: 'encrypted' in message.socket,
  }
}

/** Resolves when the response takes more, or its connection is gone. */
function drained(target: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      target.off('drain', done)
      target.off('close', done)
      resolve()
    }
    target.on('drain', done)
    target.on('close', done)
  })
}

async function writeBody(target: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) {
    if (target.destroyed) return
    if (!target.write(chunk)) await drained(target)
  }
}

/** Reads and drops what is left of a request's body, within limits. */
async function drain(message: IncomingMessage): Promise<void> {
  let size = 0
  const timer = setTimeout(() => message.destroy(), drainTimeoutMs)
  try {
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > drainLimit) message.destroy()
    })
    message.resume()
    if (!message.complete && !message.destroyed) await Promise.race([once(message, 'end'), once(message, 'close')])
  } finally {
    clearTimeout(timer)
  }
}

/** Whether the client may go on using the connection although it has not sent the whole body yet. */
function canDrain(message: IncomingMessage, isWaiting: boolean): boolean {
  if (isWaiting) return false
  return message.complete || Number(message.headers['content-length'] ?? 0) <= drainLimit
}

async function respond(
  message: IncomingMessage,
  target: ServerResponse,
  response: OssResponse,
  isWaiting: boolean,
): Promise<void> {
  const headers = encodeHeaders(response.headers)
  if (!target.shouldKeepAlive || !canDrain(message, isWaiting)) headers.Connection = 'close'
  target.writeHead(response.status, headers)
  // Node writes head and first text chunk in one encoding, which would encode the head twice; bytes go on their own.
  if (message.method !== 'HEAD') {
    if (typeof response.body === 'string') target.write(Buffer.from(response.body, 'utf8'))
    else if (response.body !== undefined) await writeBody(target, response.body)
  }
  // The client has the whole answer by its Content-Length; ending only now keeps a reset from hiding it.
  if (!message.complete && !isWaiting) {
    target.flushHeaders()
    await drain(message)
  }
  target.end()
}

async function serve(
  handle: Handle,
  message: IncomingMessage,
  target: ServerResponse,
  isExpecting: boolean,
): Promise<void> {
  let isWaiting = isExpecting
  const askForBody = (): void => {
    if (isWaiting) target.writeContinue()
    isWaiting = false
  }
  target.on('error', () => {})
  message.on('error', () => {})
  const { socket } = message
  const response = await handle(toRequest(message, askForBody))
  try {
    if (response.isDropped === true) return void socket.destroySoon()
    await respond(message, target, response, isWaiting)
  } catch {
    // The head is sent: all that can still be told is that the rest is missing.
    socket.destroySoon()
  } finally {
    response.release?.()
  }
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const isTooLong = error.code === 'HPE_HEADER_OVERFLOW'
  const message = isTooLong ? 'The request headers are too long.' : 'The request is malformed.'
  const code = isTooLong ? 'RequestHeaderTooLarge' : 'BadRequest'
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nServer: AliyunOSS\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/** Starts an HTTP server over a handler, an HTTPS one with a certificate. */
export async function listen(handle: Handle, port: number, host: string, tls?: Certificate): Promise<Server> {
  const options = { maxHeaderSize: maximumHeaderSize, requestTimeout: 0, keepAliveTimeout: 60_000 }
  const server =
    tls === undefined
      ? createServer(options)
      : createTlsServer({ ...options, cert: tls.certificate, key: tls.key, ALPNProtocols: ['http/1.1'] })
  server.on('request', (message, target) => void serve(handle, message, target, false))
  server.on('checkContinue', (message, target) => void serve(handle, message, target, true))
  server.on('clientError', refuseMalformed)
  server.listen(port, host)
  await once(server, 'listening')
  return server
}
