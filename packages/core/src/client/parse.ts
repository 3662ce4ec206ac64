import type { Answer } from '../schema/message.ts'
import type { Placed, Values } from '../schema/types.ts'

/** Gathers the output from an answer. What nobody reads of its body is cancelled. */
export async function parse(answer: Answer): Promise<Values> {
  const { status, headers, definition } = answer
  const output: Values = {}
  const fields = definition.output as Record<string, Placed<unknown>>
  for (const name in fields) {
    const field = fields[name] as Placed<unknown>
    const value = await field.at?.read?.(answer, field)
    if (value !== undefined) output[name] = value
  }
  Object.assign(output, await definition.readDocument?.(answer))
  await answer.body?.cancel()
  return { ...output, response: { status, headers, requestId: headers['x-oss-request-id'] ?? '' } }
}
