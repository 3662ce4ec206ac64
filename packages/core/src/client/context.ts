/** What belongs to a client and is nobody's to read: it leads to the credentials. */

import { ValidationError } from '../errors.ts'
import type { CallContext } from './call.ts'
import type { Client } from './client.ts'

const contexts = new WeakMap<Client['send'], CallContext>()

/** Remembers what `send` works with. Whoever sends the same way signs the same way: a copy of a client is as good. */
export const keepContext = (send: Client['send'], context: CallContext): void => {
  contexts.set(send, context)
}

/**
 * Finds what a client works with, for signing without sending.
 *
 * @throws a {@link ValidationError} of the field `client` if oss-js did not make it
 */
export const contextOf = ({ send }: Client): CallContext => {
  const context = contexts.get(send)
  if (context) return context
  throw new ValidationError('client', 'expected one that oss-js made, or one with the same `send`')
}
