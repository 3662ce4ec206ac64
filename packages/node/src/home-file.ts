import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { CredentialsError } from '@oss-js/core'

/**
 * Where a file of this user is. Throws a CredentialsError that `isAbsent` if the user has no home directory, as is usual in a
 * container whose user has a number and no name.
 */
export function homeFile(...names: readonly string[]): string {
  const home = homeOrNone()
  if (isAbsolute(home)) return join(home, ...names)
  throw new CredentialsError(`there is no home directory for ${join(...names)}`, { isAbsent: true })
}

function homeOrNone(): string {
  try {
    return homedir()
  } catch {
    return ''
  }
}
