import { isPlaced } from '../schema/words.ts'
import type { Fields, Scalar, Struct, Typed, Values } from '../schema/types.ts'
import { isList, isStruct, memberOf } from './member.ts'

/** Text that travels percent-encoded when the answer's `EncodingType` says `url`; without, keys could not hold control characters. */
export const encodedString: Scalar<string> = { parse: (text) => text, format: (value) => value }

/** Decodes every `encodedString` of a document in place. */
export function decodeUrls(fields: Fields, values: Values): void {
  for (const [key, field] of Object.entries(fields)) {
    const value = values[key]
    if (value === undefined || isPlaced(field)) continue
    const { shape } = memberOf(key, field)
    if (shape === encodedString) values[key] = decode(value as string)
    else if (isStruct(shape)) decodeUrls(shape.fields, value as Values)
    else if (isList(shape)) decodeItems(shape.item, value as unknown[])
  }
}

function decodeItems(item: Typed<unknown>, values: unknown[]): void {
  if (isStruct(item)) for (const value of values) decodeUrls((item as Struct<Fields>).fields, value as Values)
  else if (item === encodedString) values.forEach((value, index) => (values[index] = decode(value as string)))
}

/** Text that is not valid percent-encoding is left as it came. */
function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
