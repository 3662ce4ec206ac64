import { operation } from '../operation.ts'
import { date, element, header, oneOf, xml } from '../words.ts'
import { copySource, sourcePreconditions } from './copy-source.ts'
import {
  answeredVersion,
  bodySize,
  caching,
  encryption,
  objectWorm,
  payer,
  storedAcl,
  storing,
  tagged,
  throttled,
  usedEncryption,
} from './shared.ts'

/**
 * Copies an object of up to 5 GB within a region, replacing any object with the same key. Copied onto itself with
 * `metadataDirective: 'REPLACE'`, an object gets new metadata.
 *
 * Throws a ServiceError with the code `NoSuchKey` if the source does not exist, and one with the status 304 or 412 if a
 * precondition fails. For larger objects use a Copier.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject CopyObject}
 */
export const copyObject = operation({
  name: 'CopyObject',
  route: 'PUT /{bucket}/{key}',
  input: {
    ...copySource,
    ...sourcePreconditions,
    /** Whether the copy takes the source's metadata and headers or those given here. @default 'COPY' */
    metadataDirective: header('x-oss-metadata-directive', oneOf<'COPY' | 'REPLACE'>()),
    /** Whether the copy takes the source's tags or those given here. @default 'Copy' */
    taggingDirective: header('x-oss-tagging-directive', oneOf<'Copy' | 'Replace' | 'COPY' | 'REPLACE'>()),
    /** MIME type, with `metadataDirective: 'REPLACE'`. */
    contentType: header('Content-Type'),
    ...bodySize,
    ...caching,
    ...storing,
    ...storedAcl,
    ...tagged,
    ...encryption,
    ...objectWorm,
    ...throttled,
    ...payer,
  },
  output: xml(undefined, {
    /** Changes with the content; quoted. */
    etag: element('ETag'),
    /** When the copy was made. */
    lastModified: date,
    ...answeredVersion,
    /** CRC-64/ECMA-182 of the copy, as an unsigned decimal. */
    hashCrc64: header('x-oss-hash-crc64ecma'),
    /** Which version was copied. */
    sourceVersionId: header('x-oss-copy-source-version-id'),
    ...usedEncryption,
  }),
})
