import { operation } from '../operation.ts'
import { element, list, required, struct, type TypeOf, xml, xmlBody } from '../words.ts'
import { answeredVersion, anyVersion, payer, type Tag, tag } from './shared.ts'

const tagSet = struct({
  /** Up to 10 for an object, up to 20 for a bucket. */
  tags: required(list<Tag>('Tag', tag)),
})

/** Several tags, each key once. */
export interface TagSet extends TypeOf<typeof tagSet> {}

export const tagging = struct({
  /** The tags. */
  tagSet: element<TagSet>('TagSet', tagSet),
})

/** The tags of an object or bucket. */
export interface Tagging extends TypeOf<typeof tagging> {}

/**
 * Sets the tags of an object, replacing any it had.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putobjecttagging PutObjectTagging}
 */
export const putObjectTagging = operation({
  name: 'PutObjectTagging',
  route: 'PUT /{bucket}/{key}?tagging',
  input: {
    /** The tags that the object shall have. */
    tagging: required(xmlBody<Tagging>('Tagging', tagging)),
    ...anyVersion,
    ...payer,
  },
  output: { ...answeredVersion },
})

/**
 * Tells the tags of an object.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getobjecttagging GetObjectTagging}
 */
export const getObjectTagging = operation({
  name: 'GetObjectTagging',
  route: 'GET /{bucket}/{key}?tagging',
  input: { ...anyVersion, ...payer },
  output: xml('Tagging', {
    /** The tags; none for an object that has none. */
    tagSet: element<TagSet>('TagSet', tagSet),
    ...answeredVersion,
  }),
})

/**
 * Deletes the tags of an object. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deleteobjecttagging DeleteObjectTagging}
 */
export const deleteObjectTagging = operation({
  name: 'DeleteObjectTagging',
  route: 'DELETE /{bucket}/{key}?tagging',
  input: { ...anyVersion, ...payer },
  output: { ...answeredVersion },
})
