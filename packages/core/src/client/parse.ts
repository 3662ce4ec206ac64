import { OSSError, SerializationError } from '../errors.ts'
import type { Answered, Definition } from '../operation.ts'
import type { Answer } from '../schema/message.ts'
import type { Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { fieldsOf, isDocument } from './serialise.ts'

/** Gathers the output from an answer. What nobody reads of its body is cancelled. */
export async function parse(definition: Definition, answer: Answer): Promise<Values> {
  const shape = definition.output ?? {}
  const output: Values = {}
  try {
    for (const [name, field] of Object.entries(fieldsOf(shape))) {
      if (!isPlaced(field) || (field.when && answer.input[field.when] === undefined)) continue
      const value = await field.at.read?.(answer, field)
      if (value !== undefined) output[name] = value
    }
    if (isDocument(shape)) Object.assign(output, await shape.document.read(answer, shape.fields))
  } catch (error) {
    throw inOperation(definition, error)
  }
  if (!answer.body.isTaken) await answer.body.take()?.cancel()
  return { ...output, ...answered(answer) }
}

const answered = ({ status, headers }: Answer): Answered => ({
  response: { status, headers, requestId: headers['x-oss-request-id'] ?? '' },
})

function inOperation({ name }: Definition, error: unknown): unknown {
  if (error instanceof SerializationError) return new SerializationError(`${name}: ${error.message}`)
  if (error instanceof OSSError) return error
  return new SerializationError(`${name}: the answer cannot be read: ${(error as Error).message}`, { cause: error })
}
