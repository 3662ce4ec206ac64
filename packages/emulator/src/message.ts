import { createHash } from 'node:crypto'
import { ServiceFault } from './errors.ts'

/** A request as it came over the wire. */
export interface OssRequest {
  readonly method: string
  /** Path and query exactly as sent. */
  readonly target: string
  /** The Host header. */
  readonly host: string
  /** Lower-case names; values as text, decoded from UTF-8 where they are UTF-8. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: AsyncIterable<Uint8Array>
  /** IP address of the sender, where there is one. */
  readonly remoteAddress?: string
  /** Whether it came over TLS. */
  readonly isSecure?: boolean
}

/** Header names and values of a response; the names as they are sent. */
export type ResponseHeaders = Record<string, string>

/** An answer. */
export interface OssResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly body?: string | AsyncIterable<Uint8Array>
  /** The connection is cut instead of answering. */
  readonly isDropped?: boolean
  /** Gives back what a body holds; to be called once the body was sent or given up. */
  readonly release?: () => void
}

/** Answers requests; never rejects. */
export type Handle = (request: OssRequest) => Promise<OssResponse>

/** An answer without body. */
export const empty = (status = 200, headers: ResponseHeaders = {}): OssResponse => ({ status, headers })

/** An answer with an XML document. */
export const xmlAnswer = (body: string, headers: ResponseHeaders = {}): OssResponse => ({
  status: 200,
  headers: { 'Content-Type': 'application/xml', ...headers },
  body,
})

/** A body of bytes that are at hand. */
export async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

/** Collects a small body, at most `limit` bytes, and verifies its Content-MD5. */
export async function readBody(request: OssRequest, limit = 2 * 1024 * 1024): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    if (size > limit) {
      throw new ServiceFault(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.')
    }
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  verifyContentMd5(request, createHash('md5').update(bytes).digest())
  return bytes.toString('utf8')
}

/** Throws 400 `InvalidDigest` when the request names another MD5 than the body has. */
export function verifyContentMd5(request: OssRequest, md5: Uint8Array): void {
  const expected = request.headers.get('content-md5')
  if (expected === undefined || expected === Buffer.from(md5).toString('base64')) return
  throw new ServiceFault(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', {
    details: { 'Content-MD5': expected },
  })
}
