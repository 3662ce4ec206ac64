import type { ServiceFault } from './errors.ts'
import type { OssRequest, OssResponse, ResponseHeaders } from './message.ts'
import { branch, leaf, xmlDocument } from './xml.ts'

/** What every answer says of the request. */
export interface Frame {
  readonly request: OssRequest
  readonly requestId: string
  readonly now: Date
  /** Milliseconds that the answer took. */
  readonly elapsedMs: number
}

/** What an answer depends on, of which there may be several reasons. */
function varying(...headers: ResponseHeaders[]): ResponseHeaders {
  const names = headers.flatMap(({ Vary }) => (Vary === undefined ? [] : [Vary]))
  return names.length === 0 ? {} : { Vary: names.join(', ') }
}

/** Adds the headers that every answer of the service has. */
export function framed(response: OssResponse, frame: Frame, cors: ResponseHeaders): OssResponse {
  const length = typeof response.body === 'string' ? Buffer.byteLength(response.body) : response.body ? undefined : 0
  const headers: ResponseHeaders = {
    Server: 'AliyunOSS',
    Date: frame.now.toUTCString(),
    ...(length !== undefined && response.status !== 304 && { 'Content-Length': String(length) }),
    Connection: 'keep-alive',
    'x-oss-request-id': frame.requestId,
    ...cors,
    ...response.headers,
    ...varying(response.headers, cors),
    'x-oss-server-time': String(Math.round(frame.elapsedMs)),
  }
  return { ...response, headers }
}

/** The error document; what is special to the fault may be told in part. */
export const errorDocument = (fault: ServiceFault, frame: Frame, details = fault.details): string =>
  xmlDocument(
    branch(
      'Error',
      leaf('Code', fault.code),
      leaf('Message', fault.message),
      leaf('RequestId', frame.requestId),
      leaf('HostId', frame.request.host),
      ...Object.entries(details).map(([name, value]) => leaf(name, value)),
      leaf('EC', fault.ec),
      leaf('RecommendDoc', `https://api.aliyun.com/troubleshoot?q=${fault.ec}`),
    ),
  )

/** Bytes of a header that clients take beside the others; Node takes 16 KiB in all. */
const maximumHeaderSize = 8192

/** The document for a header, without what is there twice, or all that is special, where it would be too long. */
function headerDocument(fault: ServiceFault, frame: Frame): string {
  const short = Object.fromEntries(Object.entries(fault.details).filter(([name]) => !name.endsWith('Bytes')))
  const documents = [fault.details, short, {}].map((details) =>
    Buffer.from(errorDocument(fault, frame, details), 'utf8').toString('base64'),
  )
  return documents.find(({ length }) => length <= maximumHeaderSize) ?? documents.at(-1)!
}

/** The answer to a refused request; to a HEAD request the document travels in a header. */
export function errorAnswer(fault: ServiceFault, frame: Frame): OssResponse {
  const headers = { ...fault.headers, 'x-oss-ec': fault.ec }
  if (fault.status === 304) return { status: 304, headers: fault.headers }
  if (frame.request.method === 'HEAD') {
    return { status: fault.status, headers: { ...headers, 'x-oss-err': headerDocument(fault, frame) } }
  }
  const body = errorDocument(fault, frame)
  return { status: fault.status, headers: { 'Content-Type': 'application/xml', ...headers }, body }
}
