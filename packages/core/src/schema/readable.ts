import { OSSError, SerializationError } from '../errors.ts'
import type { Answer } from './message.ts'

/** Reads a document. What is wrong with it is a SerializationError that names the operation. */
export async function readable<T>({ definition }: Answer, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const isUnreadable = error instanceof SerializationError
    if (error instanceof OSSError && !isUnreadable) throw error
    const what = isUnreadable ? '' : 'the answer cannot be read: '
    throw new SerializationError(`${definition.name}: ${what}${(error as Error).message}`, { cause: error })
  }
}
