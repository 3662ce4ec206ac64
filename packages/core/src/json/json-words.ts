/** The words for bodies that are JSON. */
import { utf8 } from '../bytes.ts'
import { bodyText } from '../http/answer-body.ts'
import { streamed } from '../http/streamed.ts'
import { contentMd5 } from '../integrity/md5.ts'
import { readable } from '../schema/readable.ts'
import type { Document, DocumentPlace, Fields } from '../schema/types.ts'
import { readJson } from './read-json.ts'
import { writeJson } from './write-json.ts'

/**
 * For an input or output whose fields are the members of a JSON object: of the whole body, or of its one member `root`. A
 * member is called like its field unless `element(…)` or `list(…)` says otherwise. Fields with a place of their own, such as
 * headers, may stand among them. Without any member there is no body.
 */
export function json<F extends Fields>(fields: F): Document<F>
export function json<F extends Fields>(root: string, fields: F): Document<F>
// @__NO_SIDE_EFFECTS__
export function json<F extends Fields>(...words: [F] | [string, F]): Document<F> {
  const [fields, root] = words.length === 1 ? words : [words[1], words[0]]
  return { document: jsonDocument(root), fields }
}

const jsonDocument = (root: string | undefined): DocumentPlace => ({
  write(draft, fields, values) {
    const text = writeJson(fields, values)
    if (text === '{}') return
    draft.body = utf8(root === undefined ? text : `{${JSON.stringify(root)}:${text}}`)
    draft.md5 = contentMd5
  },
  prepare: streamed,
  read: (answer, fields) => readable(answer, async () => readJson(await bodyText(answer), fields, root)),
})
