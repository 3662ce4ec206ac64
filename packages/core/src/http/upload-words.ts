/** The words for what carries the caller's bytes, and its answer. All that a page needs which only uploads. */
import { crc64 } from '../integrity/crc64.ts'
import type { Place, Placed } from '../schema/types.ts'
import { bodyText } from './answer-body.ts'
import type { Body } from './request-body.ts'

/** Bytes to store. Their CRC-64 is compared with the one that OSS computed. */
export const upload: Placed<Body> = {
  at: {
    write(draft, _field, value) {
      draft.body = value as Body
      draft.isUpload = true
      draft.crc64 = crc64
    },
  },
  name: '',
}

/** Bytes to add to what is stored. OSS answers with the CRC-64 of both together, so there is nothing to compare. */
export const appended: Placed<Body> = {
  at: {
    write(draft, _field, value) {
      draft.body = value as Body
      draft.isUpload = true
    },
  },
  name: '',
}

/** The whole body of the answer as text, if the input had a certain field; other fields of the body are then not read. */
// @__NO_SIDE_EFFECTS__
export function textWhen(input: string): Placed<string> {
  return { at: answeredText, name: '', when: input }
}

const answeredText: Place = {
  read: (answer, { when = '' }) => (answer.input[when] === undefined ? undefined : bodyText(answer)),
}
