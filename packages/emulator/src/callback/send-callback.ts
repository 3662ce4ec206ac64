import { request } from 'node:http'
import { request as requestByTls } from 'node:https'
import { text as readText } from 'node:stream/consumers'
import { accountIdOf } from '../authentication/principal.ts'
import { type Call, header } from '../call.ts'
import { ServiceFault } from '../errors.ts'
import type { OssResponse, ResponseHeaders } from '../message.ts'
import { percentDecode } from '../percent-encode.ts'
import type { Callback } from './callback.ts'
import { publicKeyPath } from './callback-signer.ts'

/** The object that a callback tells of. */
export interface CallbackObject {
  /** Without quotes. */
  readonly etag: string
  readonly size: number
  readonly crc64: string
  readonly mimeType: string
  /** Base64. */
  readonly contentMd5?: string
}

const timeoutMs = 5000
const maximumAnswerSize = 3 * 1024 * 1024

function valuesOf(call: Call, { variables }: Callback, object: CallbackObject): Record<string, string> {
  return {
    bucket: call.bucket,
    object: call.key,
    etag: object.etag,
    size: String(object.size),
    mimeType: object.mimeType,
    crc64: object.crc64,
    contentMd5: object.contentMd5 ?? '',
    clientIp: call.request.remoteAddress ?? '',
    reqId: call.requestId,
    operation: call.operation,
    ...variables,
  }
}

const numeric = new Set(['size'])

/** The body with its variables filled in: quoted in JSON, percent-encoded in a form. */
function filledBody(call: Call, callback: Callback, object: CallbackObject): string {
  const values = valuesOf(call, callback, object)
  const isJson = callback.bodyType === 'application/json'
  return callback.body.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = values[name] ?? ''
    if (!isJson) return encodeURIComponent(value)
    return numeric.has(name) ? value : JSON.stringify(value)
  })
}

async function headersOf(call: Call, callback: Callback, url: URL, body: string): Promise<Record<string, string>> {
  const path = percentDecode(url.pathname) ?? url.pathname
  const port = /:\d+$/.exec(call.request.host)?.[0] ?? ''
  const scheme = call.request.isSecure === true ? 'https' : 'http'
  const keyUrl = `${scheme}://127.0.0.1${port}${publicKeyPath}`
  return {
    'Content-Type': callback.bodyType,
    'User-Agent': 'aliyun-oss-callback',
    Authorization: await call.signer.sign(`${path}${url.search}\n${body}`),
    'x-oss-pub-key-url': Buffer.from(keyUrl).toString('base64'),
    'x-oss-bucket': call.bucket,
    'x-oss-requester': accountIdOf(call.principal) ?? '',
    'x-oss-signature-version': '1.0',
    'x-oss-tag': 'CALLBACK',
    'x-oss-request-id': call.requestId,
    ...(callback.host !== undefined && { Host: callback.host }),
  }
}

/** Sends a request by node:http, for `fetch` does not let its Host header be chosen. */
function exchange(url: URL, headers: Record<string, string>, body: string): Promise<{ status: number; text: string }> {
  const send = url.protocol === 'https:' ? requestByTls : request
  const options = { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMs), agent: false } as const
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, (answer) => {
      readText(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Posts to one URL; throws an error whose message tells what went wrong. */
async function post(call: Call, callback: Callback, address: string, body: string): Promise<string> {
  const url = new URL(address)
  const length = { 'Content-Length': String(Buffer.byteLength(body)) }
  const headers = { ...(await headersOf(call, callback, url, body)), ...length }
  const { status, text } = await exchange(url, headers, body)
  if (status !== 200) throw new Error(`Error status : ${status}.`)
  if (Buffer.byteLength(text) > maximumAnswerSize) throw new Error('Response body is too large.')
  try {
    JSON.parse(text)
  } catch {
    throw new Error('Response body is not valid json format.')
  }
  return text
}

/** Tells the URLs one after the other, until one answers well, and returns its answer. */
async function firstAnswer(call: Call, callback: Callback, body: string): Promise<string> {
  const problems: string[] = []
  for (const url of callback.urls) {
    try {
      return await post(call, callback, url, body)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      problems.push(/^(Error status|Response)/.test(message) ? message : `Error status : -1. ${message}`)
    }
  }
  throw new ServiceFault(203, 'CallbackFailed', problems.at(-1) ?? '', {
    ec: '0007-00000203',
    reason: `the object is kept; its callback failed: ${problems.join(' ')}`,
  })
}

/**
 * Tells a server of an object that was kept; its answer becomes the body of the response. Throws 203 `CallbackFailed`
 * with the headers of the response when no server answers 200 with JSON within 5 seconds.
 */
export async function sendCallback(
  call: Call,
  callback: Callback,
  object: CallbackObject,
  headers: ResponseHeaders,
): Promise<OssResponse> {
  try {
    const body = await firstAnswer(call, callback, filledBody(call, callback, object))
    return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, body }
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    const { status, code, message, ec, reason } = error
    throw new ServiceFault(status, code, message, { ec, reason, headers })
  }
}

/** The type of an object, as a callback tells it. */
export const mimeTypeOf = (call: Call): string => header(call, 'content-type') || 'application/octet-stream'
