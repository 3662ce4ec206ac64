import { byteOperation } from '../operation.ts'
import { prepareAnswer } from '../schema/documents.ts'
import { toldByGet } from '../told-by-get.ts'
import {
  boolean,
  download,
  header,
  headers,
  httpDate,
  number,
  oneOf,
  query,
  required,
  textWhen,
  upload,
} from '../words.ts'
import {
  answeredVersion,
  anyVersion,
  bodySize,
  byteRange,
  cached,
  caching,
  encryption,
  guessedType,
  guessType,
  notified,
  objectType,
  objectWorm,
  payer,
  preconditions,
  storageClass,
  storedAcl,
  storing,
  tagged,
  throttled,
  usedEncryption,
} from './shared.ts'

/**
 * Uploads an object of up to 5 GB in one request, replacing any object with the same key.
 *
 * Throws an IntegrityError if OSS received other bytes than were sent.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/putobject PutObject}
 */
export const putObject = byteOperation({
  name: 'PutObject',
  route: 'PUT /{bucket}/{key}',
  input: {
    /** What to store. @default nothing: an empty object */
    body: upload,
    /** MIME type. @default a Blob's own, then guessed from the key's extension, then `application/octet-stream` */
    contentType: guessedType(guessType),
    ...bodySize,
    ...caching,
    ...storing,
    ...storedAcl,
    ...tagged,
    ...encryption,
    ...objectWorm,
    ...notified,
    ...throttled,
    ...payer,
  },
  output: {
    /** Changes with the content; quoted. */
    etag: header('ETag'),
    /** MD5 of the bytes that OSS received, in base64. */
    contentMd5: header('Content-MD5'),
    /** CRC-64/ECMA-182 of the bytes that OSS received, as an unsigned decimal. */
    hashCrc64: header('x-oss-hash-crc64ecma'),
    ...answeredVersion,
    /** What the server of `callback` answered. */
    callbackResult: textWhen('callback'),
  },
})

const properties = {
  /** Bytes of the body. */
  contentLength: header('Content-Length', number),
  /** MIME type. */
  contentType: header('Content-Type'),
  /** MD5 of the whole object, in base64; absent if it was uploaded in parts or appended to. */
  contentMd5: header('Content-MD5'),
  ...cached,
  /** Changes with the content; quoted. */
  etag: header('ETag'),
  /** When the content last changed. */
  lastModified: header('Last-Modified', httpDate),
  /** User metadata. Names are in lower case. In a browser, only what the bucket's CORS rules expose. */
  metadata: required(headers('x-oss-meta-')),
  /** CRC-64/ECMA-182 of the whole object, as an unsigned decimal. */
  hashCrc64: header('x-oss-hash-crc64ecma'),
  /** How the object is kept. */
  storageClass: header('x-oss-storage-class', storageClass),
  /** How the object came to be. */
  objectType: header('x-oss-object-type', objectType),
  ...answeredVersion,
  /** How many tags the object has; absent for none. */
  taggingCount: header('x-oss-tagging-count', number),
  ...usedEncryption,
  /** Where the next `appendObject` goes on, in bytes. Appendable objects only. */
  nextAppendPosition: header('x-oss-next-append-position', number),
  /** When a lifecycle rule will delete the object, as in `expiry-date="…", rule-id="…"`. */
  expiration: header('x-oss-expiration'),
  /** Whether a restored copy of an archived object is there, as in `ongoing-request="false", expiry-date="…"`. */
  restore: header('x-oss-restore'),
  /** How event notification or processing of the object went, in JSON or base64. */
  processStatus: header('x-oss-process-status'),
  /** When the object was sealed against appending, as an HTTP date. */
  sealedTime: header('x-oss-sealed-time'),
  ...objectWorm,
}

/**
 * Downloads an object, or a range of it. The output's `body` is to be read, or cancelled with `body.cancel()`.
 *
 * Throws a ServiceError with the code `NoSuchKey` if there is none, `InvalidObjectState` if it has to be restored first, and
 * one with the status 304 or 412 if a precondition fails. Reading the body throws an IntegrityError if bytes changed on the
 * way.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getobject GetObject}
 */
export const getObject = byteOperation({
  name: 'GetObject',
  describe: prepareAnswer,
  route: 'GET /{bucket}/{key}',
  input: {
    /** Bytes to return: `{ start, end }`, or text as in `bytes=0-1023` and `bytes=-500`. @default all */
    range: header('Range', byteRange),
    /** With `standard`, a range outside the object fails with `InvalidRange`; without, the whole object is returned. */
    rangeBehavior: header('x-oss-range-behavior', oneOf<'standard'>()),
    ...preconditions,
    ...anyVersion,
    /** Image or document processing, as in `image/resize,w_100`. */
    process: query('x-oss-process'),
    /** The Cache-Control of the answer, in place of the object's. */
    responseCacheControl: query('response-cache-control'),
    /** The Content-Disposition of the answer, in place of the object's. */
    responseContentDisposition: query('response-content-disposition'),
    /** The Content-Encoding of the answer, in place of the object's. */
    responseContentEncoding: query('response-content-encoding'),
    /** The Content-Language of the answer, in place of the object's. */
    responseContentLanguage: query('response-content-language'),
    /** The Content-Type of the answer, in place of the object's. */
    responseContentType: query('response-content-type'),
    /** The Expires of the answer, in place of the object's. */
    responseExpires: query('response-expires'),
    /** `gzip` lets OSS compress text of 1 KB and more. Browsers set it by themselves. */
    acceptEncoding: header('Accept-Encoding'),
    ...throttled,
    ...payer,
  },
  output: {
    /** The stored bytes. */
    body: required(download),
    /** Which bytes these are, as in `bytes 0-1023/146515`; absent if they are all. */
    contentRange: header('Content-Range'),
    ...properties,
    /** Whether the version is a delete marker. */
    deleteMarker: header('x-oss-delete-marker', boolean),
  },
})

/**
 * Tells everything about an object but its content.
 *
 * Throws a ServiceError with the code `NoSuchKey` if there is none, and one with the status 304 or 412 if a precondition
 * fails.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/headobject HeadObject}
 */
export const headObject = toldByGet(
  byteOperation({
    name: 'HeadObject',
    route: 'HEAD /{bucket}/{key}',
    input: { ...preconditions, ...anyVersion, ...payer },
    output: {
      ...properties,
      /** `requester` if the requester paid for this. */
      requestCharged: header('x-oss-request-charged'),
      /** When a lifecycle rule moved the object to an archive class, as an HTTP date. */
      transitionTime: header('x-oss-transition-time'),
      /** The origin that the bucket's CORS rules allow. */
      allowOrigin: header('Access-Control-Allow-Origin'),
      /** The methods that the bucket's CORS rules allow. */
      allowMethods: header('Access-Control-Allow-Methods'),
      /** Seconds that a browser may cache the answer to a preflight request. */
      allowAge: header('Access-Control-Allow-Age'),
      /** The request headers that the bucket's CORS rules allow. */
      allowHeaders: header('Access-Control-Allow-Headers'),
      /** The response headers that the bucket's CORS rules let scripts read. */
      exposeHeaders: header('Access-Control-Expose-Headers'),
    },
  }),
  getObject,
)

/**
 * Tells size, ETag and time of an object. Cheaper for OSS than `headObject`.
 *
 * Throws a ServiceError with the code `NoSuchKey` if there is none.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectmeta GetObjectMeta}
 */
export const getObjectMeta = toldByGet(
  byteOperation({
    name: 'GetObjectMeta',
    route: 'HEAD /{bucket}/{key}?objectMeta',
    input: { ...anyVersion, ...payer },
    output: {
      /** Bytes of the object. */
      contentLength: header('Content-Length', number),
      /** Changes with the content; quoted. */
      etag: header('ETag'),
      /** When the content last changed. */
      lastModified: header('Last-Modified', httpDate),
      /** When the object was last read, if the bucket keeps that. */
      lastAccessTime: header('x-oss-last-access-time', httpDate),
      ...answeredVersion,
      /** CRC-64/ECMA-182 of the object, as an unsigned decimal. */
      hashCrc64: header('x-oss-hash-crc64ecma'),
      /** When a lifecycle rule moved the object to an archive class, as an HTTP date. */
      transitionTime: header('x-oss-transition-time'),
    },
  }),
  getObject,
)
