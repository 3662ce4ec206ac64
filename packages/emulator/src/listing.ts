import { afterPrefix, compareBytes, toByteString } from './byte-string.ts'
import { invalidArgument } from './errors.ts'
import { percentEncode } from './percent-encode.ts'
import { leaf } from './xml.ts'

/** An entry under a key, of which there may be several: versions, uploads. All texts are byte strings. */
export interface ListedEntry<T> {
  readonly key: string
  readonly value: T
}

/** What a page of a listing holds. */
export interface ListingRequest {
  readonly prefix: string
  readonly delimiter: string
  /** Only keys and common prefixes behind it are listed. */
  readonly after: string
  readonly limit: number
}

/** A page, in the order of bytes. */
export interface Page<T> {
  readonly entries: readonly ListedEntry<T>[]
  readonly prefixes: readonly string[]
  readonly isTruncated: boolean
  /** The last entry or common prefix, after which the next page starts. */
  readonly last: { readonly key: string; readonly value?: T } | undefined
}

/** The common prefix that stands for a key. */
function commonPrefix(key: string, { prefix, delimiter }: ListingRequest): string | undefined {
  if (delimiter === '') return undefined
  const end = key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + delimiter.length)
}

/**
 * Collects a page.
 *
 * @param seek - lists all entries from a key on, that key included, in the order of bytes
 * @param isBehind - whether an entry whose key is `after` itself belongs to the page
 */
export function collectPage<T>(
  request: ListingRequest,
  seek: (from: string) => Iterable<ListedEntry<T>>,
  isBehind: (entry: ListedEntry<T>) => boolean = () => false,
): Page<T> {
  const { prefix, after, limit } = request
  const entries: ListedEntry<T>[] = []
  const prefixes: string[] = []
  let last: Page<T>['last']
  let from: string | undefined = compareBytes(after, prefix) > 0 ? after : prefix
  while (from !== undefined) {
    const start: string = from
    from = undefined
    for (const entry of seek(start)) {
      if (!entry.key.startsWith(prefix)) break
      const rolledUp = commonPrefix(entry.key, request)
      const isListed =
        rolledUp === undefined ? entry.key > after || (entry.key === after && isBehind(entry)) : rolledUp > after
      if (isListed && entries.length + prefixes.length === limit) return { entries, prefixes, isTruncated: true, last }
      if (isListed && rolledUp === undefined) {
        entries.push(entry)
        last = entry
      }
      if (rolledUp === undefined) continue
      if (isListed) {
        prefixes.push(rolledUp)
        last = { key: rolledUp }
      }
      from = afterPrefix(rolledUp)
      break
    }
  }
  return { entries, prefixes, isTruncated: false, last }
}

/** Reads a number of entries a page. */
export function readLimit(name: string, text: string | undefined, byDefault: number, most = 1000): number {
  if (text === undefined || text === '') return byDefault
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= most) return limit
  throw invalidArgument(name, text, `Argument ${name} must be an integer between 1 and ${most}.`)
}

/** Reads a text parameter of a listing as a byte string. */
export function readMarker(query: ReadonlyMap<string, string>, name: string): string {
  const text = query.get(name) ?? ''
  if (Buffer.byteLength(text) > 1024) throw invalidArgument(name, text, `The length of ${name} must be at most 1024.`)
  return toByteString(text)
}

/** Writes the texts of a listing, percent-encoded when the request asks for it. */
export interface ListingWriter {
  /** An element with an encoded text. */
  text(name: string, text: string): string
  /** The element that tells the encoding. */
  readonly encodingType: string | undefined
}

/** Makes the writer for a request's `encoding-type`. */
export function listingWriter(query: ReadonlyMap<string, string>): ListingWriter {
  const encodingType = query.get('encoding-type')
  if (encodingType === undefined || encodingType === '') return { text: leaf, encodingType: undefined }
  if (encodingType !== 'url') {
    throw invalidArgument('encoding-type', encodingType, 'Invalid Encoding Method specified in Request')
  }
  return { text: (name, text) => leaf(name, percentEncode(text)), encodingType: leaf('EncodingType', 'url') }
}
