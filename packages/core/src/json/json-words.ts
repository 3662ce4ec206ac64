/** The words for bodies that are JSON. */
import { streamed } from '../http/streamed.ts'
import type { Document, DocumentPlace, Element, Fields, Typed, Values } from '../schema/types.ts'
import { isPlaced } from '../schema/words.ts'

/** For an output whose fields are the members of a JSON object. An empty body has none. */
// @__NO_SIDE_EFFECTS__
export function json<F extends Fields>(fields: F): Document<F> {
  return { document: jsonDocument, fields }
}

const jsonDocument: DocumentPlace = {
  write() {},
  prepare: streamed,
  async read(answer, fields) {
    const text = await answer.body.text()
    const members: Values = text.trim() === '' ? {} : JSON.parse(text)
    const values: Values = {}
    for (const [key, field] of Object.entries(fields)) {
      const value = members[memberName(key, field)]
      if (!isPlaced(field) && value !== undefined && value !== null) values[key] = value
    }
    return values
  },
}

/** The member a field stands for: its own name unless `element(…)` says another. */
const memberName = (key: string, field: Typed<unknown>): string =>
  'element' in field ? (field as Element<unknown>).element : key
