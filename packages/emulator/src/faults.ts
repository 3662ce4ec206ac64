import { ServiceFault } from './errors.ts'
import type { OssRequest, OssResponse } from './message.ts'

/** What a fault is matched against. */
export interface FaultRequest {
  readonly method: string
  /** Such as `UploadPart`. */
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly query: ReadonlyMap<string, string>
}

/** Something that goes wrong on purpose. */
export interface Fault {
  /** Which requests it befalls. */
  readonly match: (request: FaultRequest) => boolean
  /** Matching requests that are left alone first. @default 0 */
  readonly skip?: number
  /** Matching requests that it befalls. @default 1 */
  readonly times?: number
  /** Milliseconds to wait before anything is done. */
  readonly delayMs?: number
  /** Answers with this status and `code` instead of doing anything. */
  readonly status?: number
  /** Error code beside `status`. @default 'ServiceUnavailable' */
  readonly code?: string
  /** Cuts the connection once so many bytes of the body have passed: the request's if it has one, else the answer's. */
  readonly dropAfterBytes?: number
  /** Does what is asked and cuts the connection instead of answering. */
  readonly dropAnswer?: boolean
  /** Changes the first byte of the body: the request's if it has one, else the answer's. */
  readonly corrupt?: boolean
}

/** The faults to come. */
export interface Faults {
  /** Adds a fault behind those there are, and returns what takes it back. */
  add(fault: Fault): () => void
  clear(): void
}

/** The faults to come, as the server uses them. */
export interface FaultScript extends Faults {
  /** The first fault that befalls a request. */
  take(request: FaultRequest): Fault | undefined
}

/** A fault ended the connection. */
export class ConnectionCut extends ServiceFault {
  constructor() {
    super(400, 'IncompleteBody', 'The connection was cut.', { reason: 'a fault script cut the connection' })
  }
}

/** Makes an empty script. */
export function faultScript(): FaultScript {
  const pending: { fault: Fault; skip: number; times: number }[] = []
  return {
    add(fault) {
      const entry = { fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }
      pending.push(entry)
      return () => {
        entry.times = 0
      }
    },
    clear() {
      pending.length = 0
    },
    take(request) {
      const matching = pending.filter(({ fault, times }) => times > 0 && fault.match(request))
      const due = matching.find(({ skip }) => skip === 0)
      for (const entry of matching) entry.skip = Math.max(0, entry.skip - 1)
      if (due !== undefined) due.times -= 1
      return due?.fault
    },
  }
}

const hasBody = ({ headers }: OssRequest): boolean =>
  headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0

async function* spoiled(body: AsyncIterable<Uint8Array>, fault: Fault): AsyncIterable<Uint8Array> {
  const limit = fault.dropAfterBytes ?? Number.POSITIVE_INFINITY
  let passed = 0
  for await (const chunk of body) {
    const bytes = Uint8Array.from(chunk.subarray(0, limit - passed))
    if (fault.corrupt === true && passed === 0 && bytes[0] !== undefined) bytes[0] ^= 1
    passed += bytes.length
    yield bytes
    if (passed >= limit) throw new ConnectionCut()
  }
}

/** The request as it arrives under a fault. */
export const spoilRequest = (request: OssRequest, fault: Fault): OssRequest =>
  hasBody(request) ? { ...request, body: spoiled(request.body, fault) } : request

async function* bytesOfText(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text, 'utf8')
}

/** The answer as it leaves under a fault. */
export function spoilResponse(request: OssRequest, response: OssResponse, fault: Fault): OssResponse {
  if (fault.dropAnswer === true) return { ...response, isDropped: true }
  if (hasBody(request) || response.body === undefined) return response
  if (typeof response.body !== 'string') return { ...response, body: spoiled(response.body, fault) }
  const headers = { 'Content-Length': String(Buffer.byteLength(response.body)), ...response.headers }
  return { ...response, headers, body: spoiled(bytesOfText(response.body), fault) }
}
