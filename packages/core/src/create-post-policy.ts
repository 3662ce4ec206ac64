import { encodeBase64 } from './base64.ts'
import { utf8 } from './bytes.ts'
import { check } from './check.ts'
import type { Client } from './client/client.ts'
import { contextOf } from './client/context.ts'
import { ValidationError } from './errors.ts'
import type { Callback, ObjectAcl, ServerSideEncryption, StorageClass } from './operations/index.ts'
import { checkConditions } from './post-conditions.ts'
import { signingCredentials } from './presign.ts'
import { flag, instant, numeric, string } from './schema/scalars.ts'
import type { Scalar, Values } from './schema/types.ts'
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
  const bucket = format(string, input.bucket, 'bucket')
  const { url, ...place } = locate({ path: '/{bucket}', bucket, query: {}, input: {} })
  const key = keyOf(input, (key) => locate({ path: '/{bucket}/{key}', bucket, key, query: {}, input: {} }))
  const pinned = objectFields(input)
  const own: PostCondition[] = [
    { bucket },
    key.condition,
    ...Object.entries(pinned).map(([name, value]): PostCondition => ['eq', `$${name.toLowerCase()}`, value]),
  ]
  const conditions = [...own, ...checkConditions(own, input.conditions ?? [])]
  const callback = callbackFields(input)
  const credentials = await signingCredentials(context, 'createPostPolicy')
  const sign = config.signatureVersion === 'v1' ? v1PolicyFields : v4PolicyFields
  const signed = await sign({ expiresAt, conditions }, credentials, { ...place, now }, await context.signer())
  return {
    url,
    fields: { key: key.field, ...pinned, ...callback, ...signed },
    expiresAt: endWithToken(expiresAt, credentials),
  }
}

const surrogate = /\p{Surrogate}/u

/** What OSS replaces by the name of the file in the form. */
const fileName = `$\{filename}`

function keyOf(
  { key, keyPrefix }: PostPolicyInput,
  refuseNoKey: (key: string) => unknown,
): { field: string; condition: PostCondition } {
  const isWhole = (key ?? undefined) !== undefined
  if (isWhole === ((keyPrefix ?? undefined) !== undefined)) {
    throw new ValidationError('key', 'give either key or keyPrefix')
  }
  const field = isWhole ? 'key' : 'keyPrefix'
  const text = format(string, key ?? keyPrefix, field)
  if (text.includes(fileName)) {
    const remedy = isWhole ? 'give keyPrefix instead' : 'it stands at the end of every prefix'
    throw new ValidationError(field, `OSS replaces ${fileName} before it compares: ${remedy}`)
  }
  if (!isWhole) {
    check(field, !surrogate.test(text) && utf8(text).length < 1023, 'at most 1022 bytes of UTF-8', text)
    return { field: `${text}${fileName}`, condition: ['starts-with', '$key', text] }
  }
  refuseNoKey(text)
  return { field: text, condition: ['eq', '$key', text] }
}

/** What the form calls the fields. */
const formFields: Readonly<Record<Exclude<keyof PostFields, 'metadata'>, readonly [string, Scalar<unknown>]>> = {
  acl: ['x-oss-object-acl', string],
  storageClass: ['x-oss-storage-class', string],
  forbidOverwrite: ['x-oss-forbid-overwrite', flag],
  serverSideEncryption: ['x-oss-server-side-encryption', string],
  serverSideEncryptionKeyId: ['x-oss-server-side-encryption-key-id', string],
  contentType: ['Content-Type', string],
  cacheControl: ['Cache-Control', string],
  contentDisposition: ['Content-Disposition', string],
  contentEncoding: ['Content-Encoding', string],
  expires: ['Expires', instant],
  successActionStatus: ['success_action_status', numeric],
  successActionRedirect: ['success_action_redirect', string],
}

/** What the object will be like, under the names that the form has for it. */
function objectFields(input: PostFields): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [field, [name, type]] of Object.entries(formFields)) {
    const value = (input as Values)[field] ?? undefined
    if (value !== undefined) fields[name] = line(field, format(type, value, field))
  }
  for (const [name, value] of Object.entries(input.metadata ?? {})) {
    if (value === undefined) continue
    const field = `metadata.${name}`
    check(field, /^[\w!#$%&'*+.^`|~-]+$/.test(name), 'the name of a header', name)
    fields[`x-oss-meta-${name.toLowerCase()}`] = line(field, format(string, value, field))
  }
  return fields
}

/** OSS keeps it as a header. */
function line(field: string, text: string): string {
  check(field, !/[\0\r\n]/.test(text) && !surrogate.test(text), 'no line break and no half of a surrogate pair', text)
  return text
}

function callbackFields({ callback, callbackVar }: PostPolicyInput): Record<string, string> {
  const fields: Record<string, string> = {}
  if (callback) fields.callback = typeof callback === 'string' ? callback : encodeBase64(utf8(JSON.stringify(callback)))
  for (const [name, value] of Object.entries(callbackVar ?? {})) {
    if (value === undefined) continue
    const field = `callbackVar.${name}`
    check(field, /^x:[^A-Z\s"]+$/.test(name), 'a name that begins with x:, in lower case', name)
    const text = format(string, value, field)
    check(field, !surrogate.test(text), 'no half of a surrogate pair', text)
    fields[name] = text
  }
  return fields
}
