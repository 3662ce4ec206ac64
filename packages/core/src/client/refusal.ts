/**
 * What an answer that is not a success says, without the XML reader: small bundles have none. Loaded with the first such answer;
 * what it imports would be loaded apart from all else, so it imports what nothing else does.
 */
import { decodeBase64Text } from '../base64.ts'
import type { ServiceErrorDetails } from '../errors.ts'
import type { HttpResponse } from '../http/transport.ts'
import { learnTime } from '../retry/learn-time.ts'
import { isTransient } from '../retry/transient.ts'
import type { Attempt } from './call.ts'
import { hintFor } from './hints.ts'
import { jsonFields } from './json-error.ts'

/** What of an error document is quoted when it cannot be understood. */
const quotedLength = 256

/** The members of an error document. */
export type ErrorFields = Record<string, string>

/** Sets right what OSS complains about, if it can: the clock of a client, its credentials. */
export async function explainRefusal(
  { status, headers, body }: HttpResponse,
  attempt: Attempt,
): Promise<Partial<ServiceErrorDetails>> {
  const answered = await new Response(body).text()
  const { clock, provider, credentials, refused } = attempt
  const { securityToken, accessKeyId } = credentials ?? {}
  const hide = masking(securityToken)
  const { 'x-oss-err': document, ...shown } = headers
  const text = decoded(document) ?? answered
  const fields = withoutSecrets(isJson(headers) ? jsonFields(headers, text) : xmlFields(text), hide)
  const { Code: code = 'BadErrorResponse', Message, RequestId, EC, HostId: hostId, ServerTime } = fields ?? {}
  const serverTime = [headers.date, ServerTime].map(toDate).find((date) => !Number.isNaN(date.getTime()))
  if (clock) learnTime(clock, { code, serverTime })
  const isMended =
    /SecurityToken|InvalidAccessKeyId/.test(code) && accessKeyId !== refused && provider?.invalidate !== undefined
  if (isMended) {
    attempt.refused = accessKeyId
    provider?.invalidate?.()
  }
  return {
    code,
    isRetryable: isTransient(status, code),
    isMended,
    reason: Message ?? (text ? `no error document: ${hide(text).slice(0, quotedLength)}` : 'the answer is empty'),
    ...(RequestId !== undefined && { requestId: RequestId }),
    ec: EC ?? headers['x-oss-ec'] ?? '',
    hostId,
    fields,
    headers: withoutSecrets(shown, hide),
    serverTime,
    hint: hintFor(fields ?? {}, serverTime),
  }
}

/** Undefined for what is no base64: a proxy may have a header of this name as well. */
function decoded(base64 = ''): string | undefined {
  try {
    return decodeBase64Text(base64) || undefined
  } catch {
    return undefined
  }
}

/**
 * OSS, and what stands before it, quote the request that they refuse: the signature, and the token as it is or as URLs, pages
 * and JSON escape it. Letters and digits are the same in all of them; what is between takes up to 6 characters each.
 */
const masking = (token = '') => {
  const escaped = token.replace(/[^a-z\d]+/gi, ({ length }) => `[^\\s<>"]{1,${length * 6}}?`)
  return (text: string): string =>
    [token, encodeURIComponent(token), new RegExp(escaped, 'g')]
      .filter(() => token)
      .reduce((masked: string, secret) => masked.replaceAll(secret, '***'), text)
      .replace(/(signature=)[\w%+/=]+/gi, '$1***')
}

/** Only when they were unescaped can secrets be found in them. */
const withoutSecrets = (fields: ErrorFields | undefined, hide: (text: string) => string): ErrorFields | undefined =>
  fields && Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hide(value)]))

const toDate = (text = ''): Date => new Date(text)

/** As OSS vectors and tables answer. */
const isJson = (headers: HttpResponse['headers']): boolean =>
  'x-oss-error-type' in headers || /^application\/json/.test(headers['content-type'] ?? '')

function xmlFields(text: string): ErrorFields | undefined {
  const content = /^\s*(?:<\?[^>]*\?>\s*)?<Error(?:\s[^>]*)?>([\s\S]*?)<\/Error>/.exec(text)?.[1]
  // What OSS quotes as bytes it quotes as text as well; a token in hexadecimal digits could not be masked.
  const members = content?.matchAll(/<(?!\w+Bytes>)([\w.-]+)>([^<]*)<\/\1>/g)
  return members && Object.fromEntries(Array.from(members, ([, name = '', value = '']) => [name, unescapeText(value)]))
}

const named: Readonly<ErrorFields> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescapeText = (text: string): string =>
  text.replace(/&(#?)(\w+);/g, (entity, number, name) => (number ? characterOf(+`0${name}`) : named[name]) ?? entity)

const characterOf = (code: number): string | undefined => (code <= 0x10ffff ? String.fromCodePoint(code) : undefined)
