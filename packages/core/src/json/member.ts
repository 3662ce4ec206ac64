import type { Element, List, Typed } from '../schema/types.ts'

/** The member a field stands for: a list's own name, the one that `element(…)` says, else the field's; and what is in it. */
export function memberOf(key: string, field: Typed<unknown>): { name: string; shape: Typed<unknown> } {
  if ('element' in field) {
    const { element, type } = field as Element<Typed<unknown>>
    return { name: element, shape: type }
  }
  return { name: 'path' in field ? (field as List<Typed<unknown>>).path : key, shape: field }
}
