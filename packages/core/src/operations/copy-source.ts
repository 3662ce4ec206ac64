/** What is copied: three input fields, one header. */
import { percentEncode } from '../percent-encode.ts'
import { format } from '../schema/words.ts'
import { header, instant, type Placed, required, string, unsent } from '../words.ts'

const sourceHeader = header('x-oss-copy-source')

/** `/bucket/key?versionId=id`, of which only the key is encoded. */
const sourceKey: Placed<string> = {
  name: 'x-oss-copy-source',
  type: string,
  at: {
    write(draft, _field, value, key) {
      const { bucket, sourceBucket = bucket, sourceVersionId } = draft.input
      const version = sourceVersionId === undefined ? '' : `?versionId=${sourceVersionId}`
      const path = `/${sourceBucket}/${percentEncode(format(string, value, key), key).replaceAll('%2F', '/')}`
      sourceHeader.at.write!(draft, sourceHeader, path + version, key)
    },
  },
}

export const copySource = {
  /** The bucket of the object to copy, in the same region. @default `bucket` */
  sourceBucket: unsent(string),
  /** The key of the object to copy, as it is. */
  sourceKey: required(sourceKey),
  /** Which version to copy. @default the current one */
  sourceVersionId: unsent(string),
}

export const sourcePreconditions = {
  /** Fails with 412 `PreconditionFailed` if the source's ETag is another. */
  ifMatch: header('x-oss-copy-source-if-match'),
  /** Fails with 304 if the source's ETag is this one. */
  ifNoneMatch: header('x-oss-copy-source-if-none-match'),
  /** Fails with 304 if the source has not changed after this: a `Date`, or an HTTP date as text. */
  ifModifiedSince: header('x-oss-copy-source-if-modified-since', instant),
  /** Fails with 412 `PreconditionFailed` if the source has changed after this: a `Date`, or an HTTP date as text. */
  ifUnmodifiedSince: header('x-oss-copy-source-if-unmodified-since', instant),
}
