import type { Call } from '../call.ts'
import { changeConfigurations, configurationsNamed, configurationsOf } from '../configurations/stored.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import {
  branch,
  childrenOf,
  elementAt,
  leaf,
  readXml,
  textOf,
  writeElement,
  type XmlElement,
  xmlDocument,
} from '../xml.ts'
import { regions } from './service.ts'

const element = (name: string, text: string): XmlElement => ({ name, text, children: [] })

const noSuchRule = (id: string): ServiceFault =>
  new ServiceFault(404, 'NoSuchReplicationRule', 'The specified replication rule does not exist.', {
    details: { RuleId: id },
  })

/** The elements of a rule, with those of the same names replaced. */
const withElements = (rule: XmlElement, ...replacing: XmlElement[]): XmlElement => {
  const names = replacing.map(({ name }) => name)
  return { ...rule, children: [...rule.children.filter(({ name }) => !names.includes(name)), ...replacing] }
}

const rulesOf = (call: Call): [id: string, rule: XmlElement][] =>
  configurationsNamed(configurationsOf(call), 'BucketReplication').map(([id, text]) => [id, readXml(text, 'Rule')!])

function readRule(document: XmlElement | undefined): XmlElement {
  const rule = document && elementAt(document, 'Rule')
  const destination = rule && elementAt(rule, 'Destination')
  if (!rule || !destination || !textOf(destination, 'Bucket') || !textOf(destination, 'Location')) throw malformedXml()
  return rule
}

/** PutBucketReplication: adds a rule, which is kept and never carried out. */
export async function putBucketReplication(call: Call): Promise<OssResponse> {
  const rule = readRule(readXml(await readBody(call.request), 'ReplicationConfiguration'))
  const id = textOf(rule, 'ID')?.trim() || call.random.uuid()
  const kept = writeElement(withElements(rule, element('ID', id), element('Status', 'starting')))
  await changeConfigurations(call, (configurations) => {
    if (configurations[`BucketReplication/${id}`] !== undefined) {
      throw invalidArgument('ID', id, 'A replication rule with this ID exists.')
    }
    return { ...configurations, [`BucketReplication/${id}`]: kept }
  })
  return empty(200, { 'x-oss-replication-rule-id': id })
}

/** GetBucketReplication: the rules of a bucket. */
export function getBucketReplication(call: Call): OssResponse {
  const rules = rulesOf(call).map(([, rule]) => writeElement(rule))
  if (rules.length > 0) return xmlAnswer(xmlDocument(branch('ReplicationConfiguration', ...rules)))
  throw new ServiceFault(
    404,
    'NoSuchReplicationConfiguration',
    'The bucket you specified does not have a replication configuration.',
    { details: { BucketName: call.bucket } },
  )
}

/** DeleteBucketReplication: removes the rules that the request names. */
export async function deleteBucketReplication(call: Call): Promise<OssResponse> {
  const document = readXml(await readBody(call.request), 'ReplicationRules')
  const ids = document === undefined ? [] : childrenOf(document, 'ID').map(({ text }) => text.trim())
  if (ids.length === 0) throw malformedXml()
  const keys = ids.map((id) => `BucketReplication/${id}`)
  await changeConfigurations(call, (configurations) =>
    Object.fromEntries(Object.entries(configurations).filter(([key]) => !keys.includes(key))),
  )
  return empty(200)
}

/** PutBucketRtc: sets whether a rule keeps to a time. */
export async function putBucketRtc(call: Call): Promise<OssResponse> {
  const document = readXml(await readBody(call.request), 'ReplicationRule')
  const id = document && textOf(document, 'ID')?.trim()
  const rtc = document && elementAt(document, 'RTC')
  if (!id || rtc === undefined) throw malformedXml()
  const rule = rulesOf(call).find(([ruleId]) => ruleId === id)?.[1]
  if (rule === undefined) throw noSuchRule(id)
  const kept = writeElement(withElements(rule, rtc))
  await changeConfigurations(call, (configurations) => ({ ...configurations, [`BucketReplication/${id}`]: kept }))
  return empty()
}

/** GetBucketReplicationLocation: the regions that a bucket can be replicated to. */
export function getBucketReplicationLocation(call: Call): OssResponse {
  const others = regions.filter((region) => region !== call.settings.region)
  const locations = others.map((region) => leaf('Location', `oss-${region}`))
  const transfer = others.map((region) =>
    branch('LocationTransferType', leaf('Location', `oss-${region}`), branch('TransferTypes', leaf('Type', 'oss_acc'))),
  )
  return xmlAnswer(
    xmlDocument(
      branch(
        'ReplicationLocation',
        ...locations,
        branch('LocationTransferTypeConstraint', ...transfer),
        branch('LocationRTCConstraint', ...locations),
      ),
    ),
  )
}

const progressElement = (rule: XmlElement, now: Date): string =>
  writeElement(
    withElements(rule, {
      name: 'Progress',
      text: '',
      children: [element('HistoricalObject', '0'), element('NewObject', now.toISOString())],
    }),
  )

/** GetBucketReplicationProgress: how far the rules are, or one of them. */
export function getBucketReplicationProgress(call: Call): OssResponse {
  const wanted = call.query.get('rule-id')
  const rules = rulesOf(call).filter(([id]) => !wanted || id === wanted)
  if (rules.length === 0) throw noSuchRule(wanted ?? '')
  return xmlAnswer(
    xmlDocument(branch('ReplicationProgress', ...rules.map(([, rule]) => progressElement(rule, call.now)))),
  )
}
