import { accessDenied } from '../errors.ts'
import type { OssRequest } from '../message.ts'
import type { BucketRecord } from '../storage/records.ts'
import { matchesWildcard } from '../wildcard.ts'
import { childrenOf, elementAt, readXml, textOf, type XmlElement } from '../xml.ts'

const patternsAt = (document: XmlElement, name: string): string[] => {
  const list = elementAt(document, name)
  return list === undefined ? [] : childrenOf(list, 'Referer').map(({ text }) => text.trim())
}

/** What of a Referer is compared. */
function compared(document: XmlElement, referer: string): string {
  const isSet = (name: string): boolean => textOf(document, name)?.trim() === 'true'
  if (isSet('TruncatePath')) return referer.replace(/^([^:]+:\/\/[^/?#]*).*$/s, '$1')
  return isSet('AllowTruncateQueryString') ? referer.replace(/[?#].*$/s, '') : referer
}

function permits(document: XmlElement, referer: string): boolean {
  if (referer === '') return textOf(document, 'AllowEmptyReferer')?.trim() === 'true'
  const text = compared(document, referer)
  const matches = (pattern: string): boolean => matchesWildcard(pattern, text, true)
  if (patternsAt(document, 'RefererBlacklist').some(matches)) return false
  const allowed = patternsAt(document, 'RefererList')
  return allowed.length === 0 || allowed.some(matches)
}

/** Throws 403 when the rules of a bucket keep out the page that a request comes from. */
export function checkReferer(bucket: BucketRecord | undefined, request: OssRequest): void {
  const document = readXml(bucket?.configurations?.BucketReferer ?? '', 'RefererConfiguration')
  // The rules are for pages: a request that is signed in its header is none.
  if (document === undefined || request.headers.has('authorization')) return
  const referer = request.headers.get('referer') ?? ''
  if (permits(document, referer)) return
  throw accessDenied('You are denied by bucket referer policy.', {
    details: { BucketName: bucket?.name ?? '' },
    reason: `the Referer is ${referer || '(empty)'}`,
  })
}
