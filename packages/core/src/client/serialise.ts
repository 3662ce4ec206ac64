import { check } from '../check.ts'
import { emptyContentMd5 } from '../integrity/empty-content-md5.ts'
import type { Definition } from '../operation.ts'
import type { Draft } from '../schema/message.ts'
import { string } from '../schema/scalars.ts'
import type { Values } from '../schema/types.ts'
import { format } from '../schema/words.ts'
import type { CallOptions } from './client.ts'
import { shapeOf } from './shape.ts'

/** A request as the operation decides it. */
export interface SerialisedRequest extends Draft {
  readonly method: string
  readonly key: string | undefined
}

/**
 * Lays the input over a request, and lets the output say what it needs of it.
 *
 * Rejects with a ValidationError that names the field when something required is missing or of the wrong kind.
 */
export async function serialise(
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<SerialisedRequest> {
  const [method = '', path = '', fixedQuery] = definition.route.split(/[ ?]/)
  const inPath = (name: string) => (path.includes(`{${name}}`) ? format(string, input[name], name) : undefined)
  const request: SerialisedRequest = {
    method,
    path,
    bucket: inPath('bucket'),
    key: inPath('key'),
    query: { ...options.query, ...Object.fromEntries(new URLSearchParams(fixedQuery)) },
    headers: {},
    input,
  }
  const { headers } = request
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value
  const contentType = definition.contentType ?? (request.key === undefined ? 'application/xml' : '')
  if (contentType) headers['content-type'] = contentType
  const { fields, body } = shapeOf(definition.input)
  for (const [name, field] of Object.entries(fields)) {
    const value = input[name] ?? undefined
    const substitute = field.unless && (input[field.unless] ?? undefined)
    check(name, !field.required || (value ?? substitute) !== undefined, 'a value', value)
    const given = value ?? (field.fallback && !(field.name in headers) ? await field.fallback(input) : undefined)
    if (given !== undefined) field.at?.write?.(request, field, given, name)
  }
  body?.write(request, fields, input)
  const output = shapeOf(definition.output)
  output.body?.prepare(request)
  for (const field of Object.values(output.fields)) field.at?.prepare?.(request)
  if (definition.contentMd5 !== false) addContentMd5(request)
  return request
}

function addContentMd5({ headers, body, md5 }: Draft): void {
  const sum = body === undefined ? emptyContentMd5 : md5?.(body as Uint8Array)
  if (sum) headers['content-md5'] ||= sum
}
