import { OSSError } from '../errors.ts'

/** An encrypted object that cannot be read, or an encrypted upload that cannot be gone on with. The message tells what to do. */
export class DecryptionError extends OSSError {
  override name = 'DecryptionError'
  /** As in `oss://photos/cat.jpg`. */
  declare readonly path: string

  constructor(path: string, problem: string, details: { cause?: unknown; isRetryable?: boolean | undefined } = {}) {
    super(`${path}: ${problem}`, { isRetryable: false, ...details, path })
  }
}
