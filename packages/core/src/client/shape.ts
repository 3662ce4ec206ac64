import type { Document, DocumentPlace, Fields } from '../schema/types.ts'

/** What an operation takes or gives: its fields, and the document that those without a place of their own share. */
export interface Shape {
  readonly fields: Fields
  readonly body?: DocumentPlace
}

/** Tells a document from fields of which one may be called `document`. */
export function shapeOf(shape: Fields | Document<Fields> = {}): Shape {
  const { document: body, fields } = shape as Partial<Document<Fields>>
  return body?.write && fields ? { fields, body } : { fields: shape as Fields }
}
