import { operation } from '../operation.ts'
import { list, oneOf, query, required, string, struct, type TypeOf, xmlBody } from '../words.ts'

const styleCategory = oneOf('image', 'document', 'video')
/** What a style processes. */
export type StyleCategory = TypeOf<typeof styleCategory>

const styleContent = struct({
  /** What is done, as in `image/resize,p_50`. */
  content: string,
})

/** What a style does. */
export interface StyleContent extends TypeOf<typeof styleContent> {}

const styleInfo = struct({
  /** The style's name. */
  name: string,
  /** What it does, as in `image/resize,p_50`. */
  content: string,
  /** When it was created, as in `Wed, 20 May 2020 12:07:15 GMT`. */
  createTime: string,
  /** When it was last changed, as in `Wed, 21 May 2020 12:07:15 GMT`. */
  lastModifyTime: string,
  /** What it processes. */
  category: styleCategory,
})

/** A style: processing under a name. */
export interface StyleInfo extends TypeOf<typeof styleInfo> {}

const styleList = struct({
  /** In the order of their names. */
  styles: required(list<StyleInfo>('Style', styleInfo)),
})

/** The styles of a bucket. */
export interface StyleList extends TypeOf<typeof styleList> {}

const named = {
  /** The style's name: 1 to 64 letters, digits and `- _ .`. */
  styleName: required(query('styleName')),
}

/**
 * Gives processing a name, which `style/` in `getObject`'s `process` then stands for, as in `style/thumbnail`. Replaces a
 * style of the same name. A bucket has at most 50 styles.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putstyle PutStyle}
 */
export const putStyle = operation({
  name: 'PutStyle',
  route: 'PUT /{bucket}?style',
  input: {
    ...named,
    /** What it processes. @default 'image' */
    category: query('category', styleCategory),
    /** What it does. */
    style: required(xmlBody<StyleContent>('Style', styleContent)),
  },
})

/**
 * Tells what a style does.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getstyle GetStyle}
 */
export const getStyle = operation({
  name: 'GetStyle',
  route: 'GET /{bucket}?style',
  input: { ...named },
  output: {
    /** The style. */
    style: required(xmlBody<StyleInfo>('Style', styleInfo)),
  },
})

/**
 * Lists the styles of a bucket.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/liststyle ListStyle}
 */
export const listStyle = operation({
  name: 'ListStyle',
  route: 'GET /{bucket}?style',
  output: {
    /** The styles. */
    styleList: required(xmlBody<StyleList>('StyleList', styleList)),
  },
})

/**
 * Deletes a style. Deleting none succeeds.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/deletestyle DeleteStyle}
 */
export const deleteStyle = operation({
  name: 'DeleteStyle',
  route: 'DELETE /{bucket}?style',
  input: { ...named },
})
