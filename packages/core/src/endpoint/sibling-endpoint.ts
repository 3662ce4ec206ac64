/** What the endpoints of OSS vectors and OSS tables have in common. */
import { encodeQuery } from '../percent-encode.ts'
import { type EndpointConfig, objectAddressing, readEndpoint } from './endpoint.ts'

/** Where requests to a service beside OSS go. */
export interface SiblingEndpointConfig
  extends Pick<EndpointConfig, 'endpoint' | 'useInternalEndpoint' | 'usePathStyle' | 'disableSsl'> {
  /** The region's id, as in `cn-hangzhou`. */
  region: string
}

/** A host, and whether buckets may stand before it. */
export interface SiblingEndpoint {
  readonly scheme: string
  readonly host: string
  readonly isIp: boolean
}

/** Throws a ValidationError of the field `region` or `endpoint`. */
export function siblingEndpoint(service: 'oss-vectors' | 'oss-tables', config: SiblingEndpointConfig): SiblingEndpoint {
  const { region, endpoint, useInternalEndpoint } = config
  // The regions are those of OSS: this refuses what is none.
  objectAddressing({ region })
  const regionalHost = `${region}${useInternalEndpoint ? '-internal' : ''}.${service}.aliyuncs.com`
  const [scheme, host, isIp] = readEndpoint(endpoint || regionalHost, config)
  return { scheme, host, isIp }
}

/** @param label what stands before the host, where it names a bucket */
export function siblingUrl(
  { scheme, host }: SiblingEndpoint,
  label: string | undefined,
  path: string,
  query: Readonly<Record<string, string>>,
): string {
  const search = encodeQuery(query)
  return `${scheme}://${label ? `${label}.` : ''}${host}${path}${search && `?${search}`}`
}
