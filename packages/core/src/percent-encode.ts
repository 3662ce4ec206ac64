/** The one percent-encoding that OSS signs and reads: everything but `A-Z a-z 0-9 - . _ ~`. */

import { check } from './check.ts'

/** Writes a character below U+0100 as if it were a byte: `%2A`. */
export const percentHex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * Encodes text as RFC 3986 has it: only unreserved characters stay, a space becomes `%20`.
 *
 * @param field names the text in the {@link ValidationError} thrown for half of a surrogate pair, which no UTF-8 expresses.
 */
export const percentEncode = (text: string, field = 'text'): string => {
  check(field, !/\p{Surrogate}/u.test(text), 'no half of a surrogate pair', text)
  return encodeURIComponent(text).replace(/[!'()*]/g, percentHex)
}

/** Encodes an object key, or a whole path, keeping every `/`. */
export const encodeKey = (key: string): string => percentEncode(key, 'key').replaceAll('%2F', '/')

/** Writes parameters as they are signed and sent: by the bytes of their encoded names, without `=` where the value is empty. */
export const encodeQuery = (query: Readonly<Record<string, string>>): string =>
  Object.keys(query)
    // A space sorts before whatever else is there, so that no name is compared with the value of another.
    .map((name) => percentEncode(name) + (query[name] && ` ${percentEncode(query[name], name)}`))
    .sort()
    .join('&')
    .replaceAll(' ', '=')
