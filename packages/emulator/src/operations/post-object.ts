import { checkObjectKey } from '../addressing.ts'
import { authenticateForm } from '../authentication/post-form.ts'
import { authorize } from '../authorization/authorize.ts'
import type { Call } from '../call.ts'
import { type Callback, readCallback } from '../callback/callback.ts'
import { sendCallback } from '../callback/send-callback.ts'
import { invalidArgument } from '../errors.ts'
import { checkPostPolicy, readPostPolicy, withinSizes } from '../form/post-policy.ts'
import { type Form, withForm } from '../form/read-form.ts'
import { locationOf } from '../location.ts'
import { empty, type OssResponse, type ResponseHeaders, xmlAnswer } from '../message.ts'
import { percentEncode } from '../percent-encode.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'
import { storeObject } from './put-object.ts'

const descriptiveFields = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
])

const signingFields = new Set([
  'x-oss-signature-version',
  'x-oss-credential',
  'x-oss-date',
  'x-oss-signature',
  'x-oss-security-token',
])

/** The last segment of what the client calls its file. */
const baseName = (filename: string): string => filename.split(/[/\\]/).at(-1) ?? ''

function keyOf({ fields, file }: Form): string {
  const key = fields.get('key')
  if (!key) {
    const message =
      "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields."
    throw invalidArgument('key', '', message)
  }
  return key.replace(/\$\{filename\}/g, () => baseName(file.filename))
}

/** The fields that a PutObject request would send as headers. */
function objectHeaders({ fields, file }: Form): Map<string, string> {
  const lower = [...fields].map(([name, value]) => [name.toLowerCase(), value] as const)
  const headers = new Map(
    lower.filter(([name]) => descriptiveFields.has(name) || (name.startsWith('x-oss-') && !signingFields.has(name))),
  )
  const type = headers.get('x-oss-content-type') ?? file.contentType
  if (type !== undefined) headers.set('content-type', type)
  return headers
}

/** What the conditions of a policy speak of, by lower-case name. */
function policyFields(form: Form, bucket: string, key: string): Map<string, string> {
  const given = [...form.fields].map(([name, value]) => [name.toLowerCase(), value] as const)
  const type = objectHeaders(form).get('content-type') ?? ''
  return new Map([['content-type', type], ...given, ['bucket', bucket], ['key', key]])
}

function redirectTarget(text: string | undefined, call: Call, etag: string): string | undefined {
  if (!text || !URL.canParse(text)) return undefined
  const separator = text.includes('?') ? '&' : '?'
  const etagText = percentEncode(`"${etag}"`)
  return `${text}${separator}bucket=${percentEncode(call.bucket)}&key=${percentEncode(call.key)}&etag=${etagText}`
}

function answerForm(call: Call, { fields }: Form, etag: string, headers: ResponseHeaders): OssResponse {
  const location = redirectTarget(fields.get('success_action_redirect'), call, etag)
  if (location !== undefined) return empty(303, { ...headers, Location: location })
  const status = fields.get('success_action_status')
  if (status === '200') return empty(200, headers)
  if (status !== '201') return empty(204, headers)
  const document = branch(
    'PostResponse',
    leaf('Bucket', call.bucket),
    leaf('Location', locationOf(call)),
    leaf('Key', call.key),
    leaf('ETag', `"${etag}"`),
  )
  return { ...xmlAnswer(xmlDocument(document), headers), status: 201 }
}

/** The callback that a form asks for, with the variables in its fields. */
function callbackIn(fields: ReadonlyMap<string, string>): Callback | undefined {
  const encoded = fields.get('callback')
  const variables = [...fields].filter(([name]) => name.startsWith('x:'))
  return encoded === undefined ? undefined : readCallback(encoded, Object.fromEntries(variables))
}

/** PostObject: keeps the file of a form as an object. Who sends it is told by the form, not by the request. */
export const postObject = (call: Call): Promise<OssResponse> => withForm(call.request, (form) => storeForm(call, form))

async function storeForm(call: Call, form: Form): Promise<OssResponse> {
  const { fields, file } = form
  const { settings, store, now } = call
  const principal = authenticateForm({ fields, settings, store, now })
  const key = keyOf(form)
  checkObjectKey(key)
  const policyText = fields.get('policy')
  const policy = policyText === undefined ? undefined : readPostPolicy(policyText)
  if (policy !== undefined) checkPostPolicy(policy, policyFields(form, call.bucket, key), now)
  authorize(store, principal, { operation: 'PostObject', bucket: call.bucket, key, circumstances: call.circumstances })
  const callback = callbackIn(fields)
  const body = policy === undefined ? file.body : withinSizes(file.body, policy)
  const put: Call = { ...call, key, principal, request: { ...call.request, headers: objectHeaders(form), body } }
  const kept = await storeObject(put)
  if (callback !== undefined) return sendCallback(put, callback, kept, kept.headers)
  return answerForm(put, form, kept.etag, kept.headers)
}
