import { OSSError, ValidationError } from '../errors.ts'
import { ObjectChangedError } from '../transfer/object-changed-error.ts'

/** Something that was to be done with an open file failed, or could not be begun. `cause` tells what OSS or the network said. */
export class FileError extends OSSError {
  override name = 'FileError'
  /** What was to be done, as in `read`. */
  readonly operation: string
  /** The file's name, as in `oss://photos/cat.jpg`. */
  readonly path: string

  constructor(operation: string, path: string, problem: string, options?: ErrorOptions) {
    super(`${operation} ${path}: ${problem}`, options)
    this.operation = operation
    this.path = path
  }
}

/** What a call of a file rejects with. What tells everything by itself, and what the application threw, stays what it is. */
export function fileFailure(operation: string, path: string, error: unknown): unknown {
  const isPlain =
    !(error instanceof OSSError) ||
    error instanceof FileError ||
    error instanceof ValidationError ||
    error instanceof ObjectChangedError
  return isPlain ? error : new FileError(operation, path, error.message, { cause: error })
}
