import { readFile } from 'node:fs/promises'
import { CredentialsError } from '@oss-js/core'

/** Reads a file of text, without the byte order mark that Windows writes. Its absence is a CredentialsError that `isAbsent`. */
export async function readSettingsFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) throw new CredentialsError(`there is no ${path}`, { isAbsent: true })
    throw new CredentialsError(`${path} cannot be read: ${code}`, { cause })
  }
}
