import type { OssRequest } from '../message.ts'

/** What policies may ask of a request beside who sends it and what it wants. */
export interface Circumstances {
  /** Values by the name that conditions use. */
  readonly context: Readonly<Record<string, string>>
  /** Whether the sender says that it pays. */
  readonly isRequesterPaying: boolean
}

/** The circumstances of a request. */
export function circumstancesOf(request: OssRequest, query: ReadonlyMap<string, string>, now: Date): Circumstances {
  const payer = request.headers.get('x-oss-request-payer') ?? query.get('x-oss-request-payer')
  const userAgent = request.headers.get('user-agent')
  return {
    context: {
      'oss:Prefix': query.get('prefix') ?? '',
      'oss:Delimiter': query.get('delimiter') ?? '',
      'acs:CurrentTime': now.toISOString(),
      'acs:SecureTransport': String(request.isSecure === true),
      ...(request.remoteAddress !== undefined && { 'acs:SourceIp': request.remoteAddress }),
      ...(userAgent !== undefined && { 'acs:UserAgent': userAgent }),
    },
    isRequesterPaying: payer?.toLowerCase() === 'requester',
  }
}
