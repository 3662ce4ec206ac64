import { ValidationError } from '../errors.ts'
import { emptyContentMd5 } from '../integrity/empty-content-md5.ts'
import type { Definition } from '../operation.ts'
import type { Draft } from '../schema/message.ts'
import { isMissing } from '../schema/required.ts'
import type { Document, Fields, Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import type { CallOptions } from './client.ts'

/** A request as the operation decides it. */
export interface SerialisedRequest extends Draft {
  readonly method: string
  readonly key: string | undefined
}

/**
 * Lays the input over a request.
 *
 * Throws a ValidationError that names the field when something required is missing or of the wrong kind.
 */
export function serialise(definition: Definition, input: Values, options: CallOptions): SerialisedRequest {
  const [method = '', target = ''] = definition.route.split(' ')
  const [path = '', fixedQuery = ''] = target.split('?')
  const shape = definition.input ?? {}
  const fields = fieldsOf(shape)
  const draft: Draft = {
    bucket: path.includes('{bucket}') ? pathField(input, 'bucket') : undefined,
    query: { ...options.query, ...Object.fromEntries(new URLSearchParams(fixedQuery)) },
    headers: lowerCased(options.headers),
    input,
  }
  const key = path.includes('{key}') ? pathField(input, 'key') : undefined
  const contentType = definition.contentType ?? (key === undefined ? 'application/xml' : '')
  if (contentType) draft.headers['content-type'] = contentType
  for (const [name, field] of Object.entries(fields)) {
    const value = input[name] ?? undefined
    if (isPlaced(field)) {
      const given = value ?? (field.name in draft.headers ? undefined : field.fallback?.(input))
      if (given !== undefined) field.at.write?.(draft, field, given, name)
    }
    if (isMissing(field, value, input)) throw new ValidationError(name, 'required, but missing')
  }
  if (isDocument(shape)) shape.document.write(draft, fields, input)
  prepare(definition.output ?? {}, draft)
  if (definition.contentMd5 !== false) addContentMd5(draft)
  return { ...draft, method, key }
}

/** Lets the output say what it needs of the request. */
function prepare(shape: Fields | Document<Fields>, draft: Draft): void {
  if (isDocument(shape)) shape.document.prepare(draft)
  for (const field of Object.values(fieldsOf(shape))) if (isPlaced(field)) field.at.prepare?.(draft)
}

/** Whether the fields share a document. */
export const isDocument = (shape: Fields | Document<Fields>): shape is Document<Fields> =>
  typeof (shape as { document?: { write?: unknown } }).document?.write === 'function'

export const fieldsOf = (shape: Fields | Document<Fields>): Fields => (isDocument(shape) ? shape.fields : shape)

function pathField(input: Values, name: string): string {
  const value = input[name]
  if (value === undefined || value === null) throw new ValidationError(name, 'required, but missing')
  if (typeof value !== 'string') throw new ValidationError(name, `expected a string, got ${typeof value}`)
  return value
}

const lowerCased = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

function addContentMd5({ headers, body, md5 }: Draft): void {
  if (headers['content-md5']) return
  if (body === undefined) headers['content-md5'] = emptyContentMd5
  else if (md5) headers['content-md5'] = md5(body as Uint8Array)
}
