/** Turns an answer that is not a success into a ServiceError, without the XML reader: small bundles have none. */
import { decodeBase64Text } from '../base64.ts'
import { ServiceError } from '../errors.ts'
import { hintFor } from './hints.ts'

/** What of an error document is quoted when it cannot be understood. */
const quotedLength = 256

/**
 * @param securityToken must not be repeated: OSS quotes the request that it refused
 */
export async function serviceError(
  operation: string,
  answer: { status: number; headers: Readonly<Record<string, string>>; body: ReadableStream<Uint8Array> | null },
  securityToken: string | undefined,
): Promise<ServiceError> {
  const { status, headers } = answer
  const document = headers['x-oss-err']
    ? decodeBase64Text(headers['x-oss-err'])
    : await new Response(answer.body).text()
  const text = securityToken ? document.replaceAll(securityToken, '***') : document
  const fields = errorType(headers, text) ?? jsonFields(headers, text) ?? xmlFields(text)
  const code = fields?.Code ?? 'BadErrorResponse'
  const requestId = fields?.RequestId ?? headers['x-oss-request-id'] ?? ''
  const ec = fields?.EC ?? headers['x-oss-ec'] ?? ''
  const reason =
    fields?.Message ??
    (text ? `the answer holds no error document: ${text.slice(0, quotedLength)}` : 'the answer is empty')
  return new ServiceError({
    operation,
    status,
    code,
    reason,
    requestId,
    ec,
    hostId: fields?.HostId,
    fields,
    serverTime: instantOf(headers.date) ?? instantOf(fields?.ServerTime),
    hint: hintFor(code),
  })
}

type ErrorFields = Record<string, string>

function xmlFields(text: string): ErrorFields | undefined {
  const content = /^\s*(?:<\?[^>]*\?>\s*)?<Error>([\s\S]*?)<\/Error>/.exec(text)?.[1]
  if (content === undefined) return undefined
  return Object.fromEntries(
    [...content.matchAll(/<([\w.-]+)>([^<]*)<\/\1>/g)].map(([, name = '', value = '']) => [name, unescapeText(value)]),
  )
}

const named: Readonly<ErrorFields> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescapeText = (text: string): string =>
  text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (entity, hex?: string, decimal?: string, name = '') =>
    hex || decimal ? String.fromCharCode(Number(hex ? `0x${hex}` : decimal)) : (named[name] ?? entity),
  )

function jsonFields(headers: Readonly<Record<string, string>>, text: string): ErrorFields | undefined {
  const error = parsedJson(headers, text)?.Error
  return error && typeof error === 'object' ? texts(error) : undefined
}

/** OSS tables answer with the code in a header and the message in JSON. */
function errorType(headers: Readonly<Record<string, string>>, text: string): ErrorFields | undefined {
  const code = headers['x-oss-error-type']
  return code === undefined ? undefined : { Code: code, Message: String(parsedJson(headers, text)?.message ?? '') }
}

function parsedJson(headers: Readonly<Record<string, string>>, text: string): Record<string, unknown> | undefined {
  if (!headers['content-type']?.startsWith('application/json')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const texts = (object: object): ErrorFields =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]))

function instantOf(text: string | undefined): Date | undefined {
  const instant = new Date(text ?? '')
  return Number.isNaN(instant.getTime()) ? undefined : instant
}
