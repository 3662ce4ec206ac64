/** What goes past the encryption: it would store bytes as they are, read cipher text, or lose the key of an object. */
import type { CallOptions } from '../client/client.ts'
import { ValidationError } from '../errors.ts'
import { appended, upload } from '../http/upload-words.ts'
import type { Definition } from '../operation.ts'

type Input = Readonly<Record<string, unknown>>

/** Why an operation is refused, by its name. */
const refusals: Readonly<Record<string, string>> = {
  AppendObject: 'stores what is appended as it is',
  UploadPartCopy: 'copies bytes to where another key, or another count, decrypts them',
  SelectObject: 'has OSS read what is encrypted',
  CreateSelectObjectMeta: 'has OSS read what is encrypted',
  ProcessObject: 'has OSS read what is encrypted',
  AsyncProcessObject: 'has OSS read what is encrypted',
}

/** What carries the caller's bytes and is encrypted. */
const encrypting: readonly string[] = ['PutObject', 'UploadPart']

/** Throws a ValidationError that names the operation, before anything is sent. */
export function refuse({ name, input: fields = {} }: Definition, input: Input, options: CallOptions): void {
  const places = Object.values(fields).map((field) => (field as { at?: unknown }).at)
  const isPlain = !encrypting.includes(name) && (places.includes(upload.at) || places.includes(appended.at))
  const reason = refusals[name] ?? (isPlain ? 'stores its body as it is' : undefined)
  if (reason) throw refusal(name, reason)
  if (name === 'GetObject' && (input.process ?? optionOf(options.query, 'x-oss-process')) !== undefined)
    throw refusal(`${name} with process`, 'has OSS read what is encrypted')
  const directive = input.metadataDirective ?? optionOf(options.headers, 'x-oss-metadata-directive')
  if (name === 'CopyObject' && /^replace$/i.test(String(directive)))
    throw refusal(`${name} with metadataDirective REPLACE`, 'loses the key, which is in the metadata')
}

const optionOf = (options: CallOptions['headers'] = {}, wanted: string): string | undefined =>
  Object.entries(options).find(([name]) => name.toLowerCase() === wanted)?.[1]

const refusal = (what: string, reason: string): ValidationError =>
  new ValidationError('client', `${what} ${reason}; give it unwrap() of the EncryptionClient if that is meant`)

/** Of what is signed for others to send, nobody encrypts or decrypts the bytes. */
export function refuseToSign(): never {
  throw refusal('a signature for others', 'lets them store bytes as they are, or read what is encrypted')
}
