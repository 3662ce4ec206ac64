import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ValidationError } from '@oss-js/core'

/**
 * Throws a ValidationError if there is something that is no file: a folder, or a device such as `/dev/null`, which a file would
 * replace for everybody.
 */
export async function requireReplaceable(path: string): Promise<void> {
  const present = await stat(resolve(path)).catch(() => undefined)
  if (present === undefined || present.isFile()) return
  throw new ValidationError('path', `${path} is ${present.isDirectory() ? 'a folder' : 'not a file'}`)
}
