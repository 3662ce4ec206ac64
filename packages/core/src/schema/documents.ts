/** What is done for operations with documents, and not for those that carry the caller's bytes. */

import { emptyContentMd5 } from '../integrity/empty-content-md5.ts'
import type { Definition } from '../operation.ts'
import type { Answer, Draft } from './message.ts'
import type { Placed, Values } from './types.ts'

/** Writes the document, says of what type it is and what its MD5 is, and what the output needs of the request. */
export function describeDocument(draft: Draft, definition: Definition): void {
  const { inputDocument, outputDocument, input = {}, contentType } = definition
  inputDocument?.write(draft, input, draft.input)
  outputDocument?.prepare(draft)
  prepareAnswer(draft, definition)
  const { headers, body, md5 } = draft
  const type = contentType ?? (draft.key === undefined ? 'application/xml' : '')
  if (type) headers['content-type'] ??= type
  if (definition.contentMd5 === false) return
  const sum = body === undefined ? emptyContentMd5 : md5?.(body as Uint8Array)
  if (sum) headers['content-md5'] ||= sum
}

/** Lets each field of the output say what it needs of the request. */
export function prepareAnswer(draft: Draft, { output = {} }: Definition): void {
  for (const field of Object.values(output)) (field as Partial<Placed<unknown>>).at?.prepare?.(draft)
}

/** Reads the fields that share the answer's document. */
export async function readDocument(answer: Answer): Promise<Values> {
  const { outputDocument, output = {} } = answer.definition
  return { ...(await outputDocument?.read(answer, output)) }
}
