import { byteOperation, operation } from '../operation.ts'
import {
  boolean,
  date,
  element,
  encodedString,
  header,
  list,
  number,
  numeric,
  oneOf,
  query,
  required,
  string,
  struct,
  type TypeOf,
  textWhen,
  unsent,
  upload,
  xml,
  xmlBody,
} from '../words.ts'
import { copySource, sourcePreconditions } from './copy-source.ts'
import {
  answeredVersion,
  bodySize,
  byteRange,
  caching,
  encodedKeys,
  encryption,
  guessedType,
  guessType,
  notified,
  objectWorm,
  payer,
  storageClass,
  storedAcl,
  storing,
  tagged,
  throttled,
} from './shared.ts'

const answeredEncoding = {
  /** `url` if keys travelled percent-encoded; here they are decoded. */
  encodingType: string,
}

/**
 * Begins an upload in parts. What the object will be like is said here; its parts bring the content.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/initiatemultipartupload InitiateMultipartUpload}
 */
export const initiateMultipartUpload = operation({
  name: 'InitiateMultipartUpload',
  route: 'POST /{bucket}/{key}?uploads&encoding-type=url',
  input: {
    /** MIME type of the object. @default guessed from the key's extension, else `application/octet-stream` */
    contentType: guessedType((input) => (input.disableAutoDetectMimeType ? undefined : guessType(input))),
    /** Does not guess the MIME type. @default false */
    disableAutoDetectMimeType: unsent(boolean),
    ...bodySize,
    ...caching,
    ...storing,
    ...tagged,
    ...encryption,
    ...objectWorm,
    /** Bytes of the whole object, which client-side encryption needs to know; of no effect without it. */
    cseDataSize: unsent(number),
    /** Bytes of one part, which client-side encryption needs to know; of no effect without it. */
    csePartSize: unsent(number),
    ...encodedKeys,
    ...payer,
  },
  output: xml('InitiateMultipartUploadResult', {
    /** The bucket's name. */
    bucket: string,
    /** The object's key. */
    key: encodedString,
    /** The id to give to every other call about this upload. */
    uploadId: required(string),
    ...answeredEncoding,
  }),
})

const partOfUpload = {
  /** Which upload it is a part of. */
  uploadId: required(query('uploadId')),
  /** The part's place: 1 to 10000, gaps allowed. Sent again, it replaces what was there. */
  partNumber: required(query('partNumber', number)),
}

/**
 * Uploads one part: 100 KB to 5 GB, the last of an object may be smaller.
 *
 * Throws a ServiceError with the code `NoSuchUpload` if the upload is completed or aborted, an IntegrityError if OSS received
 * other bytes than were sent.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/uploadpart UploadPart}
 */
export const uploadPart = byteOperation({
  name: 'UploadPart',
  route: 'PUT /{bucket}/{key}',
  input: {
    ...partOfUpload,
    /** The part's bytes. */
    body: upload,
    ...bodySize,
    ...throttled,
    ...payer,
  },
  output: {
    /** What `completeMultipartUpload` needs. A browser sees it only if the bucket's CORS rules expose `ETag`. */
    etag: header('ETag'),
    /** MD5 of the bytes that OSS received, in base64. */
    contentMd5: header('Content-MD5'),
    /** CRC-64/ECMA-182 of the bytes that OSS received, as an unsigned decimal. */
    hashCrc64: header('x-oss-hash-crc64ecma'),
  },
})

/**
 * Makes one part of an existing object, or of a range of it, within a region.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/uploadpartcopy UploadPartCopy}
 */
export const uploadPartCopy = operation({
  name: 'UploadPartCopy',
  route: 'PUT /{bucket}/{key}',
  input: {
    ...partOfUpload,
    ...copySource,
    /** Bytes to copy: `{ start, end }`, or text as in `bytes=0-1048575`. @default all */
    sourceRange: header('x-oss-copy-source-range', byteRange),
    ...sourcePreconditions,
    ...throttled,
    ...payer,
  },
  output: xml('CopyPartResult', {
    /** What `completeMultipartUpload` needs. */
    etag: element('ETag'),
    /** When the part was made. */
    lastModified: date,
    /** Which version was copied. */
    sourceVersionId: header('x-oss-copy-source-version-id'),
  }),
})

const uploadedPart = struct({
  /** The part's place in the object: 1 to 10000. */
  partNumber: required(number),
  /** What the answer to its upload said. */
  etag: required(element('ETag')),
})

/** A part that the object shall have. */
export interface UploadPart extends TypeOf<typeof uploadedPart> {}

const partList = struct({
  /** In ascending order of their numbers. */
  parts: list<UploadPart>('Part', uploadedPart),
})

/** The parts that the object shall have. */
export interface CompleteMultipartUpload extends TypeOf<typeof partList> {}

/**
 * Makes the parts of an upload an object, replacing any object with the same key.
 *
 * Throws a ServiceError with the code `InvalidPart` if a part is missing, `InvalidPartOrder` if they are not in order,
 * `EntityTooSmall` if one but the last is below 100 KB; the upload is then still open.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/completemultipartupload CompleteMultipartUpload}
 */
export const completeMultipartUpload = operation({
  name: 'CompleteMultipartUpload',
  route: 'POST /{bucket}/{key}?encoding-type=url',
  input: {
    /** The upload's id, as `initiateMultipartUpload` gave it. */
    uploadId: required(query('uploadId')),
    /** The parts that the object shall have. Required unless `completeAll` is given. */
    completeMultipartUpload: xmlBody<CompleteMultipartUpload>('CompleteMultipartUpload', partList),
    /** `yes` takes all parts that were uploaded, in the order of their numbers. */
    completeAll: header('x-oss-complete-all', oneOf<'yes'>()),
    ...storedAcl,
    /** Fails with `FileAlreadyExists` instead of replacing an object with the same key. @default false */
    forbidOverwrite: storing.forbidOverwrite,
    ...notified,
    ...encodedKeys,
    ...payer,
  },
  output: xml(undefined, {
    /** The bucket's name. */
    bucket: string,
    /** The object's key. */
    key: encodedString,
    /** The object's URL. */
    location: string,
    /** Changes with the content; quoted. */
    etag: element('ETag'),
    ...answeredEncoding,
    /** CRC-64/ECMA-182 of the object, as an unsigned decimal. */
    hashCrc64: header('x-oss-hash-crc64ecma'),
    ...answeredVersion,
    /** What the server of `callback` answered; only hashCrc64 and versionId stand beside it. */
    callbackResult: textWhen('callback'),
  }),
})

/**
 * Gives an upload up and deletes its parts.
 *
 * Throws a ServiceError with the code `NoSuchUpload` if it is completed or aborted already.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/abortmultipartupload AbortMultipartUpload}
 */
export const abortMultipartUpload = operation({
  name: 'AbortMultipartUpload',
  route: 'DELETE /{bucket}/{key}',
  input: {
    /** The upload's id, as `initiateMultipartUpload` gave it. */
    uploadId: required(query('uploadId')),
    ...payer,
  },
})

const part = struct({
  /** The part's place in the object: 1 to 10000. */
  partNumber: required(number),
  /** What `completeMultipartUpload` needs. */
  etag: required(element('ETag')),
  /** When the part was uploaded. */
  lastModified: date,
  /** Bytes of the part. */
  size: number,
  /** CRC-64/ECMA-182 of the part, as an unsigned decimal. */
  hashCrc64: element('HashCrc64ecma'),
})

/** A part that was uploaded. */
export interface Part extends TypeOf<typeof part> {}

/**
 * Lists the parts of an upload in the order of their numbers.
 *
 * Throws a ServiceError with the code `NoSuchUpload` if it is completed or aborted.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listparts ListParts}
 */
export const listParts = operation({
  name: 'ListParts',
  route: 'GET /{bucket}/{key}?encoding-type=url',
  input: {
    /** The upload's id, as `initiateMultipartUpload` gave it. */
    uploadId: required(query('uploadId')),
    /** Parts on one page at most: 1 to 1000. @default 1000 */
    maxParts: query('max-parts', number),
    /** Only parts whose numbers come after this one. */
    partNumberMarker: query('part-number-marker', numeric),
    ...encodedKeys,
    ...payer,
  },
  output: xml('ListPartsResult', {
    /** The bucket's name. */
    bucket: string,
    /** The object's key. */
    key: encodedString,
    /** The upload's id, as `initiateMultipartUpload` gave it. */
    uploadId: string,
    /** What was asked for. */
    partNumberMarker: number,
    /** The `partNumberMarker` of the next page. */
    nextPartNumberMarker: number,
    /** What was asked for. */
    maxParts: number,
    /** Whether there are more parts. */
    isTruncated: boolean,
    /** How the object will be kept. */
    storageClass,
    /** The content key of client-side encryption, encrypted, in base64. */
    clientEncryptionKey: string,
    /** The counter that client-side encryption starts with, encrypted, in base64. */
    clientEncryptionStart: string,
    /** The cipher of client-side encryption, as in `AES/CTR/NoPadding`. */
    clientEncryptionCekAlg: string,
    /** How client-side encryption encrypts its content key, as in `RSA/NONE/PKCS1Padding`. */
    clientEncryptionWrapAlg: string,
    /** Bytes of the whole object, as client-side encryption was told. */
    clientEncryptionDataSize: number,
    /** Bytes of one part, as client-side encryption was told. */
    clientEncryptionPartSize: number,
    /** What was uploaded so far. */
    parts: required(list<Part>('Part', part)),
    ...answeredEncoding,
  }),
  next: { partNumberMarker: 'nextPartNumberMarker' },
  limit: 'maxParts',
})

const unfinishedUpload = struct({
  /** The key that the object will have. */
  key: required(encodedString),
  /** The upload's id. */
  uploadId: required(string),
  /** When the upload began. */
  initiated: date,
})

/** An upload that is neither completed nor aborted. */
export interface Upload extends TypeOf<typeof unfinishedUpload> {}

/**
 * Lists the uploads of a bucket that are neither completed nor aborted, in the order of their keys.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listmultipartuploads ListMultipartUploads}
 */
export const listMultipartUploads = operation({
  name: 'ListMultipartUploads',
  route: 'GET /{bucket}?uploads&encoding-type=url',
  contentType: '',
  input: {
    /** Groups keys that agree up to the first of this after the prefix, usually `/`. */
    delimiter: query('delimiter'),
    /** Only keys that begin with this. */
    prefix: query('prefix'),
    /** Uploads on one page at most: 1 to 1000. @default 1000 */
    maxUploads: query('max-uploads', number),
    /** Only keys that come after this one; with `uploadIdMarker`, also the uploads of this one after that. */
    keyMarker: query('key-marker'),
    /** Only uploads of `keyMarker` that come after this one. Of no effect without `keyMarker`. */
    uploadIdMarker: query('upload-id-marker'),
    ...encodedKeys,
    ...payer,
  },
  output: xml('ListMultipartUploadsResult', {
    /** The bucket's name. */
    bucket: string,
    /** What was asked for. */
    keyMarker: encodedString,
    /** What was asked for. */
    uploadIdMarker: string,
    /** The `keyMarker` of the next page. */
    nextKeyMarker: encodedString,
    /** The `uploadIdMarker` of the next page. */
    nextUploadIdMarker: string,
    /** What was asked for. */
    delimiter: encodedString,
    /** What was asked for. */
    prefix: encodedString,
    /** What was asked for. */
    maxUploads: number,
    /** Whether there are more uploads. */
    isTruncated: boolean,
    /** The uploads, those of one key by their ids. */
    uploads: required(list<Upload>('Upload', unfinishedUpload)),
    ...answeredEncoding,
  }),
  next: { keyMarker: 'nextKeyMarker', uploadIdMarker: 'nextUploadIdMarker' },
  limit: 'maxUploads',
})
