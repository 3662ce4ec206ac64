import type { Answer } from '../schema/message.ts'
import type { Values } from '../schema/types.ts'
import { shapeOf } from './shape.ts'

/** Gathers the output from an answer. What nobody reads of its body is cancelled. */
export async function parse(answer: Answer): Promise<Values> {
  const { status, headers, body, input, definition } = answer
  const shape = shapeOf(definition.output)
  const output: Values = {}
  for (const [name, field] of Object.entries(shape.fields)) {
    if (field.when && input[field.when] === undefined) continue
    const value = await field.at?.read?.(answer, field)
    if (value !== undefined) output[name] = value
  }
  Object.assign(output, await shape.body?.read(answer, shape.fields))
  if (!body.isTaken) await body.take()?.cancel()
  return { ...output, response: { status, headers, requestId: headers['x-oss-request-id'] ?? '' } }
}
