/** `@oss-js/core/xml`: bodies as plain XML, for operations that an application defines without a schema. */

import { type X2jOptions, XMLBuilder, XMLParser } from 'fast-xml-parser'
import { utf8 } from './bytes.ts'
import { SerializationError, ValidationError } from './errors.ts'
import { bodyText } from './http/answer-body.ts'
import { streamed } from './http/streamed.ts'
import { contentMd5 } from './integrity/md5.ts'
import { readable } from './schema/readable.ts'
import type { Place, Placed } from './schema/types.ts'
import { escapeText } from './xml/write-xml.ts'

/** What an element holds: its text, or its children by name. Children of one name are an array only if there are several. */
export type XmlContent = string | XmlChildren | XmlContent[]

/** Elements by name. */
export interface XmlChildren {
  [name: string]: XmlContent
}

/**
 * The whole body, as the elements of any XML document; its root is the only name at the top.
 *
 * It is slower and larger than `xml` and `xmlBody`, and its values are text. Reading rejects with a SerializationError for what is
 * no XML, or declares a document type.
 *
 * @example
 * const getBucketCallbackPolicy = operation({
 *   name: 'GetBucketCallbackPolicy',
 *   route: 'GET /{bucket}?policy&comp=callback',
 *   output: { document: required(anyXml()) },
 * })
 * const { document } = await getBucketCallbackPolicy(client, { bucket: 'photos' })
 */
// @__NO_SIDE_EFFECTS__
export function anyXml(): Placed<XmlChildren> {
  return { at: anyXmlPlace, name: '' }
}

const anyXmlPlace: Place = {
  write(draft, _field, value, key) {
    const roots = typeof value === 'object' && value !== null ? Object.values(value).flat() : []
    if (roots.length !== 1) throw new ValidationError(key, 'expected an object with one name, the root element')
    const tagValueProcessor = (_name: string, text: unknown) => escapeText(String(text), key)
    draft.body = utf8(
      new XMLBuilder({ suppressEmptyNode: false, processEntities: false, tagValueProcessor }).build(value),
    )
    draft.md5 = contentMd5
  },
  prepare: streamed,
  read: (answer) =>
    readable(answer, async () => {
      const text = await bodyText(answer)
      if (/<!DOCTYPE/i.test(text)) throw new SerializationError('document type declarations are refused')
      return new XMLParser(asItStands).parse(text, true)
    }),
}

/** Space belongs to a text, but not to the gaps between elements; numeric entities count among those of HTML. */
const asItStands: X2jOptions = {
  parseTagValue: false,
  ignoreDeclaration: true,
  trimValues: false,
  htmlEntities: true,
  tagValueProcessor: (_name, text, _path, _hasAttributes, isLeaf) => (isLeaf || text.trim() !== '' ? text : ''),
}
