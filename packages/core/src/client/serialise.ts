import { defined } from '../defined.ts'
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

/**
 * Lays the input over a request.
 *
 * Rejects with a ValidationError that names the field when something required is missing or of the wrong kind.
 */
export async function serialise(
  definition: Definition,
  input: Values,
  options: CallOptions,
): Promise<SerialisedRequest> {
  const [method, path, fixedQuery] = definition.route.split(/[ ?]/) as [string, string, string?]
  const inPath = (name: string) => (path.includes(`{${name}}`) ? format(string, input[name], name) : undefined)
  const headers: Record<string, string> = {}
  for (const [name, text] of Object.entries(defined(options.headers ?? {}))) headers[name.toLowerCase()] = text
  const request: SerialisedRequest = {
    method,
    path,
    bucket: inPath('bucket'),
    key: inPath('key'),
    query: { ...defined(options.query ?? {}), ...Object.fromEntries(new URLSearchParams(fixedQuery)) },
    headers,
    input,
  }
  const fields = definition.input as Record<string, Placed<unknown>>
  for (const name in fields) {
    const field = fields[name] as Placed<unknown>
    const value = input[name] ?? (field.name in headers ? undefined : await field.fallback?.(input, name))
    // A field that shares a document with others has no place of its own.
    if (value !== undefined) field.at?.write?.(request, field, value, name)
  }
  definition.describe?.(request, definition)
  return request
}
