import { ServiceFault } from '../errors.ts'
import type { OssRequest, OssResponse } from '../message.ts'
import { throttled } from '../traffic-limit.ts'
import type { Fault } from './fault.ts'

/** A fault ended the connection. */
export class ConnectionCut extends ServiceFault {
  constructor() {
    super(400, 'IncompleteBody', 'The connection was cut.', { reason: 'a fault script cut the connection' })
  }
}

const hasBody = ({ headers }: OssRequest): boolean =>
  headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0

/** Whether it is the body of the request, not that of the answer, that a fault spoils. */
const isAboutRequest = (request: OssRequest, { body }: Fault): boolean =>
  body === undefined ? hasBody(request) : body === 'request'

const spoils = ({ dropAfterBytes, bytesPerSecond, corrupt }: Fault): boolean =>
  dropAfterBytes !== undefined || bytesPerSecond !== undefined || corrupt !== undefined

async function* changed(body: AsyncIterable<Uint8Array>, offset: number): AsyncIterable<Uint8Array> {
  let passed = 0
  for await (const chunk of body) {
    const at = offset - passed
    passed += chunk.length
    if (at < 0 || at >= chunk.length) yield chunk
    else yield chunk.map((byte, index) => (index === at ? byte ^ 1 : byte))
  }
}

async function* cut(body: AsyncIterable<Uint8Array>, limit: number): AsyncIterable<Uint8Array> {
  if (limit === 0) throw new ConnectionCut()
  let passed = 0
  for await (const chunk of body) {
    const bytes = chunk.subarray(0, limit - passed)
    passed += bytes.length
    yield bytes
    if (passed >= limit) throw new ConnectionCut()
  }
}

function spoiled(body: AsyncIterable<Uint8Array>, fault: Fault): AsyncIterable<Uint8Array> {
  const { corrupt, dropAfterBytes, bytesPerSecond } = fault
  const offset = corrupt === true ? 0 : corrupt
  const wrong = typeof offset === 'number' ? changed(body, offset) : body
  const short = dropAfterBytes === undefined ? wrong : cut(wrong, dropAfterBytes)
  return bytesPerSecond === undefined ? short : throttled(short, bytesPerSecond * 8)
}

/** The request as it arrives under a fault. Throws `ConnectionCut` when it has no body and is cut after 0 bytes. */
export function spoilRequest(request: OssRequest, fault: Fault): OssRequest {
  if (!spoils(fault) || !isAboutRequest(request, fault)) return request
  if (hasBody(request)) return { ...request, body: spoiled(request.body, fault) }
  if (fault.dropAfterBytes !== 0) return request
  throw new ConnectionCut()
}

async function* bytesOfText(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text, 'utf8')
}

/** The answer as it leaves under a fault. */
export function spoilResponse(request: OssRequest, response: OssResponse, fault: Fault): OssResponse {
  if (fault.dropAnswer === true) return { ...response, isDropped: true }
  if (!spoils(fault) || isAboutRequest(request, fault)) return response
  if (response.body === undefined) return { ...response, isDropped: fault.dropAfterBytes === 0 }
  if (typeof response.body !== 'string') return { ...response, body: spoiled(response.body, fault) }
  const headers = { 'Content-Length': String(Buffer.byteLength(response.body)), ...response.headers }
  return { ...response, headers, body: spoiled(bytesOfText(response.body), fault) }
}

/** A request whose body can be read again and again. It is held in memory. */
export async function replayable(request: OssRequest): Promise<OssRequest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request.body) chunks.push(Uint8Array.from(chunk))
  return {
    ...request,
    body: {
      async *[Symbol.asyncIterator]() {
        yield* chunks
      },
    },
  }
}
