import type { Call } from '../call.ts'
import { configurationsOf, forgetConfiguration, keepConfiguration } from '../configurations/stored.ts'
import { malformedXml, ServiceFault } from '../errors.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { branch, elementAt, leaf, readXml, xmlDocument } from '../xml.ts'

const tokenLifetimeMs = 72 * 3_600_000

async function readDomain(call: Call): Promise<string> {
  const document = readXml(await readBody(call.request), 'BucketCnameConfiguration')
  const domain = document && elementAt(document, 'Cname/Domain')?.text.trim()
  if (!domain) throw malformedXml()
  return domain
}

const tokenDocument = (call: Call, domain: string): string =>
  branch(
    'CnameToken',
    leaf('Bucket', call.bucket),
    leaf('Cname', domain),
    leaf('Token', call.random.bytes(16).toString('hex')),
    leaf('ExpireTime', new Date(call.now.getTime() + tokenLifetimeMs).toUTCString()),
  )

/** CreateCnameToken: gives out what proves the ownership of a domain in its DNS. */
export async function createCnameToken(call: Call): Promise<OssResponse> {
  const domain = await readDomain(call)
  const document = tokenDocument(call, domain)
  await keepConfiguration(call, `CnameToken/${domain}`, document)
  return xmlAnswer(xmlDocument(document))
}

/** GetCnameToken: the token that was given out for a domain. */
export function getCnameToken(call: Call): OssResponse {
  const document = configurationsOf(call)[`CnameToken/${call.query.get('cname') ?? ''}`]
  if (document !== undefined) return xmlAnswer(xmlDocument(document))
  throw new ServiceFault(404, 'CnameTokenNotFound', 'The specified cname token does not exist.')
}

/** PutCname: refused, for no DNS can prove a domain to the emulator; its start binds host names. */
export async function putCname(call: Call): Promise<OssResponse> {
  const domain = await readDomain(call)
  if (call.settings.cnames.get(domain.toLowerCase()) === call.bucket) return empty()
  throw new ServiceFault(
    403,
    'NeedVerifyDomainOwnership',
    'Domain is not owned by this account, please verify the ownership of the domain.',
    { ec: '0018-00000115', details: { Domain: domain }, reason: 'host names are bound with --cname, or option cnames' },
  )
}

/** DeleteCname: forgets the token of a domain. */
export async function deleteCname(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, `CnameToken/${await readDomain(call)}`)
  return empty()
}

/** ListCname: the host names that are bound to a bucket. */
export function listCname(call: Call): OssResponse {
  const domains = [...call.settings.cnames].filter(([, bucket]) => bucket === call.bucket).map(([domain]) => domain)
  const { principal } = call
  const elements = domains.map((domain) =>
    branch('Cname', leaf('Domain', domain), leaf('LastModified', call.now.toISOString()), leaf('Status', 'Enabled')),
  )
  const owner = principal.kind === 'anonymous' ? '' : principal.accountId
  return xmlAnswer(
    xmlDocument(branch('ListCnameResult', leaf('Bucket', call.bucket), leaf('Owner', owner), ...elements)),
  )
}
