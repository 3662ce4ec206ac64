/** OSS vectors: `bucket-account.cn-hangzhou.oss-vectors.aliyuncs.com`. */
import { check } from '../check.ts'
import { vectorsUri } from '../signing/canonical-uri.ts'
import type { Addressing } from './addressing.ts'
import { type SiblingEndpointConfig, siblingEndpoint, siblingUrl } from './sibling-endpoint.ts'

/** Where requests to OSS vectors go. */
export interface VectorsEndpointConfig extends Omit<SiblingEndpointConfig, 'usePathStyle'> {
  /** The id of the Alibaba Cloud account that the vector buckets belong to: digits. Part of every host and signature. */
  accountId: string
}

const namePattern = /^[a-z\d][a-z\d-]{1,61}[a-z\d]$/

/** Throws a ValidationError of the field `region`, `endpoint` or `accountId`. */
export function vectorsAddressing(config: VectorsEndpointConfig): Addressing {
  const { region, accountId } = config
  check('accountId', /^\d+$/.test(accountId ?? ''), 'the id of an account, digits only', accountId)
  const endpoint = siblingEndpoint('oss-vectors', config)
  check('endpoint', !endpoint.isIp, 'a host name, for vector buckets stand before it', config.endpoint)
  return ({ bucket, path, query }) => ({
    url: siblingUrl(endpoint, bucket && labelOf(bucket, accountId), path.replace('{bucket}', ''), query),
    region,
    product: 'oss',
    canonicalUri: vectorsUri(region, accountId, bucket),
  })
}

function labelOf(bucket: string, accountId: string): string {
  check('bucket', namePattern.test(bucket), '3 to 63 of a-z, 0-9 and inner -', bucket)
  return `${bucket}-${accountId}`
}
