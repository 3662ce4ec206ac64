/** The error documents of the services beside OSS itself. */
import type { HttpResponse } from '../http/transport.ts'
import type { ErrorFields } from './refusal.ts'

/** Undefined if the answer holds no error document. */
export function jsonFields(headers: HttpResponse['headers'], text: string): ErrorFields | undefined {
  const answer = parsed(text)
  const code = headers['x-oss-error-type']
  // OSS tables answer with the code in a header and the message in JSON.
  if (code !== undefined) return { Code: code, Message: String(answer?.message ?? '') }
  const error = answer?.Error
  if (!error || typeof error !== 'object') return undefined
  return Object.fromEntries(Object.entries(error).map(([name, value]) => [name, String(value)]))
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
