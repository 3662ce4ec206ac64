import { isIP } from 'node:net'
import { accessDenied, notImplemented, ServiceFault } from './errors.ts'
import type { OssRequest } from './message.ts'
import type { Settings } from './settings.ts'

/** What the Host header and the path of a request speak of. */
export interface Address {
  /** Undefined for a call to the service. */
  readonly bucket?: string
  /** Empty for a call to a bucket. */
  readonly key: string
  /** Whether the host is that of STS. */
  readonly isSts: boolean
  /** Region that the host names. */
  readonly region?: string
}

interface HostMeaning {
  readonly bucket?: string
  readonly isSts?: boolean
  readonly region?: string
  /** The real public domain does not take path style. */
  readonly refusesPathStyle?: boolean
}

const publicHost = /^(?:(.+)\.)?oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/
const otherServiceHost = /(?:^|\.)oss-(vectors|tables)(?:-internal)?\.aliyuncs\.com$/
const dualStackHost = /^(?:(.+)\.)?([a-z0-9-]+)\.oss\.aliyuncs\.com$/

/** Whether an address to listen on is reached from this machine alone. */
export const isLoopbackHost = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host)

/** Host name without port, in lower case. */
export const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')

// ali-oss sends the label `undefined` for a call without bucket when its endpoint is an IP address.
const withBucket = (bucket: string | undefined): HostMeaning =>
  bucket === undefined || bucket === 'undefined' ? {} : { bucket }

function readHost(name: string, settings: Settings): HostMeaning {
  const bound = settings.cnames.get(name)
  if (bound !== undefined) return { bucket: bound }
  if (name === '' || name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return {}
  if (/^sts(-[a-z0-9-]+)?\./.test(name) && /\.(localhost|aliyuncs\.com)$/.test(name)) return { isSts: true }
  const other = otherServiceHost.exec(name)?.[1]
  if (other !== undefined) throw notImplemented(`The service of ${other}`)
  const official = publicHost.exec(name) ?? dualStackHost.exec(name)
  if (official !== null) {
    const region = official[2]!
    return { ...withBucket(official[1]), refusesPathStyle: true, ...(region === 'accelerate' ? {} : { region }) }
  }
  if (name.endsWith('.localhost')) return readLocalHost(name)
  return {}
}

/** `bucket.localhost`, `bucket.oss-anything.localhost`, or `oss-anything.localhost` for the service. */
function readLocalHost(name: string): HostMeaning {
  const labels = name.split('.').slice(0, -1)
  const isEndpoint = /^oss(-|$)/.test(labels.at(-1) ?? '')
  return withBucket((isEndpoint ? labels.slice(0, -1) : labels).join('.') || undefined)
}

/** Finds bucket and key, from the Host header first and from the decoded path where the host names no bucket. */
export function addressOf(host: string, path: string, settings: Settings): Address {
  const meaning = readHost(hostName(host), settings)
  const isSts = meaning.isSts === true
  const region = meaning.region === undefined ? {} : { region: meaning.region }
  const rest = path.replace(/^\//, '')
  if (meaning.bucket !== undefined) return { bucket: meaning.bucket, key: rest, isSts, ...region }
  if (rest === '' || isSts) return { key: '', isSts, ...region }
  if (meaning.refusesPathStyle) {
    throw new ServiceFault(
      403,
      'SecondLevelDomainForbidden',
      'The bucket you are attempting to access must be addressed using OSS third level domain.',
    )
  }
  const slash = rest.indexOf('/')
  const bucket = slash < 0 ? rest : rest.slice(0, slash)
  return { bucket, key: slash < 0 ? '' : rest.slice(slash + 1), isSts, ...region }
}

/** Whether a browser page from elsewhere cannot have made this name lead here by its DNS. */
function isTrustedName(name: string, { cnames, allowedHosts }: Settings): boolean {
  if (!name.includes('.') || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || cnames.has(name)) return true
  if (/\.(localhost|aliyuncs\.com)$/.test(name)) return true
  return allowedHosts.some((allowed) => name === allowed || (allowed.startsWith('.') && name.endsWith(allowed)))
}

/**
 * Throws 403 for a host name that is not known here, where the server is for this machine alone: a page whose name was
 * made to lead to this machine would be of the same origin as the server, and the default key is public knowledge.
 */
export function checkHost({ host, remoteAddress }: OssRequest, settings: Settings): void {
  const name = hostName(host)
  if (!settings.isLocalOnly || remoteAddress === undefined || isTrustedName(name, settings)) return
  throw accessDenied('The host name is not one of this emulator.', {
    details: { Host: name },
    reason: `the host ${name} is none of this machine: allow it with --allow-host, or bind it to a bucket with --cname`,
  })
}

/** Throws 400 for a name that no bucket can have. */
export function checkBucketName(bucket: string): void {
  if (/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) return
  throw new ServiceFault(400, 'InvalidBucketName', 'The specified bucket is not valid.', {
    ec: '0015-00000001',
    details: { BucketName: bucket },
  })
}

/** Throws 400 for a key that no object can have. */
export function checkObjectKey(key: string): void {
  const bytes = Buffer.byteLength(key)
  if (bytes >= 1 && bytes <= 1023 && !/^[/\\]/.test(key) && !key.includes('\0')) return
  throw new ServiceFault(400, 'InvalidObjectName', 'The specified object is not valid.', {
    details: { ObjectName: key },
  })
}
