import type { Bytes } from './bytes.ts'
import type { SignedPostPolicy } from './create-post-policy.ts'
import { type SendOptions, type SentAnswer, sendOnce } from './send-once.ts'

/** How a form is posted. */
export interface PostObjectOptions extends SendOptions {
  /** The object's key, where the policy leaves it open. @default the policy's `key`, or its `keyPrefix` and `fileName` */
  key?: string | undefined
  /** Further fields that the policy leaves to the page, as `Content-Type` or `x:user`. They win over the policy's own. */
  fields?: Readonly<Record<string, string>> | undefined
  /** What OSS puts in the place of `${filename}`. @default the name of a `File`, else `file` */
  fileName?: string | undefined
}

/**
 * Posts a file as the form that a policy allows. It needs no client, and is not repeated when it fails.
 *
 * Unless the policy or `fields` say what its Content-Type is, the object gets that of the Blob.
 *
 * Throws a ServiceError if OSS refuses the form: `AccessDenied` if it expired or misses a condition, `EntityTooLarge` or
 * `EntityTooSmall` if the file does. Throws a RequestError if there was no answer, a TimeoutError if it took too long.
 *
 * @param policy what `createPostPolicy` returned, also if it travelled as JSON
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/postobject PostObject}
 *
 * @example
 * const policy = await (await fetch('/policy')).json()
 * await postObject(policy, file, { key: `users/42/${file.name}`, fields: { 'Content-Type': file.type } })
 */
export async function postObject(
  policy: Pick<SignedPostPolicy, 'url' | 'fields'>,
  file: Blob | string | ArrayBuffer | Bytes,
  options: PostObjectOptions = {},
): Promise<SentAnswer> {
  const { key = policy.fields.key ?? '', fileName = (file as { name?: string }).name ?? 'file' } = options
  // Written as text, a member without a value would be the word for that.
  const further = Object.entries(options.fields ?? {}).filter(([, value]) => (value ?? undefined) !== undefined)
  const fields: Record<string, string> = { ...policy.fields, key, ...Object.fromEntries(further) }
  const boundary = `oss-js-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`
  const type = fields['Content-Type'] ?? ((file instanceof Blob && file.type) || 'application/octet-stream')
  const disposition = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`
  const head = Object.entries(fields).map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`)
  const fileHead = `${disposition('file')}; filename="${quoted(fileName)}"\r\nContent-Type: ${type}\r\n\r\n`
  const form = new Blob([...head, fileHead, file, `\r\n--${boundary}--\r\n`])
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  const request = { method: 'POST', url: policy.url, headers }
  return sendOnce('postObject', request, form, fields['x-oss-security-token'], options)
}

const escapes: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' }

/** Browsers escape the names in a form like this. */
const quoted = (name: string) => name.replace(/["\r\n]/g, (character) => escapes[character] ?? '')
