import { fromByteString } from '../byte-string.ts'
import type { Call } from '../call.ts'
import { collectPage, type ListedEntry, type ListingWriter, listingWriter, readLimit, readMarker } from '../listing.ts'
import { checkVersionId } from '../lookup.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { ownerElement } from '../owner.ts'
import { invertedSequence, objectKeyIn, sequenceOf, versionsOfBucket } from '../storage/keys.ts'
import type { VersionRecord } from '../storage/records.ts'
import { findVersion, sequenceInVersionId } from '../storage/versions.ts'
import { branch, leaf, xmlDocument } from '../xml.ts'
import { contentElements, prefixElements } from './list-objects.ts'

interface ListedVersion {
  readonly version: VersionRecord
  readonly isLatest: boolean
  /** Sorts the versions of a key, the newest first. */
  readonly order: string
}

function* versions(call: Call, from: string): Iterable<ListedEntry<ListedVersion>> {
  const [start, end] = versionsOfBucket(call.bucket)
  let previous: string | undefined
  for (const { key: storeKey, value } of call.store.range<VersionRecord>(start + from, end)) {
    const key = objectKeyIn(storeKey)
    const order = invertedSequence(sequenceOf(storeKey))
    yield { key, value: { version: value, isLatest: key !== previous, order } }
    previous = key
  }
}

/** The place of the version that the marker names, which may be gone by now; of `null` only where it is. */
function markerOrder(call: Call, keyMarker: string, versionMarker: string): string | undefined {
  if (versionMarker === '') return undefined
  checkVersionId(versionMarker)
  const named = sequenceInVersionId(versionMarker)
  if (named !== undefined) return named
  if (findVersion(call.store, call.bucket, fromByteString(keyMarker), 'null') === undefined) return undefined
  for (const { key, value } of versions(call, keyMarker)) {
    if (key !== keyMarker) return undefined
    if (value.version.versionId === 'null') return value.order
  }
  return undefined
}

function versionElement({ version, isLatest }: ListedVersion, write: ListingWriter, now: Date): string {
  const isMarker = version.kind === 'deleteMarker'
  return branch(
    isMarker ? 'DeleteMarker' : 'Version',
    write.text('Key', version.key),
    leaf('VersionId', version.versionId),
    leaf('IsLatest', isLatest),
    ...(isMarker ? [leaf('LastModified', version.lastModified)] : contentElements(version, now)),
    ownerElement(version.ownerId),
  )
}

/** ListObjectVersions: a page of all versions, the newest of a key first. */
export function listObjectVersions(call: Call): OssResponse {
  const write = listingWriter(call.query)
  const keyMarker = readMarker(call.query, 'key-marker')
  const versionMarker = keyMarker === '' ? '' : (call.query.get('version-id-marker') ?? '')
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100)
  const prefix = readMarker(call.query, 'prefix')
  const delimiter = readMarker(call.query, 'delimiter')
  const order = markerOrder(call, keyMarker, versionMarker)
  const page = collectPage(
    { prefix, delimiter, after: keyMarker, limit },
    (from) => versions(call, from),
    ({ value }) => order !== undefined && value.order > order,
  )
  const next = page.isTruncated ? page.last : undefined
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListVersionsResult',
        leaf('Name', call.bucket),
        write.text('Prefix', call.query.get('prefix') ?? ''),
        write.text('KeyMarker', call.query.get('key-marker') ?? ''),
        leaf('VersionIdMarker', call.query.get('version-id-marker') ?? ''),
        leaf('MaxKeys', limit),
        write.text('Delimiter', call.query.get('delimiter') ?? ''),
        write.encodingType,
        leaf('IsTruncated', page.isTruncated),
        next === undefined ? undefined : write.text('NextKeyMarker', fromByteString(next.key)),
        next === undefined ? undefined : leaf('NextVersionIdMarker', next.value?.version.versionId ?? ''),
        ...page.entries.map(({ value }) => versionElement(value, write, call.now)),
        ...prefixElements(page.prefixes, write),
      ),
    ),
  )
}
