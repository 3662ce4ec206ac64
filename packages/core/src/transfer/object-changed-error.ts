import { OSSError } from '../errors.ts'

/** The object is not what it was when the transfer of it began. */
export class ObjectChangedError extends OSSError {
  override name = 'ObjectChangedError'
}
