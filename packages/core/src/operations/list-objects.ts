import { operation } from '../operation.ts'
import {
  boolean,
  date,
  element,
  encodedString,
  list,
  number,
  query,
  required,
  string,
  struct,
  type TypeOf,
  xml,
} from '../words.ts'
import {
  type CommonPrefix,
  commonPrefix,
  encodedKeys,
  type Owner,
  objectType,
  owner,
  payer,
  storageClass,
} from './shared.ts'

const listed = {
  /** The object's key. */
  key: required(encodedString),
  /** How the object came to be. */
  objectType: element('Type', objectType),
  /** Bytes of the object. */
  size: number,
  /** Changes with the content; quoted. */
  etag: element('ETag'),
  /** When the content last changed. */
  lastModified: date,
  /** How the object is kept. */
  storageClass,
  /** Whose object it is; in ListObjectsV2 only if `fetchOwner` asked for it. */
  owner: element<Owner>('Owner', owner),
  /** Whether a restored copy of an archived object is there, as in `ongoing-request="false", expiry-date="…"`. */
  restoreInfo: string,
  /** When a lifecycle rule moved the object to an archive class, as text. */
  transitionTime: string,
}

const objectProperties = struct(listed)

/** What a listing says of one object. */
export interface ObjectProperties extends TypeOf<typeof objectProperties> {}

const grouping = {
  /** Groups keys that agree up to the first of this after the prefix, usually `/`; they become `commonPrefixes`. */
  delimiter: query('delimiter'),
  /** Only keys that begin with this. */
  prefix: query('prefix'),
  /** Keys and common prefixes on one page at most: 1 to 1000. @default 100 */
  maxKeys: query('max-keys', number),
  ...encodedKeys,
  ...payer,
}

const grouped = {
  /** The bucket's name. */
  name: string,
  /** What was asked for. */
  prefix: encodedString,
  /** What was asked for. */
  maxKeys: number,
  /** What was asked for. */
  delimiter: encodedString,
  /** Whether there are more, from the next marker or token on. */
  isTruncated: boolean,
  /** `url` if keys travelled percent-encoded; here they are decoded. */
  encodingType: string,
  /** Keys that agree up to the delimiter, each prefix once. */
  commonPrefixes: required(list<CommonPrefix>('CommonPrefixes', commonPrefix)),
}

/**
 * Lists the objects of a bucket in the order of their keys. Prefer `listObjectsV2`, which OSS answers faster.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listobjects ListObjects}
 */
export const listObjects = operation({
  name: 'ListObjects',
  route: 'GET /{bucket}?encoding-type=url',
  contentType: 'application/octet-stream',
  input: {
    ...grouping,
    /** Only keys that come after this one. */
    marker: query('marker'),
  },
  output: xml(undefined, {
    ...grouped,
    /** What was asked for. */
    marker: encodedString,
    /** The `marker` of the next page. */
    nextMarker: encodedString,
    /** The objects of this page. */
    contents: required(list<ObjectProperties>('Contents', objectProperties)),
  }),
  next: { marker: 'nextMarker' },
  limit: 'maxKeys',
})

/**
 * Lists the objects of a bucket in the order of their keys.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2 ListObjectsV2}
 * @example
 * for await (const { contents } of paginate(client, listObjectsV2, { bucket: 'photos', prefix: 'cats/' })) …
 */
export const listObjectsV2 = operation({
  name: 'ListObjectsV2',
  route: 'GET /{bucket}?list-type=2&encoding-type=url',
  contentType: 'application/octet-stream',
  input: {
    ...grouping,
    /** Only keys that come after this one. */
    startAfter: query('start-after'),
    /** Goes on where a page ended: its `nextContinuationToken`. */
    continuationToken: query('continuation-token'),
    /** Tells the owner of each object. @default false */
    fetchOwner: query('fetch-owner', boolean),
  },
  output: xml(undefined, {
    ...grouped,
    /** What was asked for. */
    startAfter: encodedString,
    /** What was asked for. */
    continuationToken: encodedString,
    /** The `continuationToken` of the next page. */
    nextContinuationToken: encodedString,
    /** Keys and common prefixes on this page. */
    keyCount: number,
    /** The objects of this page. */
    contents: required(list<ObjectProperties>('Contents', objectProperties)),
  }),
  next: { continuationToken: 'nextContinuationToken' },
  limit: 'maxKeys',
})

const objectVersionProperties = struct({
  ...listed,
  /** The version's id; `null` if it was written while versioning was not on. */
  versionId: string,
  /** Whether this is the current version. */
  isLatest: boolean,
})

/** What a listing says of one version of an object. */
export interface ObjectVersionProperties extends TypeOf<typeof objectVersionProperties> {}

const deleteMarkerProperties = struct({
  /** The key of the object that was deleted. */
  key: required(encodedString),
  /** The delete marker's own id. */
  versionId: string,
  /** Whether the object counts as deleted. */
  isLatest: boolean,
  /** When the object was deleted. */
  lastModified: date,
  /** Whose it is. */
  owner: element<Owner>('Owner', owner),
})

/** What a listing says of one delete marker. */
export interface DeleteMarkerProperties extends TypeOf<typeof deleteMarkerProperties> {}

/**
 * Lists the versions and delete markers of a bucket in the order of their keys, the newest of a key first.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectversions ListObjectVersions}
 */
export const listObjectVersions = operation({
  name: 'ListObjectVersions',
  route: 'GET /{bucket}?versions&encoding-type=url',
  contentType: 'application/octet-stream',
  input: {
    ...grouping,
    /** Only keys that come after this one; with `versionIdMarker`, also the versions of this one after that. */
    keyMarker: query('key-marker'),
    /** Only versions of `keyMarker` that come after this one. */
    versionIdMarker: query('version-id-marker'),
  },
  output: xml('ListVersionsResult', {
    ...grouped,
    /** What was asked for. */
    keyMarker: encodedString,
    /** The `keyMarker` of the next page. */
    nextKeyMarker: encodedString,
    /** What was asked for. */
    versionIdMarker: string,
    /** The `versionIdMarker` of the next page. */
    nextVersionIdMarker: string,
    /** The versions of this page. */
    version: required(list<ObjectVersionProperties>('Version', objectVersionProperties)),
    /** The delete markers of this page. */
    deleteMarker: required(list<DeleteMarkerProperties>('DeleteMarker', deleteMarkerProperties)),
  }),
  next: { keyMarker: 'nextKeyMarker', versionIdMarker: 'nextVersionIdMarker' },
  limit: 'maxKeys',
})
