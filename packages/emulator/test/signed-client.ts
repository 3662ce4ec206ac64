import { createHash } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { inject } from 'vitest'
import { encodePath, encodeQuery, signV4 } from './sign-v4.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** How the tests of the emulator reach it. @default 'socket' */
    transport?: 'socket' | 'fetch'
  }
}

/** Where a client sends to, and as whom. */
export interface Target extends Reachable {
  readonly region: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

/** A request of a test. */
export interface TestCall {
  readonly bucket?: string
  readonly key?: string
  readonly query?: Record<string, string | null>
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  readonly additionalHeaders?: string[]
  readonly signedAt?: Date
  /** Sends without signature. */
  readonly isAnonymous?: boolean
  /** Sends this Host header, and the key alone in the path. */
  readonly host?: string
  /** Changes the headers after they were signed. */
  readonly tamper?: (headers: Record<string, string>) => void
}

/** An answer of a test. */
export interface TestAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
}

/** The text of the first element with the given name. */
export const element = (text: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]

/** The texts of all elements with the given name. */
export const elements = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1]!)

/** Base64 of the MD5 of a body. */
export const contentMd5 = (body: string | Uint8Array): string => createHash('md5').update(body).digest('base64')

/** Sends a request with exactly these headers and this target. */
export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Uint8Array,
): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const latin = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
    )
    const outgoing = request({ port, method, path, headers: latin, agent: false }, (message) => {
      buffer(message).then((bytes) => {
        const { statusCode: status = 0, statusMessage: reason = '', headers: received } = message
        resolve({ status, reason, headers: received, bytes, text: bytes.toString('utf8') })
      }, reject)
    })
    outgoing.on('error', reject)
    // Text would share an encoding with the head, which holds Latin-1.
    outgoing.end(typeof body === 'string' ? Buffer.from(body, 'utf8') : body)
  })
}

/** Sends a request with exactly these headers and this target, wherever it is answered. */
export type Send = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Uint8Array,
) => Promise<TestAnswer>

/** What a request can be sent to: a port of this machine, or a function that answers it. */
export interface Reachable {
  readonly port: number
  fetch?(request: Request): Promise<Response>
}

const overSocket =
  ({ port }: Reachable): Send =>
  (...request) =>
    send(port, ...request)

/** Tells of a cut connection as a socket does. */
function tellCut(error: unknown): never {
  throw new Error('ECONNRESET', { cause: error })
}

const overFetch =
  (answer: (request: Request) => Promise<Response>): Send =>
  async (method, path, headers, body) => {
    const latin = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
    )
    const init = { method, headers: latin, ...(body !== undefined && { body: Buffer.from(body) }) }
    const response = await answer(new Request(`http://${headers.host}${path}`, init)).catch(tellCut)
    const bytes = Buffer.from(await response.arrayBuffer().catch(tellCut))
    const { status, statusText: reason } = response
    return { status, reason, headers: Object.fromEntries(response.headers), bytes, text: bytes.toString('utf8') }
  }

/** The function that answers without a socket, where the tests run over it. */
const fetchOf = ({ fetch: answer }: Reachable) => (inject('transport') === 'fetch' ? answer : undefined)

/** Sends through a socket, or without one: every test of the emulator runs both ways, see `vitest.config.ts`. */
export function sendTo(target: Reachable): Send {
  const answer = fetchOf(target)
  return answer === undefined ? overSocket(target) : overFetch(answer)
}

/** The global `fetch`, or the one without a socket. */
export function fetchFrom(target: Reachable): (url: string, init?: RequestInit) => Promise<Response> {
  const answer = fetchOf(target)
  return answer === undefined ? fetch : (url, init) => answer(new Request(url, init))
}

/** Makes a function that signs and sends. */
export const signedClient =
  (target: Target) =>
  (method: string, call: TestCall = {}): Promise<TestAnswer> => {
    const { bucket = null, key = null, query = {}, body } = call
    const base: Record<string, string> = { host: call.host ?? `127.0.0.1:${target.port}`, ...call.headers }
    if (['PUT', 'POST'].includes(method)) base['content-length'] ??= String(Buffer.byteLength(body ?? ''))
    const headers = call.isAnonymous
      ? base
      : signV4({
          method,
          bucket,
          key,
          query,
          headers: base,
          credentials: target,
          region: target.region,
          signedAt: call.signedAt ?? new Date(),
          ...(call.additionalHeaders && { additionalHeaders: call.additionalHeaders }),
        })
    call.tamper?.(headers)
    const resource = call.host === undefined && bucket !== null ? `/${bucket}/${key ?? ''}` : `/${key ?? ''}`
    const search = encodeQuery(query)
    return sendTo(target)(method, encodePath(resource) + (search && `?${search}`), headers, body)
  }
