import { ValidationError } from './errors.ts'

/** Refuses what is not as it should be, with the one sentence for that. What was given is shown: it may be no secret. */
export function check(field: string, isRight: boolean, rule: string, given: unknown): void {
  if (!isRight) throw new ValidationError(field, `expected ${rule}, got ${JSON.stringify(given)}`)
}
