import { accountIdOf } from '../authentication/principal.ts'
import { readPolicy } from '../authorization/policy.ts'
import { type Call, header } from '../call.ts'
import {
  changeConfigurations,
  configurationsNamed,
  configurationsOf,
  forgetConfiguration,
  keepConfiguration,
} from '../configurations/stored.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { readLimit } from '../listing.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { allBuckets } from '../storage/keys.ts'
import type { BucketRecord } from '../storage/records.ts'
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

const nameHeader = 'x-oss-access-point-for-object-process-name'
const recordName = 'ObjectProcessAccessPoint'
const policyName = 'ObjectProcessAccessPointPolicy'

function nameOf(call: Call): string {
  const name = header(call, nameHeader) ?? ''
  if (name !== '') return name
  throw invalidArgument(nameHeader, '', 'The name of the access point for object process is missing.')
}

function accessPointOf(call: Call): { name: string; document: XmlElement } {
  const name = nameOf(call)
  const document = readXml(configurationsOf(call)[`${recordName}/${name}`] ?? '', recordName)
  if (document !== undefined) return { name, document }
  throw new ServiceFault(
    404,
    'NoSuchAccessPointForObjectProcess',
    'The specified access point for object process does not exist.',
    { details: { AccessPointForObjectProcessName: name } },
  )
}

const written = (document: XmlElement, ...names: readonly string[]): string =>
  names.flatMap((name) => childrenOf(document, name).map(writeElement)).join('')

const anonymousAccess = (document: XmlElement): string =>
  leaf('AllowAnonymousAccessForObjectProcess', textOf(document, 'AllowAnonymousAccessForObjectProcess') ?? 'false')

/** CreateAccessPointForObjectProcess: notes an access point that processes objects, through which no request comes. */
export async function createAccessPointForObjectProcess(call: Call): Promise<OssResponse> {
  const name = nameOf(call)
  const document = readXml(await readBody(call.request), 'CreateAccessPointForObjectProcessConfiguration')
  const process = document && elementAt(document, 'ObjectProcessConfiguration')
  if (document === undefined || process === undefined || !textOf(document, 'AccessPointName')) throw malformedXml()
  const { region } = call.settings
  const accountId = accountIdOf(call.principal) ?? ''
  const arn = leaf(
    'AccessPointForObjectProcessArn',
    `acs:oss:${region}:${accountId}:accesspointforobjectprocess/${name}`,
  )
  const alias = leaf('AccessPointForObjectProcessAlias', `${name}-opapalias`)
  const kept = branch(
    recordName,
    anonymousAccess(document),
    branch('PublicAccessBlockConfiguration', leaf('BlockPublicAccess', true)),
    leaf('AccessPointNameForObjectProcess', name),
    arn,
    leaf('CreationDate', Math.floor(call.now.getTime() / 1000)),
    leaf('Status', 'enable'),
    branch(
      'Endpoints',
      leaf('PublicEndpoint', `${name}-opapalias.oss-${region}.oss-object-process.aliyuncs.com`),
      leaf('InternalEndpoint', `${name}-opapalias.oss-${region}-internal.oss-object-process.aliyuncs.com`),
    ),
    alias,
    written(document, 'AccessPointName'),
    leaf('AccountId', accountId),
    writeElement(process),
  )
  await changeConfigurations(call, (configurations) => {
    if (configurations[`${recordName}/${name}`] !== undefined) {
      throw new ServiceFault(
        409,
        'AccessPointForObjectProcessAlreadyExists',
        'The access point for object process exists.',
      )
    }
    return { ...configurations, [`${recordName}/${name}`]: kept }
  })
  return xmlAnswer(xmlDocument(branch('CreateAccessPointForObjectProcessResult', arn, alias)))
}

/** GetAccessPointForObjectProcess: what an access point is. */
export function getAccessPointForObjectProcess(call: Call): OssResponse {
  const { document } = accessPointOf(call)
  const told = document.children.filter(({ name }) => name !== 'ObjectProcessConfiguration').map(writeElement)
  return xmlAnswer(xmlDocument(branch('GetAccessPointForObjectProcessResult', ...told)))
}

/** DeleteAccessPointForObjectProcess: forgets an access point and its policy. */
export async function deleteAccessPointForObjectProcess(call: Call): Promise<OssResponse> {
  const { name } = accessPointOf(call)
  await forgetConfiguration(call, `${recordName}/${name}`)
  await forgetConfiguration(call, `${policyName}/${name}`)
  return empty(204)
}

/** ListAccessPointsForObjectProcess: the access points of the account, by name. */
export function listAccessPointsForObjectProcess(call: Call): OssResponse {
  const accountId = accountIdOf(call.principal) ?? ''
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100)
  const after = call.query.get('continuation-token') ?? ''
  const found = [...call.store.range<BucketRecord>(...allBuckets())]
    .filter(({ value }) => value.ownerId === accountId)
    .flatMap(({ value }) => configurationsNamed(value.configurations ?? {}, recordName))
    .filter(([name]) => name > after)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const page = found.slice(0, limit)
  const isTruncated = found.length > limit
  const elements = page.map(([, text]) => {
    const document = readXml(text, recordName)
    return branch(
      'AccessPointForObjectProcess',
      document &&
        written(
          document,
          'AccessPointNameForObjectProcess',
          'AccessPointForObjectProcessAlias',
          'AccessPointName',
          'Status',
          'AllowAnonymousAccessForObjectProcess',
        ),
    )
  })
  const result = branch(
    'ListAccessPointsForObjectProcessResult',
    leaf('IsTruncated', isTruncated),
    isTruncated ? leaf('NextContinuationToken', page.at(-1)?.[0] ?? '') : undefined,
    leaf('AccountId', accountId),
    branch('AccessPointsForObjectProcess', ...elements),
  )
  return xmlAnswer(xmlDocument(result))
}

/** GetAccessPointConfigForObjectProcess: by which functions an access point processes objects. */
export function getAccessPointConfigForObjectProcess(call: Call): OssResponse {
  const { document } = accessPointOf(call)
  const told = written(
    document,
    'ObjectProcessConfiguration',
    'AllowAnonymousAccessForObjectProcess',
    'PublicAccessBlockConfiguration',
  )
  return xmlAnswer(xmlDocument(branch('GetAccessPointConfigForObjectProcessResult', told)))
}

/** PutAccessPointConfigForObjectProcess: changes by which functions an access point processes objects. */
export async function putAccessPointConfigForObjectProcess(call: Call): Promise<OssResponse> {
  const { name, document } = accessPointOf(call)
  const body = readXml(await readBody(call.request), 'PutAccessPointConfigForObjectProcessConfiguration')
  if (body === undefined || elementAt(body, 'ObjectProcessConfiguration') === undefined) throw malformedXml()
  const given = body.children.map((child) => child.name)
  const kept = document.children.filter((child) => !given.includes(child.name))
  await keepConfiguration(
    call,
    `${recordName}/${name}`,
    writeElement({ ...document, children: [...kept, ...body.children] }),
  )
  return empty()
}

/** PutAccessPointPolicyForObjectProcess: keeps the policy of an access point. */
export async function putAccessPointPolicyForObjectProcess(call: Call): Promise<OssResponse> {
  const { name } = accessPointOf(call)
  const text = await readBody(call.request)
  if (readPolicy(text) === undefined) {
    throw new ServiceFault(400, 'InvalidPolicyDocument', 'The policy document you specified is invalid.')
  }
  await keepConfiguration(call, `${policyName}/${name}`, text)
  return empty()
}

/** GetAccessPointPolicyForObjectProcess: the policy of an access point as it was put. */
export function getAccessPointPolicyForObjectProcess(call: Call): OssResponse {
  const body = configurationsOf(call)[`${policyName}/${accessPointOf(call).name}`]
  if (body !== undefined) return { status: 200, headers: { 'Content-Type': 'application/json' }, body }
  throw new ServiceFault(404, 'NoSuchAccessPointPolicy', 'The access point policy does not exist.')
}

/** DeleteAccessPointPolicyForObjectProcess: removes the policy of an access point. */
export async function deleteAccessPointPolicyForObjectProcess(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, `${policyName}/${nameOf(call)}`)
  return empty(204)
}
