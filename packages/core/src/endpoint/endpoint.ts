/** From a client's settings, a bucket and a key to the URL that names them. */

import { utf8 } from '../bytes.ts'
import { check } from '../check.ts'
import { encodeKey, encodeQuery } from '../percent-encode.ts'
import type { Addressing } from './addressing.ts'

/** Where requests go. */
export interface EndpointConfig {
  /** The region's id, as in `cn-hangzhou`: names the host if there is no `endpoint`, and what a V4 signature is valid for. */
  region?: string | undefined
  /** A host, with or without a port, or a URL whose path is ignored. Wins over `region` and the flags that choose a host. */
  endpoint?: string | undefined
  /** Stays inside Alibaba Cloud's network. @default false */
  useInternalEndpoint?: boolean | undefined
  /** Goes through transfer acceleration, which the bucket must have switched on. @default false */
  useAccelerateEndpoint?: boolean | undefined
  /** Reaches the region over IPv6 as well as IPv4. Wins over the internal endpoint, and that over acceleration. @default false */
  useDualStackEndpoint?: boolean | undefined
  /** `endpoint` is a domain name bound to the bucket, so that no URL names the bucket. Nothing without one. @default false */
  useCname?: boolean | undefined
  /** Names the bucket in the path instead of the host, as is done for every IP address. @default false */
  usePathStyle?: boolean | undefined
  /** Uses http where `endpoint` does not say which. @default false */
  disableSsl?: boolean | undefined
  /** Signs for this cloud box instead of the region. */
  cloudBoxId?: string | undefined
  /** Takes the cloud box's id from an `endpoint` that is a cloud box's own. @default false */
  enableAutoDetectCloudBoxId?: boolean | undefined
}

const regionalHost = (config: EndpointConfig): string => {
  const { region = '' } = config
  check('region', /^(?!oss-)[a-z\d-]+$/.test(region), 'an id as in cn-hangzhou, without oss-', region)
  if (config.useDualStackEndpoint) return `${region}.oss.aliyuncs.com`
  if (config.useInternalEndpoint) return `oss-${region}-internal.aliyuncs.com`
  return `oss-${config.useAccelerateEndpoint ? 'accelerate' : region}.aliyuncs.com`
}

/**
 * Reads an endpoint: its scheme, its host with the port, and whether that is an IP address.
 *
 * @throws a {@link ValidationError} of the field `endpoint`.
 */
export const readEndpoint = (address: string, { disableSsl }: EndpointConfig): [string, string, boolean] => {
  // No user name and password: fetch refuses them.
  const [, scheme = disableSsl ? 'http' : 'https', host = '', port = ''] =
    /^(?:(https?):\/\/)?(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?(?:[/?#].*)?$/i.exec(address) ?? []
  check('endpoint', host !== '', 'a host, or its http or https URL', address.replace(/.*@/s, '***@'))
  // As URL parsers see it: a host whose last label is a number is an IPv4 address.
  return [scheme.toLowerCase(), host + port, /^\[|(^|\.)\d+$/.test(host)]
}

const checkKey = (key: string) => {
  const size = utf8(key).length
  check('key', size > 0 && size < 1024, '1 to 1023 bytes of UTF-8', size)
  // URL parsers remove them.
  check('key', !/(^|\/)\.\.?(\/|$)/.test(key), 'no . or .. between slashes', key)
}

/**
 * Addresses buckets, objects and, without either, the service. Keys are encoded and never normalised.
 *
 * @throws a {@link ValidationError} of the field `region` or `endpoint`; its result throws one of the field `bucket` or `key`.
 */
export const objectAddressing = (config: EndpointConfig): Addressing => {
  const { region = '' } = config
  const useCname = config.endpoint && config.useCname
  const [scheme, host, isIp] = readEndpoint(config.endpoint || regionalHost(config), config)
  const isInPath = isIp || (config.usePathStyle && !useCname)
  const cloudBoxId =
    config.cloudBoxId ||
    (config.enableAutoDetectCloudBoxId &&
      /^(cb-[^.]*)\.[^.]+\.oss-cloudbox(-control)?\.aliyuncs\.com(:|$)/.exec(host)?.[1])
  const scope = cloudBoxId ? { region: cloudBoxId, product: 'oss-cloudbox' } : { region, product: 'oss' }
  return ({ bucket, key, query }) => {
    if (bucket !== undefined) {
      check('bucket', /^[a-z\d][a-z\d-]{1,61}[a-z\d]$/.test(bucket), '3 to 63 of a-z, 0-9 and inner -', bucket)
    }
    if (key !== undefined) checkKey(key)
    const label = bucket && !isInPath && !useCname ? `${bucket}.` : ''
    const segment = bucket ? `${bucket}/` : ''
    const path = encodeKey(key ?? '')
    const search = encodeQuery(query)
    return {
      ...scope,
      url: `${scheme}://${label}${host}/${isInPath ? segment : ''}${path}${search && `?${search}`}`,
      canonicalUri: `/${segment}${path}`,
    }
  }
}
