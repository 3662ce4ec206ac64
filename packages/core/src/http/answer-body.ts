/** The body of an answer belongs to whoever reads it: an operation's document, or the caller. What nobody takes is cancelled. */

import type { Answer } from '../schema/message.ts'

/** Takes the body as it comes. */
export function takeBody(answer: Answer): ReadableStream<Uint8Array> | null {
  const { body = null } = answer
  answer.body = undefined
  return body
}

/** Takes all of the body, as UTF-8. */
export const bodyText = (answer: Answer): Promise<string> => new Response(takeBody(answer)).text()
