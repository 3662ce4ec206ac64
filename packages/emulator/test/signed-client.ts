import { createHash } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { encodePath, encodeQuery, signV4 } from './sign-v4.ts'

/** Where a client sends to, and as whom. */
export interface Target {
  readonly port: number
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

const overSocket =
  ({ port }: Target): Send =>
  (...request) =>
    send(port, ...request)

const overFetch =
  (target: { fetch(request: Request): Promise<Response> }): Send =>
  async (method, path, headers, body) => {
    const latin = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
    )
    const init = { method, headers: latin, ...(body !== undefined && { body: Buffer.from(body) }) }
    const response = await target.fetch(new Request(`http://${headers.host}${path}`, init))
    const bytes = Buffer.from(await response.arrayBuffer())
    const { status, statusText: reason } = response
    return { status, reason, headers: Object.fromEntries(response.headers), bytes, text: bytes.toString('utf8') }
  }

/** The ways to reach an emulator. */
export const transports = [
  ['a socket', overSocket],
  ['fetch', overFetch],
] as const

/** Makes a function that signs and sends. */
export const signedClient =
  (target: Target, sendOver: Send = overSocket(target)) =>
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
    return sendOver(method, encodePath(resource) + (search && `?${search}`), headers, body)
  }
