import type { Required, Typed } from './types.ts'

/** Whether a field was declared with `required(…)`. */
export const isRequired = (field: Typed<unknown>): field is Typed<unknown> & Required => 'required' in field
