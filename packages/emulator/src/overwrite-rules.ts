import { namesOf } from './authentication/principal.ts'
import type { Call } from './call.ts'
import type { BucketRecord } from './storage/records.ts'
import { matchesWildcard } from './wildcard.ts'
import { childrenOf, elementAt, readXml, textOf, type XmlElement } from './xml.ts'

function isForbiddenBy(rule: XmlElement, { key, principal }: Pick<Call, 'key' | 'principal'>): boolean {
  const group = elementAt(rule, 'Principals')
  const patterns = group === undefined ? [] : childrenOf(group, 'Principal').map(({ text }) => text.trim())
  const names = ['', ...namesOf(principal)]
  const isMeant =
    patterns.length === 0 || patterns.some((pattern) => names.some((name) => matchesWildcard(pattern, name)))
  return isMeant && key.startsWith(textOf(rule, 'Prefix') ?? '') && key.endsWith(textOf(rule, 'Suffix') ?? '')
}

/** Whether a bucket's rules keep the object of a call from being overwritten. Where versions are kept they do nothing. */
export function isOverwriteForbidden(bucket: BucketRecord, call: Pick<Call, 'key' | 'principal'>): boolean {
  if (bucket.versioning !== undefined) return false
  const document = readXml(bucket.configurations?.BucketOverwriteConfig ?? '', 'OverwriteConfiguration')
  return document !== undefined && childrenOf(document, 'Rule').some((rule) => isForbiddenBy(rule, call))
}
