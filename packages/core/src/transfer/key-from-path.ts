import { utf8 } from '../bytes.ts'
import { ValidationError } from '../errors.ts'

/** How a path becomes a key. */
export interface KeyFromPathOptions {
  /** What the key begins with, as in `photos/2026/`. @default nothing */
  prefix?: string | undefined
  /**
   * How letters with marks are written. File systems differ: the `é` of a file copied from a Mac may be `e` and an accent
   * (NFD), which OSS takes for another key than the one people type. `NFC` makes it one letter everywhere; `none` keeps the
   * name as it is on disk. @default NFC
   */
  normalization?: 'NFC' | 'none' | undefined
}

/** Bytes of a key at most. */
const maxKeyBytes = 1023

/**
 * The key for a relative path, of Windows as well: `photos\cat.jpg` becomes `photos/cat.jpg`. Segments that mean nothing (`.`
 * and empty ones) are left out; a slash at the end stays, as the key of a folder.
 *
 * Throws a ValidationError if the path is absolute, has a `..` segment or control characters, or makes a key that OSS refuses.
 */
export function keyFromPath(path: string, { prefix = '', normalization = 'NFC' }: KeyFromPathOptions = {}): string {
  const slashed = path.replaceAll('\\', '/')
  if (/^(?:\/|[a-z]:\/)/i.test(slashed)) throw refusal(path, 'is absolute, a relative one is needed')
  const names = slashed.split('/').filter((name) => name !== '' && name !== '.')
  const relative = names.join('/') + (slashed.endsWith('/') && names.length > 0 ? '/' : '')
  const key = `${prefix}${relative}`
  const written = normalization === 'NFC' ? key.normalize('NFC') : key
  const problem = problemOf(written)
  if (problem) throw refusal(path, problem)
  return written
}

function problemOf(key: string): string | undefined {
  if (key === '') return 'makes an empty key'
  if (key.split(/[/\\]/).includes('..')) return 'has a .. segment'
  if (/^[/\\]/.test(key)) return 'makes a key that begins with a slash or backslash'
  if (/[\x00-\x1f\x7f]/.test(key)) return 'has control characters'
  if (/\p{Surrogate}/u.test(key)) return 'is no valid Unicode'
  if (utf8(key).byteLength > maxKeyBytes) return `makes a key of more than ${maxKeyBytes} bytes`
  return undefined
}

const refusal = (path: string, problem: string) => new ValidationError('path', `${JSON.stringify(path)} ${problem}`)
