import { CredentialsError, OSSError } from '../errors.ts'

/**
 * Throws what kept a provider from its credentials, as the clients understand it: whether the same may succeed when it is
 * tried again stays as it was, and what could not be parsed is no cause, because its message may quote a secret.
 */
export function asCredentialsError(problem: unknown): never {
  if (problem instanceof CredentialsError) throw problem
  const cause = problem instanceof SyntaxError ? problem.name : problem
  const error = new CredentialsError(cause instanceof Error ? cause.message : String(cause), { cause })
  const isRetryable = !(problem instanceof OSSError) || problem.isRetryable === true
  throw Object.assign(error, { isRetryable })
}

/** Whether a provider said that it has no credentials at all, as opposed to having failed to get them. */
export const isAbsence = (problem: unknown): problem is CredentialsError =>
  problem instanceof CredentialsError && problem.isAbsent === true
