import { accountIdOf } from '../authentication/principal.ts'
import type { Call } from '../call.ts'
import { tagsIn } from '../configurations/accept.ts'
import { ServiceFault } from '../errors.ts'
import { readLimit } from '../listing.ts'
import { type OssResponse, xmlAnswer } from '../message.ts'
import { ownerElement } from '../owner.ts'
import { defaultResourceGroup } from '../resource-group.ts'
import { allBuckets } from '../storage/keys.ts'
import type { BucketRecord } from '../storage/records.ts'
import { branch, leaf, readXml, xmlDocument } from '../xml.ts'

/** The regions of the service that are known by name. */
export const regions = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-qingdao',
  'cn-beijing',
  'cn-zhangjiakou',
  'cn-huhehaote',
  'cn-wulanchabu',
  'cn-shenzhen',
  'cn-heyuan',
  'cn-guangzhou',
  'cn-chengdu',
  'cn-hongkong',
  'us-west-1',
  'us-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'eu-central-1',
  'eu-west-1',
  'me-east-1',
]

/** The public and the internal host name of a region. */
export const endpointsOf = (region: string): { extranet: string; intranet: string } => ({
  extranet: `oss-${region}.aliyuncs.com`,
  intranet: `oss-${region}-internal.aliyuncs.com`,
})

function bucketElement(bucket: BucketRecord, region: string): string {
  const { extranet, intranet } = endpointsOf(region)
  return branch(
    'Bucket',
    leaf('CreationDate', bucket.createdAt),
    leaf('ExtranetEndpoint', extranet),
    leaf('IntranetEndpoint', intranet),
    leaf('Location', `oss-${region}`),
    leaf('Name', bucket.name),
    leaf('Region', region),
    leaf('StorageClass', bucket.storageClass),
    leaf('ResourceGroupId', defaultResourceGroup),
  )
}

function bucketsOf(call: Call): BucketRecord[] {
  const prefix = call.query.get('prefix') ?? ''
  const marker = call.query.get('marker') ?? ''
  const group = call.request.headers.get('x-oss-resource-group-id') || defaultResourceGroup
  if (group !== defaultResourceGroup) return []
  return [...call.store.range<BucketRecord>(...allBuckets())]
    .map(({ value }) => value)
    .filter(({ ownerId }) => ownerId === accountIdOf(call.principal))
    .filter(({ name }) => name.startsWith(prefix) && name > marker)
    .filter((bucket) => wantedTags(call).every((tag) => hasTag(bucket, tag)))
}

type WantedTag = readonly [key: string, value: string | undefined]

/** The tags that a bucket must have: `tag-key` and `tag-value`, and `"k1":"v1","k2":"v2"` in `tagging`. */
function wantedTags({ query }: Call): WantedTag[] {
  const key = query.get('tag-key')
  const listed = [...(query.get('tagging') ?? '').matchAll(/"([^"]*)"(?::"([^"]*)")?/g)]
  return [
    ...(key ? [[key, query.get('tag-value')] as const] : []),
    ...listed.map(([, name, value]) => [name ?? '', value] as const),
  ]
}

function hasTag({ configurations }: BucketRecord, [key, value]: WantedTag): boolean {
  const document = readXml(configurations?.BucketTags ?? '', 'Tagging')
  const tags = document === undefined ? [] : tagsIn(document)
  return tags.some(([name, text]) => name === key && (value === undefined || text === value))
}

/** ListBuckets: the buckets of the account, by name. */
export function listBuckets(call: Call): OssResponse {
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100)
  const buckets = bucketsOf(call)
  const shown = buckets.slice(0, limit)
  const isTruncated = buckets.length > limit
  const paging = [
    leaf('Prefix', call.query.get('prefix') ?? ''),
    leaf('Marker', call.query.get('marker') ?? ''),
    leaf('MaxKeys', limit),
    leaf('IsTruncated', isTruncated),
    leaf('NextMarker', isTruncated ? (shown.at(-1)?.name ?? '') : ''),
  ]
  return xmlAnswer(
    xmlDocument(
      branch(
        'ListAllMyBucketsResult',
        ...paging,
        ownerElement(accountIdOf(call.principal) ?? ''),
        branch('Buckets', ...shown.map((bucket) => bucketElement(bucket, call.settings.region))),
      ),
    ),
  )
}

function regionElement(region: string): string {
  const { extranet, intranet } = endpointsOf(region)
  return branch(
    'RegionInfo',
    leaf('Region', `oss-${region}`),
    leaf('InternetEndpoint', extranet),
    leaf('InternalEndpoint', intranet),
    leaf('AccelerateEndpoint', 'oss-accelerate.aliyuncs.com'),
  )
}

/** DescribeRegions: the host names of all regions, or of one. */
export function describeRegions(call: Call): OssResponse {
  const wanted = call.query.get('regions')?.replace(/^oss-/, '') ?? ''
  const known = [...new Set([...regions, call.settings.region])]
  const found = wanted === '' ? known : known.filter((region) => region === wanted)
  if (found.length === 0) {
    throw new ServiceFault(404, 'NoSuchRegion', `The specified region does not exist: oss-${wanted}.`)
  }
  return xmlAnswer(xmlDocument(branch('RegionInfoList', ...found.map(regionElement))))
}
