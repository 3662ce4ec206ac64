import type { CallContext } from './client/call.ts'
import type { CallOptions, Client } from './client/client.ts'
import { contextOf } from './client/context.ts'
import { type SerialisedRequest, serialise } from './client/serialise.ts'
import type { Credentials } from './credentials/credentials.ts'
import { CredentialsError, ValidationError } from './errors.ts'
import { toHeaderBytes } from './header-bytes.ts'
import { mapValues } from './map-values.ts'
import type { AnyOperation, Definition, InputOf } from './operation.ts'
import { encodeQuery } from './percent-encode.ts'
import type { Fields, Placed, Values } from './schema/types.ts'
import { defaultHasher } from './signing/hasher.ts'
import { endOf, endWithToken, type Lifetime, lifetimeSeconds } from './signing/lifetime.ts'
import { signV4Query } from './signing/presign.ts'
import type { UrlContext } from './signing/signer.ts'
import { trim } from './signing/v4.ts'

/** How URLs are signed. */
export interface PresignOptions extends Lifetime {
  /** Further headers that must be sent. The operation's own fields win over them. */
  headers?: Record<string, string> | undefined
  /**
   * Further query parameters, signed as well: `x-oss-traffic-limit`, or who may use the URL, as in `x-oss-ac-source-ip`. The
   * operation's own fields win over them.
   */
  query?: Record<string, string> | undefined
  /** Headers to sign besides those that OSS asks for, where the request has them. V4 only. @default the client's */
  additionalHeaders?: readonly string[] | undefined
}

/** A request that anybody can send. It can be handed on as JSON; `expiresAt` is then text. */
export interface Presigned {
  /** The HTTP method, as in `PUT`. */
  method: string
  /** Whoever has it can send the request: treat it as a secret until it expires. */
  url: string
  /** What must be sent with it, under lower-case names; nothing else that the browser does not add by itself. */
  headers: Record<string, string>
  /** The document to send, where the operation makes one of its input. Its type and MD5 are in `headers`, and signed. */
  body?: string
  /** When OSS refuses the URL: after the time asked for, or with the token that signed it, whichever is earlier. */
  expiresAt: Date
}

/** What an operation takes when it is presigned: everything but `body`, which is left to whoever sends the request. */
export type PresignInput<F extends AnyOperation> = Omit<InputOf<F>, 'body'>

/** 7 days. V1 knows no limit. */
const maxV4Seconds = 604_800

/**
 * Signs a request for somebody else to send, without telling them any secret.
 *
 * Any operation can be presigned, with the client that would send it. The field `body` is left to whoever sends the request,
 * and nothing is derived from it: no Content-MD5, and no Content-Type but one in the input. A Content-Type that was not signed
 * must not be sent, so send bytes or a Blob without a type, or let `sendPresigned` do it. A document that the operation makes of
 * other fields is in `body` of the result; its Content-MD5 is signed, so OSS accepts no other. Fields that travel as headers are
 * in `headers`: a link to click on has none, so give it `response-content-disposition` and its like, which travel in the query.
 *
 * Throws a ValidationError if the input is not usable, has a body, or a V4 signature shall live for more than 604800 seconds
 * (7 days); a CredentialsError if the client is anonymous or has no credentials.
 *
 * @example
 * const { url } = await presign(client, getObject, { bucket: 'photos', key: 'cat.jpg' }, { expiresInSeconds: 3600 })
 *
 * @example
 * const input = { bucket: 'photos', key: 'cat.jpg', contentType: 'image/jpeg' }
 * const { method, url, headers } = await presign(client, putObject, input)
 * await fetch(url, { method, headers, body: file })
 *
 * @example
 * const rules = { bucket: 'photos', corsConfiguration: { corsRules: [rule] } }
 * const { url, ...request } = await presign(client, putBucketCors, rules)
 * await fetch(url, request)
 */
export async function presign<F extends AnyOperation>(
  client: Client,
  operation: F,
  input: PresignInput<F>,
  options: PresignOptions = {},
): Promise<Presigned> {
  return urlSigner(client, options)(operation.definition, input as Values)
}

/** Signs any number of URLs, with credentials that are asked for once. */
export function urlSigner(
  client: Client,
  options: PresignOptions,
): (definition: Definition, input: Values) => Promise<Presigned> {
  const context = contextOf(client)
  const { config, locate, clock } = context
  const now = clock.now()
  const expiresInSeconds = lifetimeSeconds(now, options, config.signatureVersion === 'v1' ? Infinity : maxV4Seconds)
  const additionalHeaders = options.additionalHeaders ?? config.additionalHeaders
  let asked: Promise<Credentials> | undefined
  return async (definition, input) => {
    const request = await serialiseDocument(context, definition, input, options)
    const { url, ...place } = locate({ ...request, query: {} })
    asked ??= signingCredentials(context, definition.name)
    const credentials = await asked
    const headers = mapValues(request.headers, trim)
    const scope = { ...place, credentials, additionalHeaders, now, expiresInSeconds }
    const signed = await signQuery(context, { ...request, headers }, scope)
    return {
      method: request.method,
      url: `${url}?${encodeQuery(signed)}`,
      headers: mapValues(headers, toHeaderBytes),
      ...(request.body !== undefined && { body: new TextDecoder().decode(request.body as Uint8Array) }),
      expiresAt: endWithToken(endOf(now, expiresInSeconds), credentials),
    }
  }
}

/** @throws a {@link CredentialsError} if the client is anonymous */
export async function signingCredentials({ provider }: CallContext, what: string): Promise<Credentials> {
  const identity = await provider.getCredentials()
  if (identity) return identity
  throw new CredentialsError(`${what}: an anonymous client cannot sign; give it a credentialsProvider`)
}

async function signQuery(
  { config, signer }: CallContext,
  request: SerialisedRequest,
  scope: UrlContext,
): Promise<Record<string, string>> {
  if (config.signatureVersion !== 'v1') {
    return signV4Query(request, scope, await signer(), config.hasher ?? (await defaultHasher()))
  }
  const { signV1Query } = await import('./signing/v1.ts')
  return signV1Query(request, scope, await signer())
}

/** Serialises what travels in the URL, in its headers, and as a document. */
async function serialiseDocument(
  context: CallContext,
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<SerialisedRequest> {
  if ((input.body ?? undefined) !== undefined) throw bytesRefused('body')
  const request = await serialise(withoutGuesses(definition), input, options)
  const { body, headers, isUpload, key, md5 } = request
  if (body === undefined) return request
  if (isUpload || !(body instanceof Uint8Array)) throw bytesRefused('input')
  // Without one of its own, pages send text as text/plain, and OSS signs whatever arrives.
  const usual = key === undefined ? 'application/xml' : 'application/octet-stream'
  headers['content-type'] ||= definition.contentType || context.contentType || usual
  if (definition.contentMd5 !== false && md5) headers['content-md5'] ||= md5(body)
  return request
}

const bytesRefused = (field: string) =>
  new ValidationError(field, 'a URL carries no body: give it to whoever sends the request')

type Guessed = Placed<string>

/** Headers that a call would derive from its body, or guess, are up to the one who sends it, as is `body` itself. */
function withoutGuesses(definition: Definition): Definition {
  const { body: _, contentType, ...others } = definition.input ?? {}
  const input: Fields = contentType
    ? { ...others, contentType: { ...contentType, fallback: undefined } as Guessed }
    : others
  return { ...definition, input, contentType: '', contentMd5: false }
}
