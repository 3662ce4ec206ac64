import type { CallOptions, Client } from '../client/client.ts'
import { defined } from '../defined.ts'
import type { Body } from '../http/request-body.ts'
import type { EncryptedBody } from './encrypted-body.ts'
import { envelopePrefix, withoutEnvelope } from './envelope.ts'

/** What an operation is given. */
export type Input = Parameters<Client['send']>[1]

/** A call as the caller makes it, without what is said of the plain text. */
export interface PlainCall {
  readonly input: Input
  readonly options: CallOptions
  readonly body: Body | undefined
  /** Bytes of the body, as the caller says. */
  readonly declaredSize: number | undefined
  /** What is said of the plain text, as members of the envelope. */
  readonly unencrypted: Readonly<Record<string, string | number | undefined>>
}

/** Takes apart what is said of the plain text, and what of the object. */
export function plainCall(input: Input, options: CallOptions): PlainCall {
  const { 'content-md5': md5, 'content-length': length, ...headers } = lowerCase(options.headers)
  const { body, contentMd5 = md5, contentLength = length, metadata } = input
  return {
    input: {
      ...input,
      contentMd5: undefined,
      contentLength: undefined,
      ...(metadata !== undefined && { metadata: withoutEnvelope(Object(metadata)) }),
    },
    options: {
      ...options,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(envelopePrefix))),
    },
    body: (body ?? undefined) as Body | undefined,
    declaredSize: contentLength === undefined ? undefined : Number(contentLength),
    unencrypted: {
      'unencrypted-content-length': contentLength as number | undefined,
      'unencrypted-content-md5': contentMd5 as string | undefined,
    },
  }
}

/** The call that is made instead. */
export function encryptedCall(
  { input, options, body }: PlainCall,
  envelope: Readonly<Record<string, string>>,
  encrypted?: EncryptedBody,
): [Input, CallOptions] {
  // Cipher text has no type of its own.
  const type = body instanceof Blob && body.type ? { 'content-type': body.type } : {}
  const attempts = encrypted?.isOneShot ? { retryMaxAttempts: 1 } : {}
  return [
    { ...input, body: encrypted?.body },
    { ...options, headers: { ...type, ...options.headers, ...envelope }, ...attempts },
  ]
}

/** What is undefined is as if it was not there. */
export const lowerCase = (headers: CallOptions['headers'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(defined(headers)).map(([name, value]) => [name.toLowerCase(), value]))
