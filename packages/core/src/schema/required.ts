import type { Required, Typed, Values } from './types.ts'

/** Whether a field was declared with `required(…)`. */
export const isRequired = (field: Typed<unknown>): field is Typed<unknown> & Required => 'required' in field

/** Whether a field has to be there and is not, nor another one in its place. */
export const isMissing = (field: Typed<unknown>, value: unknown, input: Values): boolean =>
  isRequired(field) && (value ?? input[field.unless ?? ''] ?? undefined) === undefined
