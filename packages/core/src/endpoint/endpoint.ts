/** From a client's settings, a bucket and a key to the URL that names them. */

import { check } from '../check.ts'
import { encodeKey, encodeQuery } from '../percent-encode.ts'

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
  /** `endpoint` is a domain name bound to the bucket, so that no URL names the bucket. @default false */
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

/** Where requests go, decided once for a client. */
export interface Endpoint {
  scheme: string
  /** Host and, if given, port. */
  host: string
  /** Where the bucket stands: in front of the host, in the path, or nowhere. */
  style: 'virtual' | 'path' | 'cname'
  /** What V4 signs as the region. Empty if the settings have an endpoint and no region. */
  region: string
  /** What V4 signs as the product. */
  product: string
}

// No user name and password: fetch refuses them.
const endpointPattern = /^(?:(https?):\/\/)?(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?(?:[/?#].*)?$/i

const cloudBoxPattern = /^(cb-[^.]*)\.[^.]+\.oss-cloudbox(?:-control)?\.aliyuncs\.com$/

// As URL parsers see it: a host whose last label is a number is an IPv4 address.
const ipPattern = /^\[|(^|\.)\d+$/

const regionalHost = (config: EndpointConfig): string => {
  const { region = '' } = config
  check('region', /^(?!oss-)[a-z\d-]+$/.test(region), 'an id as in cn-hangzhou, without oss-', region)
  if (config.useDualStackEndpoint) return `${region}.oss.aliyuncs.com`
  if (config.useInternalEndpoint) return `oss-${region}-internal.aliyuncs.com`
  return `oss-${config.useAccelerateEndpoint ? 'accelerate' : region}.aliyuncs.com`
}

const addressStyle = (config: EndpointConfig, host: string): Endpoint['style'] => {
  if (ipPattern.test(host)) return 'path'
  if (config.useCname) return 'cname'
  return config.usePathStyle ? 'path' : 'virtual'
}

/**
 * Decides where requests go.
 *
 * @throws a {@link ValidationError} of the field `region` or `endpoint`.
 */
export const resolveEndpoint = (config: EndpointConfig): Endpoint => {
  const address = config.endpoint || regionalHost(config)
  const [, scheme = config.disableSsl ? 'http' : 'https', host = '', port = ''] = endpointPattern.exec(address) ?? []
  check('endpoint', host !== '', 'a host, or its http or https URL', address.replace(/.*@/s, '***@'))
  const detected = config.enableAutoDetectCloudBoxId ? cloudBoxPattern.exec(host)?.[1] : undefined
  const cloudBoxId = config.cloudBoxId || detected
  return {
    scheme: scheme.toLowerCase(),
    host: host + port,
    style: addressStyle(config, host),
    region: cloudBoxId ?? config.region ?? '',
    product: cloudBoxId ? 'oss-cloudbox' : 'oss',
  }
}

const bucketPattern = /^[a-z\d][a-z\d-]{1,61}[a-z\d]$/

const checkKey = (key: string) => {
  const size = new TextEncoder().encode(key).length
  check('key', size > 0 && size < 1024, '1 to 1023 bytes of UTF-8', size)
  // URL parsers remove them.
  check('key', !/(^|\/)\.\.?(\/|$)/.test(key), 'no . or .. between slashes', key)
}

/**
 * Returns the URL of a bucket, an object or, without either, the service. Keys are encoded and never normalised.
 *
 * @throws a {@link ValidationError} of the field `bucket` or `key`.
 */
export const resolveUrl = (
  { scheme, host, style }: Endpoint,
  bucket?: string,
  key?: string,
  query: Readonly<Record<string, string>> = {},
): string => {
  if (bucket !== undefined) check('bucket', bucketPattern.test(bucket), '3 to 63 of a-z, 0-9 and inner -', bucket)
  if (key !== undefined) checkKey(key)
  const before = bucket && style === 'virtual' ? `${bucket}.` : ''
  const inPath = bucket && style === 'path' ? `${bucket}/` : ''
  const search = encodeQuery(query)
  return `${scheme}://${before}${host}/${inPath}${encodeKey(key ?? '')}${search && `?${search}`}`
}
