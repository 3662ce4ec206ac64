import type { Document, DocumentPlace, Fields, Placed, Required, Typed } from '../schema/types.ts'

/** A field that shares the document with others. */
interface Unplaced extends Typed<unknown> {
  readonly at?: undefined
  readonly fallback?: undefined
  readonly when?: undefined
}

/** What an operation takes or gives: its fields, and the document that those without a place of their own share. */
export interface Shape {
  readonly fields: Readonly<Record<string, (Placed<unknown> | Unplaced) & Partial<Required>>>
  readonly body?: DocumentPlace
}

/** Tells a document from fields of which one may be called `document`. */
export function shapeOf(shape: Fields | Document<Fields> = {}): Shape {
  const { document: body, fields } = shape as Partial<Document<Fields>>
  return (body?.write && fields ? { fields, body } : { fields: shape }) as Shape
}
