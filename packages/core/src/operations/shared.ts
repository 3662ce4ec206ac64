/** Fields and words that several operations share. */
import { oneOf, type TypeOf } from '../words.ts'

export const objectAcl = oneOf('default', 'private', 'public-read', 'public-read-write')
/** Who may read and write an object; `default` follows the bucket. */
export type ObjectAcl = TypeOf<typeof objectAcl>
