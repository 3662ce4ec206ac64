import type { OSSError } from '../errors.ts'
import { ceilingMs } from './backoff.ts'
import type { Retryer } from './retryer.ts'

/** What clients have that are given none: a `standardRetryer` without options, and without the code for them. */
export const defaultRetryer: Retryer = {
  maxAttempts: 3,
  isRetryable: (error) => !!(error as OSSError)?.isRetryable,
  delayMs: (attempt) => Math.random() * ceilingMs(attempt),
}
