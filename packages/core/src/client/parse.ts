import type { Answer } from '../schema/message.ts'
import type { Values } from '../schema/types.ts'
import type { AnyField } from './serialise.ts'

/** Gathers the output from an answer. What nobody reads of its body is cancelled. */
export async function parse(answer: Answer): Promise<Values> {
  const { status, headers, definition } = answer
  const output: Values = {}
  const fields = definition.output as Record<string, AnyField>
  for (const name in fields) {
    const field = fields[name]
    const value = await field?.at?.read?.(answer, field as Required<AnyField>)
    if (value !== undefined) output[name] = value
  }
  Object.assign(output, await definition.readDocument?.(answer))
  await answer.body?.cancel()
  return { ...output, response: { status, headers, requestId: headers['x-oss-request-id'] ?? '' } }
}
