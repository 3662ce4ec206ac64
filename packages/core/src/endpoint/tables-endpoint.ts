/** OSS tables: `bucket-account.cn-hangzhou.oss-tables.aliyuncs.com`, where bucket and account come from ARNs. */
import { check } from '../check.ts'
import type { Values } from '../schema/types.ts'
import { tablesUri } from '../signing/canonical-uri.ts'
import type { Addressing } from './addressing.ts'
import { type SiblingEndpointConfig, siblingEndpoint, siblingUrl } from './sibling-endpoint.ts'

/** A table bucket as ARNs name it. */
interface TableBucket {
  readonly arn: string
  readonly name: string
  readonly accountId: string
}

const arnPattern = /^(acs:osstables:[^:/]*:(\d+):bucket\/([a-z\d][a-z\d-]{1,61}[a-z\d]))(\/table\/.+)?$/

/** Throws a ValidationError of the field `region` or `endpoint`. */
export function tablesAddressing(config: SiblingEndpointConfig): Addressing {
  const { region } = config
  const endpoint = siblingEndpoint('oss-tables', config)
  const isNamed = !endpoint.isIp && !config.usePathStyle
  return ({ input, path, query }) => {
    const bucket = bucketOf(input)
    return {
      url: siblingUrl(endpoint, bucket && isNamed ? `${bucket.name}-${bucket.accountId}` : undefined, path, query),
      region,
      product: 'osstables',
      canonicalUri: tablesUri(region, bucket?.arn, path.slice(1)),
    }
  }
}

/** The bucket that a request is about, also where its input names only a table. */
function bucketOf({ tableBucketArn, tableArn }: Values): TableBucket | undefined {
  const given = tableBucketArn ?? tableArn
  if (given === undefined || given === null) return undefined
  const [, arn = '', accountId = '', name = '', table] = arnPattern.exec(String(given)) ?? []
  if (tableBucketArn === given) {
    check('tableBucketArn', arn === given, 'an ARN as in acs:osstables:cn-hangzhou:123:bucket/name', given)
  } else {
    check('tableArn', table !== undefined, 'an ARN as in acs:osstables:cn-hangzhou:123:bucket/name/table/id', given)
  }
  return { arn, accountId, name }
}
