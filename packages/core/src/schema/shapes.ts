/** Tells apart what can stand inside a document. */
import type { Dictionary, Fields, List, Struct, Typed } from './types.ts'

export const isStruct = (shape: Typed<unknown>): shape is Struct<Fields> => 'fields' in shape
export const isList = (shape: Typed<unknown>): shape is List<Typed<unknown>> => 'path' in shape
export const isDictionary = (shape: Typed<unknown>): shape is Dictionary<Typed<unknown>> => 'values' in shape
