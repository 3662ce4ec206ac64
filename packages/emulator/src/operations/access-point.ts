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
import { branch, elementAt, leaf, readXml, textOf, xmlDocument } from '../xml.ts'

const noSuchAccessPoint = (name: string): ServiceFault =>
  new ServiceFault(404, 'NoSuchAccessPoint', 'The specified access point does not exist.', {
    details: { AccessPointName: name },
  })

function nameOf(call: Call): string {
  const name = header(call, 'x-oss-access-point-name') ?? ''
  if (name !== '') return name
  throw invalidArgument('x-oss-access-point-name', '', 'The name of the access point is missing.')
}

function accessPointOf(call: Call): { name: string; document: string } {
  const name = nameOf(call)
  const document = configurationsOf(call)[`AccessPoint/${name}`]
  if (document === undefined) throw noSuchAccessPoint(name)
  return { name, document }
}

/** The element that says to which network an access point belongs, if it was given. */
function networkElements(document: Parameters<typeof elementAt>[0]): string {
  const vpcId = elementAt(document, 'VpcConfiguration/VpcId')?.text
  const vpc = vpcId ? branch('VpcConfiguration', leaf('VpcId', vpcId)) : undefined
  return [leaf('NetworkOrigin', textOf(document, 'NetworkOrigin') ?? ''), vpc].join('')
}

/** CreateAccessPoint: notes an access point, through which no request comes. */
export async function createAccessPoint(call: Call): Promise<OssResponse> {
  const document = readXml(await readBody(call.request), 'CreateAccessPointConfiguration')
  const name = document && textOf(document, 'AccessPointName')?.trim()
  if (document === undefined || !name || !/^(internet|vpc)$/i.test(textOf(document, 'NetworkOrigin') ?? '')) {
    throw malformedXml()
  }
  const { region } = call.settings
  const accountId = accountIdOf(call.principal) ?? ''
  const arn = leaf('AccessPointArn', `acs:oss:${region}:${accountId}:accesspoint/${name}`)
  const alias = leaf('Alias', `${name}-ossalias`)
  const kept = [
    leaf('AccessPointName', name),
    leaf('Bucket', call.bucket),
    leaf('AccountId', accountId),
    networkElements(document),
    arn,
    leaf('CreationDate', String(Math.floor(call.now.getTime() / 1000))),
    alias,
    leaf('Status', 'enable'),
    branch(
      'Endpoints',
      leaf('PublicEndpoint', `${name}.oss-${region}.oss-accesspoint.aliyuncs.com`),
      leaf('InternalEndpoint', `${name}.oss-${region}-internal.oss-accesspoint.aliyuncs.com`),
    ),
  ]
  await changeConfigurations(call, (configurations) => {
    if (configurations[`AccessPoint/${name}`] !== undefined) {
      throw new ServiceFault(409, 'AccessPointAlreadyExists', 'The specified access point exists.')
    }
    return { ...configurations, [`AccessPoint/${name}`]: branch('GetAccessPointResult', ...kept) }
  })
  return xmlAnswer(xmlDocument(branch('CreateAccessPointResult', arn, alias)))
}

/** GetAccessPoint: what an access point is; all those of a bucket when the request names none. */
export const getAccessPoint = (call: Call): OssResponse =>
  header(call, 'x-oss-access-point-name') === undefined
    ? listAccessPoints(call)
    : xmlAnswer(xmlDocument(accessPointOf(call).document))

/** DeleteAccessPoint: forgets an access point and its policy. */
export async function deleteAccessPoint(call: Call): Promise<OssResponse> {
  const { name } = accessPointOf(call)
  await forgetConfiguration(call, `AccessPoint/${name}`)
  await forgetConfiguration(call, `AccessPointPolicy/${name}`)
  return empty(204)
}

/** ListAccessPoints: the access points of the account, by name. */
export function listAccessPoints(call: Call): OssResponse {
  const accountId = accountIdOf(call.principal) ?? ''
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100)
  const after = call.query.get('continuation-token') ?? ''
  const documents = [...call.store.range<BucketRecord>(...allBuckets())]
    .filter(({ value }) => value.ownerId === accountId && (call.bucket === '' || value.name === call.bucket))
    .flatMap(({ value }) => configurationsNamed(value.configurations ?? {}, 'AccessPoint'))
    .filter(([name]) => name > after)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const page = documents.slice(0, limit)
  const isTruncated = documents.length > limit
  const accessPoints = page.map(([, text]) => text.replaceAll('GetAccessPointResult>', 'AccessPoint>'))
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListAccessPointsResult',
        leaf('MaxKeys', limit),
        leaf('IsTruncated', isTruncated),
        isTruncated ? leaf('NextContinuationToken', page.at(-1)?.[0] ?? '') : undefined,
        leaf('AccountId', accountId),
        branch('AccessPoints', ...accessPoints),
      ),
    ),
  )
}

/** PutAccessPointPolicy: keeps the policy of an access point. */
export async function putAccessPointPolicy(call: Call): Promise<OssResponse> {
  const { name } = accessPointOf(call)
  const text = await readBody(call.request)
  if (readPolicy(text) === undefined) {
    throw new ServiceFault(400, 'InvalidPolicyDocument', 'The policy document you specified is invalid.')
  }
  await keepConfiguration(call, `AccessPointPolicy/${name}`, text)
  return empty()
}

/** GetAccessPointPolicy: the policy of an access point as it was put. */
export function getAccessPointPolicy(call: Call): OssResponse {
  const body = configurationsOf(call)[`AccessPointPolicy/${accessPointOf(call).name}`]
  if (body !== undefined) return { status: 200, headers: { 'Content-Type': 'application/json' }, body }
  throw new ServiceFault(404, 'NoSuchAccessPointPolicy', 'The access point policy does not exist.')
}

/** DeleteAccessPointPolicy: removes the policy of an access point. */
export async function deleteAccessPointPolicy(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, `AccessPointPolicy/${nameOf(call)}`)
  return empty(204)
}
