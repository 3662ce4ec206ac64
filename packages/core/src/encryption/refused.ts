/** What goes past the encryption: it would store bytes as they are, read cipher text, or lose the key of an object. */
import type { CallOptions } from '../client/client.ts'
import { serialise } from '../client/serialise.ts'
import { ValidationError } from '../errors.ts'
import { appended, upload } from '../http/upload-words.ts'
import type { Definition } from '../operation.ts'
import { lowerCase } from './plain-call.ts'

type Input = Readonly<Record<string, unknown>>

/** Why an operation is refused, by its name. */
const refusals: Readonly<Record<string, string>> = {
  AppendObject: 'stores what is appended as it is',
  UploadPartCopy: 'copies bytes to where another key, or another count, decrypts them',
  SelectObject: 'has OSS read what is encrypted',
  CreateSelectObjectMeta: 'has OSS read what is encrypted',
  ProcessObject: 'has OSS read what is encrypted',
  AsyncProcessObject: 'has OSS read what is encrypted',
  WriteGetObjectResponse: 'gives its body to OSS as it is',
}

/** What carries the caller's bytes, in its field `body`, and is encrypted. */
const encrypting: readonly string[] = ['PutObject', 'UploadPart']

/** Throws a ValidationError that names the operation, before anything is sent. */
export async function refuse(definition: Definition, input: Input, options: CallOptions): Promise<void> {
  const { name, route } = definition
  const isPlain = carriesBytes(definition) || (await storesDocument(definition, input, options))
  const reason = refusals[name] ?? (isPlain ? 'stores its body as it is' : undefined)
  if (reason) throw refusal(name, reason)
  if (route === 'GET /{bucket}/{key}' && name !== 'GetObject') throw refusal(name, 'reads what is encrypted as it is')
  if (name === 'GetObject' && (input.process ?? lowerCase(options.query)['x-oss-process']) !== undefined)
    throw refusal(`${name} with process`, 'has OSS read what is encrypted')
  const directive = input.metadataDirective ?? lowerCase(options.headers)['x-oss-metadata-directive']
  if (name === 'CopyObject' && String(directive).trim().toLowerCase() === 'replace')
    throw refusal(`${name} with metadataDirective REPLACE`, 'loses the key, which is in the metadata')
}

/** Whether there are bytes of the caller's that are not encrypted. */
const carriesBytes = ({ name, input: fields = {} }: Definition): boolean =>
  Object.entries(fields).some(([field, word]) => {
    const { at } = word as { at?: unknown }
    return (at === upload.at || at === appended.at) && !(encrypting.includes(name) && field === 'body')
  })

/** Whether text, or a document, becomes an object: as of an operation of the application's own. */
async function storesDocument(definition: Definition, input: Input, options: CallOptions): Promise<boolean> {
  const { name, route } = definition
  if (encrypting.includes(name) || !/^(PUT \/{bucket}\/{key}$|POST \/{bucket}\/{key}\?append)/.test(route)) return false
  return (await serialise(definition, input, options)).body !== undefined
}

const refusal = (what: string, reason: string): ValidationError =>
  new ValidationError('client', `${what} ${reason}; give it unwrap() of the EncryptionClient if that is meant`)

/** Of what is signed for others to send, nobody encrypts or decrypts the bytes. */
export function refuseToSign(): never {
  throw refusal('a signature for others', 'lets them store bytes as they are, or read what is encrypted')
}
