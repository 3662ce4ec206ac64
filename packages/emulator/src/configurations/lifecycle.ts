import type { Call } from '../call.ts'
import { header } from '../call.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import type { RandomSource } from '../random-source.ts'
import { checkTags } from '../tags.ts'
import { childrenOf, elementAt, textOf, type XmlElement } from '../xml.ts'
import { configurationsOf } from './stored.ts'

const maximumRules = 1000

/** From the warmest to the coldest. */
const transitionClasses = ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive']
const actionNames = [
  'Expiration',
  'Transition',
  'AbortMultipartUpload',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
]

const invalidRequest = (message: string): ServiceFault => new ServiceFault(400, 'InvalidRequest', message)

function readDays(element: XmlElement, name: string): number | undefined {
  const text = textOf(element, name)?.trim()
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw invalidArgument(name, text, `'${name}' for lifecycle must be a positive integer`)
}

/** The actions of a rule, in the order of the document. */
const actionsOf = (rule: XmlElement): readonly XmlElement[] =>
  rule.children.filter(({ name }) => actionNames.includes(name))

function checkDays(rule: XmlElement): void {
  const actions = actionsOf(rule)
  const hasDays = actions.some((action) => readDays(action, 'Days') !== undefined)
  const hasDates = actions.some((action) => textOf(action, 'CreatedBeforeDate') !== undefined)
  for (const action of actions) readDays(action, 'NoncurrentDays')
  if (hasDays && hasDates) throw invalidRequest('Days and CreatedBeforeDate cannot be used in one rule.')
}

function checkClass(transition: XmlElement): void {
  const storageClass = textOf(transition, 'StorageClass')?.trim() ?? ''
  if (transitionClasses.includes(storageClass) || textOf(transition, 'ReturnToStdWhenVisit') === 'true') return
  throw invalidArgument('StorageClass', storageClass, 'The storage class of the transition is invalid.')
}

const coldnessOf = (transition: XmlElement): number =>
  transitionClasses.indexOf(textOf(transition, 'StorageClass')?.trim() ?? '')

/** Throws 400 unless colder classes come later and the end comes last. */
function checkOrder(rule: XmlElement, transitionName: string, expirationName: string, daysName: string): void {
  const transitions = childrenOf(rule, transitionName)
  transitions.forEach(checkClass)
  const days = [...transitions]
    .sort((a, b) => coldnessOf(a) - coldnessOf(b))
    .flatMap((transition) => readDays(transition, daysName) ?? [])
  const wrong = days.find((value, index) => index > 0 && value <= days[index - 1]!)
  if (wrong !== undefined) {
    throw invalidArgument(daysName, String(wrong), 'The days of transitions must grow from class to class.')
  }
  const end = childrenOf(rule, expirationName).flatMap((expiration) => readDays(expiration, daysName) ?? [])[0]
  if (end === undefined || days.every((value) => value < end)) return
  throw invalidArgument(
    daysName,
    String(end),
    `'${daysName}' of ${expirationName} must be greater than of ${transitionName}.`,
  )
}

const tagsOf = (rule: XmlElement) =>
  childrenOf(rule, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const)

function checkAccessTime(rule: XmlElement, call: Call): void {
  const needsMonitor = rule.children.some((action) => textOf(action, 'IsAccessTime')?.trim() === 'true')
  const monitor = configurationsOf(call).BucketAccessMonitor ?? ''
  if (needsMonitor && !monitor.includes('<Status>Enabled</Status>')) {
    throw invalidRequest('The access monitor of the bucket is not enabled.')
  }
}

function checkRule(rule: XmlElement, call: Call): void {
  if (!/^(Enabled|Disabled)$/.test(textOf(rule, 'Status')?.trim() ?? '')) throw malformedXml()
  if (actionsOf(rule).length === 0) throw malformedXml()
  checkTags(tagsOf(rule))
  checkDays(rule)
  checkOrder(rule, 'Transition', 'Expiration', 'Days')
  checkOrder(rule, 'NoncurrentVersionTransition', 'NoncurrentVersionExpiration', 'NoncurrentDays')
  checkAccessTime(rule, call)
}

/** Whether an object can fall under both rules. */
function overlap(a: XmlElement, b: XmlElement): boolean {
  const [first, second] = [textOf(a, 'Prefix') ?? '', textOf(b, 'Prefix') ?? '']
  const isNested = first.startsWith(second) || second.startsWith(first)
  return isNested && JSON.stringify(tagsOf(a)) === JSON.stringify(tagsOf(b)) && !hasFilter(a) && !hasFilter(b)
}

const hasFilter = (rule: XmlElement): boolean => (elementAt(rule, 'Filter')?.children.length ?? 0) > 0

function checkOverlaps(rules: readonly XmlElement[]): void {
  for (const [index, rule] of rules.entries()) {
    for (const other of rules.slice(index + 1).filter((candidate) => overlap(rule, candidate))) {
      const names = actionsOf(rule).map(({ name }) => name)
      const shared = actionsOf(other).find(({ name }) => names.includes(name))
      if (shared !== undefined) {
        throw invalidArgument('Prefix', textOf(other, 'Prefix') ?? '', `Overlap for same action type ${shared.name}`)
      }
    }
  }
}

/** A date as the service writes it. */
function normalizeDate(element: XmlElement): XmlElement {
  if (element.name !== 'CreatedBeforeDate') return { ...element, children: element.children.map(normalizeDate) }
  const date = new Date(element.text.trim())
  if (Number.isNaN(date.getTime()) || date.getTime() % 86_400_000 !== 0) {
    throw invalidArgument('CreatedBeforeDate', element.text, "'Date' must be at midnight GMT")
  }
  return { ...element, text: date.toISOString() }
}

function withId(rule: XmlElement, random: RandomSource): XmlElement {
  if (textOf(rule, 'ID')?.trim()) return rule
  const rest = rule.children.filter(({ name }) => name !== 'ID')
  return { ...rule, children: [{ name: 'ID', text: random.uuid(), children: [] }, ...rest] }
}

/** Checks the rules of a bucket, gives an id to those without one and writes dates as the service does. */
export function acceptLifecycle(document: XmlElement, call: Call): XmlElement {
  const rules = childrenOf(document, 'Rule')
  if (rules.length === 0 || rules.length > maximumRules) throw malformedXml()
  for (const rule of rules) checkRule(rule, call)
  if (header(call, 'x-oss-allow-same-action-overlap')?.toLowerCase() !== 'true') checkOverlaps(rules)
  return { ...document, children: rules.map((rule) => withId(rule, call.random)).map(normalizeDate) }
}
