/**
 * The words operations are written in. A field is optional unless it is `required(…)`; inside a document it is the element
 * named after it in PascalCase unless it says otherwise.
 */
export { download, payload, text } from './http/body-words.ts'
export { appended, textWhen, upload } from './http/upload-words.ts'
export { freeJson } from './json/free-json.ts'
export { json } from './json/json-words.ts'
export {
  boolean,
  date,
  encodedString,
  flag,
  httpDate,
  instant,
  number,
  numeric,
  oneOf,
  string,
} from './schema/scalars.ts'
export type {
  Complete,
  Dictionary,
  Document,
  Element,
  Fields,
  Infer,
  InferRead,
  List,
  Place,
  Placed,
  Required,
  Scalar,
  Struct,
  TypeOf,
} from './schema/types.ts'
export { dictionary, element, header, headers, list, query, required, segment, struct, unsent } from './schema/words.ts'
export { lastFrame, selection } from './select/select-words.ts'
export { type XmlBody, xml, xmlBody } from './xml/xml-words.ts'
