import { restoreInfo } from '../archive.ts'
import { fromByteString } from '../byte-string.ts'
import type { Call } from '../call.ts'
import { invalidArgument } from '../errors.ts'
import {
  collectPage,
  type ListedEntry,
  type ListingWriter,
  listingWriter,
  type Page,
  readLimit,
  readMarker,
} from '../listing.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { ownerElement } from '../owner.ts'
import { objectKeyIn, versionsOfBucket } from '../storage/keys.ts'
import type { ObjectRecord, VersionRecord } from '../storage/records.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'

/** The current objects of a bucket from a key on. */
export function* currentObjects(call: Call, from: string): Iterable<ListedEntry<ObjectRecord>> {
  const [start, end] = versionsOfBucket(call.bucket)
  let previous: string | undefined
  for (const { key: storeKey, value } of call.store.range<VersionRecord>(start + from, end)) {
    const key = objectKeyIn(storeKey)
    if (key !== previous && value.kind === 'object') yield { key, value }
    previous = key
  }
}

function page(call: Call, after: string): Page<ObjectRecord> {
  const prefix = readMarker(call.query, 'prefix')
  const delimiter = readMarker(call.query, 'delimiter')
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100)
  return collectPage({ prefix, delimiter, after, limit }, (from) => currentObjects(call, from))
}

/** The elements that tell of an object what listings and versions have in common. */
export function contentElements(object: ObjectRecord, now: Date): (string | undefined)[] {
  const restore = restoreInfo(object, now)
  return [
    leaf('LastModified', object.lastModified),
    leaf('ETag', `"${object.etag}"`),
    leaf('Type', object.type),
    leaf('Size', object.size),
    leaf('StorageClass', object.storageClass),
    restore === undefined ? undefined : leaf('RestoreInfo', restore),
    object.transitionedAt === undefined ? undefined : leaf('TransitionTime', object.transitionedAt),
  ]
}

function contents(call: Call, objects: Page<ObjectRecord>, write: ListingWriter, hasOwner: boolean): string[] {
  return objects.entries.map(({ value }) =>
    branch(
      'Contents',
      write.text('Key', value.key),
      ...contentElements(value, call.now),
      hasOwner ? ownerElement(value.ownerId) : undefined,
    ),
  )
}

/** The common prefixes of a page. */
export const prefixElements = (prefixes: readonly string[], write: ListingWriter): string[] =>
  prefixes.map((prefix) => branch('CommonPrefixes', write.text('Prefix', fromByteString(prefix))))

/** The parameter as text, for the answer to repeat. */
const parameter = (call: Call, name: string): string => call.query.get(name) ?? ''

/** ListObjects: a page of the keys of a bucket, from a marker on. */
export function listObjects(call: Call): OssResponse {
  const write = listingWriter(call.query)
  const objects = page(call, readMarker(call.query, 'marker'))
  const next = objects.isTruncated ? fromByteString(objects.last?.key ?? '') : undefined
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListBucketResult',
        leaf('Name', call.bucket),
        write.text('Prefix', parameter(call, 'prefix')),
        write.text('Marker', parameter(call, 'marker')),
        leaf('MaxKeys', readLimit('max-keys', call.query.get('max-keys'), 100)),
        write.text('Delimiter', parameter(call, 'delimiter')),
        write.encodingType,
        leaf('IsTruncated', objects.isTruncated),
        next === undefined ? undefined : write.text('NextMarker', next),
        ...contents(call, objects, write, true),
        ...prefixElements(objects.prefixes, write),
      ),
    ),
  )
}

const tokenOf = (key: string): string => `Cg${Buffer.from(key, 'latin1').toString('base64url')}`

function readToken(token: string): string {
  if (!/^Cg[A-Za-z0-9_-]*$/.test(token)) {
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect.')
  }
  return Buffer.from(token.slice(2), 'base64url').toString('latin1')
}

/** ListObjectsV2: a page of the keys of a bucket, from an opaque token on. */
export function listObjectsV2(call: Call): OssResponse {
  const write = listingWriter(call.query)
  const token = call.query.get('continuation-token')
  const objects = page(call, token ? readToken(token) : readMarker(call.query, 'start-after'))
  const hasOwner = call.query.get('fetch-owner') === 'true'
  const next = objects.isTruncated ? tokenOf(objects.last?.key ?? '') : undefined
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListBucketResult',
        leaf('Name', call.bucket),
        write.text('Prefix', parameter(call, 'prefix')),
        token === undefined ? undefined : leaf('ContinuationToken', token),
        write.text('StartAfter', parameter(call, 'start-after')),
        leaf('MaxKeys', readLimit('max-keys', call.query.get('max-keys'), 100)),
        write.text('Delimiter', parameter(call, 'delimiter')),
        write.encodingType,
        leaf('IsTruncated', objects.isTruncated),
        next === undefined ? undefined : leaf('NextContinuationToken', next),
        leaf('KeyCount', objects.entries.length + objects.prefixes.length),
        ...contents(call, objects, write, hasOwner),
        ...prefixElements(objects.prefixes, write),
      ),
    ),
  )
}
