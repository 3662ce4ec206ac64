import type { ObjectRecord, StorageClass } from '../storage/records.ts'
import { childrenOf, elementAt, readXml, textOf, type XmlElement } from '../xml.ts'

/** When an action is due: so many days after an event, or for what is older than an instant. */
export interface Term {
  readonly days?: number
  readonly before?: number
}

/** A change of the storage class. */
export interface ClassChange extends Term {
  readonly storageClass: StorageClass
  /** Whether days count from the last access. */
  readonly byAccess: boolean
  readonly returnsWhenVisited: boolean
}

/** A rule of a bucket that is carried out. */
export interface LifecycleRule {
  readonly prefix: string
  readonly tags: readonly Tag[]
  readonly exceptions: readonly Exception[]
  readonly largerThan: number
  readonly smallerThan: number
  readonly expiration?: Term
  readonly removesLoneMarkers: boolean
  readonly transitions: readonly ClassChange[]
  readonly previousExpiration?: Term
  readonly previousTransitions: readonly ClassChange[]
  readonly uploadExpiration?: Term
}

type Tag = readonly [key: string, value: string]

interface Exception {
  readonly prefix: string
  readonly tag: Tag | undefined
}

const isSet = (element: XmlElement, name: string): boolean => textOf(element, name)?.trim() === 'true'

const tagOf = (element: XmlElement): Tag => [textOf(element, 'Key') ?? '', textOf(element, 'Value') ?? '']

function readTerm(element: XmlElement | undefined, daysName = 'Days'): Term | undefined {
  const days = element && textOf(element, daysName)
  const before = element && (textOf(element, 'CreatedBeforeDate') ?? textOf(element, 'Date'))
  if (days !== undefined) return { days: Number(days) }
  return before === undefined ? undefined : { before: Date.parse(before) }
}

const readChanges = (rule: XmlElement, name: string, daysName: string): ClassChange[] =>
  childrenOf(rule, name).flatMap((element) => {
    const term = readTerm(element, daysName)
    const storageClass = textOf(element, 'StorageClass')?.trim() as StorageClass | undefined
    if (term === undefined || storageClass === undefined) return []
    const byAccess = isSet(element, 'IsAccessTime')
    return [{ ...term, storageClass, byAccess, returnsWhenVisited: isSet(element, 'ReturnToStdWhenVisit') }]
  })

const readExceptions = (filter: XmlElement | undefined): Exception[] =>
  (filter === undefined ? [] : childrenOf(filter, 'Not')).map((element) => {
    const tag = elementAt(element, 'Tag')
    return { prefix: textOf(element, 'Prefix') ?? '', tag: tag && tagOf(tag) }
  })

function readRule(rule: XmlElement): LifecycleRule {
  const filter = elementAt(rule, 'Filter')
  const expiration = elementAt(rule, 'Expiration')
  const terms = {
    expiration: readTerm(expiration),
    previousExpiration: readTerm(elementAt(rule, 'NoncurrentVersionExpiration'), 'NoncurrentDays'),
    uploadExpiration: readTerm(elementAt(rule, 'AbortMultipartUpload')),
  }
  return {
    prefix: textOf(rule, 'Prefix') ?? '',
    tags: childrenOf(rule, 'Tag').map(tagOf),
    exceptions: readExceptions(filter),
    largerThan: Number((filter && textOf(filter, 'ObjectSizeGreaterThan')) ?? -1),
    smallerThan: Number((filter && textOf(filter, 'ObjectSizeLessThan')) ?? Number.POSITIVE_INFINITY),
    removesLoneMarkers: expiration !== undefined && isSet(expiration, 'ExpiredObjectDeleteMarker'),
    transitions: readChanges(rule, 'Transition', 'Days'),
    previousTransitions: readChanges(rule, 'NoncurrentVersionTransition', 'NoncurrentDays'),
    ...Object.fromEntries(Object.entries(terms).filter(([, term]) => term !== undefined)),
  }
}

/** Reads the rules of a document that are carried out. */
export function readLifecycleRules(text: string): LifecycleRule[] {
  const document = readXml(text, 'LifecycleConfiguration')
  const rules = document === undefined ? [] : childrenOf(document, 'Rule')
  return rules.filter((rule) => textOf(rule, 'Status')?.trim() === 'Enabled').map(readRule)
}

const hasTag = (object: ObjectRecord, [key, value]: Tag): boolean =>
  object.tags.some(([name, text]) => name === key && text === value)

/** Whether a rule is about an object. */
export function isAbout(rule: LifecycleRule, object: ObjectRecord): boolean {
  const isExcepted = rule.exceptions.some(
    ({ prefix, tag }) => object.key.startsWith(prefix) && (tag === undefined || hasTag(object, tag)),
  )
  return (
    object.key.startsWith(rule.prefix) &&
    rule.tags.every((tag) => hasTag(object, tag)) &&
    object.size > rule.largerThan &&
    object.size < rule.smallerThan &&
    !isExcepted
  )
}

const dayMs = 86_400_000

/** Whether an action is due for what happened at `since`: days end at midnight in UTC. */
export function isDue({ days, before }: Term, since: string, now: Date): boolean {
  const start = Date.parse(since)
  if (days !== undefined) return now.getTime() >= Math.ceil((start + days * dayMs) / dayMs) * dayMs
  return before !== undefined && start < before && now.getTime() >= before
}
