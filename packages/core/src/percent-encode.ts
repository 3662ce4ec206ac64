/** The one percent-encoding that OSS signs and reads: everything but `A-Z a-z 0-9 - . _ ~`. */

import { ValidationError } from './errors.ts'

const percentHex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * Encodes text as RFC 3986 has it: only unreserved characters stay, a space becomes `%20`.
 *
 * @param field names the text in the {@link ValidationError} thrown for half of a surrogate pair, which no UTF-8 expresses.
 */
export const percentEncode = (text: string, field = 'text'): string => {
  try {
    return encodeURIComponent(text).replace(/[!'()*]/g, percentHex)
  } catch {
    throw new ValidationError(field, 'half of a surrogate pair cannot be sent')
  }
}

/** Encodes an object key, or a whole path, keeping every `/`. */
export const encodeKey = (key: string): string => percentEncode(key, 'key').replaceAll('%2F', '/')

/** Writes parameters as they are signed and sent: by the bytes of their encoded names, without `=` where the value is empty. */
export const encodeQuery = (query: Readonly<Record<string, string>>): string =>
  Object.keys(query)
    .sort((a, b) => (percentEncode(a) < percentEncode(b) ? -1 : 1))
    .map((name) => percentEncode(name) + (query[name] && `=${percentEncode(query[name], name)}`))
    .join('&')
