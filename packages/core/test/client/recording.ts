import { createClient } from '../../src/client/client.ts'
import type { ClientConfig } from '../../src/client/config.ts'
import type { HttpRequest, HttpResponse } from '../../src/http/transport.ts'

export interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Thrown instead of answering. */
  error?: unknown
}

/** A request together with the bytes that it carried. */
export interface Sent extends HttpRequest {
  bytes: Uint8Array
}

/** A client whose transport is scripted: it reads each request to its end, keeps it, and answers with the next reply. */
export function scripted(replies: (Reply | ((sent: Sent) => Reply))[], config: Partial<ClientConfig> = {}) {
  const sent: Sent[] = []
  const client = createClient({
    region: 'cn-hangzhou',
    credentialsProvider: { accessKeyId: 'id', accessKeySecret: 'canary-secret' },
    retryer: { maxAttempts: 3, isRetryable: standard.isRetryable, delayMs: () => 0 },
    async transport(request) {
      request.signal?.throwIfAborted()
      const bytes = await bytesOf(request)
      request.signal?.throwIfAborted()
      sent.push({ ...request, bytes })
      const next = replies.length > 1 ? replies.shift()! : replies[0]!
      const reply = typeof next === 'function' ? next(sent.at(-1)!) : next
      if (reply.error) throw reply.error
      return responseOf(reply)
    },
    ...config,
  })
  return { client, sent }
}

import { standardRetryer } from '../../src/retry/retryer.ts'

const standard = standardRetryer()

async function bytesOf({ body, onUploadProgress }: HttpRequest): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer())
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.byteLength
    onUploadProgress?.(size)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

const responseOf = ({ status = 200, headers = {}, body }: Reply): HttpResponse => ({
  status,
  headers,
  body: body === undefined ? null : new Blob([body as Uint8Array<ArrayBuffer>]).stream(),
})

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** An error document of OSS. */
export const refusal = (status: number, code: string, more = ''): Reply => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-oss-request-id': '65F2A0000000000000000001' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code} happened.</Message><RequestId>65F2A0000000000000000001</RequestId>${more}</Error>`,
})
