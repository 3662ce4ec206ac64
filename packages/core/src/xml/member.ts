import { isList } from '../schema/shapes.ts'
import type { Dictionary, Element, Fields, List, Scalar, Struct, Typed } from '../schema/types.ts'

/** What a member of a document is, once its kind has been told apart. */
export type Shape = Scalar<unknown> | Struct<Fields> | List<Typed<unknown>> | Dictionary<Typed<unknown>>

/** The element a field stands for, `A/B` where it lies deeper, and what is in it. */
export function memberOf(key: string, field: Typed<unknown>): { path: string; shape: Shape } {
  if ('element' in field) {
    const { element, type } = field as Element<Typed<unknown>>
    return { path: isList(type) ? joined(element, type.path) : element, shape: type as Shape }
  }
  if (isList(field)) return { path: field.path, shape: field }
  return { path: key.charAt(0).toUpperCase() + key.slice(1), shape: field as Shape }
}

const joined = (outer: string, inner: string): string => `${outer}/${inner}`
