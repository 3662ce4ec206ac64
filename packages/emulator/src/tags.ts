import { ServiceFault } from './errors.ts'
import { parseForm } from './percent-encode.ts'

/** The tags of an object, in the order given. */
export type Tags = readonly (readonly [key: string, value: string])[]

const characters = /^[\p{L}\p{N} +\-=._:/]*$/u

const invalidTag = (message: string): ServiceFault => new ServiceFault(400, 'InvalidTag', message)

/** Throws 400 unless the tags are within the limits of the service. */
export function checkTags(tags: Tags): Tags {
  if (tags.length > 10) throw invalidTag('Object tags cannot be greater than 10.')
  if (new Set(tags.map(([key]) => key)).size < tags.length)
    throw invalidTag('Cannot provide multiple tags with the same key.')
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || !characters.test(key))
      throw invalidTag('The TagKey you have provided is invalid.')
    if (value.length > 256 || !characters.test(value)) throw invalidTag('The TagValue you have provided is invalid.')
  }
  return tags
}

/** Reads the header `x-oss-tagging`: `k=v&k2=v2`, form-encoded. */
export function readTaggingHeader(text: string): Tags {
  const tags = parseForm(text)
  if (tags === undefined) throw invalidTag('The header x-oss-tagging is not well-formed.')
  return checkTags(tags)
}
