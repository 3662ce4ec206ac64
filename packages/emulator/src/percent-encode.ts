const keptByEncodeUriComponent = /[!'()*]/g

/** Percent-encodes the UTF-8 bytes of everything but the unreserved characters of RFC 3986. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(
    keptByEncodeUriComponent,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Percent-encodes a path, leaving its slashes. */
export const percentEncodePath = (path: string): string => path.split('/').map(percentEncode).join('/')

/** Decodes percent-escapes only: a plus sign stays one. Undefined when the escapes or their UTF-8 are broken. */
export function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Parses `name=value&name` in order, decoding percent-escapes. Undefined when one of them is broken. */
export function parseQuery(text: string): [name: string, value: string][] | undefined {
  const pairs: [string, string][] = []
  for (const pair of text.split('&').filter((piece) => piece !== '')) {
    const equals = pair.indexOf('=')
    const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals))
    const value = percentDecode(equals < 0 ? '' : pair.slice(equals + 1))
    if (name === undefined || value === undefined) return undefined
    pairs.push([name, value])
  }
  return pairs
}

/** Parses an HTML form body, in which a plus sign is a space. Undefined when an escape is broken. */
export const parseForm = (text: string): [name: string, value: string][] | undefined =>
  parseQuery(text.replaceAll('+', '%20'))
