/** Fields and words that several operations share. */

import { ValidationError } from '../errors.ts'
import { toHeaderBytes } from '../header-bytes.ts'
import { percentEncode } from '../percent-encode.ts'
import { orText, writtenFlag, writtenNumber } from '../schema/scalars.ts'
import type { Values } from '../schema/types.ts'
import { writtenHeaders } from '../schema/words.ts'
import {
  boolean,
  element,
  encodedString,
  header,
  instant,
  oneOf,
  type Placed,
  query,
  required,
  type Scalar,
  string,
  struct,
  type TypeOf,
} from '../words.ts'

export const bucketAcl = oneOf<'private' | 'public-read' | 'public-read-write'>()
/** Who may read and write a bucket. Public access works only where the public access block is off. */
export type BucketAcl = TypeOf<typeof bucketAcl>

export const objectAcl = oneOf<'default' | 'private' | 'public-read' | 'public-read-write'>()
/** Who may read and write an object; `default` follows the bucket. */
export type ObjectAcl = TypeOf<typeof objectAcl>

export const storageClass = oneOf<'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive'>()
/**
 * How an object is kept. `IA` costs per read and lasts 30 days at least; the archive classes have to be restored before they
 * can be read and last 60 (`Archive`) or 180 days at least.
 */
export type StorageClass = TypeOf<typeof storageClass>

export const dataRedundancyType = oneOf<'LRS' | 'ZRS'>()
/** Whether copies are kept in one zone (`LRS`) or in several (`ZRS`). */
export type DataRedundancyType = TypeOf<typeof dataRedundancyType>

export const versioningStatus = oneOf<'Enabled' | 'Suspended'>()
/** `Suspended` keeps the versions there are and writes new ones under the id `null`. */
export type VersioningStatus = TypeOf<typeof versioningStatus>

export const objectType = oneOf<'Normal' | 'Multipart' | 'Appendable' | 'Symlink'>()
/** How an object came to be. */
export type ObjectType = TypeOf<typeof objectType>

export const objectWormMode = oneOf<'GOVERNANCE' | 'COMPLIANCE'>()
/** `GOVERNANCE` can be lifted by those with the permission to, `COMPLIANCE` by nobody. */
export type ObjectWormMode = TypeOf<typeof objectWormMode>

export const legalHold = oneOf<'ON' | 'OFF'>()
/** Whether an object is held back from deletion without end. */
export type LegalHold = TypeOf<typeof legalHold>

export const serverSideEncryption = oneOf<'AES256' | 'KMS' | 'SM4'>()
/** Who holds the key that OSS encrypts with: OSS itself (`AES256`, `SM4`) or the Key Management Service. */
export type ServerSideEncryption = TypeOf<typeof serverSideEncryption>

export const owner = struct({
  /** The account's id. */
  id: element('ID'),
  /** The account's name; the same as its id. */
  displayName: string,
})

/** The account that something belongs to. */
export interface Owner extends TypeOf<typeof owner> {}

export const tag = struct({
  /** The tag's name: 1 to 128 characters. */
  key: required(string),
  /** The tag's value: at most 256 characters; may be empty. */
  value: required(string),
})

/** A name and a value to find things by. Letters, digits, spaces and `+ - = . _ : /`. */
export interface Tag extends TypeOf<typeof tag> {}

export const publicAccessBlockConfiguration = struct({
  /** Whether public access is blocked: public ACLs and policies have no effect, and none can be set. */
  blockPublicAccess: boolean,
})

/** Whether what would be open to everybody is closed all the same. */
export interface PublicAccessBlockConfiguration extends TypeOf<typeof publicAccessBlockConfiguration> {}

export const commonPrefix = struct({
  /** The prefix, with the delimiter at its end. */
  prefix: required(encodedString),
})

/** Keys that agree up to a delimiter, in one: what a folder is elsewhere. */
export interface CommonPrefix extends TypeOf<typeof commonPrefix> {}

export const accessPointStatus = oneOf('enable', 'disable', 'creating', 'deleting')
/** Whether an access point can be used. */
export type AccessPointStatus = TypeOf<typeof accessPointStatus>

export const accessPointEndpoints = struct({
  /** Host for access from the internet. */
  publicEndpoint: string,
  /** Host for access from inside Alibaba Cloud. */
  internalEndpoint: string,
})

/** The hosts of an access point. */
export interface AccessPointEndpoints extends TypeOf<typeof accessPointEndpoints> {}

/** A part of an object, counted in bytes from 0. */
export interface ByteRange {
  /** The first byte that belongs to it. */
  start: number
  /** The last byte that belongs to it. @default the object's last */
  end?: number | undefined
}

/** A `Range` header: as text, or from a start to an end that is included. */
export const byteRange = /* @__PURE__ */ orText<ByteRange>(({ start, end }) => {
  if (!Number.isSafeInteger(start) || start < 0) throw new Error(`expected a start of 0 or more, got ${start}`)
  if (end === undefined) return `bytes=${start}-`
  if (!Number.isSafeInteger(end) || end < start) throw new Error(`expected an end from ${start} on, got ${end}`)
  return `bytes=${start}-${end}`
})

/** Tags in a header: as text in URL query form, or as a record. What is undefined is an empty value, as OSS tells one. */
const tagText = /* @__PURE__ */ orText<Record<string, string>>((tags) =>
  Object.entries(tags)
    .map(([key, text]) => `${percentEncode(key)}=${percentEncode(String(text ?? ''))}`)
    .join('&'),
)

/** Which server OSS calls when an upload is complete, and with what. */
export interface Callback {
  /** Where to, as in `https://example.com/uploaded`; up to five, separated by `;`, are tried in turn. */
  callbackUrl: string
  /** The Host header of the call. @default the host of `callbackUrl` */
  callbackHost?: string | undefined
  /** The body, in which `${bucket}`, `${object}`, `${etag}`, `${size}`, `${mimeType}` and `${x:…}` are replaced. */
  callbackBody: string
  /** The Content-Type of the call. @default 'application/x-www-form-urlencoded' */
  callbackBodyType?: 'application/x-www-form-urlencoded' | 'application/json' | undefined
  /** Whether the TLS handshake names the host. @default false */
  callbackSNI?: boolean | undefined
}

/** JSON in base64: as that text, or as the object itself. */
const base64Json = <T extends object>(): Scalar<T | string> =>
  orText((value) => btoa(toHeaderBytes(JSON.stringify(value))))

export const payer = {
  /** `requester` pays for this request and its traffic, as buckets that demand it of others than their owner require. */
  requestPayer: header<'requester'>('x-oss-request-payer'),
}

export const anyVersion = {
  /** Which version; `null` in an unversioned bucket. @default the current one */
  versionId: query('versionId'),
}

export const answeredVersion = {
  /** Which version this is about, where the bucket is versioned. */
  versionId: header('x-oss-version-id'),
}

const descriptions = {
  /** How long caches may keep the object, as in `max-age=3600`. */
  cacheControl: header('Cache-Control'),
  /** What a browser does with the object, as in `attachment; filename="cat.jpg"`. */
  contentDisposition: header('Content-Disposition'),
  /** How the bytes are packed, as in `gzip`. */
  contentEncoding: header('Content-Encoding'),
}

export const caching = {
  ...descriptions,
  /** When caches may drop the object: a `Date`, or text that is kept as it is. */
  expires: header('Expires', instant),
}

export const cached = {
  ...descriptions,
  /** When caches may drop the object, as it was written. */
  expires: header('Expires'),
}

export const bodySize = {
  /** Bytes of the body. A stream whose size OSS shall check needs it; for everything else it is known. */
  contentLength: header('Content-Length', writtenNumber),
  /** MD5 of the body, in base64. OSS refuses the request with `InvalidDigest` if it is another. */
  contentMd5: header('Content-MD5'),
}

export const encryption = {
  /** Who holds the key that OSS encrypts the object with. @default the bucket's setting */
  serverSideEncryption: header<ServerSideEncryption>('x-oss-server-side-encryption'),
  /** The algorithm, where the Key Management Service holds the key. @default 'AES256' */
  serverSideDataEncryption: header<'SM4' | 'AES256'>('x-oss-server-side-data-encryption'),
  /** The id of the key in the Key Management Service. */
  serverSideEncryptionKeyId: header('x-oss-server-side-encryption-key-id'),
}

export const usedEncryption = {
  /** Who holds the key that OSS encrypted the object with; absent if it is not encrypted. */
  serverSideEncryption: header<ServerSideEncryption>('x-oss-server-side-encryption'),
  /** The algorithm, where the Key Management Service holds the key. */
  serverSideDataEncryption: header<'SM4' | 'AES256'>('x-oss-server-side-data-encryption'),
  /** The id of the key in the Key Management Service. */
  serverSideEncryptionKeyId: header('x-oss-server-side-encryption-key-id'),
}

export const objectWorm = {
  /** Until when the object can be neither changed nor deleted, in ISO 8601, as in `2027-01-01T00:00:00.000Z`. */
  objectWormRetainUntilDate: header('x-oss-object-worm-retain-until-date'),
  /** Whether anybody may lift the retention. */
  objectWormMode: header<ObjectWormMode>('x-oss-object-worm-mode'),
  /** Whether the object is held back from deletion without end. */
  objectWormLegalHold: header<LegalHold>('x-oss-object-worm-legal-hold'),
}

export const storing = {
  /** How the object is kept. @default the bucket's */
  storageClass: header<StorageClass>('x-oss-storage-class'),
  /** User metadata, 8 KB at most in all. Names are case-insensitive and come back in lower case. */
  metadata: writtenHeaders('x-oss-meta-'),
  /** Fails with `FileAlreadyExists` instead of replacing an object with the same key. @default false */
  forbidOverwrite: header('x-oss-forbid-overwrite', writtenFlag),
}

export const storedAcl = {
  /** Who may read and write the object. @default 'default' */
  acl: header<ObjectAcl>('x-oss-object-acl'),
}

export const tagged = {
  /** Up to 10 tags: a record, or text in URL query form as in `a=1&b=2`. */
  tagging: header('x-oss-tagging', tagText),
}

export const throttled = {
  /** Bits per second at most: 245760 (30 KB/s) to 838860800 (100 MB/s). @default unlimited */
  trafficLimit: header('x-oss-traffic-limit', writtenNumber),
}

export const notified = {
  /** What OSS calls when the upload is complete: an object, or its JSON in base64. The answer is then `callbackResult`. */
  callback: header('x-oss-callback', base64Json<Callback>()),
  /** Values for `${x:…}` in the callback's body, under names that begin with `x:`; a record, or its JSON in base64. */
  callbackVar: header('x-oss-callback-var', base64Json<Record<string, string>>()),
}

export const preconditions = {
  /** Fails with 412 `PreconditionFailed` if the object's ETag is another. */
  ifMatch: header('If-Match'),
  /** Fails with 304 if the object's ETag is this one. */
  ifNoneMatch: header('If-None-Match'),
  /** Fails with 304 if the object has not changed after this: a `Date`, or an HTTP date as text. */
  ifModifiedSince: header('If-Modified-Since', instant),
  /** Fails with 412 `PreconditionFailed` if the object has changed after this: a `Date`, or an HTTP date as text. */
  ifUnmodifiedSince: header('If-Unmodified-Since', instant),
}

export const encodedKeys = {
  /** Asks OSS to percent-encode keys in its answer; they are decoded again here. @default 'url' */
  encodingType: query('encoding-type', oneOf<'url'>()),
}

/** A Content-Type that is guessed when the caller gives none. */
// @__NO_SIDE_EFFECTS__
export function guessedType(fallback: (input: Values) => Promise<string> | undefined): Placed<string> {
  return { ...header('Content-Type'), fallback }
}

/** The type that a Blob brings, else that of the key's extension, else what OSS itself would store. */
export const guessType = async ({ key, body }: Values): Promise<string> => {
  if (body instanceof Blob && body.type) return body.type
  const table = await import('../content-types.ts').catch(() => {
    throw new ValidationError('contentType', 'cannot be guessed here: give it')
  })
  return table.guessContentType(key as string)
}
