import { byteOperation, operation } from '../operation.ts'
import { appended, header, number, query, required } from '../words.ts'
import {
  answeredVersion,
  bodySize,
  caching,
  encryption,
  guessedType,
  guessType,
  payer,
  storedAcl,
  storing,
  tagged,
  throttled,
  usedEncryption,
} from './shared.ts'

/**
 * Adds bytes to the end of an appendable object, creating it at position 0; it may grow to 5 GB. Headers about the object
 * count in the first call only.
 *
 * Throws a ServiceError with the code `PositionNotEqualToLength` if the object is not as long as `position` says, and
 * `ObjectNotAppendable` if it was uploaded in another way.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/appendobject AppendObject}
 */
export const appendObject = byteOperation({
  name: 'AppendObject',
  route: 'POST /{bucket}/{key}?append',
  input: {
    /** Bytes that the object has so far: 0, then the last answer's `nextPosition`. */
    position: required(query('position', number)),
    /** What to add. */
    body: appended,
    /** MIME type. @default a Blob's own, then guessed from the key's extension, then `application/octet-stream` */
    contentType: guessedType(guessType),
    ...bodySize,
    ...caching,
    ...storing,
    ...storedAcl,
    ...tagged,
    ...encryption,
    ...throttled,
    ...payer,
  },
  output: {
    ...answeredVersion,
    /** CRC-64/ECMA-182 of the whole object, as an unsigned decimal. */
    hashCrc64: header('x-oss-hash-crc64ecma'),
    /** The `position` of the next call. */
    nextPosition: header('x-oss-next-append-position', number),
    ...usedEncryption,
  },
})

/**
 * Seals an appendable object: nothing can be added to it afterwards.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/sealappendobject SealAppendObject}
 */
export const sealAppendObject = operation({
  name: 'SealAppendObject',
  route: 'POST /{bucket}/{key}?seal',
  contentType: 'application/xml',
  input: {
    /** Bytes that the object has. */
    position: required(query('position', number)),
  },
  output: {
    /** When the object was sealed, as an HTTP date. */
    sealedTime: header('x-oss-sealed-time'),
  },
})
