/** The words for bodies that are XML documents. */
import { utf8 } from '../bytes.ts'
import { ValidationError } from '../errors.ts'
import { bodyText } from '../http/answer-body.ts'
import { streamed } from '../http/streamed.ts'
import { contentMd5 } from '../integrity/md5.ts'
import type { Draft } from '../schema/message.ts'
import { readable } from '../schema/readable.ts'
import type { Document, DocumentPlace, Fields, Place, Placed, Struct, Typed, Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'
import { readXml } from './read-xml.ts'
import { writeXml } from './write-xml.ts'

/** The whole body, as an XML document with this root element. */
export function xmlBody<S extends Struct<Fields>>(root: string, type: S): XmlBody<S>
export function xmlBody<T>(root: string, type: Typed<T>): XmlBody<Typed<T>>
// @__NO_SIDE_EFFECTS__
export function xmlBody(root: string, type: Typed<unknown>): Placed<unknown> {
  return { at: xmlBodyPlace, name: root, type: type as Struct<Fields> }
}

/** A body that is an XML document. */
export interface XmlBody<S> extends Placed<S extends Typed<infer T> ? T : never> {
  readonly type: Struct<Fields>
}

/**
 * For an input or output whose fields are the children of the document's root. Fields with a place of their own, such as
 * headers, may stand among them. Without a root, any will do that tells of no error.
 */
// @__NO_SIDE_EFFECTS__
export function xml<F extends Fields>(root: string | undefined, fields: F): Document<F> {
  return { document: xmlDocument(root), fields }
}

const xmlBodyPlace: Place = {
  write(draft, { name, type }, value, key) {
    expectNoBody(draft, key)
    setBody(draft, writeXml(name, (type as Struct<Fields>).fields, value as Values, key))
  },
  prepare: streamed,
  read: (answer, { name, type }) =>
    readable(answer, async () => readXml(await bodyText(answer), (type as Struct<Fields>).fields, name)),
}

const xmlDocument = (root: string | undefined): DocumentPlace => ({
  write(draft, fields, values) {
    const [member] = Object.keys(fields).filter((key) => !isPlaced(fields[key]) && values[key] !== undefined)
    if (member) expectNoBody(draft, member)
    if (draft.body === undefined) setBody(draft, writeXml(root ?? 'Request', fields, values))
  },
  prepare: streamed,
  async read(answer, fields) {
    if (answer.body === undefined) return {}
    return readable(answer, async () => readXml(await bodyText(answer), fields, root))
  },
})

function expectNoBody({ body }: Draft, key: string): void {
  if (body !== undefined) throw new ValidationError(key, 'the body is given twice: leave one of its fields out')
}

function setBody(draft: Draft, text: string): void {
  draft.body = utf8(text)
  draft.md5 = contentMd5
}
