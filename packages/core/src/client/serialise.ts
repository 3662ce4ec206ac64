import type { Definition } from '../operation.ts'
import type { Draft } from '../schema/message.ts'
import { string } from '../schema/scalars.ts'
import type { Placed, Values } from '../schema/types.ts'
import { format } from '../schema/words.ts'
import type { CallOptions } from './client.ts'

/** A request as the operation decides it. */
export interface SerialisedRequest extends Draft {
  readonly method: string
}

/** A field that shares a document with others has no place of its own. */
export type AnyField = Partial<Placed<unknown>>

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
  const headers: Record<string, string> = {}
  for (const name in options.headers) headers[name.toLowerCase()] = options.headers[name] as string
  const request: SerialisedRequest = {
    method,
    path,
    bucket: inPath('bucket'),
    key: inPath('key'),
    query: { ...options.query, ...Object.fromEntries(new URLSearchParams(fixedQuery)) },
    headers,
    input,
  }
  const { input: fields, output } = definition as Record<'input' | 'output', Record<string, AnyField>>
  for (const name in fields) {
    const field = fields[name] as Placed<unknown>
    const value = input[name] ?? (field.name in headers ? undefined : await field.fallback?.(input, name))
    if (value !== undefined) field.at?.write?.(request, field, value, name)
  }
  definition.describe?.(request, definition)
  for (const name in output) output[name]?.at?.prepare?.(request)
  return request
}
