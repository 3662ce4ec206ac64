import { encodeBase64 } from './base64.ts'
import { utf8 } from './bytes.ts'
import type { Client } from './client/client.ts'
import { contextOf } from './client/context.ts'
import { ValidationError } from './errors.ts'
import type { Callback, ObjectAcl, ServerSideEncryption, StorageClass } from './operations/index.ts'
import { signingCredentials } from './presign.ts'
import { instant } from './schema/scalars.ts'
import { format } from './schema/words.ts'
import { endOf, endWithToken, type Lifetime, lifetimeSeconds } from './signing/lifetime.ts'
import { type PostCondition, v1PolicyFields, v4PolicyFields } from './signing/post-policy.ts'

/** What the form says about the object. OSS accepts it with exactly these values. */
export interface PostFields {
  /** Who may read and write the object. @default 'default' */
  acl?: ObjectAcl | undefined
  /** How the object is kept. @default the bucket's */
  storageClass?: StorageClass | undefined
  /** Fails with `FileAlreadyExists` instead of replacing an object with the same key. @default false */
  forbidOverwrite?: boolean | undefined
  /** User metadata. Names are case-insensitive and come back in lower case. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** Who holds the key that OSS encrypts the object with. @default the bucket's setting */
  serverSideEncryption?: ServerSideEncryption | undefined
  /** The id of the key in the Key Management Service. */
  serverSideEncryptionKeyId?: string | undefined
  /** MIME type. */
  contentType?: string | undefined
  /** How long caches may keep the object, as in `max-age=3600`. */
  cacheControl?: string | undefined
  /** What a browser does with the object, as in `attachment; filename="cat.jpg"`. */
  contentDisposition?: string | undefined
  /** How the bytes are packed, as in `gzip`. */
  contentEncoding?: string | undefined
  /** When caches may drop the object: a `Date`, or text that is kept as it is. */
  expires?: Date | string | undefined
  /** What OSS answers when it has stored the file; 201 comes with an XML document. @default 204 */
  successActionStatus?: 200 | 201 | 204 | undefined
  /** Where OSS sends the browser when it has stored the file. For forms that the browser itself submits. */
  successActionRedirect?: string | undefined
}

/** Which forms OSS shall accept. Either `key` or `keyPrefix` is required. */
export interface PostPolicyInput extends PostFields, Lifetime {
  /** The bucket that the form is posted to. */
  bucket: string
  /** The key that the object gets: 1 to 1023 bytes of UTF-8. */
  key?: string | undefined
  /** What the key begins with; the page says how it goes on, or else the file's name does. Empty text allows any key. */
  keyPrefix?: string | undefined
  /** What else OSS checks, as in `['content-length-range', 1, 10485760]`, `['in', '$content-type', ['image/png']]`. */
  conditions?: readonly PostCondition[] | undefined
  /** What OSS calls when it has stored the file: an object, or its JSON in base64. Pages can leave it out of the form. */
  callback?: Callback | string | undefined
  /** Values for `${x:…}` in the callback's body, under names that begin with `x:`, in lower case. */
  callbackVar?: Readonly<Record<`x:${string}`, string>> | undefined
}

/** What a page, or a form in HTML, posts a file with. */
export interface SignedPostPolicy {
  /** Where the form goes. */
  url: string
  /** Its fields, by name. The file comes after them, in a field named `file`. */
  fields: Record<string, string>
  /** When OSS refuses the form: after the time asked for, or with the token that signed it, whichever is earlier. */
  expiresAt: Date
}

/**
 * Signs what a form must hold, so that a page can upload one file of up to 5 GB without any secret: with `postObject`, or a plain
 * HTML form.
 *
 * OSS itself enforces key, size and every condition. What is given here about the object becomes both a field of the form and a
 * condition, so the page cannot change it; a field that only a condition names, the page adds.
 *
 * Throws a ValidationError if the input is not usable, a CredentialsError if the client is anonymous or has no credentials.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/postobject PostObject}
 *
 * @example
 * const policy = await createPostPolicy(client, {
 *   bucket: 'photos',
 *   keyPrefix: 'users/42/',
 *   expiresInSeconds: 600,
 *   conditions: [['content-length-range', 1, 10_485_760], ['in', '$content-type', ['image/jpeg', 'image/png']]],
 * })
 */
export async function createPostPolicy(client: Client, input: PostPolicyInput): Promise<SignedPostPolicy> {
  const context = contextOf(client)
  const { config, locate, clock } = context
  const now = clock.now()
  const expiresAt = endOf(now, lifetimeSeconds(now, input))
  const key = keyOf(input)
  const { url, ...place } = locate({ path: '/{bucket}', bucket: input.bucket, query: {}, input: {} })
  // Refuses what is no key of an object.
  if (input.key !== undefined)
    locate({ path: '/{bucket}/{key}', bucket: input.bucket, key: input.key, query: {}, input: {} })
  const pinned = objectFields(input)
  const conditions: PostCondition[] = [
    { bucket: input.bucket },
    key.condition,
    ...Object.entries(pinned).map(([name, value]): PostCondition => ['eq', `$${name.toLowerCase()}`, value]),
    ...(input.conditions ?? []),
  ]
  const credentials = await signingCredentials(context, 'createPostPolicy')
  const sign = config.signatureVersion === 'v1' ? v1PolicyFields : v4PolicyFields
  const signed = await sign({ expiresAt, conditions }, credentials, { ...place, now }, await context.signer())
  return {
    url,
    fields: { key: key.field, ...pinned, ...callbackFields(input), ...signed },
    expiresAt: endWithToken(expiresAt, credentials),
  }
}

/** What OSS replaces by the name of the file in the form. */
const fileName = `$\{filename}`

function keyOf({ key, keyPrefix }: PostPolicyInput): { field: string; condition: PostCondition } {
  if ((key === undefined) === (keyPrefix === undefined)) {
    throw new ValidationError('key', 'give either key or keyPrefix')
  }
  if (key === undefined) {
    return { field: `${keyPrefix}${fileName}`, condition: ['starts-with', '$key', keyPrefix as string] }
  }
  if (key.includes(fileName)) {
    throw new ValidationError('key', `OSS replaces ${fileName} before it compares: give keyPrefix instead`)
  }
  return { field: key, condition: ['eq', '$key', key] }
}

/** What the object will be like, under the names that the form has for it. */
function objectFields(input: PostFields): Record<string, string> {
  const { expires, metadata = {} } = input
  const fields: Record<string, string | number | boolean | undefined> = {
    'x-oss-object-acl': input.acl,
    'x-oss-storage-class': input.storageClass,
    'x-oss-forbid-overwrite': input.forbidOverwrite,
    'x-oss-server-side-encryption': input.serverSideEncryption,
    'x-oss-server-side-encryption-key-id': input.serverSideEncryptionKeyId,
    'Content-Type': input.contentType,
    'Cache-Control': input.cacheControl,
    'Content-Disposition': input.contentDisposition,
    'Content-Encoding': input.contentEncoding,
    Expires: expires === undefined ? undefined : format(instant, expires, 'expires'),
    success_action_status: input.successActionStatus,
    success_action_redirect: input.successActionRedirect,
  }
  const named = Object.entries(metadata).map(([name, value]) => [`x-oss-meta-${name.toLowerCase()}`, value] as const)
  const given = [...Object.entries(fields), ...named].filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

function callbackFields({ callback, callbackVar }: PostPolicyInput): Record<string, string> {
  if (callback === undefined) return { ...callbackVar }
  const encoded = typeof callback === 'string' ? callback : encodeBase64(utf8(JSON.stringify(callback)))
  return { callback: encoded, ...callbackVar }
}
