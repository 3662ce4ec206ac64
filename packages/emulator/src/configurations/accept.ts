import type { Call } from '../call.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { defaultResourceGroup } from '../resource-group.ts'
import { bucketKey } from '../storage/keys.ts'
import type { BucketRecord } from '../storage/records.ts'
import { childrenOf, elementAt, textOf, type XmlElement } from '../xml.ts'

const maximumBucketTags = 20

const element = (name: string, text: string): XmlElement => ({ name, text, children: [] })

/** Fills in elements that the client may leave out. */
const withDefaults = (document: XmlElement, defaults: readonly XmlElement[]): XmlElement => {
  const missing = defaults.filter(({ name }) => childrenOf(document, name).length === 0)
  return { ...document, children: [...document.children, ...missing] }
}

/** Referer rules, in which truncating the query is the default. */
export const acceptReferer = (document: XmlElement): XmlElement =>
  withDefaults(document, [element('AllowTruncateQueryString', 'true'), element('RefererList', '')])

/** A website has an index, an error page or rules. */
export function acceptWebsite(document: XmlElement): XmlElement {
  const wanted = ['IndexDocument/Suffix', 'ErrorDocument/Key', 'RoutingRules/RoutingRule']
  if (wanted.every((path) => elementAt(document, path) === undefined)) throw malformedXml()
  const rules = elementAt(document, 'RoutingRules')
  const numbers = (rules === undefined ? [] : childrenOf(rules, 'RoutingRule')).map(
    (rule) => textOf(rule, 'RuleNumber')?.trim() ?? '',
  )
  const wrong = numbers.find((number) => !/^[1-9]\d*$/.test(number))
  if (wrong !== undefined) throw invalidArgument('RuleNumber', wrong, 'The RuleNumber of a routing rule is invalid.')
  return document
}

/** Logs go to a bucket that exists, of the same account. */
export function acceptLogging(document: XmlElement, call: Call): XmlElement {
  const enabled = elementAt(document, 'LoggingEnabled')
  if (enabled === undefined) return document
  const target = textOf(enabled, 'TargetBucket')?.trim() ?? ''
  const owner = call.store.get<BucketRecord>(bucketKey(call.bucket))?.ownerId
  if (call.store.get<BucketRecord>(bucketKey(target))?.ownerId === owner) return document
  throw new ServiceFault(400, 'InvalidTargetBucketForLogging', 'The target bucket for logging does not exist.', {
    details: { TargetBucket: target },
  })
}

const invalidTag = (message: string): ServiceFault => new ServiceFault(400, 'InvalidTag', message)

/** The tags in a document. */
export const tagsIn = (document: XmlElement): [key: string, value: string][] =>
  (elementAt(document, 'TagSet')?.children ?? []).map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''])

/** A bucket has at most 20 tags, with keys of 64 and values of 128 bytes. */
export function acceptTags(document: XmlElement): XmlElement {
  const tags = tagsIn(document)
  const keys = tags.map(([key]) => key)
  if (tags.length > maximumBucketTags) throw invalidTag('Bucket tags cannot be greater than 20.')
  if (new Set(keys).size < keys.length) throw invalidTag('Cannot provide multiple tags with the same key.')
  const isValid = ([key, value]: [string, string]): boolean =>
    key !== '' && Buffer.byteLength(key) <= 64 && Buffer.byteLength(value) <= 128
  if (!tags.every(isValid)) throw invalidTag('A tag of the bucket has an invalid key or value.')
  return document
}

/** Only KMS takes the id of a key, and an empty one is none. */
export function acceptEncryption(document: XmlElement): XmlElement {
  const rule = elementAt(document, 'ApplyServerSideEncryptionByDefault')
  if (rule === undefined) throw malformedXml()
  const algorithm = textOf(rule, 'SSEAlgorithm')?.trim() ?? ''
  const keyId = textOf(rule, 'KMSMasterKeyID')?.trim() ?? ''
  if (!['AES256', 'KMS', 'SM4'].includes(algorithm)) {
    throw new ServiceFault(
      400,
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256/KMS/SM4.',
    )
  }
  if (algorithm !== 'KMS' && keyId !== '') {
    throw invalidArgument('KMSMasterKeyID', keyId, 'KMSMasterKeyID is not applicable if SSEAlgorithm is not KMS.')
  }
  const kept = rule.children.filter(({ name, text }) => name !== 'KMSMasterKeyID' || text.trim() !== '')
  return { ...document, children: [{ ...rule, children: kept }] }
}

/** The id in an inventory is the one that the request names. */
export function acceptInventory(document: XmlElement, call: Call): XmlElement {
  if (textOf(document, 'Id')?.trim() === call.query.get('inventoryId')) return document
  throw invalidArgument('Id', textOf(document, 'Id') ?? '', 'The id of the inventory is not the one in the request.')
}

/** There is one resource group, which an empty id stands for as well. */
export function acceptResourceGroup(document: XmlElement): XmlElement {
  const id = textOf(document, 'ResourceGroupId')?.trim() || defaultResourceGroup
  if (id === defaultResourceGroup) return { ...document, children: [element('ResourceGroupId', id)] }
  throw new ServiceFault(400, 'ResourceGroupIdPreCheckError', 'The resource group id precheck error.', {
    ec: '0039-00000003',
    details: { ResourceGroupId: id },
  })
}

/** Objects are retained one by one only where versions are kept, for days or for years. */
export function acceptObjectWorm(document: XmlElement, call: Call): XmlElement {
  const bucket = call.store.get<BucketRecord>(bucketKey(call.bucket))
  if (bucket?.versioning !== 'Enabled') {
    throw new ServiceFault(400, 'InvalidBucketState', 'Versioning must be enabled for object WORM.')
  }
  const rule = elementAt(document, 'Rule/DefaultRetention')
  if (rule === undefined) return document
  const periods = [...childrenOf(rule, 'Days'), ...childrenOf(rule, 'Years')].map(({ text }) => text.trim())
  const mode = textOf(rule, 'Mode')?.trim() ?? ''
  if (!/^(GOVERNANCE|COMPLIANCE)$/.test(mode) || periods.length !== 1) throw malformedXml()
  if (!/^[1-9]\d{0,4}$/.test(periods[0]!)) throw invalidArgument('Days', periods[0]!, 'The period is invalid.')
  return document
}

/** A style knows when it was made and changed, and what it is called. */
export function acceptStyle(document: XmlElement, call: Call): XmlElement {
  const now = call.now.toUTCString()
  return {
    ...document,
    children: [
      element('Name', call.query.get('styleName') ?? ''),
      element('Content', textOf(document, 'Content') ?? ''),
      element('CreateTime', now),
      element('LastModifyTime', now),
      element('Category', call.query.get('category') ?? 'image'),
    ],
  }
}

const maximumOverwriteRules = 100

/** Rules forbid what they say and nothing else, and each has an id of its own. */
export function acceptOverwriteConfig(document: XmlElement, call: Call): XmlElement {
  const rules = childrenOf(document, 'Rule')
  if (rules.length > maximumOverwriteRules) throw malformedXml()
  if (rules.some((rule) => textOf(rule, 'Action')?.trim() !== 'forbid')) throw malformedXml()
  const named = rules.map((rule) => {
    if (textOf(rule, 'ID')?.trim()) return rule
    const rest = rule.children.filter(({ name }) => name !== 'ID')
    return { ...rule, children: [...rest, element('ID', call.random.uuid())] }
  })
  const ids = named.map((rule) => textOf(rule, 'ID'))
  if (new Set(ids).size < ids.length) throw invalidArgument('ID', '', 'The ids of the rules must differ.')
  return { ...document, children: named }
}
