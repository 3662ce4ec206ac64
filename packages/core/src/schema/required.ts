import type { Typed } from './types.ts'

/** Whether a field was declared with `required(…)`. */
export const isRequired = (field: Typed<unknown>): boolean => 'required' in field
